"""Random numbers by count: the published sequence, even and independent of how they are asked for."""

import numpy as np
import pytest
from scipy import stats

from quinary.generative.palette.counter_random import GOLDEN, chances, even_chances, normals, scrambled, streams


def counted(n):
    return np.arange(n, dtype=np.uint64)


@pytest.mark.physics
def test_the_generator_is_the_published_one():
    """The first three outputs of SplitMix64 from the seed 1234567, Steele, Lea and Flood 2014 (10.1145/2660193.2660195)."""
    states = np.array([1234567], dtype=np.uint64) + GOLDEN * np.arange(1, 4, dtype=np.uint64)
    assert scrambled(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_a_sample_has_the_same_numbers_in_any_block():
    np.testing.assert_array_equal(streams(7, counted(100))[40:], streams(7, counted(100)[40:]))
    assert not set(streams(7, counted(1000)).tolist()) & set(streams(8, counted(1000)).tolist())


def test_numbers_are_even_and_normal():
    starts = streams(0, counted(50_000))
    drawn = np.array([chances(starts, number) for number in range(4)])
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert all(stats.kstest(row, "uniform").pvalue > 1e-3 for row in drawn)
    assert np.abs(np.corrcoef(drawn) - np.eye(4)).max() < 0.02
    assert stats.kstest(normals(starts, 4), "norm").pvalue > 1e-3


@pytest.mark.parametrize("n", [10, 100, 12_345])
def test_even_chances_leave_no_wide_gap(n):
    drawn = np.sort(even_chances(3, counted(n)))
    assert np.diff(drawn, prepend=drawn[-1] - 1).max() < 2.3 / n
