"""Whole numbers for fractions: what makes two roundings of one composition the same.

Fractions are compared with ratios of small whole numbers (0.09 at.% apart at most); where none fits, they are rounded
to 0.01 at.%.
"""

from __future__ import annotations

import functools
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["whole_counts", "whole_steps"]

_LARGEST_DENOMINATOR: Final = 60
# Both numbers below are a little off the round value on purpose: amounts in papers have one to three decimals, and no
# such amount lies on a limit where rounding noise could tip it to one side or the other.
_TOLERANCE: Final = 0.000_937
_ROUNDING: Final = 0.637
_STEPS: Final = 10_000  # of 0.01 at.%


@functools.lru_cache(maxsize=65536)  # a formula and a key ask for the same fractions
def whole_counts(fractions: tuple[float, ...]) -> tuple[int, ...]:
    """The smallest whole numbers whose ratios lie within the tolerance of all fractions, or else 0.01 at.% each.

    An element is never dropped: a trace keeps its place, if need be with the count 0.
    """
    return _small_ratio(fractions) or tuple(whole_steps(fraction, _STEPS) for fraction in fractions)


def whole_steps(value: float, n_steps: int) -> int:
    """`value` in steps of 1/`n_steps`; no amount with one decimal more than the step lies on a limit of the rounding."""
    return math.floor(value * n_steps + _ROUNDING)


@functools.cache
def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    denominators = np.arange(1.0, _LARGEST_DENOMINATOR + 1)
    return denominators, _TOLERANCE * denominators


def _denominators_of(fraction: float) -> list[int]:
    """The denominators for which one fraction alone is a ratio of whole numbers; most fail here already."""
    denominators, tolerances = _grid()
    scaled = fraction * denominators
    is_near = abs(scaled - scaled.round()) < tolerances
    found: list[int] = (is_near.nonzero()[0] + 1).tolist()
    return found


def _small_ratio(fractions: tuple[float, ...]) -> tuple[int, ...] | None:
    """The smallest whole numbers whose ratios lie within the tolerance of all fractions, every element kept."""
    for denominator in _denominators_of(fractions[0]):
        if denominator < len(fractions):
            continue
        tolerance = _TOLERANCE * denominator
        if all(abs(f * denominator - round(f * denominator)) < tolerance for f in fractions):
            counts = tuple(round(f * denominator) for f in fractions)
            if min(counts) >= 1 and sum(counts) == denominator:
                return counts
    return None
