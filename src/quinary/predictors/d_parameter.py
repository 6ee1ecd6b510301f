"""The ductility parameter D from linear combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.predictors.lattice_formula import LatticeFormula
from quinary.requests import Ratio

if TYPE_CHECKING:
    from quinary.plugins import PredictionTask

__all__ = ["PLUGIN", "DuctilityParameter"]


class DuctilityParameter(LatticeFormula):
    """D = surface energy / unstable stacking-fault energy (no unit), both averaged first; larger is more ductile.

    Source: Rice 1992, 10.1016/S0022-5096(05)80012-2; as a screen for alloys Hu et al. 2021, 10.1016/j.actamat.2021.116800.
    """

    name = "d_parameter"
    version = "3"
    source = "10.1016/j.actamat.2021.116800"
    properties = ("d_parameter",)
    inputs = ("surface_energy", "unstable_stacking_fault_energy")
    words = "ratio on"

    def formula(self, *averages: NDArray[np.float64]) -> NDArray[np.float64]:
        """The ratio of the two energies."""
        surface, fault = averages
        return np.asarray(surface / fault)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Ratio:  # noqa: ARG002 - one property
        """The ratio of the two averages."""
        return Ratio(*self.averages(elements, task))


PLUGIN: Final = DuctilityParameter()
