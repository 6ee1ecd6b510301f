"""Hardness correlations against worked numbers."""

import numpy as np
import pytest

from quinary.descriptors.alloys.elastic_averages import poisson_ratio, youngs_modulus
from quinary.descriptors.alloys.hardness_models import (
    chen_hardness,
    mazhnik_oganov_hardness,
    teter_hardness,
    tian_hardness,
)

TIC = np.array([249.211]), np.array([180.306])  # B, G in GPa


@pytest.mark.physics
def test_titanium_carbide():
    """Chen 2011 (10.1016/j.intermet.2011.03.026) 25.60, Tian 2012 (10.1016/j.ijrmhm.2012.02.021) 25.19 GPa."""
    assert chen_hardness(*TIC)[0] == pytest.approx(25.60, abs=0.005)
    assert tian_hardness(*TIC)[0] == pytest.approx(25.19, abs=0.005)
    assert teter_hardness(TIC[1])[0] == pytest.approx(27.23, abs=0.005)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("bulk", "shear", "lowest", "highest"), [(442.0, 535.0, 85.0, 115.0), (249.211, 180.306, 20.0, 30.0)]
)
def test_measured_range_of_diamond_and_titanium_carbide(bulk, shear, lowest, highest):
    """Mazhnik, Oganov 2019 (10.1063/1.5113622): diamond near 100 GPa, titanium carbide between 20 and 30 GPa."""
    bulk, shear = np.array([bulk]), np.array([shear])
    found = mazhnik_oganov_hardness(youngs_modulus(bulk, shear), poisson_ratio(bulk, shear))[0]
    assert lowest < found < highest


def test_mazhnik_oganov_is_finite_and_positive_for_every_poisson_ratio():
    found = mazhnik_oganov_hardness(np.full(101, 400.0), np.linspace(0.0, 0.5, 101))
    assert (found > 0).all()
    assert found[0] == pytest.approx(38.4)


def test_a_soft_metal_falls_below_zero_in_chen_but_not_in_tian():
    bulk, shear = np.array([180.0]), np.array([27.0])  # gold
    assert chen_hardness(bulk, shear)[0] < 0 < tian_hardness(bulk, shear)[0]
