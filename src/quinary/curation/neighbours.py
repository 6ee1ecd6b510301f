"""The nearest neighbour of each composition by L1 distance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["nearest_by_l1"]

_FEW: Final = 400  # up to here all distances take less time than loading the tree


def nearest_by_l1(fractions: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """(distance, row) of the nearest other row of each row; `fractions` has the shape (n_rows >= 2, n_elements)."""
    if len(fractions) > _FEW:
        from scipy.spatial import KDTree

        distances, rows = KDTree(fractions).query(fractions, k=2, p=1)
        own = rows[:, 0] == np.arange(len(rows))  # of equal rows the other one may come first
        return distances[:, 1], np.where(own, rows[:, 1], rows[:, 0])
    all_distances = np.abs(fractions[:, None, :] - fractions[None, :, :]).sum(axis=2)
    np.fill_diagonal(all_distances, np.inf)
    nearest = all_distances.argmin(axis=1)
    return all_distances[np.arange(len(nearest)), nearest], nearest
