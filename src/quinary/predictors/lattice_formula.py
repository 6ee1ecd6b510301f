"""What predictors share that put linear combinations of elemental properties into one formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import LATTICE_PROPERTIES, combine
from quinary.plugins import Predictor, combination_details, estimate, has_lattice
from quinary.points.point import Method
from quinary.reference.lattices import elemental_values, elements_with

if TYPE_CHECKING:
    from quinary.plugins import Anions, Estimate, PredictionTask

__all__ = ["LatticeFormula"]

_STEP: Final = 1e-5  # relative: the error of a central difference is near its square


class LatticeFormula(Predictor, ABC):
    """A formula of averages over the elements: `inputs` are averaged first, for the lattice of the task, then `formula`.

    The inputs are taken as independent, so the spread is sqrt(sum_i (df/dx_i s_i)^2). Attributes of a class of one's own:
    `inputs`, names of `LATTICE_PROPERTIES` (the others have no measured error of a combination, so no honest spread would come
    of them); `words`, what the detail of a prediction begins with.

    Raises:
        TypeError: a class is made with another input.
    """

    inputs: ClassVar[tuple[str, ...]]
    words: ClassVar[str]
    is_row_exact = True

    def __init_subclass__(cls) -> None:
        if strange := sorted(set(getattr(cls, "inputs", ())) - set(LATTICE_PROPERTIES)):
            raise TypeError(f"{cls.__name__}: {', '.join(strange)} is none of {', '.join(LATTICE_PROPERTIES)}")

    @abstractmethod
    def formula(self, *averages: NDArray[np.float64]) -> NDArray[np.float64]:
        """The property from the averages of `inputs`, each of shape (N,), in the units of these and of the property."""

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, alloys
        """The elements with a value of every input."""
        return elements_with(*self.inputs)

    def averages(self, elements: tuple[str, ...], task: PredictionTask) -> tuple[NDArray[np.float64], ...]:
        """The elemental values of each input, shape (n_elements,), for forms."""
        settings = task.lattice, task.table, task.replacement
        return tuple(elemental_values(name, elements, *settings).values for name in self.inputs)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """The formula for every row, with its spread."""
        parts = [combine(wanted, task) for wanted in self.inputs]
        means = [part.values for part in parts]
        variance = np.zeros(len(task.matrix))
        for place, part in enumerate(parts):
            step = _STEP * np.where(part.values == 0.0, 1.0, np.abs(part.values))
            low, high = (self.formula(*means[:place], part.values + way * step, *means[place + 1 :]) for way in (-1, 1))
            variance += ((high - low) / (2.0 * step) * part.spreads) ** 2
        replacement = np.max([part.replacement for part in parts], axis=0)
        details = tuple(f"{self.words} {line}" for line in combination_details(task, replacement))
        is_inside = has_lattice(task, replacement)
        return estimate(task, self.formula(*means), np.sqrt(variance), is_inside, Method.EMPIRICAL, details)
