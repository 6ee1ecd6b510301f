"""Linear combination of elemental properties from density-functional theory, by lattice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quinary.descriptors.alloys import LATTICE_PROPERTIES, combine
from quinary.plugins import Predictor, combination_details, estimate, has_lattice
from quinary.points.point import Method
from quinary.reference.lattices import elemental_values, elements_with
from quinary.requests import Linear

if TYPE_CHECKING:
    from quinary.plugins import Anions, Estimate, PredictionTask
    from quinary.requests import Form

__all__ = ["PLUGIN", "LinearCombination"]


class LinearCombination(Predictor):
    """P = sum_i c_i P_i(lattice) for moduli, Poisson's ratio, fault and surface energies (units of each property).

    Domain: solid solutions, that is, no reported phase without an elemental lattice (Laves, sigma, ...).
    Source: S1, 10.20517/jmi.2021.05; elemental values 10.1088/1361-648X/ac0195.
    """

    name = "linear_combination"
    version = "2"
    source = "10.20517/jmi.2021.05"
    properties = LATTICE_PROPERTIES
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - alloys
        """The elements with a value in any lattice."""
        return elements_with(name)

    def predict(self, name: str, task: PredictionTask) -> Estimate:
        """The combination for every row; the detail names lattice, table and replacement level."""
        found = combine(name, task)
        details = combination_details(task, found.replacement)
        return estimate(
            task, found.values, found.spreads, has_lattice(task, found.replacement), Method.EMPIRICAL, details
        )

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:
        """The combination itself: it is linear in the fractions."""
        return Linear(elemental_values(name, elements, task.lattice, task.table, task.replacement).values)


PLUGIN: Final = LinearCombination()
