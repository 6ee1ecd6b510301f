"""Rules of mixtures that need no lattice: density, price, melting temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import average, element_combination, mixture_density, mixture_price
from quinary.errors import unknown_name
from quinary.plugins import Predictor, estimate
from quinary.points.point import Method
from quinary.reference.elements import column, element_column
from quinary.reference.lattices import revision_column
from quinary.requests import Linear, Ratio

if TYPE_CHECKING:
    from quinary.plugins import Anions, Estimate, PredictionTask
    from quinary.requests import Form

__all__ = ["PLUGIN", "RuleOfMixtures"]

_COLUMNS: Final = {
    "density": ("mass", "molar_volume"),
    "price": ("mass", "price"),
    "melting_temperature": ("melting_temperature",),
}
_ATOMIC: Final = {"density": "density_0k", "price": "price"}
_MIXINGS: Final = ("physical", "atomic")

# Relative standard deviation. Density: +-3 % holds 65 % of the 112 measured densities of Borg et al. 2020
# (10.1038/s41597-020-00768-9; median off by 0.2 %). Price: the usual spread of quotes within a year. Melting: an estimate; the
# mean of the elements' melting points is neither solidus nor liquidus.
_RELATIVE_SPREAD: Final = {"density": 0.03, "price": 0.30, "melting_temperature": 0.05}


class RuleOfMixtures(Predictor):
    """Density = sum c A / sum c V (g/cm^3), price = sum c A p / sum c A (USD/kg), melting temperature = sum c T (K).

    With `mixing="atomic"` density and price are the plain average over atomic fractions of the values behind the published
    2023 data set (10.1557/s43578-023-01122-6), for reproduction only.
    """

    name = "rule_of_mixtures"
    version = "2"
    source = "rule of mixtures"
    properties = tuple(_COLUMNS)
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - alloys
        """The elements for which every column of the rule is tabulated."""
        return frozenset.intersection(*(frozenset(element_column(entry)) for entry in _COLUMNS[name]))

    def predict(self, name: str, task: PredictionTask) -> Estimate:
        """The mixture for every row."""
        if task.mixing not in _MIXINGS:
            raise unknown_name("mixing", task.mixing, _MIXINGS)
        is_atomic = task.mixing == "atomic" and name in _ATOMIC
        values = self._atomic(name, task) if is_atomic else self._physical(name, task)
        word = "atomic-fraction average (published 2023 values)" if is_atomic else "rule of mixtures"
        everywhere = np.ones(len(task.matrix), dtype=bool)
        details = (word,) * len(task.matrix)
        return estimate(task, values, values * _RELATIVE_SPREAD[name], everywhere, Method.EMPIRICAL, details)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:
        """An average of melting temperatures; density and price as the ratios of averages that they are.

        None for the plain averages that were published for them.
        """
        if name == "melting_temperature":
            return Linear(column(name, elements))
        if task.mixing != "physical":
            return None
        masses = column("mass", elements)
        if name == "density":
            return Ratio(masses, column("molar_volume", elements))
        return Ratio(masses * column("price", elements), masses)

    @staticmethod
    def _physical(name: str, task: PredictionTask) -> NDArray[np.float64]:
        if name == "melting_temperature":
            return element_combination("melting_temperature", task)
        masses = column("mass", task.matrix.elements)
        if name == "density":
            return mixture_density(task.matrix.fractions, masses, column("molar_volume", task.matrix.elements))
        return mixture_price(task.matrix.fractions, masses, column("price", task.matrix.elements))

    @staticmethod
    def _atomic(name: str, task: PredictionTask) -> NDArray[np.float64]:
        known = revision_column(_ATOMIC[name])
        values = np.array([known.get(symbol, np.nan) for symbol in task.matrix.elements])
        return average(task.matrix.fractions, values)


PLUGIN: Final = RuleOfMixtures()
