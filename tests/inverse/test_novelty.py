"""How far a composition is from what is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.inverse.novelty import nearest_known

KNOWN = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])


def test_distances_by_hand():
    distance, row = nearest_known(np.array([[0.5, 0.5, 0.0], [0.25, 0.75, 0.0], [0.0, 0.1, 0.9]]), KNOWN)
    assert distance == pytest.approx([0.0, 0.25, 0.1])
    assert row.tolist() == [0, 0, 1]


def test_nothing_known_means_wholly_new():
    distance, _ = nearest_known(KNOWN, np.zeros((0, 3)))
    assert distance.tolist() == [1.0, 1.0]


def test_nothing_asked():
    assert nearest_known(np.zeros((0, 3)), KNOWN)[0].shape == (0,)


@given(st.integers(0, 2**31), st.integers(1, 30), st.integers(1, 30))
def test_distance_is_between_zero_and_one_and_zero_for_the_known(seed, n_rows, n_known):
    generator = np.random.default_rng(seed)
    fractions, known = generator.dirichlet(np.ones(5), n_rows), generator.dirichlet(np.ones(5), n_known)
    distance, row = nearest_known(fractions, known)
    assert ((distance >= 0) & (distance <= 1)).all()
    np.testing.assert_allclose(distance, np.abs(fractions - known[row]).sum(axis=1) / 2)
    assert nearest_known(known, known)[0] == pytest.approx(0.0)


def test_many_rows_are_taken_in_blocks():
    generator = np.random.default_rng(0)
    fractions, known = generator.dirichlet(np.ones(20), 300), generator.dirichlet(np.ones(20), 2000)
    blockwise = nearest_known(fractions, known)[0]
    single = np.array([nearest_known(row[None, :], known)[0][0] for row in fractions])
    np.testing.assert_array_equal(blockwise, single)
