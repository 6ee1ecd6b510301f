"""Ideal entropy and Miedema enthalpy of mixing, and the strongest pairs of elements.

Arrays: `fractions` (N, n_elements), pair enthalpies (n_elements, n_elements), results (N,).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum
from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloys.sums import has_missing_pair, pair_sum, ratio

__all__ = [
    "SMALLEST",
    "mixing_enthalpy",
    "mixing_entropy",
    "relative_entropy_of_sums",
    "relative_mixing_entropy",
    "strongest_pairs",
]

SMALLEST: Final = np.finfo(np.float64).tiny  # stands in for a fraction of zero under the logarithm
_NOTHING: Final = 1e-150  # far below any fraction, and its square is not yet zero


def mixing_entropy(fractions: NDArray[np.float64], gas_constant: float = GAS_CONSTANT) -> NDArray[np.float64]:
    """Ideal mixing entropy -R sum_i c_i ln c_i, J/mol/K, with 0 ln 0 = 0; zero for a pure element.

    `gas_constant` is R: CODATA's, or the rounded one (8.314) of a paper that is to be met digit for digit.

    Source: Yeh et al. 2004, 10.1002/adem.200300567.
    """
    # 0 * ln(tiny) is exactly 0, which spares a branch; subtracting from 0.0 avoids the value -0.0.
    logarithms = np.log(np.maximum(fractions, SMALLEST))
    entropy: NDArray[np.float64] = 0.0 - gas_constant * element_sum(fractions * logarithms, np.ones(fractions.shape[1]))
    return entropy


def relative_mixing_entropy(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mixing entropy over R ln n of the n elements present: 1 for an equimolar alloy, NaN for a pure element."""
    return relative_entropy_of_sums(mixing_entropy(fractions), np.count_nonzero(fractions > 0, axis=1), GAS_CONSTANT)


def relative_entropy_of_sums(
    entropy: NDArray[np.float64], n_present: NDArray[np.int64], gas_constant: float
) -> NDArray[np.float64]:
    """`relative_mixing_entropy` from the mixing entropy and the number of elements present, both of shape (N,)."""
    return ratio(entropy, gas_constant * np.log(n_present))


def mixing_enthalpy(fractions: NDArray[np.float64], pair_enthalpies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Regular-solution mixing enthalpy sum_{i<j} 4 H_ij c_i c_j, kJ/mol, H_ij that of the equiatomic binary (kJ/mol).

    Source: Takeuchi, Inoue 2005, 10.2320/matertrans.46.2817.
    """
    return 4.0 * pair_sum(fractions, pair_enthalpies)


def strongest_pairs(
    fractions: NDArray[np.float64], pair_enthalpies: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest enthalpy of any binary that the alloy's elements can form, kJ per mole of that binary.

    A binary takes its two elements in the ratio they have in the alloy, so its enthalpy is 4 H_ij c_i c_j / (c_i + c_j)^2.
    The lowest is at most zero and the highest at least zero: the separate elements are always available. The pair table
    is that of the liquid; the extra bonding of an ordered compound is not in it.
    """
    lowest, highest = np.zeros(len(fractions)), np.zeros(len(fractions))
    known = 4.0 * np.nan_to_num(pair_enthalpies, nan=0.0)
    is_present = fractions > 0
    most_present = int(np.count_nonzero(is_present, axis=1).max(initial=0))
    has_few = 2 * most_present <= fractions.shape[1]
    for values in _present_binaries(fractions, is_present, known) if has_few else _all_binaries(fractions, known):
        np.minimum(lowest, values.min(axis=0), out=lowest)
        np.maximum(highest, values.max(axis=0), out=highest)
    is_missing = has_missing_pair(fractions, pair_enthalpies)
    lowest[is_missing] = highest[is_missing] = np.nan
    return lowest, highest


def _all_binaries(fractions: NDArray[np.float64], known: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Enthalpies of the binaries of one element after the other with all that follow it, shape (n_partners, N)."""
    columns = np.ascontiguousarray(fractions.T)  # the extremes are taken over long rows
    for first in range(len(columns) - 1):
        yield _binaries(columns[first], columns[first + 1 :], known[first, first + 1 :, None])


def _present_binaries(
    fractions: NDArray[np.float64], is_present: NDArray[np.bool_], known: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """The same of the elements present alone: of five elements among thirty that is one pair in forty."""
    rows, elements = np.nonzero(is_present)
    counts = np.count_nonzero(is_present, axis=1)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    amounts = np.zeros((int(counts.max(initial=0)), len(fractions)))
    which = np.zeros(amounts.shape, dtype=np.intp)
    amounts[place, rows], which[place, rows] = fractions[rows, elements], elements
    for first in range(len(amounts) - 1):
        yield _binaries(amounts[first], amounts[first + 1 :], known[which[first], which[first + 1 :]])


def _binaries(one: NDArray[np.float64], others: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    both = np.maximum(one + others, _NOTHING)
    return np.asarray(one * others / (both * both) * known)
