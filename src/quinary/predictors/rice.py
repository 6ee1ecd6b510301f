"""Rice's dislocation-emission toughness from linear combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import RAW_RICE_TO_MPA_SQRT_M
from quinary.predictors.lattice_formula import LatticeFormula
from quinary.requests import RootProduct

if TYPE_CHECKING:
    from quinary.plugins import PredictionTask

__all__ = ["PLUGIN", "RiceToughness", "rice_raw"]


def rice_raw(
    shear_modulus: NDArray[np.float64], fault_energy: NDArray[np.float64], poisson_ratio: NDArray[np.float64]
) -> NDArray[np.float64]:
    """K = sqrt(2 G E_USF / (1 - nu)) in sqrt(GPa J/m^2), G in GPa and E_USF in J/m^2; any one shape.

    Published data sets print this raw number as MPa m^0.5; times 0.0316228 it is. Source: Rice, J. Mech. Phys. Solids 40
    (1992) 239, 10.1016/S0022-5096(05)80012-2.
    """
    raw: NDArray[np.float64] = np.sqrt(2.0 * shear_modulus * fault_energy / (1.0 - poisson_ratio))
    return raw


class RiceToughness(LatticeFormula):
    """K_Rice = sqrt(2 G E_USF / (1 - nu)) in MPa m^0.5, inputs averaged first, then the formula.

    The threshold for emitting a dislocation from a crack tip (0.2 to 0.8 in refractory alloys), not an engineering
    toughness. Source: Rice 1992, 10.1016/S0022-5096(05)80012-2, as used in S1.
    """

    name = "rice"
    version = "2"
    source = "10.1016/S0022-5096(05)80012-2"
    properties = ("fracture_toughness_rice",)
    inputs = ("shear_modulus", "unstable_stacking_fault_energy", "poisson_ratio")
    words = "Rice 1992 on"

    def formula(self, *averages: NDArray[np.float64]) -> NDArray[np.float64]:
        """K of shear modulus (GPa), fault energy (J/m^2) and Poisson's ratio."""
        return rice_raw(*averages) * RAW_RICE_TO_MPA_SQRT_M

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> RootProduct:  # noqa: ARG002
        """K = scale sqrt(G (2 E_USF) / (1 - nu)) with each of the three an average over the elements."""
        shear, fault, poisson = self.averages(elements, task)
        return RootProduct(shear, 2.0 * fault, 1.0 - poisson, RAW_RICE_TO_MPA_SQRT_M)


PLUGIN: Final = RiceToughness()
