"""What to weigh in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.weighing import charge, sample_id
from quinary.errors import InputError


@pytest.mark.physics
def test_an_equimolar_pair_goes_by_atomic_mass():
    """Standard atomic weights: Mo 95.95, W 183.84."""
    weights = charge("MoW", 100.0)
    assert weights["Mo"] == pytest.approx(100 * 95.95 / (95.95 + 183.84))
    assert weights["W"] == pytest.approx(100 * 183.84 / (95.95 + 183.84))


@given(st.floats(0.1, 1e4), st.floats(0.5, 1.0))
def test_the_pure_part_is_the_ingot(mass, purity):
    weights = charge("HfNbTaTiZr", mass, {"Zr": purity})
    assert math.isclose(math.fsum(weights.values()) - weights["Zr"] * (1 - purity), mass, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("formula", "mass", "purities", "message"),
    [
        ("MoW", 0.0, {}, "mass of an ingot"),
        ("MoW", math.nan, {}, "mass of an ingot"),
        ("MoW", 50.0, {"Mo": 99.9}, "99.9 % is 0.999"),
        ("(TiZr)N", 50.0, {}, "N is a gas"),
        ("MoTc", 50.0, {}, None),
    ],
)
def test_what_cannot_be_weighed_in_is_refused(formula, mass, purities, message):
    if message is None:
        assert set(charge(formula, mass)) == {"Mo", "Tc"}
        return
    with pytest.raises(InputError, match=message):
        charge(formula, mass, purities)


def test_a_sample_has_one_id_however_it_is_written():
    assert sample_id("MoNbTaW") == sample_id("WTaNbMo") != sample_id("MoNbTa")
