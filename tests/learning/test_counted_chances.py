"""Random numbers by count: the published sequence, even and independent of how they are asked for."""

import numpy as np
import pytest
from scipy import stats

from quinary.learning.counted_chances import GOLDEN, chances, normals, scrambled, streams


@pytest.mark.physics
def test_the_generator_is_the_published_one():
    """The first three outputs of SplitMix64 from the seed 1234567, Steele, Lea and Flood 2014 (10.1145/2660193.2660195)."""
    states = np.array([1234567], dtype=np.uint64) + GOLDEN * np.arange(1, 4, dtype=np.uint64)
    assert scrambled(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_a_sample_has_the_same_numbers_in_any_block():
    np.testing.assert_array_equal(streams(7, 0, 100)[40:], streams(7, 40, 60))
    assert not set(streams(7, 0, 1000).tolist()) & set(streams(8, 0, 1000).tolist())


def test_numbers_are_even_and_normal():
    starts = streams(0, 0, 50_000)
    drawn = np.array([chances(starts, number) for number in range(4)])
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert all(stats.kstest(row, "uniform").pvalue > 1e-3 for row in drawn)
    assert np.abs(np.corrcoef(drawn) - np.eye(4)).max() < 0.02
    assert stats.kstest(normals(starts, 4), "norm").pvalue > 1e-3
