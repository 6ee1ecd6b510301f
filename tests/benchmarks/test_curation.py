"""A small version of the bench: planted errors are found, few clean points flagged, known real errors named."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.curation import run
from quinary_benchmarks.planted_errors import FORMULA_KINDS, VALUE_KINDS, plant_in_formula, plant_in_value


@pytest.mark.parametrize("kind", FORMULA_KINDS)
def test_planted_formulas_differ_measurably_or_cannot_be_read(kind):
    generator = np.random.default_rng(0)
    for _ in range(30):
        changed = plant_in_formula("Fe40Ni30Cr25Ti5", kind, generator)
        assert changed not in {None, "Fe40Ni30Cr25Ti5"}


def test_equal_amounts_cannot_be_swapped_and_relative_ones_have_no_sum():
    generator = np.random.default_rng(0)
    assert plant_in_formula("CoCrFeNi", "swapped fractions", generator) is None
    assert plant_in_formula("Al0.5CoCrFeNi", "wrong sum", generator) is None
    assert Composition.of(plant_in_formula("Al0.5CoCrFeNi", "swapped fractions", generator)).elements


@pytest.mark.parametrize("kind", VALUE_KINDS)
def test_planted_values_differ_by_a_tenth_or_more(kind):
    changed = float(plant_in_value("138.0", kind, "HV", np.random.default_rng(0)))
    assert abs(changed / 138.0 - 1) >= 0.1


def test_same_seed_same_errors():
    first, second = (plant_in_formula("Fe40Ni30Cr30", "typo", np.random.default_rng(5)) for _ in range(2))
    assert first == second


@pytest.mark.physics
def test_a_small_bench():
    """Known errors: Cr20Mn25Fe40Ni15Al14, Cr16Fe16Co16Ni34.4Al16, Hf3Mo1B14Si10, Wang 2009 (PyQAlloy's documentation)."""
    document = run(BenchSettings(size=48, seed=3))
    assert document["errors"] == 48
    assert document["recall"] >= 0.8
    assert document["flag_rate"] <= 0.06
    assert document["recall"] > document["baseline_recall"]
    assert all(known["found"] for known in document["known_errors"])
