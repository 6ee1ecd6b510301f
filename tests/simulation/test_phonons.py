"""Phonons: known crystals with diep, which takes a second for each, and invariants on a potential that takes no time."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.simulation.phonons import PhononSettings, n_evaluations, phonons, repeats_for
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxSettings, relaxed
from quinary.structures.prototypes import prototype_named

GAS_CONSTANT = 8.314462618


def crystal(lattice, symbols, potential="diep"):
    found = load_potential(potential)
    return relaxed(prototype_named(lattice).atoms(symbols), found, RelaxSettings(force=0.005)).atoms, found


@pytest.fixture(scope="module")
def copper():
    return crystal("fcc", ("Cu",), "emt")


@pytest.mark.physics
def test_tungsten_is_stable_with_its_measured_frequencies():
    """Neutrons: at N 6.75 THz at most (Chen, Brockhouse 1964, Solid State Commun. 2, 73); C_V of 24 J/(mol K) at 298 K."""
    found = phonons(*crystal("bcc", ("W",)), PhononSettings(temperatures=(298.15, 3000.0)))
    assert found.is_stable
    assert found.lowest > 2
    assert found.highest == pytest.approx(6.75, rel=0.1)
    assert found.heat_capacities[0] == pytest.approx(24.0, rel=0.03)
    assert found.heat_capacities[1] == pytest.approx(3 * GAS_CONSTANT, rel=0.002)
    assert found.zero_point_energy == pytest.approx(0.03, rel=0.1)


@pytest.mark.physics
def test_bcc_titanium_has_imaginary_modes_at_0_kelvin_and_hcp_has_none():
    """Bcc Ti is held by anharmonicity alone: Petry et al. 1991, 10.1103/PhysRevB.43.10933."""
    bcc, hcp = phonons(*crystal("bcc", ("Ti",))), phonons(*crystal("hcp", ("Ti",)))
    assert not bcc.is_stable
    assert bcc.lowest < -1
    assert bcc.unstable_share > 0
    assert bcc.zero_point_energy is None
    assert bcc.heat_capacities == bcc.free_energies == ()
    assert hcp.is_stable
    assert hcp.unstable_share == 0


def test_phonons_of_copper_do_not_depend_on_the_displacement(copper):
    atoms, emt = copper
    small, large = (phonons(atoms, emt, PhononSettings(displacement=d)) for d in (0.005, 0.02))
    assert small.highest == pytest.approx(large.highest, rel=0.02)
    assert small.n_displacements == 1
    assert small.largest_force < 1e-6


def test_cells_grow_in_their_narrow_directions_up_to_the_limit():
    cell = prototype_named("bcc").atoms(("W",))
    assert repeats_for(cell) == (4, 4, 4)
    assert repeats_for(cell, PhononSettings(most_atoms=30)) == (3, 3, 3)
    assert repeats_for(prototype_named("hcp").atoms(("Ti",)))[2] == 2
    large = cell.repeat((2, 2, 8))
    assert repeats_for(large) == (1, 1, 1)
    assert n_evaluations(32) == 2 * 96


@pytest.mark.parametrize("settings", [{"width": 0.0}, {"displacement": -1.0}, {"temperatures": (-5.0,)}])
def test_bad_settings(settings):
    with pytest.raises(InputError, match="phonons"):
        PhononSettings(**settings)


def test_an_element_that_the_potential_lacks_is_bad_input():
    with pytest.raises(InputError, match="does not know Po"):
        phonons(prototype_named("bcc").atoms(("Po",)), load_potential("diep"))


def test_frequencies_do_not_depend_on_where_the_crystal_is(copper):
    atoms, emt = copper
    turned = atoms.copy()
    turned.rotate(30, (1, 1, 0), rotate_cell=True)
    turned.positions += 0.3
    one, two = (phonons(each, emt, PhononSettings(width=5.0)) for each in (atoms, turned))
    assert np.isclose(one.highest, two.highest, rtol=1e-3)
