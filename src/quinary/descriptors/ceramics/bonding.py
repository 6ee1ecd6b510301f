"""Electrons and bonds of ceramics: valence electrons per formula unit, and the ionic character of the bonds.

Arrays: `cations` (N, n_cations) and `anions` (n_anions,) are fractions that sum to one, results (N,).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import average
from quinary.descriptors.ceramics.means import binary_fractions

__all__ = ["bond_ionic_character", "ionic_character", "valence_electrons_per_formula"]


def valence_electrons_per_formula(
    cation_electrons: NDArray[np.float64], anion_electrons: NDArray[np.float64], n_anions: float
) -> NDArray[np.float64]:
    """Valence electrons of each binary M X_n: e_M + n e_X, shape (n_cations n_anions,); the anion runs fastest.

    B has 3, C 4, N 5, O 6, so a rock-salt carbide of group 4 has 8 and its nitride 9. The average over the binaries is
    the VEC of S2, whose hardness maximum lies near 8.4. Source: Jhi et al. 1999, 10.1038/20148.
    """
    return np.ravel(cation_electrons[:, None] + n_anions * anion_electrons)


def bond_ionic_character(
    cation_electronegativity: NDArray[np.float64], anion_electronegativity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Pauling's ionic character of the bond M-X, 1 - exp(-(chi_M - chi_X)^2 / 4), shape (n_cations n_anions,).

    Zero for a covalent bond, one for an ionic one. Source: Pauling, The Nature of the Chemical Bond, 3rd ed. (1960).
    """
    difference = cation_electronegativity[:, None] - anion_electronegativity
    return np.ravel(-np.expm1(-(difference**2) / 4.0))


def ionic_character(
    cations: NDArray[np.float64], anions: NDArray[np.float64], bonds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean ionic character sum_ix c_i y_x I_ix over the bonds M-X, `bonds` as `bond_ionic_character` gives them."""
    return average(binary_fractions(cations, anions), bonds)
