"""Tolerance factors."""

import numpy as np
import pytest

from quinary.descriptors.ceramics.oxide_factors import bartel_tolerance_factor, goldschmidt_tolerance_factor


@pytest.mark.physics
def test_strontium_titanate_is_the_ideal_perovskite():
    """Goldschmidt 1926, 10.1007/BF01507527: t = 1.00; tau below the 4.18 of Bartel et al. 2019, 10.1126/sciadv.aav0693."""
    a_radius, b_radius, charge = np.array([1.44]), np.array([0.605]), np.array([2.0])
    assert goldschmidt_tolerance_factor(a_radius, b_radius)[0] == pytest.approx(1.00, abs=5e-3)
    assert bartel_tolerance_factor(a_radius, b_radius, charge)[0] == pytest.approx(3.80, abs=5e-3)


def test_parity_with_another_implementation():
    from hea_bench.oxides.descriptors import bartel_tau, goldschmidt_t

    random = np.random.default_rng(6)
    b_radius = random.uniform(0.4, 0.9, 50)
    a_radius, charge = b_radius + random.uniform(0.1, 0.8, 50), random.uniform(1, 3, 50)
    rows = list(zip(a_radius, b_radius, charge, strict=True))
    np.testing.assert_allclose(
        goldschmidt_tolerance_factor(a_radius, b_radius), [goldschmidt_t(a, b) for a, b, _ in rows]
    )
    np.testing.assert_allclose(bartel_tolerance_factor(a_radius, b_radius, charge), [bartel_tau(*row) for row in rows])


def test_tau_needs_the_larger_cation_on_a():
    radii = np.array([0.6, 0.7])
    assert np.isnan(bartel_tolerance_factor(radii, np.array([0.6, 0.8]), np.array([2.0, 2.0]))).all()
