"""How new a composition is: its distance to the nearest known one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOVEL_DISTANCE", "nearest_known"]

# From this distance on a composition counts as new: one atom in twenty is different.
NOVEL_DISTANCE: Final = 0.05
_DECIMALS: Final = 12
_BLOCK: Final = 4_000_000  # distances held at once


def nearest_known(
    fractions: NDArray[np.float64], known: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Distance to and row of the nearest known composition, both of shape (N,).

    The distance is half the sum of absolute differences of the fractions, 0 (equal) to 1 (no common element): the share of
    atoms that would have to be exchanged. `fractions` has shape (N, n_elements), `known` (M, n_elements), same columns.
    """
    from scipy.spatial.distance import cdist

    distance, row = np.ones(len(fractions)), np.zeros(len(fractions), dtype=np.intp)
    if not len(known) or not len(fractions):
        return distance, row
    is_used = fractions.any(axis=0)
    asked = np.column_stack([fractions[:, is_used], np.zeros(len(fractions))])
    # What a known composition has of other elements is one column: all of it has to be exchanged.
    there = np.column_stack([known[:, is_used], known[:, ~is_used].sum(axis=1)])
    rows_at_once = max(1, _BLOCK // len(known))
    for start in range(0, len(fractions), rows_at_once):
        # Rounded: what else is asked about decides how the sums are made, and must not decide between equals.
        distances = cdist(asked[start : start + rows_at_once], there, "cityblock").round(_DECIMALS)
        best = distances.argmin(axis=1)
        row[start : start + rows_at_once] = best
        distance[start : start + rows_at_once] = distances[np.arange(len(best)), best] / 2
    return distance, row
