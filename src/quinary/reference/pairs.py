"""Mixing enthalpies of element pairs (Miedema model), the input of the mixing-enthalpy rules."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from quinary.reference.elements import data_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["mixing_enthalpies", "pair_matrix"]


@functools.cache
def mixing_enthalpies() -> dict[frozenset[str], float]:
    """{a, b} -> mixing enthalpy of the equiatomic binary, kJ/mol (Takeuchi, Inoue 2005, 10.2320/matertrans.46.2817)."""
    return {
        frozenset((row["symbol"], row["partner"])): float(row["mixing_enthalpy"])
        for row in data_rows("pair_enthalpies.csv")
    }


def pair_matrix(elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Mixing enthalpies H_ij in kJ/mol, shape (n_elements, n_elements), symmetric, zero diagonal, NaN where unknown."""
    import numpy as np

    known = mixing_enthalpies()
    matrix = np.zeros((len(elements), len(elements)))
    for i, first in enumerate(elements):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = known.get(frozenset((first, elements[j])), np.nan)
    return matrix
