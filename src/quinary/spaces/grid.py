"""Every lattice point of a space in lexicographic order, from any place in the list, in blocks.

The left columns of a block are expanded column by column; the right columns are taken from one small table of all endings,
since two compositions that have the same steps left end in the same ways. A block costs a row copy or two a point, and the
place of a point in the list is found from the counts, so that work can be split and resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, WorkError
from quinary.spaces.lattice import LARGEST_COUNT, exact_ways, site_lattices

if TYPE_CHECKING:
    from quinary.spaces.lattice import Ways
    from quinary.spaces.limits import SpaceLimits

__all__ = ["Grid"]

# Rows of a block: enough of them to hide the cost of starting one (fewer are slower, twice as many hardly quicker).
BLOCK_ROWS: Final = 65_536
# Entries in the table of endings: more of them save expansion, but they should stay in the processor's cache.
_ENDING_ENTRIES: Final = 150_000


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Beginnings of compositions: their columns so far, their state, the place of their first point in the list."""

    steps: NDArray[np.int64]
    n_more: NDArray[np.int64]
    n_left: NDArray[np.int64]
    place: NDArray[np.int64]


class Grid:
    """The lattice points of a space as a list that is never held in memory.

    Points are ordered by their first column, then by the second and so on, all ascending. Linear limits are not applied
    here: see `quinary.spaces.stream`.

    Attributes:
        n_points: length of the list.

    Raises:
        WorkError: the space has more than 4e18 points, which no one can list.
    """

    def __init__(self, limits: SpaceLimits) -> None:
        self.limits = limits
        self.lattices = site_lattices(limits)
        self._ways = exact_ways(self.lattices)
        self.n_points = self._ways.n_points
        if self._ways.before[0].dtype == np.dtype(object) or self.n_points > LARGEST_COUNT:
            raise WorkError(
                f"{float(self.n_points):.3g} compositions cannot be listed: choose a larger step or draw samples"
            )
        self._split = _split_column(self._ways)
        self._endings, self._ending_start = _endings(self._ways, self._split)
        self._ending_fractions = self._endings / limits.n_steps

    def __len__(self) -> int:
        return self.n_points

    @property
    def ways(self) -> Ways:
        """The table of counts behind the list."""
        return self._ways

    def steps(self, start: int = 0, stop: int | None = None) -> NDArray[np.int64]:
        """Points start..stop-1 in whole steps, shape (N, n_columns).

        Raises:
            InputError: the places are not within the list.
        """
        nodes, n_points, ending = self._window(start, self.n_points if stop is None else stop)
        return _joined(nodes.steps, n_points, self._endings, ending)

    def fractions(self, start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        """Points start..stop-1 as fractions, shape (N, n_columns); absent elements are exactly zero.

        Raises:
            InputError: the places are not within the list.
        """
        nodes, n_points, ending = self._window(start, self.n_points if stop is None else stop)
        return _joined(nodes.steps / self.limits.n_steps, n_points, self._ending_fractions, ending)

    def blocks(
        self, start: int = 0, stop: int | None = None, n_rows: int = BLOCK_ROWS
    ) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """(place of the first row, fractions) block by block; memory does not depend on the length of the list."""
        end = self.n_points if stop is None else stop
        for first in range(start, end, n_rows):
            yield first, self.fractions(first, min(first + n_rows, end))

    def places_of(self, steps: NDArray[Any]) -> NDArray[np.int64]:
        """The place in the list of each row of (N, n_columns) whole steps, shape (N,); -1 for a row that is not in it."""
        steps = np.asarray(steps, dtype=np.int64)
        is_inside = np.ones(len(steps), dtype=bool)
        for lattice, columns in zip(self.lattices, self.limits.slices, strict=True):
            is_inside &= lattice.allows(steps[:, columns])
        places = np.full(len(steps), -1, dtype=np.int64)
        places[is_inside] = self.places_of_members(steps[is_inside])
        return places

    def at(self, places: NDArray[Any]) -> NDArray[np.int64]:
        """The points at any places, in whole steps, shape (N, n_columns).

        Raises:
            InputError: a place is not within the list.
        """
        rest = np.array(places, dtype=np.int64)
        if rest.size and not (rest.min() >= 0 and rest.max() < self.n_points):
            raise InputError(f"places run from 0 to {self.n_points - 1}")
        steps = np.empty((len(rest), len(self._ways.columns)), dtype=np.int64)
        n_more = n_left = np.zeros(len(rest), dtype=np.int64)
        for index in range(steps.shape[1]):
            if index in self._ways.starts:
                n_more, n_left = (np.full(len(rest), start, dtype=np.int64) for start in self._ways.starts[index])
            steps[:, index], rest = self._choose(index, n_more, n_left, rest)
            n_left = n_left - steps[:, index]
            if self._ways.columns[index].is_counted:
                n_more = n_more - (steps[:, index] > 0)
        return steps

    def _choose(
        self, index: int, n_more: NDArray[np.int64], n_left: NDArray[np.int64], rest: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Value of one column for points whose place among the ways from their state is `rest`, and the place that remains."""
        column, ways = self._ways.columns[index], self._ways
        reach = ways.after[index].shape[1] - 1
        n_absent = ways.after[index][n_more, np.minimum(n_left, reach)] * column.is_optional * (n_left <= reach)
        is_present = rest >= n_absent
        next_more = n_more - 1 if column.is_counted else n_more
        largest = ways.running[index][next_more, np.clip(n_left - column.low, 0, reach)]
        target = largest - (rest - n_absent)
        remaining = np.zeros_like(n_left)
        for state in np.unique(next_more[is_present]):
            chosen = is_present & (next_more == state)
            remaining[chosen] = np.searchsorted(ways.running[index][state], target[chosen])
        used = largest - ways.running[index][next_more, remaining]
        return np.where(is_present, n_left - remaining, 0), np.where(is_present, rest - n_absent - used, rest)

    def places_of_members(self, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of rows that are known to be in the list, shape (N,); without the check of `places_of`."""
        ways = self._ways
        places = np.zeros(len(steps), dtype=np.int64)
        n_more = n_left = places
        for index, column in enumerate(ways.columns):
            if index in ways.starts:
                n_more, n_left = (np.full(len(steps), start, dtype=np.int64) for start in ways.starts[index])
            value = steps[:, index]
            is_present = value > 0
            after, running = ways.after[index], ways.running[index]
            next_more = np.where(is_present, n_more - 1, n_more) if column.is_counted else n_more
            left = n_left - value
            smaller = running[next_more, np.maximum(n_left - column.low, 0)] - running[next_more, left]
            if column.is_optional:
                smaller += after[n_more, np.minimum(n_left, after.shape[1] - 1)]
            places += np.where(is_present, smaller, 0)
            n_more, n_left = next_more, left
        return places

    def _window(self, start: int, stop: int) -> tuple[_Nodes, NDArray[np.int64], NDArray[np.int64]]:
        """The beginnings of the points start..stop-1, how many of those points each begins, and the first one's ending."""
        if not 0 <= start <= stop <= self.n_points:
            raise InputError(f"places {start}:{stop} are not within 0:{self.n_points}")
        n_nodes = int(stop > start)
        zero = np.zeros(n_nodes, dtype=np.int64)
        nodes = _Nodes(np.zeros((n_nodes, 0), dtype=np.int64), zero, zero, zero)
        for index in range(self._split):
            nodes = _expanded(self._ways, index, _restarted(self._ways, index, nodes), (start, stop))
        nodes = _restarted(self._ways, self._split, nodes)
        first = np.maximum(start - nodes.place, 0)
        size = self._ways.before[self._split][nodes.n_more, nodes.n_left]
        n_points = np.minimum(size, stop - nodes.place) - first
        return nodes, n_points, self._ending_start[nodes.n_more, nodes.n_left] + first


def _joined(
    left: NDArray[Any], n_points: NDArray[np.int64], endings: NDArray[Any], first_ending: NDArray[np.int64]
) -> NDArray[Any]:
    """Each left part repeated beside its run of endings, shape (N, n_columns).

    The endings have zeros on the left; the left parts get them on the right, and the two are added: copying whole rows is
    twice as fast as writing into parts of rows.
    """
    rows = np.repeat(np.pad(left, ((0, 0), (0, endings.shape[1] - left.shape[1]))), n_points, axis=0)
    if len(rows):
        ending = np.repeat(first_ending - (np.cumsum(n_points) - n_points), n_points) + np.arange(len(rows))
        rows += np.take(endings, ending, axis=0, mode="clip")
    return rows


def _split_column(ways: Ways) -> int:
    """The first column from which on all endings fit into the table."""
    split = len(ways.columns) - 1
    while split > 0:
        n_endings = float(ways.before[split - 1].astype(float).sum())
        if n_endings * (len(ways.columns) - split + 1) > _ENDING_ENTRIES:
            break
        split -= 1
    return split


def _endings(ways: Ways, split: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All ways to choose the columns from `split` on, zeros before them, and the row where each state's ways start."""
    table = ways.before[split]
    n_more, n_left = np.nonzero(table)
    nodes = _Nodes(np.empty((len(n_more), 0), dtype=np.int64), n_more, n_left, np.zeros(len(n_more), dtype=np.int64))
    for index in range(split, len(ways.columns)):
        nodes = _restarted(ways, index, nodes) if index > split else nodes
        nodes = _expanded(ways, index, nodes, None)
    return np.pad(nodes.steps, ((0, 0), (split, 0))), (np.cumsum(table) - table.ravel()).reshape(table.shape)


def _restarted(ways: Ways, index: int, nodes: _Nodes) -> _Nodes:
    """The nodes with the state of a new sublattice, if one starts at this column."""
    if index not in ways.starts:
        return nodes
    n_more, n_left = ways.starts[index]
    return _Nodes(nodes.steps, np.full_like(nodes.n_more, n_more), np.full_like(nodes.n_left, n_left), nodes.place)


def _expanded(ways: Ways, index: int, nodes: _Nodes, window: tuple[int, int] | None) -> _Nodes:
    """Every node with every value of one more column that can be completed, in order; only those that reach the window."""
    column, after = ways.columns[index], ways.after[index]
    highest = np.minimum(column.high, nodes.n_left)
    lowest = np.maximum(column.low, nodes.n_left - (after.shape[1] - 1))
    if column.is_last:
        lowest = np.maximum(lowest, nodes.n_left)
    n_values = np.maximum(highest - lowest + 1, 0) * ((nodes.n_more > 0) | (not column.is_counted))
    n_children = n_values + column.is_optional
    parent = np.repeat(np.arange(len(n_children)), n_children)
    nth = np.arange(len(parent)) - np.repeat(np.cumsum(n_children) - n_children, n_children) - column.is_optional
    value = np.where(nth < 0, 0, lowest[parent] + nth)
    n_more = nodes.n_more[parent] - ((nth >= 0) & column.is_counted)
    n_left = nodes.n_left[parent] - value
    size = np.where(n_left < after.shape[1], after[n_more, np.minimum(n_left, after.shape[1] - 1)], 0)
    running = np.cumsum(size) - size
    first = np.cumsum(n_children) - n_children
    has_child = n_children > 0
    before_parent = np.zeros(len(n_children), dtype=np.int64)
    before_parent[has_child] = running[first[has_child]]
    place = nodes.place[parent] + running - before_parent[parent]
    is_kept = size > 0
    if window is not None:
        is_kept &= (place + size > window[0]) & (place < window[1])
    steps = np.column_stack([nodes.steps[parent[is_kept]], value[is_kept]])
    return _Nodes(steps, n_more[is_kept], n_left[is_kept], place[is_kept])
