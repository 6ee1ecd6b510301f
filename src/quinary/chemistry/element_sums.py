"""Sums over the elements of compositions that give a composition the same number in any company.

A matrix product may add the terms of a row in another order when other rows or columns stand beside it, and then differs in
the last digit: enough to answer one question in two ways, or to send a sample down another branch of a tree. Here the terms
are added one element after another, each product rounded by itself. An element that no row holds adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["element_sum", "in_equal_blocks", "pair_form", "present_columns"]

_EQUAL_ROWS: Final = 64


def present_columns(fractions: NDArray[np.float64]) -> NDArray[np.intp]:
    """Numbers of the columns that are above zero in some row."""
    return np.flatnonzero(fractions.any(axis=0))


def element_sum(fractions: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum_i c_i p_i of each row, in the unit of p.

    Args:
        fractions: shape (N, n_elements).
        values: of each element, shape (n_elements,) or several side by side, (n_elements, m); finite where one is present.

    Returns:
        Shape (N,) or (N, m).
    """
    total = np.zeros((len(fractions), *values.shape[1:]))
    for place in present_columns(fractions):
        amount = fractions[:, place]
        total += (amount if values.ndim == 1 else amount[:, None]) * values[place]
    return total


def pair_form(fractions: NDArray[np.float64], pair_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum_{i<j} c_i c_j P_ij of each row, shape (N,), in the unit of P.

    `fractions` has shape (N, n_elements), `pair_values` (n_elements, n_elements): symmetric, and only what is above the
    diagonal counts.
    """
    total = np.zeros(len(fractions))
    present = present_columns(fractions)
    for number, first in enumerate(present):
        for second in present[number + 1 :]:
            if pair_values[first, second] != 0.0:
                total += pair_values[first, second] * (fractions[:, first] * fractions[:, second])
    return total


def in_equal_blocks(
    function: Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], ...]], rows: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """`function` of all rows, asked in blocks of 64 rows, the last one filled up: every row then stands in the same company.

    For kernels and layers, whose matrix products are too large for sums one after another. `function` gives arrays with one
    entry a row.
    """
    parts = []
    for start in range(0, len(rows), _EQUAL_ROWS):
        block = rows[start : start + _EQUAL_ROWS]
        filled = np.concatenate([block, np.repeat(block[-1:], _EQUAL_ROWS - len(block), axis=0)])
        parts.append(tuple(found[: len(block)] for found in function(np.ascontiguousarray(filled))))
    if not parts:
        return function(rows)
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
