"""What is too rich in non-metals to be an alloy."""

import pytest

from quinary.chemistry.alloy_limits import holds_too_much, no_alloy
from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix


@pytest.mark.parametrize(
    "formula",
    [
        "CoCrFeMnNi",
        "Fe91C9",
        "Fe90N10",
        "Ti67O33",
        "Zr71O29",
        "Pd80Si20",
        "Fe40Ni40P14B6",
        "Fe3Si",
        "Al88Si12",
        "AlCoCrFeNiSi",
        "NbMoTiSi0.2",
        "CoCrFeNiC0.1",
    ],
)
def test_known_alloys_and_glasses_are_alloys(formula):
    assert no_alloy(Composition.of(formula)) == ""


@pytest.mark.parametrize(
    ("formula", "element"),
    [
        ("CoCrFeNiN", "N"),
        ("AlCrNSiTiV", "Si"),
        ("CoCrFeNiC", "C"),
        ("Fe3C", "C"),
        ("AlSi", "Si"),
        ("BCoCrFeNiSi", "B"),
        ("Fe95S5", "S"),
        ("CoFeNiCl0.2", "Cl"),
        ("Si", "Si"),
    ],
)
def test_what_holds_more_is_none(formula, element):
    assert f"at.% {element}" in no_alloy(Composition.of(formula))


def test_a_ceramic_is_not_judged_as_an_alloy():
    assert no_alloy(Composition.of("(HfTiZr)N")) == ""


def test_rows_are_judged_alone():
    matrix = as_matrix([Composition.of(formula) for formula in ("CoCrFeNi", "CoCrFeNiN", "Fe3Si", "AlSi")])
    assert holds_too_much(matrix).tolist() == [False, True, False, True]
    assert holds_too_much(as_matrix([Composition.of("MoNbTaW")])).tolist() == [False]
