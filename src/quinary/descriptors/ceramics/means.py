"""Means, deviations and energies of ceramics as mixtures of binary ones, and the entropy of their sublattices.

Arrays: `fractions` (N, n) of the metals or of the binary ceramics, values (n,), results (N,). A value that is not
tabulated is NaN and makes NaN of the compositions that contain it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import average, mixing_entropy, pair_sum, variance
from quinary.units import convert

__all__ = [
    "binary_fractions",
    "mass_density",
    "pair_interaction_enthalpy",
    "raw_density",
    "relative_deviation",
    "sublattice_entropy",
]


def binary_fractions(cations: NDArray[np.float64], anions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fractions of the binary ceramics that a mixture is made of, c_i y_x, shape (N, n_cations n_anions).

    `cations` has shape (N, n_cations), `anions` (n_anions,), each summing to one; the anion runs fastest. With one
    anion these are the cation fractions, the concentrations of S2.
    """
    return np.reshape(cations[:, :, None] * anions, (len(cations), cations.shape[1] * len(anions)))


def relative_deviation(fractions: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """sqrt(sum_i c_i (1 - p_i / pbar)^2) with pbar = sum_i c_i p_i, a number (not %).

    Source: Zhang et al. 2023, 10.1016/j.cossms.2023.101057, Eq. 3.
    """
    deviation: NDArray[np.float64] = np.sqrt(np.maximum(variance(fractions, values), 0.0)) / average(fractions, values)
    return deviation


def raw_density(masses: NDArray[np.float64], volumes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mass over volume in amu/A^3, from g/mol and A^3 per formula unit: what Zhang et al. 2022 print as density.

    Source: 10.1038/s41524-021-00678-3. Multiply by 1.66054 for g/cm^3, or use `mass_density`.
    """
    return masses / volumes


def mass_density(masses: NDArray[np.float64], volumes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mass over volume in g/cm^3, from g/mol and A^3 per formula unit."""
    return raw_density(masses, volumes) * convert(1.0, "amu/A^3", "g/cm^3")


def sublattice_entropy(
    sublattices: Sequence[NDArray[np.float64]], sites: Sequence[float], anions: NDArray[np.float64], n_anions: float
) -> NDArray[np.float64]:
    """Ideal entropy -R sum_s a_s sum_i c_is ln c_is over all sublattices, J/(mol of cations)/K, shape (N,).

    `sublattices` are the fractions on each cation sublattice, shape (N, n_elements), and `sites` their shares in the
    cations; `anions` (n_anion_symbols,) are the anion fractions and `n_anions` the anions per cation. For one cation
    sublattice and one anion it is Eq. 5 of S2. Vacancies are not counted.

    Source: Zhang et al. 2023, 10.1016/j.cossms.2023.101057, Eq. 5; sublattices: Hillert 2001,
    10.1016/S0925-8388(00)01481-X.
    """
    shares = [share * mixing_entropy(part) for share, part in zip(sites, sublattices, strict=True)]
    return np.sum(shares, axis=0, dtype=np.float64) + n_anions * mixing_entropy(anions[None, :])


def pair_interaction_enthalpy(fractions: NDArray[np.float64], interactions: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum_{i<j} H_ij c_i c_j in the unit of H_ij, without the factor 4 of the enthalpy of metals.

    `interactions` has shape (n, n), symmetric. Source: Lu et al. (see `quinary.reference.precursors`).
    """
    return pair_sum(fractions, interactions)
