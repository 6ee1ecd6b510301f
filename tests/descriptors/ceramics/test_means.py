"""Closed forms of the mixture of binaries."""

import numpy as np
import pytest

from quinary.constants import GAS_CONSTANT
from quinary.descriptors.ceramics.means import (
    binary_fractions,
    mass_density,
    pair_interaction_enthalpy,
    raw_density,
    relative_deviation,
    sublattice_entropy,
)

HALVES = np.array([[0.5, 0.5]])


@pytest.mark.physics
def test_raw_density_of_hafnium_carbide():
    """7.5991 amu/A^3 is printed as density in 10.1038/s41524-021-00678-3; the X-ray density of HfC is 12.7 g/cm^3."""
    mass, volume = np.array([190.501]), np.array([25.06875])
    assert raw_density(mass, volume)[0] == pytest.approx(7.5991, abs=5e-5)
    assert mass_density(mass, volume)[0] == pytest.approx(12.6187, abs=5e-4)


def test_deviation_of_two():
    assert relative_deviation(HALVES, np.array([8.0, 10.0])) == pytest.approx(1 / 9)
    assert np.isnan(relative_deviation(HALVES, np.array([8.0, np.nan]))).all()
    assert relative_deviation(np.array([[1.0, 0.0]]), np.array([8.0, np.nan])) == 0.0


def test_interactions_have_no_factor_of_four():
    assert pair_interaction_enthalpy(HALVES, np.array([[0.0, 8.0], [8.0, 0.0]])) == pytest.approx(2.0)


def test_the_anion_runs_fastest():
    found = binary_fractions(np.array([[0.25, 0.75]]), np.array([0.4, 0.6]))
    np.testing.assert_allclose(found, [[0.1, 0.15, 0.3, 0.45]])


def test_entropy_adds_up_over_sublattices():
    mixed, pure = np.log(2) * GAS_CONSTANT, np.array([[1.0, 0.0]])
    assert sublattice_entropy([HALVES], [1.0], np.array([1.0]), 2.0) == pytest.approx(mixed)
    assert sublattice_entropy([HALVES, pure], [0.5, 0.5], np.array([1.0]), 1.5) == pytest.approx(mixed / 2)
    assert sublattice_entropy([pure], [1.0], HALVES[0], 1.0) == pytest.approx(mixed)
