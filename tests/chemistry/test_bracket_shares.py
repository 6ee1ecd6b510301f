"""Amounts on brackets: shares where they sum to a whole, atoms where all atoms do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_readings import read_formula

AS_SHARES = "amounts outside brackets taken as at.% (they sum to 100)"
AS_FRACTIONS = "amounts outside brackets taken as fractions (they sum to 1)"
AS_ATOMS = "amounts outside brackets taken as atoms"


def percent(text):
    return {symbol: 100 * share for symbol, share in Composition.of(text).atomic_fractions.items()}


@pytest.mark.physics  # He et al. 2014, 10.1016/j.actamat.2013.09.037: x in (FeCoNiCrMn)100-xAlx is at.%
@pytest.mark.parametrize("text", ["(FeCoNiCrMn)90Al10", "(FeCoNiCrMn)90Al10 at%", "(FeCoNiCrMn)100-xAlx (x = 10 at.%)"])
def test_aluminium_in_the_alloys_of_he_2014(text):
    assert percent(text) == pytest.approx({"Al": 10, "Co": 18, "Cr": 18, "Fe": 18, "Mn": 18, "Ni": 18})


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        ("(VNbTa)95W5", {"V": 95 / 3, "Nb": 95 / 3, "Ta": 95 / 3, "W": 5}, AS_SHARES),
        ("W5(VNbTa)95", {"V": 95 / 3, "Nb": 95 / 3, "Ta": 95 / 3, "W": 5}, AS_SHARES),
        ("(VNb)0.8W0.2", {"V": 40, "Nb": 40, "W": 20}, AS_FRACTIONS),
        ("(V2NbTa)80(MoW)20", {"V": 40, "Nb": 20, "Ta": 20, "Mo": 10, "W": 10}, AS_SHARES),
        ("((VNb)50(TaMo)50)90W10", {"V": 22.5, "Nb": 22.5, "Ta": 22.5, "Mo": 22.5, "W": 10}, AS_SHARES),
        ("(V50Nb50)90W10", {"V": 45, "Nb": 45, "W": 10}, None),
        ("(V50Nb50)0.9W0.1", {"V": 45, "Nb": 45, "W": 10}, None),
        ("(V0.5Nb0.5)90W10", {"V": 45, "Nb": 45, "W": 10}, None),
        ("(V40Nb60)96.7C3.3W0.4", {"V": 3868 / 100.4, "Nb": 5802 / 100.4, "C": 330 / 100.4, "W": 40 / 100.4}, None),
        ("V0.1(NbTaW)0.3", {"V": 10, "Nb": 30, "Ta": 30, "W": 30}, None),
        ("(VNb)25Mo50", {"V": 25, "Nb": 25, "Mo": 50}, None),
        ("(VNb)25Mo50 at%", {"V": 25, "Nb": 25, "Mo": 50}, None),
        ("(VNbTa)14MoW", {"V": 1400 / 44, "Nb": 1400 / 44, "Ta": 1400 / 44, "Mo": 100 / 44, "W": 100 / 44}, AS_ATOMS),
        ("VNb(TaW)", {"V": 25, "Nb": 25, "Ta": 25, "W": 25}, None),
        ("(VNbTaW)", {"V": 25, "Nb": 25, "Ta": 25, "W": 25}, None),
        ("Ni3(Al,Ti)", {"Ni": 75, "Al": 12.5, "Ti": 12.5}, "elements between commas in brackets share one site"),
    ],
)
def test_reading_and_what_is_said_of_it(text, expected, note):
    assert percent(text) == pytest.approx(expected)
    notes = read_formula(text).notes
    assert all(told.startswith(note or "-") for told in notes)
    assert bool(notes) == (note is not None)


AMOUNTS = st.lists(st.integers(1, 9), min_size=2, max_size=5)


@given(AMOUNTS, st.integers(1, 99))
def test_a_share_is_the_share_whatever_the_scale_inside(inside, share):
    bracket = "".join(
        f"{symbol}{amount}" for symbol, amount in zip(("V", "Nb", "Ta", "Mo", "Ti"), inside, strict=False)
    )
    found = Composition.of(f"({bracket}){100 - share}W{share}").atomic_fractions
    assert found["W"] == pytest.approx(share / 100)
    assert found["V"] / found["Nb"] == pytest.approx(inside[0] / inside[1])
