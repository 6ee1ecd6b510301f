"""Moving samples onto a request, all of them at once: elements are kept, limits hold exactly, fractions are weighable.

Each sample keeps its elements (its support). Newton steps of least length lead it onto the intervals asked for, an element
that reaches one of its bounds stays there, and the result is rounded to the lattice; where rounding led out of an interval,
steps are exchanged between two elements until it is met again. A sample that cannot be moved so is given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.inverse.rounding import onto_sum, rounded
from quinary.requests import slopes

if TYPE_CHECKING:
    from quinary.requests import Form

    Values: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["Goal", "Moved", "Mover"]

_ROUNDING: Final = 1e-6  # of a step: 0.35 / 0.05 is seven steps
_MOST_STEPS: Final = 40
_CONVERGED: Final = 1e-10  # relative to the scale of a property
_PATIENCE: Final = 6  # steps without a gain of a hundredth: the elements of the sample do not reach the goals
_LEAST_GAIN: Final = 0.01
_DAMPING: Final = 1e-12
_MOST_EXCHANGES: Final = 12
_NEAR: Final = 0.02  # relative: what is farther from its goals before rounding is not brought there by single steps
_MANY: Final = 16384  # samples: fewer take less time than loading the loop that settles them
_AIM: Final = (
    0.1  # of the width of an interval: how far inside its edges a sample is led, so that rounding stays inside
)


@dataclass(frozen=True, eq=False, slots=True)
class Goal:
    """One property and the interval it shall lie in; either side may be infinite. `aim`, if given, is where to lead to.

    A number holds for every sample; an array of shape (N,) has one for each.
    """

    name: str
    form: Form
    low: float | Values
    high: float | Values
    aim: float | Values | None = None


@dataclass(frozen=True, eq=False, slots=True)
class _Wanted:
    """The goals of N samples as arrays of shape (N, n_goals): intervals, the intervals drawn in to lead to, and scales."""

    forms: tuple[Form, ...]
    low: Values
    high: Values
    aim_low: Values
    aim_high: Values
    scale: Values

    @classmethod
    def of(cls, goals: Sequence[Goal], n_rows: int) -> _Wanted:
        """For `n_rows` samples."""

        def columns(values: Sequence[float | Values]) -> Values:
            """One column a goal, one row a sample."""
            return (
                np.array([np.broadcast_to(value, n_rows) for value in values], dtype=float)
                .reshape(len(values), n_rows)
                .T
            )

        low, high = columns([goal.low for goal in goals]), columns([goal.high for goal in goals])
        sides = np.where(np.isfinite([low, high]), np.abs([low, high]), 0.0)
        scale = np.maximum(sides.max(axis=0), 1e-3)
        width = np.where(np.isfinite(high - low), high - low, 0.0)
        slack = np.where(width > 0, _AIM * width, 1e-6 * scale)
        aim_low, aim_high = low + slack, high - slack
        for number, goal in enumerate(goals):
            if goal.aim is not None:
                aim_low[:, number] = aim_high[:, number] = goal.aim
        return cls(tuple(goal.form for goal in goals), low, high, aim_low, aim_high, scale)

    def rows(self, chosen: Any) -> _Wanted:
        """The goals of some samples, in the order of `chosen`."""
        arrays = (self.low, self.high, self.aim_low, self.aim_high, self.scale)
        return _Wanted(self.forms, *(array[chosen] for array in arrays))

    def values(self, fractions: Values) -> Values:
        """Values of every property, shape (N, n_goals)."""
        columns = [form.value(fractions) for form in self.forms]
        return np.array(columns).reshape(len(columns), len(fractions)).T

    def are_met(self, fractions: Values) -> Mask:
        """True for each composition inside all its intervals, shape (N,)."""
        values = self.values(fractions)
        found: Mask = np.logical_and.reduce((values >= self.low) & (values <= self.high), axis=1)
        return found

    def miss(self, fractions: Values) -> Values:
        """How far each composition is from its intervals, relative to their scales, shape (N,)."""
        values = self.values(fractions)
        found: Values = (np.abs(np.clip(values, self.low, self.high) - values) / self.scale).sum(axis=1)
        return found


@dataclass(frozen=True, eq=False, slots=True)
class Moved:
    """What became of N samples: fractions (N, n_elements) on the lattice, and which of them meet everything, shape (N,)."""

    fractions: Values
    is_met: Mask


class Mover:
    """Leads samples over named elements onto limits and goals.

    Attributes:
        low, high: bounds of each fraction, shape (n_elements,).
        n_components: (fewest, most) elements present.
        smallest: an element that is present has at least this fraction, unless its own bounds keep it below.
        step: fractions are whole multiples of it.
    """

    def __init__(
        self,
        elements: Sequence[str],
        bounds: Mapping[str, tuple[float, float]],
        n_components: tuple[int, int],
        smallest: float,
        step: float,
    ) -> None:
        self.elements = tuple(elements)
        self.n_steps = round(1 / step)
        if abs(self.n_steps * step - 1) > _ROUNDING:
            raise InputError(f"the step {step:g} does not divide 1; choose for example 0.05, 0.01 or 0.001")
        self.step = 1 / self.n_steps
        pairs = np.array([bounds.get(symbol, (0.0, 1.0)) for symbol in self.elements])
        self.is_obligatory: Mask = np.asarray(pairs[:, 0] > 0)
        is_minor = pairs[:, 1] < smallest  # its own limits count: so little was asked for
        least = np.maximum(pairs[:, 0], np.where(is_minor, self.step, max(smallest, self.step)))
        self.low: Values = np.ceil(least * self.n_steps - _ROUNDING)
        self.high: Values = np.floor(pairs[:, 1] * self.n_steps + _ROUNDING)
        self.is_possible: Mask = np.asarray(self.high >= self.low)
        self.n_components = n_components

    def move(self, starts: Values, goals: Sequence[Goal]) -> Moved:
        """Lead every row of `starts`, shape (N, n_elements), onto the limits and into the intervals of the goals."""
        if goals or len(starts) < _MANY:
            return self._moved(starts, goals)
        fractions, is_met = self._settled(starts)
        rows = (~is_met).nonzero()[0]
        others = self._moved(starts[rows], goals)
        fractions[rows], is_met[rows] = others.fractions, others.is_met
        return Moved(fractions, is_met)

    def _settled(self, starts: Values) -> tuple[Values, Mask]:
        """Fractions of the rows within the limits already, and which those are: most of what a trained generator makes."""
        from quinary.inverse.snapping import settle
        from quinary.threads import over_blocks

        fractions = np.empty(starts.shape)
        limits = (self.is_obligatory, *self.n_components, self.n_steps)

        def settled(rows: slice) -> Mask:
            """A block, which fills its fractions."""
            found: Mask = settle(starts[rows], self.low, self.high, limits, fractions[rows])
            return found

        return fractions, np.concatenate(over_blocks(lambda: settled, len(starts), _MANY))

    def _moved(self, starts: Values, goals: Sequence[Goal]) -> Moved:
        """The general way: any start, any goals."""
        wanted = _Wanted.of(goals, len(starts))
        low, high, can_be = self._ranges(self.support(starts))
        place = onto_sum(starts * self.n_steps, low, high, self.n_steps) / self.n_steps
        if goals:
            place = _led(place, low / self.n_steps, high / self.n_steps, wanted)
        steps = rounded(place * self.n_steps, low, high, self.n_steps)
        is_met = can_be & (steps.sum(axis=1) == self.n_steps) & ((steps >= low) & (steps <= high)).all(axis=1)
        if goals:
            steps = self._exchanged(steps, low, high, wanted, is_met & (wanted.miss(place) < _NEAR))
        fractions: Values = steps / self.n_steps
        return Moved(fractions, is_met & wanted.are_met(fractions))

    def as_they_are(self, starts: Values, goals: Sequence[Goal]) -> Moved:
        """Every row rounded to the lattice, and whether it meets everything so: nothing else is moved."""
        kept = np.where(starts * self.n_steps >= np.minimum(self.low, 0.5), starts, 0.0)
        total = kept.sum(axis=1, keepdims=True)
        wanted = kept / np.where(total > 0, total, 1.0) * self.n_steps
        steps = rounded(wanted, np.zeros_like(wanted), np.where(kept > 0, self.n_steps, 0.0), self.n_steps)
        fractions: Values = steps / self.n_steps
        return Moved(fractions, self.allows(steps) & _Wanted.of(goals, len(starts)).are_met(fractions))

    def allows(self, steps: Values) -> Mask:
        """True for each row of whole steps, shape (N, n_elements), inside every limit."""
        is_present = steps > 0
        n_present = is_present.sum(axis=1)
        is_inside = ((steps >= self.low) & (steps <= self.high) | ~is_present & ~self.is_obligatory).all(axis=1)
        is_inside &= (n_present >= self.n_components[0]) & (n_present <= self.n_components[1])
        found: Mask = is_inside & (steps.sum(axis=1) == self.n_steps)
        return found

    def misses(self, fractions: Values, goals: Sequence[Goal]) -> Values:
        """How far each composition is from the intervals of the goals, relative to their values and summed, shape (N,)."""
        return _Wanted.of(goals, len(fractions)).miss(fractions)

    def has_traces(self, fractions: Values) -> Mask:
        """True for each composition, shape (N,), in which an element that need not be there has the least it may have.

        Moving has pushed it there: it wants to leave.
        """
        is_least = (fractions > 0) & (fractions * self.n_steps <= self.low + 0.5) & ~self.is_obligatory
        found: Mask = np.logical_or.reduce(is_least, axis=1)
        return found

    def support(self, starts: Values) -> Mask:
        """The elements that each sample keeps: its largest, as many as the limits allow, and the obligatory ones."""
        fewest, most = self.n_components
        is_kept: Mask = ((starts * self.n_steps >= self.low / 2) | self.is_obligatory) & self.is_possible
        n_kept = is_kept.sum(axis=1)
        rows = np.flatnonzero((n_kept < fewest) | (n_kept > most))
        if rows.size:
            weight = np.where(self.is_possible, starts[rows], -1.0)
            weight = np.where(self.is_obligatory, 2.0 + starts[rows], weight)
            rank = (-weight).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
            is_kept[rows] = (is_kept[rows] | (rank < fewest)) & (rank < most) & self.is_possible
        return is_kept

    def _ranges(self, support: Mask) -> tuple[Values, Values, Mask]:
        """Bounds in steps of each fraction of each sample, and whether any composition lies between them."""
        low, high = np.where(support, self.low, 0.0), np.where(support, self.high, 0.0)
        n_present = support.sum(axis=1)
        can_be = (n_present >= self.n_components[0]) & (low.sum(axis=1) <= self.n_steps)
        can_be &= high.sum(axis=1) >= self.n_steps
        return low, high, can_be & (support | ~self.is_obligatory).all(axis=1)

    def _exchanged(self, steps: Values, low: Values, high: Values, wanted: _Wanted, is_near: Mask) -> Values:
        """Where rounding led out of a goal, exchange one step between two elements, the best pair each time."""
        rows = np.flatnonzero(is_near & ~wanted.are_met(steps / self.n_steps))
        for _ in range(_MOST_EXCHANGES):
            if not rows.size:
                break
            better, is_better = self._best_exchange(steps[rows], low[rows], high[rows], wanted.rows(rows))
            rows = rows[is_better]
            steps[rows] = better[is_better]
            rows = rows[~wanted.rows(rows).are_met(steps[rows] / self.n_steps)]
        return steps

    def _best_exchange(self, steps: Values, low: Values, high: Values, wanted: _Wanted) -> tuple[Values, Mask]:
        n_rows, n_elements = steps.shape
        is_used: Mask = np.logical_or.reduce(high > 0, axis=0)
        giver, taker = np.nonzero(~np.eye(n_elements, dtype=bool) & is_used & is_used[:, None])
        if not len(giver):  # one pure element alone has nothing to exchange
            return steps, np.zeros(n_rows, dtype=bool)
        change = np.zeros((len(giver), n_elements))
        change[np.arange(len(giver)), giver] = -1.0
        change[np.arange(len(giver)), taker] = 1.0
        tried = steps[:, None, :] + change
        is_inside = ((tried >= low[:, None, :]) & (tried <= high[:, None, :])).all(axis=2)
        row, _ = np.nonzero(is_inside)
        miss = np.full(is_inside.shape, np.inf)
        miss[is_inside] = wanted.rows(row).miss(tried[is_inside] / self.n_steps)
        best = miss.argmin(axis=1)
        chosen = np.arange(n_rows), best
        return tried[chosen], miss[chosen] < wanted.miss(steps / self.n_steps)


def _led(place: Values, low: Values, high: Values, wanted: _Wanted) -> Values:
    """Newton steps of least length onto the intervals, within the bounds; rows that arrive are left where they are."""
    place = place.copy()
    rows = np.arange(len(place))
    least, since = np.full(len(place), np.inf), np.zeros(len(place), dtype=int)
    for _ in range(_MOST_STEPS):
        here = place[rows]
        miss, slopes_here = _linearised(here, low[rows] < high[rows], wanted.rows(rows))
        size = np.abs(miss).sum(axis=1)
        since[rows] = np.where(size < (1 - _LEAST_GAIN) * least[rows], 0, since[rows] + 1)
        least[rows] = np.minimum(size, least[rows])
        is_away = (np.abs(miss) > _CONVERGED).any(axis=1) & (since[rows] < _PATIENCE)
        rows, here, miss, slopes_here = rows[is_away], here[is_away], miss[is_away], slopes_here[is_away]
        if not rows.size:
            break
        place[rows] = _stepped(here, low[rows], high[rows], miss, slopes_here)
    return place


def _linearised(here: Values, is_free: Mask, wanted: _Wanted) -> tuple[Values, Values]:
    """What is missing of the sum and of each goal, shape (N, 1 + n_goals), and the slopes, (N, 1 + n_goals, n_elements).

    Slopes are of the elements that may change, shape (N, n_elements).
    """
    values = wanted.values(here)
    miss = np.empty((len(here), 1 + len(wanted.forms)))
    miss[:, 0] = 1.0 - here.sum(axis=1)
    miss[:, 1:] = (np.clip(values, wanted.aim_low, wanted.aim_high) - values) / wanted.scale
    found = np.ones((*miss.shape, here.shape[1]))
    for number, form in enumerate(wanted.forms):
        is_needed = is_free & (miss[:, number + 1] != 0)[:, None]
        found[:, number + 1] = slopes(form, here, is_needed) / wanted.scale[:, number, None]
    found[:, 1:] *= (miss[:, 1:] != 0)[:, :, None]
    return miss, found


def _stepped(here: Values, low: Values, high: Values, miss: Values, slopes: Values) -> Values:
    """One step of least length that makes up for what is missing; what would leave its bounds is held."""
    is_free = low < high
    for _ in range(4):
        held = slopes * is_free[:, None, :]
        matrix = held @ held.transpose(0, 2, 1)
        size = np.maximum(matrix.diagonal(axis1=1, axis2=2), 1e-30)
        matrix += (_DAMPING + (size <= 1e-30))[:, :, None] * np.eye(miss.shape[1]) * np.maximum(size, 1e-9)[:, :, None]
        step = np.einsum("nkj,nk->nj", held, np.linalg.solve(matrix, miss[:, :, None])[:, :, 0])
        leaves = is_free & (((here <= low) & (step < 0)) | ((here >= high) & (step > 0)))
        if not leaves.any():
            break
        is_free &= ~leaves
    found: Values = np.clip(here + np.clip(step, -0.25, 0.25), low, high)
    return found
