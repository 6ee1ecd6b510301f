"""Statistics of elemental properties over a composition, in the manner of the Magpie features.

Definitions: Ward et al. 2016, 10.1038/npjcompumats.2016.28. The elemental values are those of our own element table, each with
unit and source (`quinary.reference.elements.describe_column`), not Magpie's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import average
from quinary.errors import unknown_name
from quinary.reference.elements import column

if TYPE_CHECKING:
    from quinary.chemistry.matrix import CompositionMatrix

__all__ = ["STATISTICS", "STATISTICS_COLUMNS", "elemental_statistics", "statistics_names"]

STATISTICS: Final = ("mean", "deviation", "minimum", "maximum", "range", "mode")

# name in the statistics -> column of the element table
_COLUMN_OF: Final = {
    "atomic_number": "number",
    "mendeleev_number": "mendeleev_number",
    "group": "group",
    "period": "period",
    "atomic_mass": "mass",
    "melting_temperature": "melting_temperature",
    "covalent_radius": "covalent_radius",
    "metallic_radius": "metallic_radius",
    "electronegativity": "electronegativity",
    "valence_electrons": "valence_electrons",
    "molar_volume": "molar_volume",
    "bulk_modulus": "bulk_modulus_metal",
}
STATISTICS_COLUMNS: Final = tuple(_COLUMN_OF)
_BLOCK_ROWS: Final = 8192


def statistics_names(
    columns: Sequence[str] = STATISTICS_COLUMNS, statistics: Sequence[str] = STATISTICS
) -> tuple[str, ...]:
    """The names of the results, such as `melting_temperature_mean`, in order.

    Raises:
        InputError: unknown elemental property or statistic.
    """
    for name in columns:
        if name not in _COLUMN_OF:
            raise unknown_name("elemental property", name, _COLUMN_OF)
    for name in statistics:
        if name not in STATISTICS:
            raise unknown_name("statistic", name, STATISTICS)
    return tuple(f"{name}_{statistic}" for name in columns for statistic in statistics)


def elemental_statistics(
    matrix: CompositionMatrix,
    columns: Sequence[str] = STATISTICS_COLUMNS,
    statistics: Sequence[str] = STATISTICS,
) -> dict[str, NDArray[np.float64]]:
    """`column_statistic` -> values, shape (N,), in the unit of the elemental property.

    With fractions c_i and values p_i of the elements present: mean pbar = sum c p; deviation sum c |p - pbar|; minimum,
    maximum and their difference, the range; mode, the value of the element with the largest fraction (the smallest value
    among equally frequent elements). NaN where an element present has no value.

    Raises:
        InputError: unknown elemental property or statistic.
    """
    found = {name: np.empty(len(matrix)) for name in statistics_names(columns, statistics)}
    tables = [column(_COLUMN_OF[name], matrix.elements) for name in columns]
    for start in range(0, len(matrix), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        fractions = np.ascontiguousarray(matrix.fractions[rows].T)
        is_mode = (fractions == fractions.max(axis=0, initial=0.0)) & (fractions > 0)
        for name, values in zip(columns, tables, strict=True):
            block = _Column(fractions, is_mode, values)
            for statistic in statistics:
                found[f"{name}_{statistic}"][rows] = block.statistic(statistic)
    return found


class _Column:
    """One elemental property over a block of compositions; `fractions` and `is_mode` have shape (n_elements, N)."""

    def __init__(self, fractions: NDArray[np.float64], is_mode: NDArray[np.bool_], values: NDArray[np.float64]) -> None:
        self.fractions, self.is_mode, self.values = fractions, is_mode, values
        self.mean = average(fractions.T, values)

    def statistic(self, name: str) -> NDArray[np.float64]:
        """One of `STATISTICS`, shape (N,)."""
        if name == "mean":
            return self.mean
        if name == "deviation":
            return self._deviation()
        if name == "mode":
            return self._least(self.values, self.is_mode)
        highest = -self._least(-self.values, self.fractions > 0)
        if name == "maximum":
            return highest
        lowest = self._least(self.values, self.fractions > 0)
        return lowest if name == "minimum" else highest - lowest

    def _deviation(self) -> NDArray[np.float64]:
        total = np.zeros(self.fractions.shape[1])
        for amount, value in zip(self.fractions, np.nan_to_num(self.values), strict=True):
            total += amount * np.abs(value - self.mean)
        return total

    def _least(self, values: NDArray[np.float64], is_taken: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The smallest value of the elements taken; NaN where the mean is."""
        least = np.full(self.fractions.shape[1], np.inf)
        for taken, value in zip(is_taken, np.nan_to_num(values), strict=True):
            np.minimum(least, np.where(taken, value, np.inf), out=least)
        return np.where(np.isnan(self.mean), np.nan, least)
