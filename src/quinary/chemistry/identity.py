"""The canonical key of a composition: equal for the same material however it was written.

The key does not change with the order of the elements, the scale of the amounts, or the rounding of a paper: `TiZrHf`,
`Hf1 Ti1 Zr1` and `Ti33.3Zr33.3Hf33.4` are one material. First the fractions are compared with ratios of small whole
numbers (0.09 at.% apart at most); where none fits, they are rounded to 0.01 at.%.
"""

from __future__ import annotations

import functools
import math
from typing import Final

from quinary.chemistry.composition import Composition, Sublattice

__all__ = ["composition_key"]

_LARGEST_DENOMINATOR: Final = 60
# Both numbers below are a little off the round value on purpose: amounts in papers have one to three decimals, and no such
# amount lies on a limit where rounding noise could tip it to one side or the other.
_TOLERANCE: Final = 0.000_93
_GRID: Final = 10_000
_GRID_OFFSET: Final = 0.637


@functools.lru_cache(maxsize=65536)
def composition_key(composition: Composition) -> str:
    """The canonical text of a composition, such as `Mo1 Nb1 Ta1 W1` or `Hf1 Nb1 Ta1 Ti1 Zr1 @1; C1 @1`."""
    if len(composition.sublattices) == 1:
        return _sublattice_key(composition.sublattices[0])
    return "; ".join(f"{_sublattice_key(s)} @{round(s.sites, 3):g}" for s in composition.sublattices)


def _sublattice_key(sublattice: Sublattice) -> str:
    fractions = [fraction for _, fraction in sublattice.fractions]
    counts = _small_ratio(fractions) or [math.floor(fraction * _GRID + _GRID_OFFSET) for fraction in fractions]
    return " ".join(f"{symbol}{count}" for symbol, count in zip(sublattice.elements, counts, strict=True))


def _small_ratio(fractions: list[float]) -> list[int] | None:
    """The smallest whole numbers whose ratios lie within the tolerance of all fractions, every element kept."""
    first = fractions[0]
    for denominator in range(len(fractions), _LARGEST_DENOMINATOR + 1):
        tolerance = _TOLERANCE * denominator
        if abs(first * denominator - round(first * denominator)) >= tolerance:  # most denominators fail here already
            continue
        if all(abs(f * denominator - round(f * denominator)) < tolerance for f in fractions):
            counts = [round(f * denominator) for f in fractions]
            if min(counts) >= 1 and sum(counts) == denominator:
                return counts
    return None
