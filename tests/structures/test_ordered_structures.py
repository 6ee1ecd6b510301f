"""Structures of orbits."""

import numpy as np
import pytest

from quinary.structures.orbits import hermite_normal_forms, orbits
from quinary.structures.ordered_structures import ordered_structures, supercell
from quinary.structures.prototypes import cation_sites, prototype_named


@pytest.mark.parametrize("name", ["rock-salt", "AlB2"])
def test_supercells_keep_density_and_neighbours(name):
    parent = prototype_named(name).atoms()
    for cell in hermite_normal_forms(4)[::5]:
        atoms = supercell(parent, cell)
        assert atoms.get_volume() == pytest.approx(4 * parent.get_volume())
        assert len(cation_sites(atoms)) == 4
        distances = atoms.get_all_distances(mic=True)
        assert distances[distances > 1e-6].min() > 1.5


def test_each_structure_holds_every_metal_once():
    metals = ("Hf", "Nb", "Ta", "Ti", "Zr")
    parent = prototype_named("rock-salt").atoms(("Ti", "C"), 4.53)
    structures = list(ordered_structures(orbits("rock-salt", 5), metals, parent))
    assert len(structures) == 54
    assert {atoms.get_chemical_formula() for atoms in structures} == {"C5HfNbTaTiZr"}
    chosen = list(ordered_structures(orbits("rock-salt", 5), metals, parent, [7, 50]))
    assert (chosen[1].numbers == structures[50].numbers).all()
    assert np.allclose(chosen[0].positions, structures[7].positions)
