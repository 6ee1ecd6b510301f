"""Properties of compositions for a generation task, for generators that search instead of learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.plugins.sockets import PredictionTask
from quinary.points.quantity import quantity_named
from quinary.requests import aims

if TYPE_CHECKING:
    from quinary.plugins.sockets import GenerationTask

__all__ = ["goal_misses", "property_values"]


def property_values(task: GenerationTask, name: str, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of one quantity, shape (N,), by the form that the task gives, else by those whom it lets ask.

    Raises:
        InputError: the task has neither, or nobody predicts it.
    """
    if name in task.forms:
        return task.forms[name].value(fractions)
    if task.predict is None:
        raise InputError(f"{name} cannot be computed for this task: nothing in it says how", sorted(task.forms))
    matrix = CompositionMatrix(task.known.elements, fractions)
    return task.predict.values(quantity_named(name), PredictionTask(matrix, anions=task.request.limits.anions))


def goal_misses(task: GenerationTask, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of squared misses of the targets and ranges of the request, shape (N,), each in units of its spread.

    The spread is that among the known alloys, or among these compositions where none are known.
    """
    found = np.zeros(len(fractions))
    pushed = set(task.request.objectives)
    for name, aim in aims(task.request, task.values).items():
        if name in pushed:
            continue
        values = property_values(task, name, fractions)
        known = task.values.get(name)
        spread = float(np.std(known if known is not None and len(known) > 1 else values)) or 1.0
        low, high = (aim, aim) if name in task.request.targets else task.request.interval(name)
        found += ((np.clip(values, low, high) - values) / spread) ** 2
    return found
