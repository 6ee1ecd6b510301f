"""Which known materials come closest to a request: what a candidate has to be different from to be worth its making."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.requests import Request
from quinary.spaces.pareto import pareto_front

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["shortfalls", "top_performers"]

# At least this share of the materials are top performers: hardly a known one is within a thousandth of a target.
_BEST_SHARE: Final = 0.01
_MOST_EXACT: Final = 3  # objectives for which there is a fast front
_ROUNDING: Final = 1e-9  # relative: a value may be computed in another order


def top_performers(request: Request, values: Mapping[str, Values]) -> NDArray[np.intp]:
    """Rows, ascending, of the M materials that come closest to the request in their properties; `values` maps to (M,).

    With targets and ranges: those that meet them all or, if these are less than a hundredth of the materials, the hundredth
    that is the least short of them (see `shortfalls`). With objectives: of these, or of all, the Pareto front; if this is
    less than a hundredth of them, the next fronts too. What is equal to the last one is taken along, and a material with a
    value that is not finite is left away. Limits of the composition are the caller's.
    """
    is_known = np.logical_and.reduce([np.isfinite(values[name]) for name in request.properties])
    rows = np.flatnonzero(is_known)
    if not len(rows) or not request.properties:
        return rows[:0]
    short = shortfalls(request, {name: values[name][rows] for name in request.properties})
    rows = rows[short <= max(0.0, np.partition(short, _n_best(rows) - 1)[_n_best(rows) - 1])]
    if request.objectives:
        costs = np.column_stack([-sign * values[name][rows] for name, sign in request.objectives.items()])
        rows = rows[_first_fronts(costs, _n_best(rows))]
    return np.asarray(np.sort(rows))


def shortfalls(request: Request, values: Mapping[str, Values]) -> Values:
    """How far M materials are from every target and range at once, shape (M,); 0 where a material meets them all.

    Root of the sum of squares of the distances to each interval (a target is as wide as its tolerance), each in standard
    deviations of the property over the materials.
    """
    total = np.zeros(len(next(iter(values.values()))))
    for name in request.wanted:
        low, high = request.interval(name)
        spread = float(values[name].std())
        outside = np.maximum(np.maximum(low - values[name], values[name] - high), 0.0)
        outside[outside <= _ROUNDING * np.abs(values[name])] = 0.0
        total += (outside / (spread if spread > 0 else 1.0)) ** 2
    return np.asarray(np.sqrt(total))


def _n_best(rows: NDArray[np.intp]) -> int:
    return math.ceil(_BEST_SHARE * len(rows))


def _first_fronts(costs: Values, n_least: int) -> NDArray[np.intp]:
    """Rows of the Pareto front and, until there are `n_least`, of the fronts behind it; small costs are good."""
    left = np.arange(len(costs))
    taken: list[NDArray[np.intp]] = []
    while sum(map(len, taken)) < n_least:
        front = _front(costs[left])
        taken.append(left[front])
        left = np.delete(left, front)
    return np.concatenate(taken)


def _front(costs: Values) -> NDArray[np.intp]:
    """Rows that no other row beats, for any number of objectives."""
    if costs.shape[1] <= _MOST_EXACT:
        return pareto_front(costs)
    is_beaten = [bool(((costs <= row).all(axis=1) & (costs < row).any(axis=1)).any()) for row in costs]
    return np.flatnonzero(~np.array(is_beaten))
