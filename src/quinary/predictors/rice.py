"""Rice's dislocation-emission toughness from linear combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import RAW_RICE_TO_MPA_SQRT_M
from quinary.descriptors.alloys import combine
from quinary.plugins.estimates import combination_details, estimate, has_lattice
from quinary.points.point import Method
from quinary.reference.lattices import elemental_values, elements_with
from quinary.requests import RootProduct

if TYPE_CHECKING:
    from quinary.plugins.sockets import Anions, Estimate, PredictionTask
    from quinary.requests import Form

__all__ = ["PLUGIN", "RiceToughness", "rice_raw"]

_INPUTS: Final = ("shear_modulus", "unstable_stacking_fault_energy", "poisson_ratio")


def rice_raw(
    shear_modulus: NDArray[np.float64], fault_energy: NDArray[np.float64], poisson_ratio: NDArray[np.float64]
) -> NDArray[np.float64]:
    """K = sqrt(2 G E_USF / (1 - nu)) in sqrt(GPa J/m^2), G in GPa and E_USF in J/m^2; any one shape.

    Published data sets print this raw number as MPa m^0.5; times 0.0316228 it is. Source: Rice, J. Mech. Phys. Solids 40
    (1992) 239, 10.1016/S0022-5096(05)80012-2.
    """
    raw: NDArray[np.float64] = np.sqrt(2.0 * shear_modulus * fault_energy / (1.0 - poisson_ratio))
    return raw


class RiceToughness:
    """K_Rice = sqrt(2 G E_USF / (1 - nu)) in MPa m^0.5, inputs averaged first, then the formula.

    The threshold for emitting a dislocation from a crack tip (0.2 to 0.8 in refractory alloys), not an engineering
    toughness. Source: Rice 1992, 10.1016/S0022-5096(05)80012-2, as used in S1.
    """

    name = "rice"
    version = "2"
    source = "10.1016/S0022-5096(05)80012-2"
    properties = ("fracture_toughness_rice",)
    materials = ("alloy",)
    preference = 50
    uses_conditions: tuple[str, ...] = ()
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, alloys
        """The elements with shear modulus, Poisson's ratio and unstable stacking-fault energy."""
        return elements_with(*_INPUTS)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """K for every row; its spread follows from those of G, E_USF and nu, taken as independent."""
        shear, fault, poisson = (combine(wanted, task) for wanted in _INPUTS)
        toughness = rice_raw(shear.values, fault.values, poisson.values) * RAW_RICE_TO_MPA_SQRT_M
        relative = np.sqrt(
            (shear.spreads / shear.values) ** 2
            + (fault.spreads / fault.values) ** 2
            + (poisson.spreads / (1.0 - poisson.values)) ** 2
        )
        replacement = np.maximum(shear.replacement, fault.replacement)
        details = tuple(f"Rice 1992 on {line}" for line in combination_details(task, replacement))
        return estimate(
            task, toughness, toughness * relative / 2, has_lattice(task, replacement), Method.EMPIRICAL, details
        )

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form:  # noqa: ARG002 - one property
        """K = scale sqrt(G (2 E_USF) / (1 - nu)) with each of the three an average over the elements."""
        shear, fault, poisson = (
            elemental_values(wanted, elements, task.lattice, task.table, task.replacement).values for wanted in _INPUTS
        )
        return RootProduct(shear, 2.0 * fault, 1.0 - poisson, RAW_RICE_TO_MPA_SQRT_M)


PLUGIN: Final = RiceToughness()
