"""Compositions: all that names one, sublattices, fractions, and formulas that parse back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_grammar import FormulaError
from quinary.errors import InputError

METALS = ["Mo", "Nb", "Ta", "W", "Hf", "Ti", "Zr", "V", "Cr"]
amounts = st.dictionaries(st.sampled_from(METALS), st.floats(1e-3, 100), min_size=1, max_size=6)


@pytest.mark.parametrize(
    "source",
    [
        "HfNbTaTiZr",
        "ZrTiTaNbHf",
        "Ti20Zr20Hf20Nb20Ta20",
        "Ti₂₀Zr₂₀Hf₂₀Nb₂₀Ta₂₀",
        "(HfNb)2(TaTiZr)2",
        {"Hf": 1, "Nb": 1, "Ta": 1, "Ti": 1, "Zr": 1, "W": 0},
        {"Hf": np.float64(2), "Nb": np.float32(2), "Ta": np.int64(2), "Ti": 2, "Zr": 2.0},
        Composition.alloy(dict.fromkeys(["Hf", "Nb", "Ta", "Ti", "Zr"], 3.0)),
    ],
)
def test_everything_that_names_a_composition(source):
    found = Composition.of(source)
    assert found.elements == ("Hf", "Nb", "Ta", "Ti", "Zr")
    assert list(found.cations.values()) == pytest.approx([0.2] * 5)
    assert not found.is_ceramic
    assert found.anions == {}
    assert found.formula == str(found) == "HfNbTaTiZr"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Al0.5(CoCrFeNi)2", {"Al": 1 / 17, "Co": 4 / 17, "Cr": 4 / 17, "Fe": 4 / 17, "Ni": 4 / 17}),
        ("Nb-30Hf-5Ti at%", {"Hf": 0.30, "Nb": 0.65, "Ti": 0.05}),
        ("Nb-30Hf-5Ti wt%", {"Hf": 0.17289, "Nb": 0.71966, "Ti": 0.10745}),
    ],
)
def test_fractions_of_alloys(text, expected):
    assert Composition.of(text).atomic_fractions == pytest.approx(expected, abs=2e-5)


def test_pymatgen_compositions_are_taken():
    pymatgen = pytest.importorskip("pymatgen.core")
    alloy = Composition.of(pymatgen.Composition("Al0.5CoCrFeNi"))
    assert alloy == Composition.of("Al0.5CoCrFeNi")
    assert Composition.of(pymatgen.Composition("Hf0.5Zr0.5C")) == Composition.of("(HfZr)C")
    assert Composition.of({pymatgen.Element("Hf"): 1, pymatgen.Element("C"): 1}) == Composition.of("HfC")


@pytest.mark.parametrize(
    ("text", "cations", "anions"),
    [
        ("(Hf0.2Nb0.2Ta0.2Ti0.2Zr0.2)C", {"Hf": 0.2, "Nb": 0.2, "Ta": 0.2, "Ti": 0.2, "Zr": 0.2}, {"C": 1.0}),
        ("Hf0.2Nb0.2Ta0.2Ti0.2Zr0.2C", {"Hf": 0.2, "Nb": 0.2, "Ta": 0.2, "Ti": 0.2, "Zr": 0.2}, {"C": 1.0}),
        ("(HfNbTaTiZr)B2", {"Hf": 0.2, "Nb": 0.2, "Ta": 0.2, "Ti": 0.2, "Zr": 0.2}, {"B": 2.0}),
        ("(TiZr)(C0.5N0.5)", {"Ti": 0.5, "Zr": 0.5}, {"C": 0.5, "N": 0.5}),
        ("(TiZr)C0.9", {"Ti": 0.5, "Zr": 0.5}, {"C": 0.9}),
        ("MgAl2O4", {"Al": 2 / 3, "Mg": 1 / 3}, {"O": 4 / 3}),
        ("(MoNb)0(HfZr)C", {"Hf": 0.5, "Zr": 0.5}, {"C": 1.0}),
    ],
)
def test_ceramics_have_cations_and_anions(text, cations, anions):
    found = Composition.of(text)
    assert found.is_ceramic
    assert found.cations == pytest.approx(cations)
    assert found.anions == pytest.approx(anions)


def test_an_oxide_may_have_two_cation_sublattices():
    found = Composition.of("(GdLaNdSmY)(CrMn)O3")
    assert [sublattice.elements for sublattice in found.sublattices] == [
        ("Gd", "La", "Nd", "Sm", "Y"),
        ("Cr", "Mn"),
        ("O",),
    ]
    assert [sublattice.sites for sublattice in found.sublattices] == [0.5, 0.5, 1.5]
    assert found.atomic_fractions == pytest.approx(
        {**dict.fromkeys(["Gd", "La", "Nd", "Sm", "Y"], 0.04), "Cr": 0.1, "Mn": 0.1, "O": 0.6}
    )
    assert found.formula == "(GdLaNdSmY)(CrMn)O3"
    assert Composition.of("(Ba)(ZrHf)O3").formula == "Ba(HfZr)O3"


@pytest.mark.parametrize("text", ["CoCrFeNiC0.1", "(MoNbTaW)98C2", "(CoCrFeNi)Si0.5", "CO", "H2O"])
def test_little_carbon_or_no_metal_is_no_ceramic(text):
    assert not Composition.of(text).is_ceramic


def test_absent_elements_do_not_decide_what_is_a_ceramic():
    assert Composition.of({"Hf": 1, "C": 1, "Si": 0}).is_ceramic
    assert not Composition.of({"Hf": 1, "C": 0, "Si": 0.1}).is_ceramic
    assert not Composition.of({"Hf": 1, "Zr": 1, "C": 0}).is_ceramic


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"Mo": -1}, "the amount of Mo is -1"),
        ({"Mo": math.nan}, "the amount of Mo is nan"),
        ({"Mo": math.inf}, "the amount of Mo is inf"),
        ({"Mo": None}, "the amount of Mo is None"),
        ({"Mo": "1"}, "the amount of Mo is '1'"),
        ({"Mo": 1j}, "the amount of Mo is 1j"),
        ({"Mp": 1}, "unknown element 'Mp'"),
        ({}, "at least one positive amount"),
        ({"Mo": 0, "Nb": 0.0}, "at least one positive amount"),
        (["Mo", "Nb"], "cannot read a composition from list"),
        (None, "cannot read a composition from NoneType"),
        (42, "cannot read a composition from int"),
    ],
)
def test_what_is_no_composition_is_refused(source, problem):
    with pytest.raises(InputError, match=problem):
        Composition.of(source)


def test_a_malformed_formula_is_bad_input():
    with pytest.raises(FormulaError, match=r"Mo>>\$<<"):
        Composition.of("Mo$")


@given(amounts)
@settings(max_examples=100)
def test_fractions_sum_to_one_and_are_alphabetical(given_amounts):
    found = Composition.of(given_amounts)
    assert math.fsum(found.atomic_fractions.values()) == pytest.approx(1, abs=1e-12)
    assert list(found.atomic_fractions) == sorted(given_amounts)


@given(amounts, st.sampled_from(["B", "C", "N", "O"]), st.floats(0.4, 3))
@settings(max_examples=100)
def test_a_mapping_of_a_ceramic_is_split_into_cations_and_anions(cations, anion, ratio):
    total = math.fsum(cations.values())
    found = Composition.of({**cations, anion: 1.0001 * ratio * total})
    assert found.anions == pytest.approx({anion: 1.0001 * ratio})
    assert found.cations == pytest.approx({symbol: amount / total for symbol, amount in cations.items()})


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ({"Hf": 20.5, "Nb": 79.5}, "Hf20.5Nb79.5"),
        ({"Fe": 99.9999, "B": 0.0001}, "B0.0001Fe99.9999"),
        ({"Fe": 1, "B": 1e-9}, "B0.0000001Fe99.9999999"),
        ("(HfZr)B2", "(HfZr)B2"),
        ("(TiZr)C0.9", "(TiZr)10C9"),
        ("Hf3Zr1C4", "(Hf0.75Zr0.25)C"),
        ("(HfZr)2(C0.5N0.5)3", "(HfZr)2(C0.5N0.5)3"),
    ],
)
def test_formulas_are_readable_and_keep_every_element(source, formula):
    found = Composition.of(source)
    assert found.formula == formula
    assert Composition.of(formula).elements == found.elements
