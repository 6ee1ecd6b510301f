"""The most compact supercell of a given size: periodic images of one atom as far apart as the size allows."""

from __future__ import annotations

import functools
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.structures.orbits import hermite_normal_forms
from quinary.structures.prototypes import prototype_named

__all__ = ["MOST_CELLS", "compact_cell", "compactness"]

MOST_CELLS: Final = 256
# No lattice has a shortest vector longer than 2^(1/6) = 1.1225 times the cube root of its cell's volume (Gauss 1831).
_LONGEST_SHORTEST: Final = 2 ** (1 / 6) + 1e-6
_MOST_COMPARED: Final = 40
_BLOCK: Final = 512
_EQUAL: Final = 1e-6  # relative


@functools.lru_cache(maxsize=256)
def _best(prototype: str, n_cells: int) -> tuple[tuple[tuple[int, ...], ...], float]:
    """(Hermite normal form, shortest vector over the cube root of the volume) of the most compact cell."""
    if not 1 <= n_cells <= MOST_CELLS:
        raise InputError(f"a supercell has 1 to {MOST_CELLS} primitive cells, not {n_cells}")
    basis = prototype_named(prototype).atoms().cell.array
    forms = hermite_normal_forms(n_cells)
    edge = (abs(float(np.linalg.det(basis))) * n_cells) ** (1 / 3)
    shortest = _shortest_vectors(basis, forms, edge)
    tied = np.flatnonzero(shortest >= shortest.max() * (1 - _EQUAL))[:_MOST_COMPARED]
    chosen = min(tied, key=lambda number: round(_reduced_length(forms[number] @ basis), 6))
    return tuple(tuple(int(value) for value in row) for row in forms[chosen]), float(shortest[chosen]) / edge


def compact_cell(prototype: str, n_cells: int) -> NDArray[np.int64]:
    """The supercell of `n_cells` primitive cells with the longest shortest vector, as a Hermite normal form (3, 3).

    Of several, the one whose three shortest vectors are shortest in sum, so the squarest. Lattice parameters are those of
    the prototype's example; for hexagonal ones the choice hangs on c/a.

    Raises:
        InputError: unknown prototype, or too few or many cells.
    """
    return np.array(_best(prototype, n_cells)[0], dtype=np.int64)


def compactness(prototype: str, n_cells: int) -> float:
    """Shortest vector of that cell over the cube root of its volume: 1 for a cube, at most 1.1225.

    Raises:
        InputError: unknown prototype, or too few or many cells.
    """
    return _best(prototype, n_cells)[1]


def _shortest_vectors(basis: NDArray[np.float64], forms: NDArray[np.int64], edge: float) -> NDArray[np.float64]:
    """Length of the shortest vector of each supercell, shape (n_forms,).

    A vector k of the parent's lattice (whole numbers) belongs to a supercell H if k H^-1 is whole.
    """
    vectors, lengths = _short_vectors(basis, _LONGEST_SHORTEST * edge)
    found = np.empty(len(forms))
    for start in range(0, len(forms), _BLOCK):
        inverse = np.linalg.inv(forms[start : start + _BLOCK].astype(np.float64))
        inside = np.einsum("vi,fij->fvj", vectors, inverse)
        belongs = (np.abs(inside - np.rint(inside)) < 1e-6).all(axis=2)
        found[start : start + _BLOCK] = lengths[belongs.argmax(axis=1)]
    return found


def _short_vectors(basis: NDArray[np.float64], radius: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lattice vectors in units of the basis up to a length, shortest first, with their lengths; one of k and -k."""
    reach = [math.ceil(radius * float(np.linalg.norm(column))) for column in np.linalg.inv(basis).T]
    grid = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    half = grid[len(grid) // 2 + 1 :].astype(np.float64)
    lengths = np.linalg.norm(half @ basis, axis=1)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] <= radius]
    return half[order], lengths[order]


def _reduced_length(cell: NDArray[np.float64]) -> float:
    from ase.geometry import minkowski_reduce

    return float(np.linalg.norm(minkowski_reduce(cell)[0], axis=1).sum())
