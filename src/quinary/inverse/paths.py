"""Ways from one alloy to another, and what a small change of an alloy does to its properties."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, WorkError
from quinary.inverse.moving import Goal, Mover
from quinary.requests import Limits

if TYPE_CHECKING:
    from quinary.requests import Form

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Substitution", "element_effects", "interpolation", "substitution_path", "weighing_spread"]

_ROUNDING: Final = 1e-6  # of a step


def interpolation(first: Values, second: Values, n_steps: int) -> Values:
    """The straight way from one composition to another, ends included, shape (n_steps + 1, n_elements).

    Both have shape (n_elements,). Each step exchanges the same share of the atoms.

    Raises:
        InputError: fewer than one step.
    """
    if n_steps < 1:
        raise InputError(f"{n_steps} steps make no way; ask for one or more")
    share = np.linspace(0.0, 1.0, n_steps + 1)[:, None]
    way: Values = (1 - share) * first + share * second
    return way


@dataclasses.dataclass(frozen=True, slots=True)
class Substitution:
    """What to take out of an alloy step by step, and the properties that shall stay as they are.

    Attributes:
        element: the element that is replaced.
        remaining: its fraction at the end.
        kept: property -> relative change that is allowed.
        by: the elements that take its place: the others are touched only where the kept properties ask for it.
    """

    element: str
    remaining: float
    kept: Mapping[str, float]
    by: tuple[str, ...] = ()


def substitution_path(
    start: Values,
    elements: tuple[str, ...],
    asked: Substitution,
    forms: Mapping[str, Form],
    limits: Limits,
    n_steps: int,
) -> Values:
    """The way on which an element leaves and named properties stay, shape (n_steps + 1, n_elements).

    Each step lowers the highest fraction of the element by the same amount and moves the last composition the least way
    that keeps the properties at their first values. What leaves goes to the elements of `asked.by`, as many of them as can
    be; where they alone cannot keep the properties, the others move, too. `start` has shape (n_elements,) over `elements`;
    those with fraction zero may come in if the first step can use them.

    Raises:
        InputError: the alloy does not contain the element.
        WorkError: from some step on no composition near the last keeps the properties.
    """
    if asked.element not in elements or not start[elements.index(asked.element)] > asked.remaining:
        raise InputError(f"the alloy holds no more {asked.element} than {asked.remaining:g} to begin with")
    first = start[elements.index(asked.element)]
    goals = []
    for name, change in asked.kept.items():
        value = float(forms[name].value(start[None, :])[0])
        goals.append(Goal(name, forms[name], value - change * abs(value), value + change * abs(value), value))
    way = [start]
    for step in range(1, n_steps + 1):
        highest = first + (asked.remaining - first) * step / n_steps
        found = _next(way[-1], highest, elements, asked, goals, limits)
        if found is None:
            raise WorkError(
                f"{asked.element} can be lowered to {way[-1][elements.index(asked.element)]:.3g} but not to {highest:.3g} "
                f"with {', '.join(asked.kept) or 'these elements'} kept"
            )
        way.append(found)
    return np.array(way)


def _next(
    last: Values,
    highest: float,
    elements: tuple[str, ...],
    asked: Substitution,
    goals: Sequence[Goal],
    limits: Limits,
) -> Values | None:
    """The next composition, with at most `highest` of the element; None if no place near the last keeps the properties."""
    bounds = {symbol: limits.bounds(symbol) for symbol in elements} | {asked.element: (0.0, highest)}
    attempts = [(bounds, _helped(last, limits.smallest), goals)]
    if asked.by:
        entering = [elements.index(symbol) for symbol in asked.by]
        starts = _handed_over(last, elements.index(asked.element), highest, entering)
        held = {symbol: _around(x, limits.step) for symbol, x in zip(elements, last, strict=True)}
        free = {symbol: bounds[symbol] for symbol in (asked.element, *asked.by)}
        anywhere = [dataclasses.replace(goal, aim=None) for goal in goals]  # few elements cannot hit the very value
        attempts = [(held | free, starts, anywhere), (bounds, starts, goals), *attempts]
    for allowed, starts, aims in attempts:
        mover = Mover(elements, allowed, limits.n_components, limits.smallest, limits.step)
        found = mover.move(starts, aims)
        if found.is_met.any():
            met = found.fractions[found.is_met]
            n_entered = (met[:, [elements.index(symbol) for symbol in asked.by]] > 0).sum(axis=1)
            moved = np.abs(met - last).sum(axis=1)
            nearest: Values = met[np.lexsort((moved, -n_entered))[0]]
            return nearest
    return None


def _around(fraction: float, step: float) -> tuple[float, float]:
    """The multiples of a step on both sides of a fraction; the fraction itself twice if it is one."""
    n_steps = fraction / step
    return math.floor(n_steps + _ROUNDING) * step, math.ceil(n_steps - _ROUNDING) * step


def _handed_over(last: Values, leaving: int, highest: float, entering: Sequence[int]) -> Values:
    """The last composition with what leaves handed to all the elements that enter in equal parts, or to one of them."""
    amount = max(0.0, last[leaving] - highest)
    shares = np.zeros((1 + len(entering), len(last)))
    shares[0, entering] = 1 / len(entering)
    shares[1 + np.arange(len(entering)), entering] = 1.0
    starts: Values = last + amount * shares
    starts[:, leaving] -= amount
    return starts


def _helped(last: Values, smallest: float) -> Values:
    """The last composition, and it with a little of each absent element: somebody has to take the place of what leaves."""
    absent = np.flatnonzero(last == 0)
    starts = np.tile(last, (1 + len(absent), 1))
    starts[1 + np.arange(len(absent)), absent] = max(2 * smallest, 0.01)
    helped: Values = starts / starts.sum(axis=1, keepdims=True)
    return helped


def element_effects(form: Form, fractions: Values) -> Values:
    """Change of a property for one at.% more of each element, all others giving way in proportion, shape (n_elements,).

    0.01 (dP/dc_i - sum_j c_j dP/dc_j) / (1 - c_i): the slope on the line towards the pure element. Zero for a pure element,
    of which there cannot be more. `fractions` has shape (n_elements,).
    """
    gradient = form.gradient(fractions[None, :])[0]
    others = 1.0 - fractions
    effects: Values = np.where(others > 1e-9, 0.01 * (gradient - fractions @ gradient) / np.maximum(others, 1e-9), 0.0)
    return effects


def weighing_spread(forms: Sequence[Form], fractions: Values, relative_error: float) -> Values:
    """Standard deviation of each property when every element is weighed in with a relative error, shape (n_forms,).

    c_i becomes c_i (1 + e_i) / sum_j c_j (1 + e_j) with independent errors e of standard deviation s; to first order the
    property spreads by s sqrt(sum_i c_i^2 (g_i - g)^2), g_i the slopes and g their mean over the fractions.
    """
    spreads = []
    for form in forms:
        gradient = form.gradient(fractions[None, :])[0]
        spreads.append(relative_error * np.sqrt(((fractions * (gradient - fractions @ gradient)) ** 2).sum()))
    return np.array(spreads)
