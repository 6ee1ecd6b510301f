"""Quasi-harmonic free energies: Einstein's solid, a copper crystal with a classical potential, and what cannot be."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.simulation.potentials import load_potential
from quinary.simulation.thermal import (
    CUBIC,
    HEXAGONAL,
    ThermalSettings,
    quasi_harmonic,
    scaled,
    static_constants,
    vibrational_energy,
)

COLD, HOT = 300.0, 600.0


@pytest.fixture(scope="module")
def copper():
    from ase.build import bulk

    return bulk("Cu", "fcc", a=3.6, cubic=True).repeat((2, 1, 1)), load_potential("emt")


@pytest.mark.physics
def test_classical_limit_of_an_oscillator():
    """F -> k T ln(hbar omega / k T) for k T >> hbar omega (Ashcroft, Mermin 1976, chapter 23)."""
    mode, thermal = np.array([0.01]), 8.617333262e-5 * 20000.0
    assert vibrational_energy(mode, 20000.0) == pytest.approx(thermal * np.log(0.01 / thermal), rel=1e-4)
    assert vibrational_energy(mode, 0.0) == pytest.approx(0.005)


@pytest.mark.physics
def test_copper_expands(copper):
    """Effective-medium theory of copper: a = 3.59 angstrom at rest; measured expansion 16.5e-6/K at 300 K (CRC Handbook)."""
    atoms, potential = copper
    free = quasi_harmonic(atoms, potential, ThermalSettings(CUBIC, phonon_scales=(0.0, 0.02)))
    static, cold, hot = (free.equilibrium(t)[0] for t in (-1.0, COLD, HOT))
    assert 3.6 * np.exp(static) == pytest.approx(3.59, abs=0.01)
    assert static < cold < hot
    assert 1e6 * (hot - cold) / (HOT - COLD) == pytest.approx(16.5, rel=0.4)  # eight atoms and a simple potential
    assert free.n_soft == 0


def test_a_cubic_crystal_on_two_free_axes_stays_cubic(copper):
    atoms, potential = copper
    cube = atoms[:4].copy()
    cube.set_cell([3.6, 3.6, 3.6])
    settings = ThermalSettings(HEXAGONAL, energy_scales=(-0.01, 0.0, 0.01, 0.02), phonon_scales=(0.0, 0.015))
    free = quasi_harmonic(cube, potential, settings)
    along, up = free.equilibrium(COLD)
    assert along == pytest.approx(up, abs=8e-4)  # one-sided slopes of the phonons see curvature
    assert along > free.equilibrium(-1.0)[0]


@pytest.mark.physics
def test_static_constants_of_copper_are_cubic_and_agree_with_compression(copper):
    """(C11 + 2 C12) / 3 is the bulk modulus, here from the pressure of two scaled cells."""
    from ase.units import GPa

    atoms, potential = copper
    at_rest = scaled(atoms, CUBIC, (np.log(3.59 / 3.6),))
    tensor = static_constants(at_rest, potential)
    np.testing.assert_allclose(np.diag(tensor)[:3], tensor[0, 0], rtol=0.02)
    pressures = [-potential.prepared(scaled(at_rest, CUBIC, (e,))).get_stress()[:3].mean() / GPa for e in (-1e-3, 1e-3)]
    assert tensor[:3, :3].sum() / 9 == pytest.approx((pressures[0] - pressures[1]) / 6e-3, rel=0.02)


def test_too_few_scales(copper):
    with pytest.raises(InputError, match="too few scales"):
        quasi_harmonic(*copper, ThermalSettings(CUBIC, energy_scales=(0.0, 0.01)))
