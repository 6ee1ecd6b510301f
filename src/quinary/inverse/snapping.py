"""Samples that lie within their limits already, rounded to the lattice by one compiled loop over rows.

Most samples of a trained generator do, and for them the general way of `quinary.inverse.moving` is forty passes over arrays.
Importing this module loads numba; it is imported where there are many samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    Values: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["settle"]

_EXACT: Final = 1e-9  # steps by which the sum of a row may be off


def _settled(starts: Values, low: Values, high: Values, limits: tuple[Mask, int, int, int], fractions: Values) -> Mask:
    """Round rows to whole steps where nothing else has to be done; True for each row, shape (N,), where that was so.

    `starts` and `fractions`, which is filled, have shape (N, n_elements), `low` and `high`, in steps, (n_elements,); `low` is
    of what is present. `limits` are whether each element is obligatory, (n_elements,), the fewest and the most elements, and
    the number of steps.
    """
    is_obligatory, fewest, most, n_steps = limits
    found = np.zeros(len(starts), np.bool_)
    for row in range(len(starts)):
        total, whole, n_present = 0.0, 0.0, 0
        is_inside = True
        for element in range(len(low)):
            amount = starts[row, element] * n_steps
            if amount == 0.0:
                fractions[row, element] = 0.0
                is_inside &= not is_obligatory[element]
                continue
            n_present += 1
            total += amount
            # The difference of the rounded running totals: rows of them sum up.
            before, whole = whole, np.rint(total)
            steps = whole - before
            is_inside &= low[element] <= min(amount, steps) and max(amount, steps) <= high[element]
            fractions[row, element] = steps / n_steps
        found[row] = is_inside and fewest <= n_present <= most and abs(total - n_steps) <= _EXACT
    return found


settle: Final[Callable[[Values, Values, Values, tuple[Mask, int, int, int], Values], Mask]] = njit(nogil=True)(_settled)
