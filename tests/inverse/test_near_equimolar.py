"""Nearly equal parts: as many as allowed, of the elements that have a weight."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.inverse.near_equimolar import even_mixtures


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 9), st.integers(1, 9), st.integers(0, 9), st.integers(0, 10_000))
def test_sizes_lie_within_the_limits_where_they_can(n_elements, fewest, more, seed):
    found = even_mixtures(np.ones(n_elements), (fewest, fewest + more), 50, np.random.default_rng(seed))
    n_present = (found > 0).sum(axis=1)
    assert n_present.max() <= min(fewest + more, n_elements)
    assert n_present.min() >= min(fewest, n_elements)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


def test_elements_without_weight_stay_out_and_parts_are_nearly_equal():
    found = even_mixtures(np.array([0.0, 3.0, 2.0, 0.0, 1.0]), (3, 5), 400, np.random.default_rng(0))
    assert not found[:, [0, 3]].any()
    assert found[:, [1, 2, 4]].mean(axis=0) == pytest.approx(1 / 3, abs=0.01)
    assert found[:, [1, 2, 4]].std() < 0.06
