"""Entropy, enthalpy and the strongest pairs."""

import numpy as np
import pytest

from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloys.entropy_enthalpy import mixing_entropy, relative_mixing_entropy, strongest_pairs


@pytest.mark.physics
def test_entropy_of_equimolar_alloys():
    """R ln n: 13.381 J/mol/K for five components (Yeh et al. 2004, 10.1002/adem.200300567), exactly zero for one."""
    fractions = np.array([[0.2] * 5, [0.25] * 4 + [0.0], [1.0, 0.0, 0.0, 0.0, 0.0]])
    np.testing.assert_allclose(mixing_entropy(fractions), GAS_CONSTANT * np.log([5, 4, 1]), rtol=1e-12)
    assert mixing_entropy(fractions)[0] == pytest.approx(13.3816, abs=1e-4)
    assert mixing_entropy(fractions)[2] == 0.0


def test_relative_entropy_counts_the_elements_present():
    fractions = np.array([[0.25] * 4 + [0.0], [0.97, 0.01, 0.01, 0.01, 0.0]])
    np.testing.assert_allclose(relative_mixing_entropy(fractions)[0], 1.0, rtol=1e-12)
    assert relative_mixing_entropy(fractions)[1] < 0.15


PAIRS = np.array([[0.0, -20.0, 6.0], [-20.0, 0.0, 2.0], [6.0, 2.0, 0.0]])


def test_strongest_pairs_take_the_ratio_of_the_alloy():
    lowest, highest = strongest_pairs(np.array([[1 / 3] * 3, [0.1, 0.4, 0.5], [0.0, 0.5, 0.5]]), PAIRS)
    np.testing.assert_allclose(lowest, [-20.0, -20.0 * 4 * 0.2 * 0.8, 0.0], rtol=1e-12)
    np.testing.assert_allclose(highest, [6.0, 6.0 * 4 * 0.1 * 0.5 / 0.36, 2.0], rtol=1e-12)


def test_a_trace_does_not_make_the_strongest_pair_jump():
    lowest, _ = strongest_pairs(np.array([[1e-9, 0.5, 0.5]]), PAIRS)
    assert lowest[0] == pytest.approx(0.0, abs=1e-6)


def test_missing_pair():
    pairs = PAIRS.copy()
    pairs[0, 1] = pairs[1, 0] = np.nan
    lowest, highest = strongest_pairs(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]), pairs)
    assert list(np.isnan(lowest)) == list(np.isnan(highest)) == [True, False]
