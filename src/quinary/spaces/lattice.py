"""A space in whole steps, and the table of the number of ways to complete a composition: the heart of all counting.

Columns are chosen from left to right. What is left to choose depends only on the steps still to be given out and, where
the number of components is limited, on how many more elements may be present; hence one small table a column:

    before(c, r) = [optional] after(c, r) + sum_{v = low..high} after(c - 1, r - v)

(the sum from running totals, so a column costs as many operations as its table has entries).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.spaces.limits import SiteLimits, SpaceLimits

__all__ = ["SiteLattice", "Ways", "exact_ways", "site_lattices"]

_ROUNDING: Final = 1e-6  # of a step: 0.35 / 0.05 is seven steps
LARGEST_COUNT: Final = 4 * 10**18  # a little below what 64 bits hold


@dataclass(frozen=True, slots=True)
class SiteLattice:
    """One sublattice in whole steps.

    Attributes:
        n_steps: what the columns sum to.
        low, high: fewest and most steps of a column that is present.
        is_optional: the column may also be zero.
        n_present: (fewest, most) columns present.
    """

    n_steps: int
    low: tuple[int, ...]
    high: tuple[int, ...]
    is_optional: tuple[bool, ...]
    n_present: tuple[int, int]

    @property
    def is_counted(self) -> bool:
        """True if the number of components excludes anything that the ranges allow."""
        fewest, most = self.n_present
        n_obligatory = self.is_optional.count(False)
        n_possible = sum(low <= high for low, high in zip(self.low, self.high, strict=True))
        return fewest > max(n_obligatory, 1) or most < n_possible

    @property
    def has_gaps(self) -> bool:
        """True if a column may be zero but not one step."""
        return any(o and low > 1 for o, low in zip(self.is_optional, self.low, strict=True))

    @property
    def least(self) -> tuple[int, ...]:
        """Fewest steps of each column, zero where it may be absent."""
        return tuple(0 if o else low for o, low in zip(self.is_optional, self.low, strict=True))

    def allows(self, steps: NDArray[Any]) -> NDArray[np.bool_]:
        """True for each row of (N, n_elements) whole steps that belongs to the lattice."""
        is_present = steps > 0
        is_absent = (steps == 0) & np.array(self.is_optional)
        is_allowed = np.where(is_present, (steps >= self.low) & (steps <= self.high), is_absent).all(axis=1)
        n_present = is_present.sum(axis=1)
        is_allowed &= (n_present >= self.n_present[0]) & (n_present <= self.n_present[1])
        result: NDArray[np.bool_] = is_allowed & (steps.sum(axis=1) == self.n_steps)
        return result


def site_lattices(limits: SpaceLimits) -> tuple[SiteLattice, ...]:
    """Each sublattice in whole steps; a bound between two lattice points is drawn in to the nearer inside one."""
    return tuple(_site_lattice(site, limits.n_steps) for site in limits.sublattices)


def _site_lattice(site: SiteLimits, n_steps: int) -> SiteLattice:
    bounds = [site.bounds(symbol) for symbol in site.elements]
    smallest = max(1, math.ceil(site.smallest * n_steps - _ROUNDING))
    return SiteLattice(
        n_steps,
        tuple(max(smallest, math.ceil(low * n_steps - _ROUNDING)) for low, _ in bounds),
        tuple(math.floor(high * n_steps + _ROUNDING) for _, high in bounds),
        tuple(low <= 0 for low, _ in bounds),
        site.n_components,
    )


@dataclass(frozen=True, slots=True)
class _Column:
    low: int
    high: int
    is_optional: bool
    is_counted: bool
    is_last: bool
    least: int


class Ways:
    """Number of ways to complete a composition, for every column and state of a space.

    A state is (c, r): how many more elements may be present (always 0 where that is not limited) and how many steps are
    left. `before[i]` and `after[i]`, shape (n_counts, n_steps_left + 1), hold the ways before and after column i is
    chosen, `running[i]` the running totals of `after[i]` over r.
    """

    def __init__(self, lattices: tuple[SiteLattice, ...], dtype: Any) -> None:
        self.lattices = lattices
        self.columns: list[_Column] = [column for lattice in lattices for column in _columns_of(lattice)]
        n_columns = len(self.columns)
        self.before: list[NDArray[Any]] = [None] * n_columns  # type: ignore[list-item]
        self.after: list[NDArray[Any]] = [None] * n_columns  # type: ignore[list-item]
        self.running: list[NDArray[Any]] = [None] * n_columns  # type: ignore[list-item]
        # state at the first column of each sublattice, by the index of that column
        self.starts: dict[int, tuple[int, int]] = {}
        rest, last = 1, n_columns
        for lattice in reversed(lattices):
            first = last - len(lattice.low)
            rest = self._fill(lattice, first, rest, dtype)
            last = first
        self.n_points = int(rest)

    def _fill(self, lattice: SiteLattice, first: int, rest: Any, dtype: Any) -> Any:
        fewest, most = lattice.n_present
        most = min(most, len(lattice.low)) if lattice.is_counted else 0
        widths = np.concatenate([[0], np.cumsum(lattice.least)])
        table = np.zeros((most + 1, max(lattice.n_steps - int(widths[-1]), 0) + 1), dtype=dtype)
        table[: most - fewest + 1 if lattice.is_counted else 1, 0] = rest
        for index in range(len(lattice.low) - 1, -1, -1):
            column = self.columns[first + index]
            self.after[first + index] = table
            self.running[first + index] = np.cumsum(table, axis=1)
            n_left = max(lattice.n_steps - int(widths[index]), 0)
            table = _before(column, table, self.running[first + index], n_left)
            self.before[first + index] = table
        self.starts[first] = (most, lattice.n_steps)
        return table[most, lattice.n_steps]


def _columns_of(lattice: SiteLattice) -> list[_Column]:
    n_columns = len(lattice.low)
    parts = zip(lattice.low, lattice.high, lattice.is_optional, lattice.least, strict=True)
    return [
        _Column(low, high, is_optional, lattice.is_counted, index == n_columns - 1, least)
        for index, (low, high, is_optional, least) in enumerate(parts)
    ]


def _before(column: _Column, after: NDArray[Any], running: NDArray[Any], n_left: int) -> NDArray[Any]:
    """The table before a column, from the one after it: shape (n_counts, n_left + 1)."""
    before = np.zeros((after.shape[0], n_left + 1), dtype=after.dtype)
    if column.is_optional:
        before[:, : after.shape[1]] = after
    if column.low <= min(column.high, n_left):
        present = _window(running, column.low, column.high, n_left)
        if column.is_counted:
            before[1:] += present[:-1]
        else:
            before += present
    return before


def _window(running: NDArray[Any], low: int, high: int, n_left: int) -> NDArray[Any]:
    """sum_{v = low..high} table[:, r - v] for r = 0..n_left, from the running totals of the table."""
    reach = running.shape[1] - 1
    left = np.arange(n_left + 1)
    upper = running[:, np.clip(left - low, 0, reach)]
    lower = running[:, np.clip(left - high - 1, 0, reach)]
    window: NDArray[Any] = np.where(left >= low, upper, 0) - np.where(left > high, lower, 0)
    return window


def exact_ways(lattices: tuple[SiteLattice, ...]) -> Ways:
    """The table in 64-bit integers where they suffice, else in Python's integers of any size."""
    rough = Ways(lattices, np.float64)
    largest = max(float(table.max()) for table in (*rough.before, *rough.running))
    return Ways(lattices, np.int64 if largest < LARGEST_COUNT else object)
