"""Drawing from a lattice with a weight exp(-sum eta_i v_i) on every point: uniform for eta = 0, leaning to one side else.

The table is that of `quinary.spaces.lattice` with weights for counts. Every column is also multiplied by exp(g v) with one g
for all columns, which changes no probability (the steps sum to a constant) but makes the wanted sum a typical one, so that
nothing is lost to rounding even where the ranges leave almost no room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST_TILT", "Ranges", "TiltedWays"]

LARGEST_TILT: Final = 600.0  # of the exponent over a whole space, so that every weight fits a float


@dataclass(frozen=True, slots=True)
class Ranges:
    """Columns to draw: fewest and most steps of a column that is present, which may be absent, how many are present.

    `n_present` None: the number is not followed, and `is_optional` columns are absent or present as weights have it.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    is_optional: tuple[bool, ...]
    n_present: int | None
    n_steps: int


class _ColumnTable:
    """One column: the weight after it, and the scaled running totals in which its value is looked up."""

    def __init__(self, ranges: Ranges, index: int, slope: float, after: NDArray[np.float64]) -> None:
        self.low, self.high, self.slope, self.after = ranges.low[index], ranges.high[index], slope, after
        self.is_optional, self.is_counted = ranges.is_optional[index], ranges.n_present is not None
        self.reach = after.shape[1] - 1
        # The largest factor of the column, taken out so that weights stay below one.
        self.scale = max(0.0, slope * max(self.high, 0))
        self.is_forward = slope <= 0
        turned = after if self.is_forward else after[:, ::-1]
        self.totals = _fading_totals(turned, float(np.exp(-abs(slope))))
        self._logs: NDArray[np.float64] | None = None

    def ends(self, left: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First entry (exclusive) and last entry of the running totals that the range of values reaches."""
        if self.is_forward:
            first, last = left - self.high - 1, left - self.low
        else:
            first, last = self.reach - left + self.low - 1, self.reach - left + self.high
        return np.maximum(first, -1), np.minimum(last, self.reach)

    def left_after(self, entry: NDArray[np.int64]) -> NDArray[np.int64]:
        """Steps left after the column, for an entry of the running totals."""
        return entry if self.is_forward else self.reach - entry

    def present(self, state: NDArray[np.int64], left: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
        """Weight of all values above zero from each state (of the table after), and the same relative to the last entry."""
        first, last = self.ends(left)
        is_open = (last > first) & (last >= 0)
        upper = self.totals[state, np.maximum(last, 0)]
        lower = np.where(first >= 0, self.totals[state, np.clip(first, 0, self.reach)], 0.0)
        relative = upper - lower * np.exp(-abs(self.slope) * np.maximum(last - first, 0))
        relative = np.where(is_open, np.maximum(relative, 0.0), 0.0)
        value = left - self.left_after(last)
        return relative * np.exp(np.where(is_open, self.slope * value - self.scale, 0.0)), relative, upper

    def absent(self, state: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
        """Weight of leaving the column out."""
        weight = self.after[state, np.minimum(left, self.reach)] * np.exp(-self.scale)
        return np.where(left <= self.reach, weight, 0.0) if self.is_optional else np.zeros(len(left))

    def logs(self) -> NDArray[np.float64]:
        """Log of the running totals without their scaling: never falling along a row."""
        if self._logs is None:
            with np.errstate(divide="ignore"):
                self._logs = np.log(self.totals) + abs(self.slope) * np.arange(self.reach + 1)
        return self._logs


class TiltedWays:
    """The weighted table of one sublattice; `eta` is the weight exponent of one step of each column."""

    def __init__(self, ranges: Ranges, eta: NDArray[np.float64]) -> None:
        self.ranges = ranges
        self.gauge = _gauge(ranges, eta)
        n_counts = 1 if ranges.n_present is None else ranges.n_present + 1
        least = [0 if o else low for o, low in zip(ranges.is_optional, ranges.low, strict=True)]
        lefts = [max(ranges.n_steps - sum(least[:index]), 0) for index in range(len(least) + 1)]
        table = np.zeros((n_counts, lefts[-1] + 1))
        table[0, 0] = 1.0
        self.columns: list[_ColumnTable] = []
        self._log_scale = 0.0
        for index in range(len(least) - 1, -1, -1):
            column = _ColumnTable(ranges, index, float(self.gauge - eta[index]), table)
            table = _before(column, lefts[index])
            largest = float(table.max())
            if largest > 0:
                table = table / largest
                self._log_scale += np.log(largest)
            self._log_scale += column.scale
            self.columns.insert(0, column)
        self.table = table

    def log_weight(self, n_present: int, n_steps: int) -> float:
        """Log of the sum of exp(-eta . v) over all points with this number of columns and this sum; -inf if none.

        `n_present` is 0 where the number of columns is not followed.
        """
        if not (0 <= n_steps < self.table.shape[1] and n_present < self.table.shape[0]):
            return -np.inf
        with np.errstate(divide="ignore"):
            return float(np.log(self.table[n_present, n_steps]) + self._log_scale - self.gauge * n_steps)

    def draw(
        self, n_present: NDArray[np.int64], n_steps: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """One point for each starting state: steps and whether each column is present, both (N, n_columns)."""
        state, left = n_present.copy(), n_steps.copy()
        steps = np.zeros((len(left), len(self.columns)), dtype=np.int64)
        is_present = np.zeros(steps.shape, dtype=bool)
        for index, column in enumerate(self.columns):
            after = np.maximum(state - 1, 0) if column.is_counted else state
            weight, relative, upper = column.present(after, left)
            if column.is_counted:
                weight = np.where(state > 0, weight, 0.0)
            absent = column.absent(state, left)
            is_in = rng.random(len(left)) * (weight + absent) >= absent
            is_present[:, index] = is_in
            remaining = _looked_up(column, after, left, (relative, upper), rng)
            steps[:, index] = np.where(is_in, left - remaining, 0)
            left = left - steps[:, index]
            state = np.where(is_in, after, state)
        return steps, is_present


def _looked_up(
    column: _ColumnTable,
    state: NDArray[np.int64],
    left: NDArray[np.int64],
    weights: tuple[NDArray[np.float64], NDArray[np.float64]],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Steps left after a column that is present, by inverting its running totals at a random height."""
    relative, upper = weights
    first, last = column.ends(left)
    height = upper - rng.random(len(left)) * relative
    with np.errstate(divide="ignore"):
        target = np.log(height) + abs(column.slope) * last
    logs = column.logs()
    entry = np.zeros_like(left)
    for row in range(len(logs)):
        chosen = slice(None) if len(logs) == 1 else np.flatnonzero(state == row)
        entry[chosen] = np.searchsorted(logs[row], target[chosen])
    return np.maximum(column.left_after(np.clip(entry, first + 1, np.maximum(last, first + 1))), 0)


def _fading_totals(table: NDArray[np.float64], fade: float) -> NDArray[np.float64]:
    """y_t = sum_{s <= t} fade^(t - s) x_s along each row, by doubling the reach of the sum: all terms positive, none lost."""
    totals = table.copy()
    reach = 1
    while reach < totals.shape[1] and fade > 0:
        totals[:, reach:] = totals[:, reach:] + fade * totals[:, :-reach]
        reach, fade = 2 * reach, fade * fade
    return totals


def _before(column: _ColumnTable, n_left: int) -> NDArray[np.float64]:
    """The table before a column, shape (n_counts, n_left + 1)."""
    n_counts = column.after.shape[0]
    left = np.arange(n_left + 1)
    before = np.zeros((n_counts, n_left + 1))
    for row in range(n_counts):
        states = np.full(n_left + 1, row)
        before[row] += column.absent(states, left)
        if column.high >= column.low:
            target = row + 1 if column.is_counted else row
            if target < n_counts:
                before[target] += column.present(states, left)[0]
    return before


def _gauge(ranges: Ranges, eta: NDArray[np.float64]) -> float:
    """The exponent a step that makes the mean sum of the columns, taken as continuous, the wanted one (bisection)."""
    low = np.array([0 if o else value for o, value in zip(ranges.is_optional, ranges.low, strict=True)], dtype=float)
    width = np.maximum(np.array(ranges.high, dtype=float) - low, 0.0)
    bottom, top = (float(edge) for edge in (eta.min() - 700 / ranges.n_steps, eta.max() + 700 / ranges.n_steps))
    for _ in range(60):
        middle = (bottom + top) / 2
        half = np.where(np.abs((middle - eta) * width) < 1e-6, 1e-6, (middle - eta) * width) / 2
        total = float((low + width / 2 * (1 + 1 / np.tanh(half) - 1 / half)).sum())
        bottom, top = (middle, top) if total < ranges.n_steps else (bottom, middle)
    return (bottom + top) / 2
