"""Orbits as structures: metals on the cation sites of a supercell, anions where the prototype has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quinary.structures.orbits import Orbits, coset_points
from quinary.structures.prototypes import cation_sites

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["ordered_structures", "supercell"]


def supercell(parent: Atoms, cell: NDArray[np.int64]) -> Atoms:
    """The parent repeated over a cell in Hermite normal form (rows in units of the parent's vectors).

    Atom `k * len(parent) + i` is atom i of the parent in coset point k; the vectors are the shortest of the lattice
    (Minkowski reduction), since a Hermite normal form can be very long and thin.
    """
    from ase import Atoms
    from ase.geometry import minkowski_reduce

    shifts = coset_points(cell) @ parent.cell.array
    positions = (shifts[:, None, :] + parent.positions[None, :, :]).reshape(-1, 3)
    vectors, _ = minkowski_reduce(cell @ parent.cell.array)
    atoms = Atoms(numbers=np.tile(parent.numbers, len(shifts)), positions=positions, cell=vectors, pbc=True)
    atoms.set_array("sublattice", np.tile(parent.arrays["sublattice"], len(shifts)))
    atoms.wrap()
    return atoms


def ordered_structures(
    orbits: Orbits, metals: Sequence[str], parent: Atoms, chosen: Iterable[int] | None = None
) -> Iterator[Atoms]:
    """One structure of each orbit (or of the `chosen` ones), with `metals` in the order of the labels.

    `parent` is the primitive cell of the orbits' prototype with the lattice parameters wanted; the anions stay.
    """
    from ase.data import atomic_numbers

    numbers = [atomic_numbers[symbol] for symbol in metals]
    cells = [supercell(parent, cell) for cell in orbits.cells]
    site = int(cation_sites(parent)[0])
    for orbit in range(len(orbits)) if chosen is None else chosen:
        atoms = cells[orbits.cell_of[orbit]].copy()
        for point, label in enumerate(orbits.labels[orbit]):
            atoms.numbers[point * len(parent) + site] = numbers[label]
        yield atoms
