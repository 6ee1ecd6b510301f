"""The formula strings of the ULTERA database, exact to the character, so that documents can be compared and exchanged.

Source: the strings of the published ULTERA sample; the rules are described in A. M. Krajewski's dissertation (Penn State).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.reference.elements import element_column

__all__ = ["VECTOR_ELEMENTS", "composition_vector", "percentile_formula", "relational_formula", "system"]

# The fixed order of ULTERA's composition vectors; documents carry the first 20, all but the last four, or all of them.
_VECTOR_ORDER: Final = (
    "Ni Co Cr Fe Al Ti Mo Zr Nb V W Ta Hf Cu Mn Si B Re Ru Sn Zn Mg Li Y Ca Pd Sc Ir Be Nd U Er Dy Gd Sm Pr Ce La Ag "
    "Ga Bi Pu Th Pb Au Pt Os Yb Ho Ba In Cd Sr C O N S"
)
VECTOR_ELEMENTS: Final = tuple(_VECTOR_ORDER.split())
_SHORT_VECTOR: Final = 20
_N_LIGHT: Final = 4
_TRACE: Final = 0.005


def _iupac_order(elements: Iterable[str]) -> list[str]:
    rank = element_column("iupac_order")
    return sorted(elements, key=lambda symbol: rank.get(symbol, math.inf))


def percentile_formula(source: CompositionLike) -> str:
    """Atomic percent with one decimal in IUPAC order, such as `Hf20 Zr20 Nb20 V20 Mo20`."""
    fractions = Composition.of(source).atomic_fractions
    return " ".join(f"{symbol}{round(100 * fractions[symbol], 1):g}" for symbol in _iupac_order(fractions))


def relational_formula(source: CompositionLike) -> str:
    """Amounts relative to the smallest fraction above 0.5 at.%, two decimals, IUPAC order: `Ti1 Ta1.33 Nb1.33 W1.33 Mo1.33`.

    This is the string by which ULTERA recognises duplicates.
    """
    fractions = Composition.of(source).atomic_fractions
    smallest = min((f for f in fractions.values() if f > _TRACE), default=min(fractions.values()))
    return " ".join(f"{symbol}{round(fractions[symbol] / smallest, 2):g}" for symbol in _iupac_order(fractions))


def system(source: CompositionLike) -> str:
    """The chemical system, alphabetical: `Hf-Mo-Nb-V-Zr`."""
    return "-".join(Composition.of(source).elements)


def composition_vector(source: CompositionLike) -> list[float]:
    """Fractions in ULTERA's fixed element order, four decimals, as short as the elements allow (20, all but 4, or all)."""
    fractions = Composition.of(source).atomic_fractions
    # ULTERA rounds the scaled number (half to even), which is not what rounding the decimal text would give
    full = [_half_to_even(1e4 * fractions.get(symbol, 0.0)) / 1e4 for symbol in VECTOR_ELEMENTS]
    for length in (_SHORT_VECTOR, len(full) - _N_LIGHT):
        if all(symbol in VECTOR_ELEMENTS[:length] for symbol in fractions):
            return full[:length]
    return full


def _half_to_even(number: float) -> int:
    """The nearest whole number, half to even; noise of the ninth decimal does not break a tie."""
    return round(round(number, 9))
