"""How new a composition is: its distance to the nearest known one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NOVEL_DISTANCE", "nearest_known"]

# From this distance on a composition counts as new: one atom in twenty is different.
NOVEL_DISTANCE: Final = 0.05
_BLOCK: Final = 4_000_000


def nearest_known(
    fractions: NDArray[np.float64], known: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Distance to and row of the nearest known composition, both of shape (N,).

    The distance is half the sum of absolute differences of the fractions, 0 (equal) to 1 (no common element): the share of
    atoms that would have to be exchanged. `fractions` has shape (N, n_elements), `known` (M, n_elements), same columns.
    """
    import numpy as np

    distance = np.full(len(fractions), np.inf)
    row = np.zeros(len(fractions), dtype=np.intp)
    if not len(known):
        return np.ones(len(fractions)), row
    rows_at_once = max(1, _BLOCK // max(1, known.size))
    for start in range(0, len(fractions), rows_at_once):
        block = fractions[start : start + rows_at_once]
        distances = np.abs(block[:, None, :] - known[None, :, :]).sum(axis=2) / 2
        best = distances.argmin(axis=1)
        row[start : start + rows_at_once] = best
        distance[start : start + rows_at_once] = distances[np.arange(len(block)), best]
    return distance, row
