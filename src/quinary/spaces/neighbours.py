"""The graph of a grid: two compositions are neighbours if one step moved from one element to another makes them equal.

The place of a point in the list is a sum over columns of g_j(r_j), with r_j the steps left before column j. A step moved from
column a to a later column b raises r_j by one for a < j <= b and nothing else; so the neighbour's place is that of the point
plus a difference of two running totals of g_j(r_j + 1) - g_j(r_j). No neighbour is ever looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.spaces.grid import Grid

if TYPE_CHECKING:
    from quinary.spaces.lattice import SiteLattice

__all__ = ["edges", "neighbours_of"]

_BLOCK_ROWS: Final = 32_768  # a point has dozens of edges: larger blocks leave the cache


def edges(
    grid: Grid, start: int = 0, stop: int | None = None, n_rows: int = _BLOCK_ROWS
) -> Iterator[NDArray[np.int64]]:
    """Every pair of neighbours once, as blocks of places, shape (2, M): row 0 the point that gives a step, row 1 the taker.

    The point that gives the step has more of an earlier column, so its place is the later one.

    `start` and `stop` select the first place of the pair, so that the work can be shared out. A step moves within a
    sublattice. Linear limits hold for both ends. Between "absent" and a smallest fraction above one step there is no edge.

    Raises:
        InputError: the places are not within the grid.
    """
    end = grid.n_points if stop is None else stop
    is_simple = not any(lattice.is_counted or lattice.has_gaps for lattice in grid.lattices)
    find = _simple_edges if is_simple else _general_edges
    tables = _differences(grid) if is_simple else []
    for first in range(start, end, n_rows):
        yield find(grid, first, min(first + n_rows, end), tables)


def neighbours_of(grid: Grid, place: int) -> NDArray[np.int64]:
    """The places of all neighbours of one point, ascending; linear limits hold for them.

    Raises:
        InputError: the place is not within the grid.
    """
    point = grid.at(np.array([place]))[0]
    moved = []
    for columns in grid.limits.slices:
        for source, target in combinations(range(columns.start, columns.stop), 2):
            for sign in (1, -1):
                neighbour = point.copy()
                neighbour[source] -= sign
                neighbour[target] += sign
                moved.append(neighbour)
    if not moved:
        return np.empty(0, dtype=np.int64)
    steps = np.array(moved)
    places = grid.places_of(steps)
    return np.sort(places[(places >= 0) & grid.limits.meets_linear(steps / grid.limits.n_steps)])


def _differences(grid: Grid) -> list[NDArray[np.int64]]:
    """g_j(r + 1) - g_j(r) for each column j, shape (largest r + 1,); zeros at the first column of a sublattice.

    g_j(r) = running_j(r - low_j) - running_{j-1}(r): points that come earlier because column j is smaller, less what column
    j - 1 would have counted had it left r + 1 steps.
    """
    ways, tables = grid.ways, []
    for index, column in enumerate(ways.columns):
        n_left = ways.before[index].shape[1]
        if index in ways.starts:
            tables.append(np.zeros(n_left, dtype=np.int64))
            continue
        left = np.arange(n_left + 1) - column.least
        own = ways.running[index][0, np.clip(left, 0, ways.running[index].shape[1] - 1)]
        earlier = ways.running[index - 1][0, np.minimum(np.arange(n_left + 1), n_left - 1)]
        tables.append(np.diff(np.where(left >= 0, own, 0) - earlier))
    return tables


def _simple_edges(grid: Grid, start: int, stop: int, tables: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Edges where every range has no gap and the number of components is free: a step goes from a column to a later one."""
    steps = grid.steps(start, stop)
    givers = [np.flatnonzero(steps[:, index] > column.least) for index, column in enumerate(grid.ways.columns)]
    n_takers = [
        columns.stop - index - 1 for columns in grid.limits.slices for index in range(columns.start, columns.stop)
    ]
    pairs = np.empty((2, sum(len(rows) * n for rows, n in zip(givers, n_takers, strict=True))), dtype=np.int64)
    n_pairs = 0
    for lattice, columns in zip(grid.lattices, grid.limits.slices, strict=True):
        shift = _shifts(steps[:, columns], tables[columns], lattice.n_steps)
        for source, target in combinations(range(columns.start, columns.stop), 2):
            rows = givers[source]
            if lattice.high[target - columns.start] < lattice.n_steps:
                rows = rows[steps[:, target].take(rows) < lattice.high[target - columns.start]]
            rows = _within_linear(grid, steps, rows, (source, target))
            pair = pairs[:, n_pairs : n_pairs + len(rows)]
            np.add(rows, start, out=pair[0])
            difference = shift[target - columns.start] - shift[source - columns.start]
            np.add(pair[0], difference.take(rows), out=pair[1])
            n_pairs += len(rows)
    return pairs[:, :n_pairs]


def _shifts(values: NDArray[np.int64], tables: list[NDArray[np.int64]], n_steps: int) -> NDArray[np.int64]:
    """Running totals of g_j(r_j + 1) - g_j(r_j) over the columns of one sublattice, shape (n_elements, N)."""
    shift = np.zeros((values.shape[1], len(values)), dtype=np.int64)
    left = np.full(len(values), n_steps, dtype=np.int64)
    for index in range(1, values.shape[1]):
        left = left - values[:, index - 1]
        np.add(shift[index - 1], tables[index].take(left), out=shift[index])
    return shift


def _within_linear(
    grid: Grid, steps: NDArray[np.int64], rows: NDArray[np.int64], move: tuple[int, int]
) -> NDArray[np.int64]:
    """The rows that meet the linear limits before and after a step from one column to another."""
    if not grid.limits.linear:
        return rows
    fractions = steps[rows] / grid.limits.n_steps
    is_inside = grid.limits.meets_linear(fractions)
    fractions[:, move[0]] -= 1 / grid.limits.n_steps
    fractions[:, move[1]] += 1 / grid.limits.n_steps
    kept: NDArray[np.int64] = rows[is_inside & grid.limits.meets_linear(fractions)]
    return kept


def _general_edges(grid: Grid, start: int, stop: int, _tables: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Edges of any space: the places of the neighbours are worked out from their steps."""
    steps = grid.steps(start, stop)
    by_column = np.ascontiguousarray(steps.T)
    found = [np.empty((2, 0), dtype=np.int64)]
    for lattice, columns in zip(grid.lattices, grid.limits.slices, strict=True):
        n_present = (by_column[columns] > 0).sum(axis=0)
        for source, target in combinations(range(columns.start, columns.stop), 2):
            move = source - columns.start, target - columns.start
            rows = _movable(lattice, move, by_column[source] - 1, by_column[target] + 1, n_present)
            rows = _within_linear(grid, steps, rows, (source, target))
            neighbour = steps[rows]
            neighbour[:, source] -= 1
            neighbour[:, target] += 1
            found.append(np.stack([rows + start, grid.places_of_members(neighbour)]))
    return np.concatenate(found, axis=1)


def _movable(
    lattice: SiteLattice,
    move: tuple[int, int],
    given: NDArray[np.int64],
    taken: NDArray[np.int64],
    n_present: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The rows that stay on the lattice when a step goes from one column, `given` after it, to another, `taken` after it."""
    source, target = move
    leaves, enters = given == 0, taken == 1
    is_allowed = (given >= lattice.low[source]) | (leaves & lattice.is_optional[source])
    is_allowed &= (taken >= lattice.low[target]) & (taken <= lattice.high[target])
    n_after = n_present + enters - leaves
    is_allowed &= (n_after >= lattice.n_present[0]) & (n_after <= lattice.n_present[1])
    return np.flatnonzero(is_allowed)
