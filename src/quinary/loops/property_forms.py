"""From a property's name to its form over named elements: what the search moves samples by and proves bounds from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.formulas import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.inverse.forms import Form, Numerical
from quinary.plugins.registry import predictor_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quinary.plugins.sockets import PredictionTask, PredictorPlugin

__all__ = ["property_form"]


def property_form(
    name: str, elements: tuple[str, ...], task: PredictionTask, predictor: PredictorPlugin | None = None
) -> Form:
    """The form of a property, for compositions over `elements` and what else the task says (lattice, table, conditions).

    Without a `predictor` the preferred one is asked. Where it names a form of its own, bounds can be proven; a
    descriptor, and whatever else a predictor computes, is numerical.

    Raises:
        InputError: nobody predicts or describes the property.
    """
    if name in ALLOY_DESCRIPTORS and not task.is_ceramic:
        return Numerical(lambda fractions: alloy_descriptors(CompositionMatrix(elements, fractions), [name])[name])
    plugin = predictor or predictor_of(name, is_ceramic=task.is_ceramic)

    def evaluate(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """The predictor's values."""
        return plugin.predict(name, replace(task, matrix=CompositionMatrix(elements, fractions))).values

    return plugin.form(name, elements, task) or Numerical(evaluate)
