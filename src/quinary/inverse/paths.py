"""Ways from one alloy to another, and what a small change of an alloy does to its properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from quinary.errors import InputError, WorkError
from quinary.inverse.moving import Goal, Mover
from quinary.inverse.request import Limits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quinary.inverse.forms import Form

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Substitution", "element_effects", "interpolation", "substitution_path", "weighing_spread"]


def interpolation(first: Values, second: Values, n_steps: int) -> Values:
    """The straight way from one composition to another, ends included, shape (n_steps + 1, n_elements).

    Both have shape (n_elements,). Each step exchanges the same share of the atoms.

    Raises:
        InputError: fewer than one step.
    """
    import numpy as np

    if n_steps < 1:
        raise InputError(f"{n_steps} steps make no way; ask for one or more")
    share = np.linspace(0.0, 1.0, n_steps + 1)[:, None]
    way: Values = (1 - share) * first + share * second
    return way


@dataclass(frozen=True, slots=True)
class Substitution:
    """What to take out of an alloy step by step, and the properties that shall stay as they are.

    Attributes:
        element: the element that is replaced.
        remaining: its fraction at the end.
        kept: property -> relative change that is allowed.
    """

    element: str
    remaining: float
    kept: Mapping[str, float]


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
    that keeps the properties at their first values. `start` has shape (n_elements,) over `elements`; those with fraction
    zero may come in if the first step can use them.

    Raises:
        InputError: the alloy does not contain the element.
        WorkError: from some step on no composition near the last keeps the properties.
    """
    import numpy as np

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
        bounds = {symbol: limits.bounds(symbol) for symbol in elements} | {asked.element: (0.0, highest)}
        mover = Mover(elements, bounds, limits.n_components, limits.smallest, limits.step)
        found = mover.move(_helped(way[-1], limits.smallest), goals)
        if not found.is_met.any():
            raise WorkError(
                f"{asked.element} can be lowered to {way[-1][elements.index(asked.element)]:.3g} but not to {highest:.3g} "
                f"with {', '.join(asked.kept) or 'these elements'} kept"
            )
        met = found.fractions[found.is_met]
        way.append(met[np.abs(met - way[-1]).sum(axis=1).argmin()])
    return np.array(way)


def _helped(last: Values, smallest: float) -> Values:
    """The last composition, and it with a little of each absent element: somebody has to take the place of what leaves."""
    import numpy as np

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
    import numpy as np

    gradient = form.gradient(fractions[None, :])[0]
    others = 1.0 - fractions
    effects: Values = np.where(others > 1e-9, 0.01 * (gradient - fractions @ gradient) / np.maximum(others, 1e-9), 0.0)
    return effects


def weighing_spread(forms: Sequence[Form], fractions: Values, relative_error: float) -> Values:
    """Standard deviation of each property when every element is weighed in with a relative error, shape (n_forms,).

    c_i becomes c_i (1 + e_i) / sum_j c_j (1 + e_j) with independent errors e of standard deviation s; to first order the
    property spreads by s sqrt(sum_i c_i^2 (g_i - g)^2), g_i the slopes and g their mean over the fractions.
    """
    import numpy as np

    spreads = []
    for form in forms:
        gradient = form.gradient(fractions[None, :])[0]
        spreads.append(relative_error * np.sqrt(((fractions * (gradient - fractions @ gradient)) ** 2).sum()))
    return np.array(spreads)
