"""Descriptors of alloys: the closed forms that phase rules, models and maps are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import as_matrix
from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloys import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.reference.choices import DEFAULT_CHOICE, TableChoice

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.chemistry.matrix import CompositionMatrix

__all__ = ["PLUGIN", "AlloyDescriptors"]


@dataclass(frozen=True)
class AlloyDescriptors:
    """All descriptors of `quinary.descriptors.alloys.formulas`, in the units of the property vocabulary.

    Whoever has a matrix of alloys calls `alloy_descriptors`, which is what this does with the alloys it is given.
    """

    choice: TableChoice = DEFAULT_CHOICE
    gas_constant: float = GAS_CONSTANT

    name = "alloy"
    version = "2"
    source = "formulas: see each function of quinary.descriptors; tables: quinary.reference"
    properties = ALLOY_DESCRIPTORS

    def adjusted(self, choice: TableChoice, gas_constant: float) -> AlloyDescriptors:
        """The same descriptors from other tables and with another R, J/mol/K."""
        return AlloyDescriptors(choice, gas_constant)

    def covers(self, composition: Composition) -> bool:
        """True for every composition without an anion sublattice."""
        return not composition.is_ceramic

    def describe(self, compositions: Sequence[Composition]) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,); NaN and infinities as said in `alloy_descriptors`, NaN for ceramics."""
        rows = [row for row, composition in enumerate(compositions) if self.covers(composition)]
        described = self.describe_matrix(as_matrix(compositions[row] for row in rows))
        if len(rows) == len(compositions):
            return described
        results = {name: np.full(len(compositions), np.nan) for name in described}
        for name, values in described.items():
            results[name][rows] = values
        return results

    def describe_matrix(self, matrix: CompositionMatrix) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,), of alloys; NaN and infinities as said in `alloy_descriptors`."""
        return alloy_descriptors(matrix, gas_constant=self.gas_constant, choice=self.choice)


PLUGIN: Final = AlloyDescriptors()
