"""The Pilling-Bedworth ratio of alloys: a rule of thumb for whether an oxide scale covers the metal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import as_matrix
from quinary.descriptors.alloys import average
from quinary.reference.elements import column
from quinary.reference.metals import oxide_volumes

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["PLUGIN", "OxidationDescriptors", "pilling_bedworth_ratio"]


def pilling_bedworth_ratio(
    fractions: NDArray[np.float64], oxide: NDArray[np.float64], metal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Heuristic: R = sum_i c_i V_ox,i / sum_i c_i V_i, shape (N,), no unit.

    `fractions` (N, n_elements); `oxide` and `metal` (n_elements,) are the volumes of the oxide that holds one mole of the
    metal, and of the metal itself, in one unit. Below 1 the oxide cannot cover the metal, from 1 to 2 it may, above 2 it
    tends to spall. This takes every element to be oxidised in proportion to its share. A real scale is mostly the oxide of
    the elements that oxidise first, oxygen rather than the metal may diffuse, and MoO3, WO3 and V2O5 evaporate or melt: a
    ratio in the window is no sign of protection by itself.

    Source: Pilling, Bedworth, J. Inst. Met. 29 (1923) 529; for mixtures the averages are the usual choice, not theirs.
    """
    return average(fractions, oxide) / average(fractions, metal)


class OxidationDescriptors:
    """The Pilling-Bedworth ratio of alloys, marked as heuristic in the vocabulary of properties."""

    name = "oxidation"
    version = "1"
    source = "Pilling, Bedworth, J. Inst. Met. 29 (1923) 529"
    properties = ("pilling_bedworth_ratio",)

    def covers(self, composition: Composition) -> bool:
        """True for every composition without an anion sublattice."""
        return not composition.is_ceramic

    def describe(self, compositions: Sequence[Composition]) -> Mapping[str, NDArray[np.float64]]:
        """The ratio, shape (N,): NaN for ceramics and where the oxide of an element is not tabulated."""
        ratios = np.full(len(compositions), np.nan)
        rows = [row for row, composition in enumerate(compositions) if self.covers(composition)]
        if rows:
            matrix = as_matrix(compositions[row] for row in rows)
            volumes = oxide_volumes(matrix.elements), column("molar_volume", matrix.elements)
            ratios[rows] = pilling_bedworth_ratio(matrix.fractions, *volumes)
        return {"pilling_bedworth_ratio": ratios}


PLUGIN: Final = OxidationDescriptors()
