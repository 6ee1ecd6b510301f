"""Bayesian relaxation within the symmetry."""

import functools

import numpy as np
import pytest
from ase import Atoms
from ase.spacegroup import crystal

from quinary.errors import InputError, WorkError
from quinary.simulation.bowsr import BowsrSettings, bowsr_relaxed, symmetry_modes
from quinary.simulation.energies import energy
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxSettings, relaxed
from quinary.structures.prototypes import prototype_named

RUTILE = crystal(["Ti", "O"], [(0, 0, 0), (0.3, 0.3, 0)], spacegroup=136, cellpar=[4.8, 4.8, 3.1, 90, 90, 90])
WURTZITE = crystal(
    ["Al", "N"], [(1 / 3, 2 / 3, 0), (1 / 3, 2 / 3, 0.36)], spacegroup=186, cellpar=[3.3, 3.3, 4.8, 90, 90, 120]
)


@pytest.mark.parametrize(
    ("atoms", "n_strains", "n_displacements"),
    [
        (prototype_named("bcc").atoms(), 1, 0),
        (prototype_named("spinel").atoms(), 1, 1),
        (prototype_named("AlB2").atoms(), 2, 0),
        (RUTILE, 2, 1),
        (WURTZITE, 2, 1),  # the height of nitrogen over aluminium; both along c together is no parameter
        (Atoms("WC", positions=[(0, 0, 0), (1.4, 1.1, 1.2)], cell=[3, 3.3, 3.7, 80, 85, 95], pbc=True), 6, 0),
    ],
)
def test_numbers_of_free_parameters(atoms, n_strains, n_displacements):
    """Wyckoff positions of the International Tables; of two atoms without symmetry, one inversion centre between them."""
    modes = symmetry_modes(atoms)
    expected = n_displacements if n_strains < 6 else len(modes.displacements)
    assert (len(modes.strains), len(modes.displacements)) == (n_strains, expected)
    assert np.allclose(modes.strains[0], np.eye(3))
    assert np.allclose(modes.displacements.sum(axis=1), 0, atol=1e-9)


def test_modes_keep_the_space_group():
    modes = symmetry_modes(RUTILE)
    moved = modes.applied(RUTILE, np.array([0.05, -0.08, 0.1]))
    assert symmetry_modes(moved).space_group == modes.space_group == "P4_2/mnm (136)"
    assert moved.get_volume() != pytest.approx(RUTILE.get_volume(), rel=0.01)


@pytest.mark.physics
@pytest.mark.parametrize(
    "atoms",
    [prototype_named("bcc").atoms(("W",), 3.45), prototype_named("rock-salt").atoms(("Ti", "C"), 4.0), RUTILE],
    ids=["W", "TiC", "TiO2"],
)
def test_matches_direct_relaxation(atoms):
    """Within 1 % in the lattice, from starts up to 9 % off, with the same potential."""
    potential = load_potential()
    direct = relaxed(atoms, potential, RelaxSettings(force=0.01, optimizer="BFGS"))
    found = bowsr_relaxed(atoms, functools.partial(energy, potential=potential))
    assert found.is_converged
    assert np.allclose(found.atoms.cell.lengths(), direct.atoms.cell.lengths(), rtol=0.01)
    assert found.energy == pytest.approx(direct.energy, abs=2e-3)
    assert found.energy == np.nanmin(found.energies)


def test_same_seed_same_search_and_a_model_without_forces():
    def volume_model(atoms):
        return (atoms.get_volume() / len(atoms) - 16.0) ** 2 / 50

    start = prototype_named("bcc").atoms(("W",), 3.0)
    first, second = (bowsr_relaxed(start, volume_model, BowsrSettings(seed=4)) for _ in range(2))
    assert np.array_equal(first.energies, second.energies)
    assert first.atoms.get_volume() == pytest.approx(16.0, rel=0.01)


def test_atoms_too_close_are_not_computed():
    def never(atoms):
        raise AssertionError(atoms)

    with pytest.raises(WorkError, match="too close"):
        bowsr_relaxed(prototype_named("bcc").atoms(("W",), 3.0), never, BowsrSettings(n_evaluations=4, shortest=5.0))


def test_bad_input():
    with pytest.raises(InputError, match="needs a crystal"):
        symmetry_modes(Atoms("H2", positions=[(0, 0, 0), (0, 0, 1)]))
    with pytest.raises(InputError, match="out of range"):
        BowsrSettings(strain=0.0)
