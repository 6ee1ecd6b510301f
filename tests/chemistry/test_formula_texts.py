"""Formulas as papers print them read like the plain ones."""

import time

import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_grammar import FormulaError
from quinary.chemistry.formula_readings import read_formula

AL05 = Composition.of("Al0.5CoCrFeNi").atomic_fractions


@pytest.mark.parametrize(
    "text",
    [
        "Al₀.₅CoCrFeNi", "Al<sub>0.5</sub>CoCrFeNi", "Al$_{0.5}$CoCrFeNi", "Al_{0.5}CoCrFeNi",
        "Al_0.5CoCrFeNi", "Al0·5CoCrFeNi",
        "Al0,5CoCrFeNi", "Al1/2CoCrFeNi", "Al½CoCrFeNi", "Al0.5CoCrFeNi [52]", "Al0.5CoCrFeNi*",
        "Al0.5CoCrFeNi†", "Al０.５CoCrFeNi",
        "AlxCoCrFeNi (x=0.5)", "AlxCoCrFeNi, x = 0.5", "Al_xCoCrFeNi_{x=0.5}",
        "AlxCoCrFeNi with x = 1/2", "AlxCoCrFeNi (x ≈ 0.5)", "Alx CoCrFeNi; x=0,5",
        "Al1-xCoCrFeNi (x=0.5)", "Al2xCoCrFeNi (x=0.25)", "Alx/2CoCrFeNi (x=1)", "Al(1-x)CoCrFeNi (x=0.5)",
        "Al1-x-yCoCrFeNi (x=0.2, y=0.3)", "Al0.5-Co-Cr-Fe-Ni", "{Al}0.5CoCrFeNi",
        "11.1111111Al22.2222222Co22.2222222Cr22.2222222Fe22.2222223Ni",
    ],
)  # fmt: skip
def test_one_alloy_in_many_spellings(text):
    assert Composition.of(text).atomic_fractions == pytest.approx(AL05, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("(Ti1/6Hf1/6Zr1/6Nb1/6Ta1/6V1/6)B2", "(TiHfZrNbTaV)B2"),
        ("CaSO4·2H2O", "CaSO4(H2O)2"),
        ("CoO 2 • 1.3H 2 O", "CoO2(H2O)1.3"),
        ("Y2O3·5Al2O3", "Y2O3(Al2O3)5"),
        ("MgO·Al2O3", "MgAl2O4"),
        ("Al0.31(3)CoCr", "Al0.31CoCr"),
        ("(CoCr)2(FeNi)", "Co2Cr2FeNi"),
        ("CoCrFeMnNi high-entropy alloy", "CoCrFeMnNi"),
        ("NbMoTaW refractory high-entropy alloy", "NbMoTaW"),
        ("NbMoTaW HEA", "NbMoTaW"),
        ("GdxDy1-xCo (x=0.25)", "Gd0.25Dy0.75Co"),
        ("GdTbDyHoEr", "Dy Er Gd Ho Tb"),
        ("Fe 20.55 wt.% Cr 10 wt.% Ni 69.45 wt.%", "Fe20.55Cr10Ni69.45 wt%"),
        ("Nb-Bal, Hf-10, Ti-5 wt%", "Nb-10Hf-5Ti wt%"),
        ("Ti-bal. Al-6 V-5 wt%", "Ti-6Al-5V wt%"),
        ("Ti(bal.)-6Al-5V wt%", "Ti-6Al-5V wt%"),
        ("20Cr-5Al-bal.Fe wt%", "Fe-20Cr-5Al wt%"),
        ("Ti-Al6-V5 mass%", "Ti-6Al-5V wt%"),
        ("10V15Cr5Mn10Fe60Ni", "V10Cr15Mn5Fe10Ni60"),
        ("10V-90Ti wt%", "V10Ti90 wt%"),
        ("Fe-20 Ni-80", "Fe20Ni80"),
        ("Co20-Cr20-Fe60", "Co20Cr20Fe60"),
        ("(VNb)95-W5", "(VNb)95W5"),
    ],
)
def test_the_same_as_a_plain_formula(text, plain):
    assert Composition.of(text).atomic_fractions == pytest.approx(Composition.of(plain).atomic_fractions)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Al0,5CoCrFeNi", "commas between digits taken as decimal commas"),
        ("10V90Ti", "amounts before elements taken as at.% (they sum to 100)"),
        ("Fe-20 Ni-80", "amounts behind elements taken as at.% (they sum to 100)"),
        ("IN718", "known by name: IN718 is Inconel 718"),
    ],
)
def test_what_was_taken_for_granted_is_said(text, note):
    assert read_formula(text).notes[0].startswith(note)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 16_000, " " * 16_000 + "(", "(" * 499, "[(" * 200, "Fe" * 8000, "Fe60" + " " * 480 + "(", "at " * 160,
        "x=" * 250, "Alx" * 160, "Al1-x-" * 80, "0" * 499, "1/" * 249, "-" * 499, "bal" * 160, "Fe,(" * 120, "<sub" * 120,
        "_{" * 249, "$" * 499,
    ],
)  # fmt: skip
def test_hostile_text_is_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(FormulaError):
        Composition.of(text)
    assert time.perf_counter() - start < 1.0
