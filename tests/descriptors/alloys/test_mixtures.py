"""Density and price by mass and volume."""

import numpy as np
import pytest

from quinary.descriptors.alloys.mixtures import mixture_density, mixture_price

HALVES = np.array([[0.5, 0.5], [1.0, 0.0]])


def test_price_is_weighted_by_mass():
    np.testing.assert_allclose(mixture_price(HALVES, np.array([30.0, 10.0]), np.array([4.0, 8.0])), [5.0, 4.0])


def test_density_is_mass_over_volume():
    np.testing.assert_allclose(mixture_density(HALVES, np.array([30.0, 10.0]), np.array([3.0, 5.0])), [5.0, 10.0])


@pytest.mark.physics
def test_density_of_monbtaw():
    """Senkov et al. 2010, 10.1016/j.intermet.2010.05.014: 13.75 g/cm^3 measured; the rule gives 13.63."""
    from quinary.reference.elements import column

    elements = ("Mo", "Nb", "Ta", "W")
    found = mixture_density(np.full((1, 4), 0.25), column("mass", elements), column("molar_volume", elements))[0]
    assert found == pytest.approx(13.75, rel=0.02)
