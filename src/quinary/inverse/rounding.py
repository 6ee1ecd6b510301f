"""Onto the sum, and onto the lattice: the nearest fractions that sum to one, and whole steps that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["onto_sum", "rounded"]

_MOST_STEPS: Final = 40
_ABOUT: Final = 1e-6  # of a step: a whole number up to rounding errors


def onto_sum(wanted: Values, low: Values, high: Values, total: float) -> Values:
    """Rows shifted by one amount each and clipped to their bounds so that they sum to `total`: the nearest such point.

    The sum is a rising broken line of the amount: Newton steps, kept inside a shrinking bracket.
    """
    below, above = (low - wanted).min(axis=1), (high - wanted).max(axis=1)
    amount = np.clip((total - wanted.sum(axis=1)) / wanted.shape[1], below, above)
    found: Values = np.clip(wanted + amount[:, None], low, high)
    rows = np.arange(len(wanted))
    for _ in range(_MOST_STEPS):
        excess = found[rows].sum(axis=1) - total
        is_off = np.abs(excess) > 1e-9
        rows, excess = rows[is_off], excess[is_off]
        if not rows.size:
            break
        above[rows] = np.where(excess > 0, amount[rows], above[rows])
        below[rows] = np.where(excess < 0, amount[rows], below[rows])
        n_free = ((found[rows] > low[rows]) & (found[rows] < high[rows])).sum(axis=1)
        newton = amount[rows] - excess / np.maximum(n_free, 1)
        is_inside = (n_free > 0) & (newton > below[rows]) & (newton < above[rows])
        amount[rows] = np.where(is_inside, newton, (below[rows] + above[rows]) / 2)
        found[rows] = np.clip(wanted[rows] + amount[rows, None], low[rows], high[rows])
    return found


def rounded(wanted: Values, low: Values, high: Values, n_steps: int) -> Values:
    """Whole steps near `wanted`, whose rows sum to `n_steps`, between the bounds.

    The differences of the rounded running totals: each is the whole number below or above its value, and they sum up. Where
    bounds and sum do not allow that, steps are rounded down and what is missing is given to the largest remainders.
    """
    totals = np.rint(wanted.cumsum(axis=1))
    steps: Values = np.diff(totals, axis=1, prepend=0.0)
    is_wrong = (steps < low) | (steps > high)
    rows = np.flatnonzero(is_wrong.any(axis=1) | (totals[:, -1] != n_steps))
    if rows.size:
        steps[rows] = _handed_out(wanted[rows], low[rows], high[rows], n_steps)
    return steps


def _handed_out(wanted: Values, low: Values, high: Values, n_steps: int) -> Values:
    steps = np.clip(np.floor(wanted + _ABOUT), low, high)
    remainder = np.where(steps < high, wanted - steps, -np.inf)
    order = np.argsort(-remainder, axis=1, kind="stable")
    is_given = np.arange(wanted.shape[1]) < (n_steps - steps.sum(axis=1))[:, None]
    np.put_along_axis(steps, order, np.take_along_axis(steps, order, axis=1) + is_given, axis=1)
    found: Values = np.clip(steps, low, high)
    return found
