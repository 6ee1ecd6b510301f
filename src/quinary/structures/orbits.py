"""Ordered derivatives of a lattice: every way to put n different metals on n sites, up to symmetry, with degeneracies.

A derivative has a cell of n lattice points (Hart, Forcade 2008, 10.1103/PhysRevB.77.224115: one Hermite normal form for
each such cell) and a labelling of its points. Two labelled structures are the same if a lattice translation maps one on
the other; an orbit holds those that a point operation of the parent structure maps on each other, and its degeneracy is
how many labelled structures it stands for (the g_i of Yang et al. 2016, 10.1021/acs.chemmater.6b01449). All metals are
different, so no labelling has a smaller cell and all degeneracies of n metals sum to (number of cells) x (n - 1)!.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.border import missed_if_broken
from quinary.cachekeys import digest_of, made_by
from quinary.errors import InputError
from quinary.files import cache_folder, told_if_not_kept, written_whole
from quinary.structures.prototypes import prototype_named

if TYPE_CHECKING:
    from pathlib import Path

    Integers: TypeAlias = NDArray[np.int64]

__all__ = ["MOST_METALS", "Orbits", "coset_points", "hermite_normal_form", "hermite_normal_forms", "orbits"]

MOST_METALS: Final = 9
_ARRAYS: Final = ("cells", "cell_of", "labels", "degeneracies")


@dataclass(frozen=True, slots=True)
class Orbits:
    """All orbits of n metals on n sites of one prototype, ordered by cell, then by labelling.

    Attributes:
        prototype: name of the parent structure.
        cells: Hermite normal forms, rows are the cell's vectors in units of the parent's, shape (n_cells, 3, 3).
        cell_of: which of `cells` an orbit has, shape (n_orbits,).
        labels: number of the metal (0..n-1) on each point of `coset_points(cell)`, shape (n_orbits, n_metals).
        degeneracies: labelled structures that an orbit stands for, shape (n_orbits,).
    """

    prototype: str
    cells: Integers
    cell_of: Integers
    labels: Integers
    degeneracies: Integers

    def __len__(self) -> int:
        return len(self.degeneracies)

    @property
    def n_metals(self) -> int:
        """How many metals, and sites in a cell."""
        return int(self.labels.shape[1])

    @property
    def n_labelled(self) -> int:
        """How many labelled structures there are in all orbits."""
        return int(self.degeneracies.sum())


def hermite_normal_forms(n_points: int) -> Integers:
    """Every cell of `n_points` lattice points once: lower triangular, 0 <= off-diagonal < the diagonal below it.

    Shape (n_cells, 3, 3), rows are cell vectors. For a prime n there are 1 + n + n^2 (Hart, Forcade 2008, table IV).
    """
    divisors = [d for d in range(1, n_points + 1) if n_points % d == 0]
    found = [
        [[a, 0, 0], [b, c, 0], [d, e, f]]
        for a, c in itertools.product(divisors, repeat=2)
        if n_points % (a * c) == 0
        for f in [n_points // (a * c)]
        for b, d, e in itertools.product(range(a), range(a), range(c))
    ]
    return np.array(found, dtype=np.int64)


def hermite_normal_form(cell: Integers) -> Integers:
    """The Hermite normal form of a cell (rows are vectors, whole numbers, not flat), shape (3, 3)."""
    rows = [[int(value) for value in row] for row in cell]
    for column in (2, 1, 0):
        for other in range(column):
            _clear(rows, other, column)
        if rows[column][column] < 0:
            rows[column] = [-value for value in rows[column]]
    for column in (1, 0):
        for row in range(column + 1, 3):
            _subtract(rows, row, column, rows[row][column] // rows[column][column])
    return np.array(rows, dtype=np.int64)


def _clear(rows: list[list[int]], row: int, column: int) -> None:
    """Make rows[row][column] zero by Euclid's steps with the row of the diagonal element of that column."""
    while rows[row][column]:
        _subtract(rows, column, row, rows[column][column] // rows[row][column])
        rows[row], rows[column] = rows[column], rows[row]


def _subtract(rows: list[list[int]], row: int, other: int, times: int) -> None:
    rows[row] = [value - times * taken for value, taken in zip(rows[row], rows[other], strict=True)]


def coset_points(cell: Integers) -> Integers:
    """The lattice points inside a cell in Hermite normal form, in units of the parent's vectors, shape (n_points, 3)."""
    return np.array(list(itertools.product(*(range(int(size)) for size in np.diag(cell)))), dtype=np.int64)


def _point_numbers(cell: Integers, points: Integers) -> Integers:
    """Which of `coset_points(cell)` is equivalent to each of `points`, shape of `points` without its last axis."""
    reduced = points.copy()
    for axis in (2, 1, 0):
        times = reduced[..., axis] // cell[axis, axis]
        reduced -= times[..., None] * cell[axis]
    number: Integers = (reduced[..., 0] * cell[1, 1] + reduced[..., 1]) * cell[2, 2] + reduced[..., 2]
    return number


@functools.cache
def orbits(prototype: str, n_metals: int) -> Orbits:
    """The orbits of `n_metals` different metals on the cation sites of a prototype; kept in the user's cache folder.

    Five metals on the rock-salt lattice: 54 orbits with degeneracies 6, 8, 12 and 24, for 744 labelled structures.

    Raises:
        InputError: unknown prototype, more than one cation site in its primitive cell, or too few or many metals.
    """
    if not 2 <= n_metals <= MOST_METALS:
        raise InputError(f"orbits are enumerated for 2 to {MOST_METALS} metals, not {n_metals}")
    parent = prototype_named(prototype)
    key = digest_of(made_by(__name__, libraries=("ase", "numpy", "spglib")), parent, n_metals)
    path = cache_folder("orbits") / f"{parent.name}-{n_metals}-{key}.npz"
    kept = _read(path, key, parent.name)
    if kept is not None:
        return kept
    found = _enumerate(parent.name, n_metals)
    _keep(path, key, found)
    return found


def _read(path: Path, key: str, prototype: str) -> Orbits | None:
    """What was kept, or None if there is nothing or it cannot be used (then it is made again)."""
    with missed_if_broken(path):
        with np.load(path, allow_pickle=False) as file:
            arrays, check = [file[name] for name in _ARRAYS], str(file["check"])
        if check != digest_of(key, *arrays):
            raise ValueError("it is damaged, or of something else")
        return Orbits(prototype, *arrays)
    return None


def _keep(path: Path, key: str, found: Orbits) -> None:
    """Write the cache file; a folder that cannot be written only costs the time of the next enumeration."""
    arrays = {name: getattr(found, name) for name in _ARRAYS}
    check = np.array(digest_of(key, *arrays.values()))
    with told_if_not_kept(path.parent), written_whole(path) as temporary, temporary.open("wb") as handle:
        np.savez_compressed(handle, check=check, **arrays)


def _enumerate(prototype: str, n_metals: int) -> Orbits:
    rotations = prototype_named(prototype).site_rotations()
    kept: list[Integers] = []
    numbers: list[int] = []
    labels, degeneracies = [], []
    for cell, n_equivalent, stabiliser in _distinct_cells(hermite_normal_forms(n_metals), rotations):
        some, sizes = _label_orbits(cell, stabiliser)
        numbers += [len(kept)] * len(some)
        kept.append(cell)
        labels.append(some)
        degeneracies.append(sizes * n_equivalent)
    return Orbits(prototype, np.array(kept), np.array(numbers), np.concatenate(labels), np.concatenate(degeneracies))


def _distinct_cells(cells: Integers, rotations: Integers) -> list[tuple[Integers, int, Integers]]:
    """One cell of each symmetry class: (cell, number of equivalent cells, rotations that map it on itself)."""
    seen: set[bytes] = set()
    found = []
    for cell in cells:
        if cell.tobytes() in seen:
            continue
        images = [hermite_normal_form(cell @ rotation.T).tobytes() for rotation in rotations]
        seen.update(images)
        keeps = [image == cell.tobytes() for image in images]
        found.append((cell, len(set(images)), rotations[keeps]))
    return found


def _label_orbits(cell: Integers, stabiliser: Integers) -> tuple[Integers, Integers]:
    """Labellings up to translations and the given rotations: one of each orbit (n_orbits, n) and the orbits' sizes.

    Every labelling is moved so that metal 0 is on point 0, which leaves (n - 1)!; the smallest image of a labelling,
    read as a number, names its orbit.
    """
    points = coset_points(cell)
    n_points = len(points)
    others = np.array(list(itertools.permutations(range(1, n_points))), dtype=np.int64).reshape(-1, n_points - 1)
    site_of = np.concatenate([np.zeros((len(others), 1), dtype=np.int64), others], axis=1)  # site of each metal
    weights = n_points ** np.arange(n_points, dtype=np.int64)[::-1]
    names = np.full(len(site_of), np.iinfo(np.int64).max)
    difference = _point_numbers(cell, points[:, None, :] - points[None, :, :])
    for rotation in stabiliser:
        image = _point_numbers(cell, points @ rotation.T)[site_of]
        moved = difference[image, image[:, :1]]
        np.minimum(names, moved @ weights, out=names)
    _, first, sizes = np.unique(names, return_index=True, return_counts=True)
    return np.argsort(site_of[first], axis=1).astype(np.int64), sizes.astype(np.int64)
