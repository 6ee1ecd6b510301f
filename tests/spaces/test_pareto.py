"""The front against all pairs, ties and infinities, and its speed."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.spaces.pareto import pareto_front


def by_all_pairs(values):
    """The definition, one pair after the other."""
    return [
        i
        for i, mine in enumerate(values)
        if not any((other <= mine).all() and (other < mine).any() for other in values)
    ]


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, 6)] * n), min_size=1, max_size=60)))
@settings(max_examples=200)
def test_equal_to_all_pairs_with_many_ties(points):
    values = np.array(points, dtype=float)
    assert pareto_front(values).tolist() == by_all_pairs(values)


@pytest.mark.parametrize("n_objectives", [1, 2, 3])
def test_equal_to_all_pairs_of_random_points(n_objectives):
    values = np.random.default_rng(n_objectives).normal(size=(400, n_objectives))
    assert pareto_front(values).tolist() == by_all_pairs(values)
    assert pareto_front(-values, (True,) * n_objectives).tolist() == by_all_pairs(values)


def test_equal_points_all_stay_and_nan_never_does():
    values = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [2.0, 2.0], [np.nan, 0.0], [np.inf, -np.inf]])
    assert pareto_front(values).tolist() == [0, 1, 2, 5]
    assert pareto_front(np.full((3, 2), np.inf)).tolist() == [0, 1, 2]
    assert pareto_front(np.empty((0, 2))).tolist() == []


@pytest.mark.parametrize(("n_objectives", "limit"), [(2, 1.0), (3, 3.0)])
def test_a_hundred_thousand_points_are_quick(n_objectives, limit):
    values = np.random.default_rng(0).random((100_000, n_objectives))
    started = time.perf_counter()
    front = pareto_front(values)
    assert time.perf_counter() - started < limit
    assert 0 < len(front) < 2_000


def test_a_long_front_in_space():
    """All 20,000 points of a sphere's octant are compromises."""
    directions = np.abs(np.random.default_rng(0).normal(size=(20_000, 3)))
    values = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    assert len(pareto_front(values, (True, True, True))) == 20_000


def test_bad_input():
    with pytest.raises(InputError, match="one to three objectives"):
        pareto_front(np.ones((2, 4)))
    with pytest.raises(InputError, match="1 directions were given for 2"):
        pareto_front(np.ones((2, 2)), (True,))
