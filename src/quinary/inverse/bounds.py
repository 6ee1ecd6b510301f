"""What can be reached at all: proven bounds of properties over the limits of a request.

Averages by fraction, volume or mass become linear programs (ratios by the substitution of Charnes and Cooper, Naval
Research Logistics Quarterly 9 (1962) 181); a limited number of components makes them mixed-integer programs. The product
form of Rice's toughness is linear-fractional where one factor is fixed: bisecting the range of that factor gives bounds as
tight as wanted. Every number returned here is a proof, within the tolerance of the solver; a smallest fraction of up to one
atomic percent is left out of the programs, so that a bound can only be wider for it, by as little.
"""

from __future__ import annotations

import heapq
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import WorkError
from quinary.requests import Form, Linear, Ratio, RootProduct

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Bound", "Polytope", "extreme"]

_SOLVED, _INFEASIBLE = 0, 2  # what scipy.optimize.milp calls them
_RELATIVE_GAP: Final = 1e-6
_MOST_PIECES: Final = 400
_PRESENT: Final = 1e-7
_NEGLIGIBLE: Final = 0.01  # a smallest fraction up to here hardly moves a bound, and costs no integers


@dataclass(frozen=True, slots=True)
class Bound:
    """The extreme value of a property, a composition that reaches it, and the limits that hold it there."""

    value: float
    composition: dict[str, float]
    binding: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Polytope:
    """The compositions within the limits, and within intervals of properties that are linear or ratios.

    Attributes:
        low, high: bounds of each fraction, shape (n_elements,).
        rows: (name, a) with a . c <= 0 for every composition inside.
        n_components: (fewest, most); only a number that binds costs a mixed-integer program.
    """

    elements: tuple[str, ...]
    low: Values
    high: Values
    rows: tuple[tuple[str, Values], ...] = ()
    n_components: tuple[int, int] = (1, 99)
    smallest: float = 0.0

    def within(self, name: str, form: Form, low: float, high: float) -> Polytope:
        """The part where low <= property <= high; the property has to be linear or a ratio."""
        above, below = _as_ratio(form, len(self.elements))
        sides = [
            (name, sign * (above - side * below)) for side, sign in ((high, 1.0), (low, -1.0)) if np.isfinite(side)
        ]
        return replace(self, rows=(*self.rows, *sides))

    def bounds_text(self, composition: Values) -> tuple[str, ...]:
        """The limits that a composition lies on, in words."""
        held = [
            f"{symbol} {word} {bound:g}"
            for symbol, fraction, low, high in zip(self.elements, composition, self.low, self.high, strict=True)
            for word, bound, is_open in (("at least", low, low <= 0), ("at most", high, high >= 1))
            if not is_open and abs(fraction - bound) < _PRESENT
        ]
        held += [name for name, row in self.rows if abs(row @ composition) < _PRESENT * max(np_max(row), 1e-12)]
        n_present = int((composition > _PRESENT).sum())
        if self.is_counted and n_present in self.n_components:
            held.append(f"{n_present} components")
        return tuple(dict.fromkeys(held)) or ("the elements to choose from",)

    @property
    def is_counted(self) -> bool:
        """True if the number of components excludes anything."""
        fewest, most = self.n_components
        n_optional = int(((self.low <= 0) & (self.high > 0)).sum())
        has_least = self.smallest > _NEGLIGIBLE and n_optional > 0
        return fewest > max(1, int((self.low > 0).sum())) or most < int((self.high > 0).sum()) or has_least


def np_max(row: Values) -> float:
    """The largest magnitude in a row."""
    return float(abs(row).max())


def extreme(form: Form, place: Polytope, *, highest: bool) -> Bound | None:
    """The highest or lowest value of a property over a polytope, or None if the polytope is empty.

    Raises:
        TypeError: no bound is known for this kind of form (`Numerical`).
        WorkError: the solver gave up.
    """
    if isinstance(form, RootProduct):
        return _extreme_product(form, place, highest=highest)
    above, below = _as_ratio(form, len(place.elements))
    return _extreme_ratio(above, below, place, highest=highest)


def _as_ratio(form: Form, n_elements: int) -> tuple[Values, Values]:
    if isinstance(form, Linear):
        return form.coefficients, np.ones(n_elements)
    if isinstance(form, Ratio):
        return form.numerator, form.denominator
    raise TypeError(f"no linear program for {type(form).__name__}")


def _extreme_ratio(above: Values, below: Values, place: Polytope, *, highest: bool) -> Bound | None:
    """Charnes and Cooper: with y = t c and b . y = 1 the ratio is a . y, linear in (y, t)."""
    n = len(place.elements)
    sign = -1.0 if highest else 1.0
    program = _Program(n, is_counted=place.is_counted)
    program.add(np.append(below, 0.0), 1.0, 1.0)
    program.add(np.append(np.ones(n), -1.0), 0.0, 0.0)
    for _, row in place.rows:
        program.add(np.append(row, 0.0), -np.inf, 0.0)
    most_t = 1.0 / float(below[place.high > 0].min())
    for index, (low, high) in enumerate(zip(place.low, place.high, strict=True)):
        unit = np.zeros(n + 1)
        unit[index], unit[n] = 1.0, -high
        program.add(unit, -np.inf, 0.0)
        if place.is_counted:
            program.add_presence(index, low if high < place.smallest else max(low, place.smallest), high, most_t)
        elif low > 0:
            unit = np.zeros(n + 1)
            unit[index], unit[n] = -1.0, low
            program.add(unit, -np.inf, 0.0)
    solution = program.solve(np.append(sign * above, 0.0), most_t, place.n_components, place.low > 0)
    if solution is None:
        return None
    composition = solution[:n] / solution[n]
    value = float(above @ composition / (below @ composition))
    return Bound(value, _present(place.elements, composition), place.bounds_text(composition))


class _Program:
    """A linear program in (y, t), with a 0/1 variable z for the presence of each element where they are counted."""

    def __init__(self, n: int, *, is_counted: bool) -> None:
        self.n = n
        self.is_counted = is_counted
        self.n_variables = n + 1 + (n if is_counted else 0)
        self.rows: list[Values] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, row: Values, low: float, high: float) -> None:
        """The row (y, t, z) lies between `low` and `high`; a shorter row has zeros behind it."""
        self.rows.append(np.pad(row, (0, self.n_variables - len(row))))
        self.low.append(low)
        self.high.append(high)

    def add_presence(self, index: int, smallest: float, largest: float, most_t: float) -> None:
        """Y <= largest t_max z and y >= smallest (t - t_max (1 - z)): an element is absent, or has its fraction at least."""
        absent = np.zeros(self.n_variables)
        absent[index], absent[self.n + 1 + index] = 1.0, -largest * most_t
        self.add(absent, -np.inf, 0.0)
        present = np.zeros(self.n_variables)
        present[index], present[self.n] = 1.0, -smallest
        present[self.n + 1 + index] = -smallest * most_t
        self.add(present, -smallest * most_t, np.inf)

    def solve(
        self, cost: Values, most_t: float, n_components: tuple[int, int], is_obligatory: NDArray[np.bool_]
    ) -> Values | None:
        """The variables (y, t) of least cost, or None if there are none."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        integrality = np.zeros(self.n_variables)
        upper = np.full(self.n_variables, np.inf)
        lower = np.zeros(self.n_variables)
        upper[self.n] = most_t * (1 + 1e-9)
        if self.is_counted:
            integrality[self.n + 1 :] = 1
            upper[self.n + 1 :] = 1.0
            lower[self.n + 1 :] = is_obligatory
            counted = np.zeros(self.n_variables)
            counted[self.n + 1 :] = 1.0
            self.add(counted, float(n_components[0]), float(n_components[1]))
        with _solver_held_its_tongue():
            solution: Any = milp(
                np.pad(cost, (0, self.n_variables - len(cost))),
                constraints=LinearConstraint(np.array(self.rows), self.low, self.high),
                integrality=integrality,
                bounds=Bounds(lower, upper),
                options={"mip_rel_gap": 1e-9},
            )
        if solution.status not in {_SOLVED, _INFEASIBLE}:
            raise WorkError(f"the bound could not be proven: {' '.join(str(solution.message).split())}")
        return np.asarray(solution.x[: self.n + 1]) if solution.status == _SOLVED else None


@contextmanager
def _solver_held_its_tongue() -> Iterator[None]:
    """Standard output closed at the level of the system: HiGHS prints remarks there that nobody can switch off.

    They would end up in the middle of somebody's JSON.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # a program without standard output has nothing to protect
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _present(elements: tuple[str, ...], composition: Values) -> dict[str, float]:
    return {s: float(x) for s, x in zip(elements, composition, strict=True) if x > _PRESENT}


def _extreme_product(form: RootProduct, place: Polytope, *, highest: bool) -> Bound | None:
    """Bisection of the range of the factor f . c: within a piece the product is at most its largest f times the largest ratio.

    The piece with the best bound is cut next, until no bound is better than what was found by more than 1e-6 of it.
    """
    factor = Linear(form.factor)
    ends = [extreme(factor, place, highest=side) for side in (False, True)]
    if ends[0] is None or ends[1] is None:
        return None
    best: Bound | None = None
    waiting: list[tuple[float, float, float]] = []

    def look(low: float, high: float) -> None:
        """Bound a piece of the range, and keep the composition it leads to if it is the best so far."""
        nonlocal best
        part = place.within("", factor, low, high) if high > low else _fixed(place, form.factor, low)
        found = _extreme_ratio(form.numerator, form.denominator, part, highest=highest)
        if found is None:
            return
        limit = form.scale * math.sqrt(max((high if highest else low) * found.value, 0.0))
        reached = _reached(form, place, found)
        if best is None or (reached.value > best.value) == highest:
            best = reached
        heapq.heappush(waiting, (-limit if highest else limit, low, high))

    look(ends[0].value, ends[1].value)
    for _ in range(_MOST_PIECES):
        if not waiting or best is None:
            break
        limit, low, high = heapq.heappop(waiting)
        limit = -limit if highest else limit
        if abs(limit - best.value) <= _RELATIVE_GAP * abs(best.value):
            return best
        middle = (low + high) / 2
        look(low, middle)
        look(middle, high)
    if best is not None and waiting:  # the gap is still open: what is proven is the limit of the best piece
        limit = -waiting[0][0] if highest else waiting[0][0]
        return Bound(max(limit, best.value) if highest else min(limit, best.value), best.composition, best.binding)
    return best


def _fixed(place: Polytope, factor: Values, value: float) -> Polytope:
    """The polytope where the factor has one value, with a hair's breadth for rounding."""
    return place.within("", Linear(factor), value * (1 - 1e-12), value * (1 + 1e-12))


def _reached(form: RootProduct, place: Polytope, found: Bound) -> Bound:
    composition = np.array([found.composition.get(symbol, 0.0) for symbol in place.elements])
    value = float(form.value(composition[None, :])[0])
    return Bound(value, found.composition, place.bounds_text(composition))
