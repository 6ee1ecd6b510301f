"""Sums over the elements of an alloy and over its pairs, for N compositions at once.

A value that is not tabulated is NaN in the tables. Here it makes NaN of exactly those compositions that contain the
element (or both elements of the pair); an element with fraction zero never matters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import pair_form, present_columns

__all__ = ["has_missing_pair", "pair_sum", "ratio", "variance"]


def has_missing_pair(fractions: NDArray[np.float64], pair_values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True for the compositions that contain both elements of a pair without a value, shape (N,).

    `fractions` has shape (N, n_elements), `pair_values` (n_elements, n_elements); NaN on the diagonal stands for an
    element that has no value at all.
    """
    present = present_columns(fractions)
    is_missing = np.isnan(pair_values)
    affected = present[is_missing[np.ix_(present, present)].any(axis=0)]
    if not affected.size:
        return np.zeros(len(fractions), dtype=bool)
    is_present = fractions[:, affected] > 0
    n_partners = is_present.astype(np.float64) @ is_missing[np.ix_(affected, affected)].astype(np.float64)
    missing: NDArray[np.bool_] = np.logical_or.reduce(is_present & (n_partners > 0), axis=1)
    return missing


def pair_sum(fractions: NDArray[np.float64], pair_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum_{i<j} c_i c_j P_ij for a symmetric matrix P with zero diagonal, shape (N,); the unit is that of P.

    `fractions` has shape (N, n_elements), `pair_values` (n_elements, n_elements).
    """
    total = pair_form(fractions, np.nan_to_num(pair_values, nan=0.0))
    if np.isnan(pair_values).any():
        total[has_missing_pair(fractions, pair_values)] = np.nan
    return total


def variance(fractions: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum_i c_i (p_i - pbar)^2, shape (N,), the unit of p squared.

    Written as sum_{i<j} c_i c_j (p_i - p_j)^2, which is the same for fractions that sum to one, has no cancellation,
    and is exactly zero where all elements of an alloy have one value. `values` has shape (n_elements,).
    """
    return pair_sum(fractions, (values[:, None] - values[None, :]) ** 2)


def ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """The quotient, shape (N,): infinite (with the sign of the numerator) over zero, NaN for zero over zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: NDArray[np.float64] = numerator / denominator
    return quotient
