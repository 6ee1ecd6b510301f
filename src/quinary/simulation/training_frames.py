"""Structures to train a neural potential on: rattled and strained cells with energies and forces from another potential."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.learning.models.atomic_network import AtomicFrame
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["frame_of", "rattled_frames"]

_STRAIN: Final = 0.02  # standard deviation of each component
_RATTLES: Final = (0.03, 0.15)  # angstrom: of room temperature, and above the highest temperatures looked at


def rattled_frames(
    cells: Sequence[Atoms], potential: Potential, n_frames: int, seed: int = 0, progress: Progress = silent
) -> Iterator[tuple[int, AtomicFrame]]:
    """(Number of the cell, structure) of cells taken in turn, each strained and rattled anew.

    Strains are normal with 2 % in each component; displacements are normal with a width drawn between 0.03 and 0.15
    angstrom for each structure.

    Raises:
        InputError: the potential cannot compute a cell.
    """
    random = np.random.default_rng(seed)
    kinds = sorted({symbol for cell in cells for symbol in cell.get_chemical_symbols()})
    for number in range(n_frames):
        progress("structures to train on", number, n_frames)
        place = number % len(cells)
        strain = random.normal(0.0, _STRAIN, (3, 3))
        moved = cells[place].copy()
        moved.set_cell(moved.cell.array @ (np.eye(3) + (strain + strain.T) / 2), scale_atoms=True)
        moved.positions += random.normal(0.0, random.uniform(*_RATTLES), moved.positions.shape)
        yield place, frame_of(moved, potential, kinds)


def frame_of(atoms: Atoms, potential: Potential, kinds: Sequence[str], cutoff: float = 5.0) -> AtomicFrame:
    """A structure with energy and forces from a potential; `kinds` numbers the elements, `cutoff` is in angstrom.

    Raises:
        InputError: the potential cannot compute it.
    """
    from ase.neighborlist import neighbor_list

    ready = potential.prepared(atoms)
    first, second, vectors = neighbor_list("ijD", atoms, cutoff)
    forces = np.array(ready.get_forces(), dtype=np.float64)
    return AtomicFrame(
        np.array([kinds.index(symbol) for symbol in atoms.get_chemical_symbols()]),
        np.array([first, second]),
        np.asarray(vectors, dtype=np.float64),
        float(ready.get_potential_energy()),
        forces,
    )
