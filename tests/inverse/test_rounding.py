"""Onto the sum and onto the lattice, within bounds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.inverse.rounding import onto_sum, rounded


def _bounded(n_elements, seed):
    """Fractions, and bounds between which some sum to one."""
    generator = np.random.default_rng(seed)
    inside = generator.dirichlet(np.ones(n_elements), 30)
    low, high = inside * generator.random(inside.shape), inside + (1 - inside) * generator.random(inside.shape)
    return generator.random(inside.shape), inside, low, high


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 9), st.integers(0, 10_000))
def test_the_nearest_point_of_the_right_sum(n_elements, seed):
    wanted, inside, low, high = _bounded(n_elements, seed)
    found = onto_sum(wanted, low, high, 1.0)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-8)
    assert ((found >= low) & (found <= high)).all()
    assert (((found - wanted) ** 2).sum(axis=1) <= ((inside - wanted) ** 2).sum(axis=1) + 1e-9).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 9), st.integers(0, 10_000))
def test_whole_steps_within_one_of_the_value(n_elements, seed):
    _, inside, _, _ = _bounded(n_elements, seed)
    steps = rounded(inside * 1000, np.zeros_like(inside), np.full_like(inside, 1000.0), 1000)
    assert (steps == np.rint(steps)).all()
    assert (steps.sum(axis=1) == 1000).all()
    assert (np.abs(steps - inside * 1000) < 1 + 1e-9).all()
