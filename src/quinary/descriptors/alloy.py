"""Descriptors of alloys: the closed forms that phase rules, models and maps are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from quinary.descriptors.formulas import ALLOY_DESCRIPTORS, alloy_descriptors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quinary.chemistry.matrix import CompositionMatrix

__all__ = ["PLUGIN", "AlloyDescriptors"]


class AlloyDescriptors:
    """All descriptors of `quinary.descriptors.formulas`, in the units of the property vocabulary.

    For a ceramic the matrix holds the cation fractions, so these are descriptors of the mixed metals.
    """

    name = "alloy"
    version = "1"
    source = "formulas: see each function of quinary.descriptors; tables: quinary.reference"
    properties = ALLOY_DESCRIPTORS

    def describe(self, matrix: CompositionMatrix) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,); NaN and infinities as said in `alloy_descriptors`."""
        return alloy_descriptors(matrix)


PLUGIN: Final = AlloyDescriptors()
