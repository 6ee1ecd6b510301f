"""Size mismatch, packing and strain against the textbook forms of the same expressions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloys.size import (
    PACKING_BCC,
    PACKING_FCC,
    elastic_strain_energy,
    excess_entropy,
    gamma_parameter,
    largest_radius_deviation,
    size_mismatch,
)


def mansoori(fractions, radii, packing):
    """The double sums as Mansoori et al. 1971 print them."""
    d, z = 2.0 * radii, 1.0 / (1.0 - packing)
    square, cube = fractions @ d**2, fractions @ d**3
    pairs = [(i, j) for j in range(len(d)) for i in range(j)]
    weights = [fractions[i] * fractions[j] * (d[i] - d[j]) ** 2 for i, j in pairs]
    y_1 = sum(w * (d[i] + d[j]) for w, (i, j) in zip(weights, pairs, strict=True)) / cube
    y_2 = square / cube**2 * sum(w * d[i] * d[j] for w, (i, j) in zip(weights, pairs, strict=True))
    y_3 = square**3 / cube**2
    bracket = (z - 1) * (z - 3) / 2 + math.log(z)
    return GAS_CONSTANT * (1.5 * (z**2 - 1) * y_1 + 1.5 * (z - 1) ** 2 * y_2 - bracket * (1 - y_3))


@given(st.lists(st.tuples(st.floats(100, 200), st.integers(1, 50)), min_size=2, max_size=7))
@settings(max_examples=60, deadline=None)
def test_excess_entropy_in_moments_equals_the_double_sums(entries):
    radii = np.array([radius for radius, _ in entries])
    fractions = np.array([float(amount) for _, amount in entries])
    fractions /= fractions.sum()
    expected = np.mean([mansoori(fractions, radii, packing) for packing in (PACKING_BCC, PACKING_FCC)])
    assert excess_entropy(fractions[None, :], radii)[0] == pytest.approx(expected, rel=1e-9, abs=1e-11)


@given(
    st.floats(100, 200),
    st.lists(st.integers(1, 50), min_size=1, max_size=7),
)
@settings(max_examples=40, deadline=None)
def test_one_radius_means_no_mismatch(radius, amounts):
    fractions = np.array(amounts, dtype=float)[None, :] / sum(amounts)
    radii = np.full(len(amounts), radius)
    assert size_mismatch(fractions, radii)[0] == 0.0
    assert excess_entropy(fractions, radii)[0] == 0.0
    assert gamma_parameter(fractions, radii)[0] == pytest.approx(1.0, rel=1e-12)


def test_elastic_strain_energy_equals_its_definition():
    fractions, moduli, volumes = np.array([0.2, 0.3, 0.5]), np.array([170.0, 105.0, 83.0]), np.array([10.8, 10.6, 14.0])
    mean = (fractions * moduli * volumes).sum() / (fractions * moduli).sum()
    expected = (fractions * moduli * (volumes - mean) ** 2 / (2 * volumes)).sum()
    assert elastic_strain_energy(fractions[None, :], moduli, volumes)[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.physics
def test_hume_rothery_size_factor_of_dilute_binaries():
    """Hume-Rothery's 15 % rule: in copper, zinc and nickel (which dissolve well) are within it, lead is far outside."""
    from quinary.reference.elements import column

    copper, zinc, nickel, lead = column("metallic_radius", ("Cu", "Zn", "Ni", "Pb"))
    dilute = np.array([[1.0 - 1e-9, 1e-9]])
    for solute, is_soluble in ((zinc, True), (nickel, True), (lead, False)):
        factor = largest_radius_deviation(dilute, np.array([copper, solute]))[0]
        assert factor == pytest.approx(100 * abs(solute / copper - 1), rel=1e-6)
        assert (factor < 15.0) == is_soluble
