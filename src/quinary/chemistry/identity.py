"""The canonical key of a composition: equal for the same material however it was written.

The key does not change with the order of the elements, the scale of the amounts, or the rounding of a paper: `TiZrHf`,
`Hf1 Ti1 Zr1` and `Ti33.3Zr33.3Hf33.4` are one material (`quinary.chemistry.whole_numbers`).
"""

from __future__ import annotations

import functools
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.chemistry.sublattices import Sublattice
from quinary.chemistry.whole_numbers import whole_counts, whole_steps

__all__ = ["composition_key"]

_SITE_STEPS: Final = 1000


@functools.lru_cache(maxsize=65536)
def composition_key(composition: Composition) -> str:
    """The canonical text of a composition, such as `Mo1 Nb1 Ta1 W1` or `Hf1 Nb1 Ta1 Ti1 Zr1 @1; C1 @1`.

    Behind @ stand the sites per cation; the anions come last, the cation sublattices before them in alphabetical order.
    """
    if len(composition.sublattices) == 1:
        return _sublattice_key(composition.sublattices[0])
    *cations, last = (
        f"{_sublattice_key(s)} @{whole_steps(s.sites, _SITE_STEPS) / _SITE_STEPS:g}" for s in composition.sublattices
    )
    return "; ".join([*sorted(cations), last])


def _sublattice_key(sublattice: Sublattice) -> str:
    counts = whole_counts(tuple(fraction for _, fraction in sublattice.fractions))
    return " ".join(f"{symbol}{count}" for symbol, count in zip(sublattice.elements, counts, strict=True))
