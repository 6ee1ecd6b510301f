"""Alloys by name: each percentage list sums to 100, no two alloys share a name, and published fractions come out."""

import math
import re

import pytest

from quinary.chemistry.composition import Composition
from quinary.reference.alloy_names import alloy_named, named_alloys
from quinary.reference.elements import symbols


@pytest.mark.parametrize("alloy", named_alloys(), ids=lambda alloy: alloy.name)
def test_every_alloy_has_percentages_of_elements_and_a_source(alloy):
    assert alloy.unit in {"wt", "at"}
    assert alloy.source
    assert math.isclose(math.fsum(amount for _, amount in alloy.amounts), 100.0)
    assert min(amount for _, amount in alloy.amounts) > 0
    found = [symbol for symbol, _ in alloy.amounts]
    assert len(found) == len(set(found))
    assert set(found) <= set(symbols())
    assert len(re.findall("bal", alloy.percentages)) <= 1


def test_every_name_belongs_to_one_alloy():
    for alloy in named_alloys():
        for name in (alloy.name, *alloy.aliases):
            assert alloy_named(name) is alloy


@pytest.mark.parametrize("text", ["ti64", "Ti 64", "TI-64", "Ti‑64", "Ti_64"])
def test_case_blanks_and_dashes_do_not_count(text):
    assert alloy_named(text).name == "Ti-6Al-4V"


@pytest.mark.parametrize("text", ["CoCrFeMnNi", "NbMoTaW", "", "Ti", "x" * 1000])
def test_formulas_are_no_names(text):
    assert alloy_named(text) is None


# at.% of Ti-6Al-4V: ASM Handbook 2; of V-4Cr-4Ti: Kurtz et al. 2004
@pytest.mark.physics
@pytest.mark.parametrize(
    ("name", "percent"),
    [
        ("Ti6Al4V", {"Ti": 86.2, "Al": 10.2, "V": 3.6}),
        ("Ti-6Al-4V", {"Ti": 86.2, "Al": 10.2, "V": 3.6}),
        ("V4Cr4Ti", {"V": 91.8, "Cr": 3.9, "Ti": 4.2}),
        ("C103", {"Nb": 92.6, "Hf": 5.4, "Ti": 2.0}),
        ("W25Re", {"W": 75.2, "Re": 24.8}),
        ("Nitinol", {"Ni": 50.0, "Ti": 50.0}),
        ("Cantor alloy", {"Co": 20, "Cr": 20, "Fe": 20, "Mn": 20, "Ni": 20}),
    ],
)
def test_atomic_percent_of_known_alloys(name, percent):
    found = {symbol: 100 * share for symbol, share in Composition.of(name).atomic_fractions.items()}
    assert found == pytest.approx(percent, abs=0.06)
