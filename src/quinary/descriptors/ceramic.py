"""Descriptors of carbides, nitrides, diborides and oxides on their cation sublattice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.ceramics import CERAMIC_DESCRIPTORS, describe_ceramics

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["PLUGIN", "CeramicDescriptors"]


class CeramicDescriptors:
    """All descriptors of `quinary.descriptors.ceramics.formulas`: a ceramic as a mixture of binary ones (precursors)."""

    name = "ceramic"
    version = "1"
    source = "10.1016/j.cossms.2023.101057, Eqs 1-5; tables: quinary.reference.precursors"
    properties = CERAMIC_DESCRIPTORS

    def covers(self, composition: Composition) -> bool:
        """True for every composition with an anion sublattice."""
        return composition.is_ceramic

    def describe(self, compositions: Sequence[Composition]) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,); NaN as said in `ceramic_descriptors`, and for alloys."""
        return describe_ceramics(compositions)


PLUGIN: Final = CeramicDescriptors()
