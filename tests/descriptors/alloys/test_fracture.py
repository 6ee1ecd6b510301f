"""Fracture toughness of brittle solids."""

import numpy as np
import pytest

from quinary.descriptors.alloys.elastic_averages import poisson_ratio, youngs_modulus
from quinary.descriptors.alloys.fracture import griffith_toughness, mazhnik_oganov_toughness, niu_toughness

BULK, SHEAR, VOLUME = np.array([249.211]), np.array([180.306]), np.array([4.33**3 / 8])  # titanium carbide


@pytest.mark.physics
def test_griffith_of_tungsten():
    """Irwin's relation by hand: sqrt(4 * 160 GPa * 3.3 J/m^2 / 0.72) = 1.71 MPa m^0.5."""
    found = griffith_toughness(np.array([160.0]), np.array([3.3]), np.array([0.28]))[0]
    assert found == pytest.approx((4 * 160e9 * 3.3 / 0.72) ** 0.5 / 1e6)


@pytest.mark.physics
def test_titanium_carbide():
    """Niu et al. 2019 (10.1063/1.5066311) and Mazhnik, Oganov 2019 (10.1063/1.5113622): about 3 MPa m^0.5."""
    assert niu_toughness(BULK, SHEAR, VOLUME)[0] == pytest.approx(3.12, abs=0.01)
    young, poisson = youngs_modulus(BULK, SHEAR), poisson_ratio(BULK, SHEAR)
    assert mazhnik_oganov_toughness(young, poisson, VOLUME)[0] == pytest.approx(3.4, abs=0.1)


@pytest.mark.physics
def test_the_volume_of_a_formula_unit_gives_the_published_larger_number():
    """Tables of rock-salt carbides take the volume of a formula unit: larger by the sixth root of two."""
    assert (niu_toughness(BULK, SHEAR, 2 * VOLUME) / niu_toughness(BULK, SHEAR, VOLUME))[0] == pytest.approx(
        1.1225, abs=1e-4
    )


def test_mazhnik_oganov_is_finite_for_every_poisson_ratio():
    found = mazhnik_oganov_toughness(np.full(101, 400.0), np.linspace(0.0, 0.5, 101), np.full(101, 10.0))
    assert np.isfinite(found).all()
    assert (found > 0).all()
