"""Energies of many structures with one potential.

One structure after the other: on a processor core, cells of ten atoms joined into larger graphs take 1.0 to 3.5 times as
long each (2 to 16 at a time, diep in double precision), since the intermediate arrays leave the cache, and need more
memory. Many compositions are spread over processes instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sized
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quinary.errors import WorkError
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["energies", "energy"]


def energy(atoms: Atoms, potential: Potential) -> float:
    """Potential energy of the structure as it is, eV/atom.

    Raises:
        InputError: the potential cannot compute it.
        WorkError: the energy is not a number.
    """
    value = float(potential.prepared(atoms).get_potential_energy()) / len(atoms)
    if not math.isfinite(value):
        raise WorkError(f"the energy of {atoms.get_chemical_formula()} with {potential.name} is not a number")
    return value


def energies(
    structures: Iterable[Atoms], potential: Potential, progress: Progress = silent, what: str = "energies"
) -> NDArray[np.float64]:
    """Potential energies of the structures as they are, eV/atom, shape (n_structures,).

    Raises:
        InputError: the potential cannot compute one of them.
        WorkError: an energy is not a number.
    """
    total = len(structures) if isinstance(structures, Sized) else 0
    values = []
    for number, atoms in enumerate(structures, 1):
        values.append(energy(atoms, potential))
        progress(what, number, total)
    return np.array(values, dtype=np.float64)
