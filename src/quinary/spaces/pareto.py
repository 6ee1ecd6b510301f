"""The exact set of compromises: points that no other point beats in every objective.

A point dominates another if it is at least as good in all objectives and better in one. Equal points do not dominate each
other, so ties on the front are all kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError

__all__ = ["pareto_front"]

_MOST_OBJECTIVES: Final = 3
# Points that dominate much (a small sum of ranks) and strike out most others before the exact search.
_N_STRONG: Final = 32


def pareto_front(objectives: NDArray[np.float64], maximize: tuple[bool, ...] | None = None) -> NDArray[np.int64]:
    """The rows that no other row dominates, ascending.

    n log n operations for one to three objectives: the points are sorted by the first one, and those kept so far form a
    staircase in the others. Source: Kung, Luccio, Preparata 1975, 10.1145/321906.321910.

    Args:
        objectives: shape (N, n_objectives); a row with a NaN is never on the front, infinities are values.
        maximize: True for each column to be maximised; None: all are minimised.

    Raises:
        InputError: more than three objectives or none, or another number of directions.
    """
    values = np.array(objectives, dtype=np.float64)
    if values.ndim != 2 or not 1 <= values.shape[1] <= _MOST_OBJECTIVES:
        raise InputError(f"a front is found for one to three objectives, not for an array of shape {values.shape}")
    directions = (False,) * values.shape[1] if maximize is None else tuple(maximize)
    if len(directions) != values.shape[1]:
        raise InputError(f"{len(directions)} directions were given for {values.shape[1]} objectives")
    values = np.where(directions, -values, values)
    rows = np.flatnonzero(~np.isnan(values).any(axis=1))
    values = values[rows]
    if len(rows) == 0 or values.shape[1] == 1:
        best: NDArray[np.int64] = rows[values[:, 0] == values[:, 0].min(initial=np.inf)]
        return best
    if values.shape[1] == 2:
        return np.take(rows, _plane_front(values))
    kept = _undefeated(values)
    return np.take(rows, kept[_space_front(values[kept])])


def _plane_front(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Two objectives: in order of the first, a point stays if its second beats those of all smaller firsts."""
    order = np.lexsort((values[:, 1], values[:, 0]))
    first, second = values[order].T
    least = np.minimum.accumulate(second)
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = first[1:] > first[:-1]
    # the best second among strictly smaller firsts, and among equal firsts (the first of each group)
    start = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
    earlier = np.where(start > 0, least[start - 1], np.inf)
    return np.sort(order[(second == second[start]) & ((second < earlier) | (start == 0))])


def _undefeated(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The rows that none of a few strong points dominates: usually a small part, which makes the exact search short."""
    ranks = values.argsort(axis=0).argsort(axis=0).sum(axis=1)
    strong = np.argpartition(ranks, min(_N_STRONG, len(ranks) - 1))[:_N_STRONG]
    kept = np.arange(len(values))
    for rival in values[strong]:
        there = values[kept]
        kept = kept[~((rival <= there).all(axis=1) & (rival < there).any(axis=1))]
    return kept


def _space_front(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Three objectives: in order of the first, against the staircase of the second and third of those kept before."""
    order = np.lexsort((values[:, 2], values[:, 1], values[:, 0]))
    points: list[Any] = values[order].tolist()
    staircase = _Staircase()
    kept: list[int] = []
    n_points, group = len(points), 0
    while group < n_points:
        last = group
        while last < n_points and points[last][0] == points[group][0]:
            last += 1
        equal = values[order[group:last], 1:]
        survivors = [group + int(i) for i in _plane_front(equal)] if last > group + 1 else [group]
        survivors = [i for i in survivors if not staircase.dominates(points[i][1], points[i][2])]
        for i in survivors:
            staircase.add(points[i][1], points[i][2])
        kept += survivors
        group = last
    return np.sort(order[kept])


class _Staircase:
    """The front of the (second, third) seen so far: seconds ascending, thirds descending."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.thirds: list[float] = []

    def dominates(self, second: float, third: float) -> bool:
        """True if a point seen is at least as good in both: then a larger first makes the point worse."""
        place = bisect_right(self.seconds, second)
        return place > 0 and self.thirds[place - 1] <= third

    def add(self, second: float, third: float) -> None:
        """Take a point that nothing seen dominates, and drop what it dominates."""
        first = bisect_left(self.seconds, second)
        last = first
        while last < len(self.seconds) and self.thirds[last] >= third:
            last += 1
        self.seconds[first:last] = [second]
        self.thirds[first:last] = [third]
