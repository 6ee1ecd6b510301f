"""The ductility parameter D from linear combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.descriptors.alloys import combine
from quinary.plugins.estimates import combination_details, estimate, has_lattice
from quinary.points.point import Method
from quinary.reference.lattices import elemental_values, elements_with
from quinary.requests import Ratio

if TYPE_CHECKING:
    from quinary.plugins.sockets import Anions, Estimate, PredictionTask
    from quinary.requests import Form

__all__ = ["PLUGIN", "DuctilityParameter"]

_INPUTS: Final = ("surface_energy", "unstable_stacking_fault_energy")


class DuctilityParameter:
    """D = surface energy / unstable stacking-fault energy (no unit), both averaged first; larger is more ductile.

    Source: Rice 1992, 10.1016/S0022-5096(05)80012-2; as a screen for alloys Hu et al. 2021, 10.1016/j.actamat.2021.116800.
    """

    name = "d_parameter"
    version = "2"
    source = "10.1016/j.actamat.2021.116800"
    properties = ("d_parameter",)
    materials = ("alloy",)
    preference = 50
    uses_conditions: tuple[str, ...] = ()
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, alloys
        """The elements with both energies."""
        return elements_with(*_INPUTS)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """D for every row; relative spreads of the two energies add in quadrature."""
        surface, fault = (combine(wanted, task) for wanted in _INPUTS)
        ratio = surface.values / fault.values
        relative = np.hypot(surface.spreads / surface.values, fault.spreads / fault.values)
        details = tuple(f"ratio on {line}" for line in combination_details(task, fault.replacement))
        return estimate(task, ratio, ratio * relative, has_lattice(task, fault.replacement), Method.EMPIRICAL, details)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:  # noqa: ARG002 - one property
        """The ratio of the two averages."""
        surface, fault = (
            elemental_values(wanted, elements, task.lattice, task.table, task.replacement).values for wanted in _INPUTS
        )
        return Ratio(surface, fault)


PLUGIN: Final = DuctilityParameter()
