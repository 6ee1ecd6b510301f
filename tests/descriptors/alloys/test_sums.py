"""Sums over elements and pairs."""

import numpy as np

from quinary.descriptors.alloys.sums import has_missing_pair, pair_sum, ratio, variance

FRACTIONS = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]])


def test_pair_sum_by_hand():
    pairs = np.array([[0.0, 2.0, -4.0], [2.0, 0.0, 10.0], [-4.0, 10.0, 0.0]])
    np.testing.assert_allclose(pair_sum(FRACTIONS, pairs), [0.5, 0.12 - 0.4 + 1.5, 0.0], rtol=1e-14)


def test_a_missing_pair_matters_where_both_elements_are_present():
    pairs = np.array([[0.0, 1.0, np.nan], [1.0, 0.0, 1.0], [np.nan, 1.0, 0.0]])
    assert list(has_missing_pair(FRACTIONS, pairs)) == [False, True, False]
    assert list(np.isnan(pair_sum(FRACTIONS, pairs))) == [False, True, False]


def test_variance_is_that_of_numpy_and_knows_missing_elements():
    values = np.array([125.0, 147.0, 160.0])
    mean = FRACTIONS @ values
    np.testing.assert_allclose(variance(FRACTIONS, values), FRACTIONS @ values**2 - mean**2, atol=1e-9)
    assert list(np.isnan(variance(FRACTIONS, np.array([1.0, 2.0, np.nan])))) == [False, True, True]


def test_ratio_over_zero():
    quotients = ratio(np.array([1.0, -1.0, 0.0, 3.0]), np.array([0.0, 0.0, 0.0, 2.0]))
    np.testing.assert_array_equal(quotients, [np.inf, -np.inf, np.nan, 1.5])
