"""Where a rock-salt carbide or nitride stands against the published thresholds of its valence electrons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.ceramics import ceramic_descriptors
from quinary.descriptors.ceramics.matrix import group_ceramics

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["DUCTILE_FROM", "HARDEST_AT", "PLUGIN", "STABLE_BELOW", "ElectronCriteria"]

# Valence electrons a formula unit of rock salt, as the review 10.1016/j.cossms.2023.101057 quotes them.
HARDEST_AT: Final = 8.4  # Jhi et al. 1999, 10.1038/20148
DUCTILE_FROM: Final = 10.0  # Balasubramanian, Khare, Gall, Acta Mater. 152 (2018) 175
STABLE_BELOW: Final = 10.6  # the same

_VEC: Final = "valence_electron_concentration"


class ElectronCriteria:
    """Signed distances of the valence electron concentration from three thresholds, electrons a formula unit.

    `hardness_electron_offset` = VEC - 8.4: zero where the hardness of rock-salt carbonitrides peaks.
    `ductility_electron_margin` = VEC - 10: brittle below zero. `stability_electron_margin` = 10.6 - VEC: rock salt is
    mechanically unstable below zero. Found on compounds of at most three components; the review warns against carrying
    them over to many, where distortion and arrangement of the atoms matter too.
    """

    name = "electron_criteria"
    version = "1"
    source = "10.1038/20148; Acta Mater. 152 (2018) 175; both as in 10.1016/j.cossms.2023.101057"
    properties = ("hardness_electron_offset", "ductility_electron_margin", "stability_electron_margin")

    def covers(self, composition: Composition) -> bool:
        """True for ceramics whose anions are carbon and nitrogen."""
        return composition.is_ceramic and {"C", "N"}.issuperset(composition.anions)

    def describe(self, compositions: Sequence[Composition]) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,): NaN for what is not covered, or has not about one anion a metal."""
        electrons = np.full(len(compositions), np.nan)
        rows = [row for row, composition in enumerate(compositions) if self.covers(composition)]
        for positions, matrix in group_ceramics([compositions[row] for row in rows]):
            if matrix.has_binary_structure:
                electrons[np.array(rows)[positions]] = ceramic_descriptors(matrix, [_VEC])[_VEC]
        values = (electrons - HARDEST_AT, electrons - DUCTILE_FROM, STABLE_BELOW - electrons)
        return dict(zip(self.properties, values, strict=True))


PLUGIN: Final = ElectronCriteria()
