"""Prototypes: their atoms, marks and symmetry."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.structures.prototypes import (
    ANION_SITE,
    PROTOTYPES,
    cation_sites,
    prototype_named,
    prototype_of_ceramic,
)

SPACE_GROUPS = {name: prototype.space_group for name, prototype in PROTOTYPES.items()}


@pytest.mark.physics
@pytest.mark.parametrize("name", PROTOTYPES)
def test_space_group_and_sites(name):
    """International Tables for Crystallography A: the atoms have the space group that the prototype says."""
    import spglib

    prototype = PROTOTYPES[name]
    for is_primitive in (True, False):
        atoms = prototype.atoms(is_primitive=is_primitive)
        cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
        assert spglib.get_spacegroup(cell, symprec=1e-4).endswith(f"({prototype.space_group})")
        marks = set(atoms.arrays["sublattice"].tolist()) - {ANION_SITE}
        assert marks == set(range(prototype.n_sublattices))


@pytest.mark.parametrize(
    ("name", "formula"),
    [("rock-salt", "C4Ti4"), ("fluorite", "Ce4O8"), ("spinel", "Al16Mg8O32"), ("perovskite", "O3SrTi")],
)
def test_conventional_cells(name, formula):
    assert prototype_named(name).atoms(is_primitive=False).get_chemical_formula() == formula


def test_lattice_parameters_and_symbols():
    atoms = prototype_named("AlB2").atoms(("Zr", "B"), 3.17, 3.53)
    assert atoms.cell.lengths() == pytest.approx([3.17, 3.17, 3.53])
    assert [atoms.symbols[i] for i in cation_sites(atoms)] == ["Zr"]


@pytest.mark.parametrize(("name", "n"), [("rock-salt", 48), ("bcc", 48), ("AlB2", 24), ("fluorite", 48), ("WC", 12)])
def test_rotations_are_a_group_that_fixes_the_site(name, n):
    rotations = prototype_named(name).site_rotations()
    assert len(rotations) == n
    products = {(a @ b).tobytes() for a in rotations for b in rotations}
    assert products == {rotation.tobytes() for rotation in rotations}
    assert np.abs(np.linalg.det(rotations)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (lambda: prototype_named("rocksalt"), "did you mean rock-salt"),
        (lambda: prototype_of_ceramic("C", 0.5), "known: MC, MN, MO, MB2"),
        (lambda: prototype_named("hcp").site_rotations(), "not one Bravais lattice"),
        (lambda: prototype_named("B2").atoms(("Ni",)), "takes 2 symbols"),
        (lambda: prototype_named("bcc").atoms(a=-1.0), "must be positive"),
        (lambda: prototype_named("bcc").atoms(c=3.0), "is cubic"),
    ],
)
def test_bad_input(do, message):
    with pytest.raises(InputError, match=message):
        do()
