"""The nearest lattice point: compositions that can be weighed out, within ranges, smallest fraction and component count.

With the columns that may be present decided, the cost is separable and convex, and handing out steps one by one, each where it
costs least, is optimal (Gross 1956; Fox, Oper. Res. 14 (1966) 210, 10.1287/opre.14.2.210). A step to column i costs
2 (m_i - y_i) + 1 in squares; in absolute values it costs the same number cut off at -1 and 1, so one order serves both.

Which columns are present: of columns with equal limits, the larger ones (exchanging two would never cost less). So the sets
to compare are as many as the ways to choose a number from each group of equal columns, not 2^n.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, WorkError
from quinary.spaces.contradictions import impossible
from quinary.spaces.lattice import SiteLattice, site_lattices

if TYPE_CHECKING:
    from quinary.spaces.limits import SpaceLimits

__all__ = ["nearest"]

_MOST_SETS: Final = 65_536
_ROWS: Final = 16_384

Norm = Literal["squares", "absolute"]


def nearest(limits: SpaceLimits, fractions: NDArray[np.float64], norm: Norm = "squares") -> NDArray[np.float64]:
    """The lattice point nearest to each row: exact for the sum of squares or of absolute differences.

    Args:
        limits: the space; linear limits are not part of the search, so check with `limits.meets_linear` where they matter.
        fractions: shape (N, n_columns), finite; rows need not sum to 1 nor be within any limit.
        norm: what is minimised.

    Returns:
        Shape (N, n_columns), exact multiples of the step with exact zeros; among equally near points the earlier columns get
        the steps that remain.

    Raises:
        InputError: wrong number of columns, numbers that are not finite, an unknown norm.
        ImpossibleRequestError: the lattice is empty; the message names the limits that clash.
        WorkError: more than 65,536 sets of columns would have to be compared.
    """
    wanted = np.atleast_2d(np.asarray(fractions, dtype=float))
    if norm not in {"squares", "absolute"}:
        raise InputError(f"unknown norm {norm!r}; known: squares, absolute", ["squares", "absolute"])
    if wanted.shape[1] != len(limits.columns) or not np.isfinite(wanted).all():
        raise InputError(f"compositions need finite fractions of {', '.join(limits.columns)}")
    found = np.empty(wanted.shape)
    for lattice, columns in zip(site_lattices(limits), limits.slices, strict=True):
        sets = _sets(lattice)
        if not sets:
            raise impossible(limits.without_linear())
        for first in range(0, len(wanted), _ROWS):
            part = wanted[first : first + _ROWS, columns] * lattice.n_steps
            found[first : first + _ROWS, columns] = _nearest_steps(lattice, sets, part, norm) / lattice.n_steps
    return found


def _sets(lattice: SiteLattice) -> list[tuple[tuple[list[int], int], ...]]:
    """Each way to choose how many columns of every group of equal optional ones are present: ((columns, number), ...)."""
    is_free = [
        o and not lattice.is_counted and low <= 1 for o, low in zip(lattice.is_optional, lattice.low, strict=True)
    ]
    groups: dict[tuple[int, int], list[int]] = {}
    for index, (low, high) in enumerate(zip(lattice.low, lattice.high, strict=True)):
        if lattice.is_optional[index] and not is_free[index] and low <= high:
            groups.setdefault((low, high), []).append(index)
    n_sets = math.prod(len(columns) + 1 for columns in groups.values())
    if n_sets > _MOST_SETS:
        raise WorkError(f"{n_sets:,} sets of elements would have to be compared: give more elements the same range")
    n_obligatory = lattice.is_optional.count(False)
    return [
        tuple(zip(groups.values(), numbers, strict=True))
        for numbers in product(*(range(len(columns) + 1) for columns in groups.values()))
        if _is_possible(lattice, list(groups), numbers, n_obligatory)
    ]


def _is_possible(
    lattice: SiteLattice, ranges: list[tuple[int, int]], numbers: tuple[int, ...], n_obligatory: int
) -> bool:
    """True if the columns present can sum to the whole and their number is allowed."""
    fewest, most = lattice.n_present
    if lattice.is_counted and not fewest <= n_obligatory + sum(numbers) <= most:
        return False
    least = greatest = 0
    for low, high, is_optional in zip(lattice.low, lattice.high, lattice.is_optional, strict=True):
        if not is_optional:
            least, greatest = least + low, greatest + high
        elif not lattice.is_counted and low <= 1:
            greatest += max(high, 0)
    least += sum(n * low for (low, _), n in zip(ranges, numbers, strict=True))
    greatest += sum(n * high for (_, high), n in zip(ranges, numbers, strict=True))
    return least <= lattice.n_steps <= greatest


def _nearest_steps(
    lattice: SiteLattice, sets: list[Any], wanted: NDArray[np.float64], norm: Norm
) -> NDArray[np.float64]:
    """The cheapest point over all sets of columns, row by row, in steps."""
    best = np.zeros(wanted.shape)
    best_cost = np.full(len(wanted), np.inf)
    for low, high in _bounds_of_sets(lattice, sets, wanted):
        steps = _handed_out(wanted, low, high, lattice.n_steps)
        away = np.abs(steps - wanted)
        cost = (away * away if norm == "squares" else away).sum(axis=1)
        is_better = cost < best_cost - 1e-9
        best[is_better], best_cost[is_better] = steps[is_better], cost[is_better]
    return best


def _bounds_of_sets(
    lattice: SiteLattice, sets: list[Any], wanted: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Fewest and most steps of every entry, shape (N, n_elements), for each set: columns that are out have 0 and 0."""
    rank = {
        tuple(columns): np.argsort(np.argsort(-wanted[:, columns], axis=1, kind="stable"), axis=1)
        for columns, _ in sets[0]
    }
    is_obligatory = ~np.array(lattice.is_optional)
    for chosen in sets:
        low = np.tile(np.where(is_obligatory, lattice.low, 0).astype(float), (len(wanted), 1))
        high = np.tile(np.maximum(lattice.high, 0).astype(float), (len(wanted), 1))
        for columns, number in chosen:
            is_in = rank[tuple(columns)] < number
            low[:, columns] = np.where(is_in, np.array(lattice.low)[columns], 0)
            high[:, columns] = np.where(is_in, np.array(lattice.high)[columns], 0)
        if any(o and lo > hi for o, lo, hi in zip(lattice.is_optional, lattice.low, lattice.high, strict=True)):
            high = np.where(np.array(lattice.low) > np.array(lattice.high), 0.0, high)
        yield low, high


def _handed_out(
    wanted: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], n_steps: int
) -> NDArray[np.float64]:
    """The point with sum `n_steps` and low <= m <= high that is nearest to each row.

    Adding the same amount to every entry and rounding gives the state of the hand-out after all steps up to some cost; a
    whole number for that amount is found by bisection, and the few steps between it and the next are sorted by cost.
    """

    def rounded(amount: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(np.floor(wanted + amount[:, None] + 0.5), low, high)

    below, above = _bracket(rounded, len(wanted), n_steps)
    while (above - below > 1).any():
        middle = np.floor((below + above) / 2)
        is_low = rounded(middle).sum(axis=1) <= n_steps
        below, above = np.where(is_low, middle, below), np.where(is_low, above, middle)
    steps = rounded(below)
    cost = np.where(steps < high, steps - wanted, np.inf)
    order = np.argsort(cost, axis=1, kind="stable")
    n_missing = n_steps - steps.sum(axis=1)
    is_given = np.arange(wanted.shape[1]) < n_missing[:, None]
    np.put_along_axis(steps, order, np.take_along_axis(steps, order, axis=1) + is_given, axis=1)
    return steps


def _bracket(rounded: Any, n_rows: int, n_steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Whole amounts with a sum of at most `n_steps` at the lower and more (or all entries full) at the upper."""
    below, above = np.full(n_rows, -1.0), np.full(n_rows, 1.0)
    while (is_high := rounded(below).sum(axis=1) > n_steps).any():
        below = np.where(is_high, 2 * below, below)
    full = rounded(np.full(n_rows, np.inf)).sum(axis=1)
    while (is_low := rounded(above).sum(axis=1) <= np.minimum(n_steps, full - 1)).any():
        above = np.where(is_low, 2 * above, above)
    return below, above
