"""What looks like mass percent is asked about; formulas of several principal elements and of compounds never are."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_grammar import FormulaError, parse_formula
from quinary.chemistry.mass_percent import spelt_as_mass_percent


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Ti6Al7Nb", "Ti-6Al-7Nb"),
        ("Ti5Al2.5Sn", "Ti-5Al-2.5Sn"),
        ("TiAl6Nb7", "Ti-6Al-7Nb"),
        ("Ti13Nb13Zr", "Ti-13Nb-13Zr"),
        ("Ni20Cr", "Ni-20Cr"),
        ("CuZn37", "Cu-37Zn"),
        ("U10Mo", "U-10Mo"),
        ("AlSi9Cu", "Al-9Si-..."),
    ],
)
def test_look_alikes_are_asked_about_with_what_to_write(text, spelling):
    with pytest.raises(FormulaError) as caught:
        Composition.of(text)
    assert f"write `{spelling} wt%`" in caught.value.message
    assert caught.value.choices == ("wt%", "at%")


def test_each_answer_to_the_question_is_read():
    by_mass = Composition.of("Ti-6Al-7Nb wt%").atomic_fractions
    assert Composition.of("Ti6Al7Nb wt%").atomic_fractions == pytest.approx(by_mass)
    assert Composition.of("TiAl6Nb7 wt%").atomic_fractions == pytest.approx(by_mass)
    assert Composition.of("Ti-6Al-7Nb at%").atomic_fractions == pytest.approx({"Al": 0.06, "Nb": 0.07, "Ti": 0.87})
    assert Composition.of("Ti6Al7Nb1").atomic_fractions == pytest.approx({"Al": 7 / 14, "Nb": 1 / 14, "Ti": 6 / 14})


@pytest.mark.parametrize(
    "text",
    [
        "Al0.5CoCrFeNi", "Al2CoCrFeNi", "AlCoCrFeNi3", "CoCrFeMnNi5", "Hf0.5Nb0.5Ti1.5Zr",
        "Ti2AlNb", "Ni3Al", "Al3Ti",
        "Nb5Si3", "SmCo5", "Nd2Fe14B", "Cr23C6", "Fe3Mo3C", "Ta4Ti3Cr", "Al12W", "NaZn13",
        "Mg17Al12", "Pt8Ti", "TiZn16", "UV2Al20",
        "Fe40Ni30Cr20Co9Al", "Fe50Mn30Co10Cr10", "Y3Al5O12", "Cu", "MoNbTaW",
    ],
)  # fmt: skip
def test_ratios_and_compounds_are_not_asked_about(text):
    assert spelt_as_mass_percent(parse_formula(text)) == ""


def test_a_bracket_in_mass_percent_is_divided_among_its_atoms():
    alone = Composition.of("(CoCrFeNi)95Nb5 wt%").atomic_fractions
    mass = {"Co": 58.933, "Cr": 51.996, "Fe": 55.845, "Ni": 58.693, "Nb": 92.906}
    assert alone["Co"] == pytest.approx(alone["Cr"]) == pytest.approx(alone["Ni"])
    total = sum(alone[symbol] * mass[symbol] for symbol in mass)
    assert alone["Nb"] * mass["Nb"] / total == pytest.approx(0.05, rel=1e-4)
    inside = Composition.of("(Fe50Ni50)90Nb10 wt%").atomic_fractions
    assert inside == pytest.approx(Composition.of("Fe45Ni45Nb10 wt%").atomic_fractions)
