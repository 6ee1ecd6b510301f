"""Descriptors from electrons: valence electron concentration and electronegativity difference.

Arrays: `fractions` (N, n_elements), elemental values (n_elements,), results (N,).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys.linear_combination import average
from quinary.descriptors.alloys.sums import variance

__all__ = ["electronegativity_difference", "valence_electron_concentration"]


def valence_electron_concentration(
    fractions: NDArray[np.float64], valence_electrons: NDArray[np.float64]
) -> NDArray[np.float64]:
    """VEC = sum_i c_i VEC_i, electrons per atom, d electrons included. Source: Guo et al. 2011, 10.1063/1.3587228."""
    return average(fractions, valence_electrons)


def electronegativity_difference(
    fractions: NDArray[np.float64], electronegativities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """sqrt(sum_i c_i (chi_i - chibar)^2) on the scale of the table (Pauling's); zero where all are equal.

    Source: Guo, Liu 2011, 10.1016/S1002-0071(12)60080-X.
    """
    difference: NDArray[np.float64] = np.sqrt(variance(fractions, electronegativities))
    return difference
