"""Which non-metals of a formula are its anions, and whether they are so many that it is a compound and no alloy.

Halogens, then oxygen, nitrogen, carbon and boron, then sulphur, selenium and tellurium, then phosphorus, silicon, hydrogen:
those of the first kind present are anions, and the rest are cations (silicon in (AlCrNbSiTiV)N). In oxides sulphur or
hydrogen may sit beside oxygen, and halides may hold oxygen or nitrogen. Oxygen takes what it can oxidise in full for the
centre of an oxyanion: SiO4, PO4, SO4, BO3, CO3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from quinary.reference.elements import NON_METALS

__all__ = ["LEAST_ANION_RATIO", "anions_of", "is_compound", "is_oxyanion"]

# Anions for each cation from which on a formula is that of a compound; an alloy may hold some carbon or boron.
_COMPOUND_FROM: Final = 0.4
# Of the silicon of silicides (M2Si 0.5, M5Si3 0.6, MSi2 2): alloys hold up to M3Si, and of two metals and silicon in equal
# parts nobody knows whether they are one compound.
_SILICIDE_FROM: Final = 0.5
_MIXED_SILICIDE_FROM: Final = 0.6
LEAST_ANION_RATIO: Final = 0.25  # below it nothing is a compound: B4C has the least

_KINDS: Final[tuple[tuple[frozenset[str], frozenset[str]], ...]] = (
    (frozenset({"F", "Cl", "Br", "I"}), frozenset({"O", "N"})),
    (frozenset({"O"}), frozenset({"B", "C", "N", "S", "Se", "Te", "H"})),
    (frozenset({"N", "C", "B"}), frozenset()),
    (frozenset({"S", "Se", "Te"}), frozenset()),
    (frozenset({"P"}), frozenset()),
    (frozenset({"Si"}), frozenset()),
    (frozenset({"H"}), frozenset()),
)
# Oxygen atoms for each atom of the centre of an oxyanion, and the least of it for each metal: an oxycarbide holds carbon too.
_OXYANIONS: Final = {"B": (1.5, 0.0), "C": (2.5, 0.5), "S": (3.0, 0.0), "Se": (3.0, 0.0), "Te": (3.0, 0.0)}
_CENTRES: Final = ("Si", "B", "P")  # cations where there is no metal: SiC, B4C, BN
# Metals and semimetals that form no silicide: their alloys with much silicon are mixtures.
_WITHOUT_SILICIDE: Final = frozenset(
    {"Al", "Be", "Zn", "Ga", "Ge", "Ag", "Cd", "In", "Sn", "Sb", "Au", "Hg", "Tl", "Pb", "Bi"}
)


def anions_of(amounts: Mapping[str, float], shared: frozenset[str] = frozenset()) -> frozenset[str]:
    """The symbols that are anions in these amounts of atoms; those `shared` are written as such and stay so.

    Empty where there is none, or nothing that could be their cation: a metal, or silicon, boron or phosphorus.
    """
    present = {symbol: amount for symbol, amount in amounts.items() if amount > 0}
    n_metal = math.fsum(amount for symbol, amount in present.items() if symbol not in NON_METALS)
    others = NON_METALS.intersection(present)
    if n_metal == 0:
        others -= frozenset([symbol for symbol in _CENTRES if symbol in others][:1])
    found = shared & others
    for kind, beside in _KINDS:
        if kind & others:
            found |= (kind | beside) & others
            break
    if "O" in found:
        found -= {s for s in found - shared if _is_centre(s, present, n_metal)}
    cations = present.keys() - found
    return found if cations and (n_metal > 0 or cations <= {*_CENTRES}) else frozenset()


def _is_centre(symbol: str, amounts: Mapping[str, float], n_metal: float) -> bool:
    if symbol not in _OXYANIONS:
        return False
    least_oxygen, least_for_metal = _OXYANIONS[symbol]
    return amounts["O"] >= least_oxygen * amounts[symbol] and amounts[symbol] >= least_for_metal * n_metal


def is_oxyanion(inside: Mapping[str, float]) -> bool:
    """True for what a bracket holds as a unit, (PO4) or (OH), and not as shares of a site, (C0.5O0.5)."""
    if (
        "O" not in inside
        or not inside.keys() <= NON_METALS
        or math.isclose(math.fsum(inside.values()), 1.0, abs_tol=1e-6)
    ):
        return False
    centres = inside.keys() - {"O"}
    return bool(centres) and all(symbol in {"H", "Si", "P"} or _is_centre(symbol, inside, 0.0) for symbol in centres)


def is_compound(amounts: Mapping[str, float], anions: frozenset[str], *, has_sites: bool = False) -> bool:
    """True if the anions are so many for the cations that the formula is no alloy; `has_sites` if brackets state sites."""
    cations = {symbol: amount for symbol, amount in amounts.items() if symbol not in anions and amount > 0}
    n_anions = math.fsum(amounts[symbol] for symbol in anions)
    n_cations = math.fsum(cations.values())
    if not anions or n_cations <= 0:
        return False
    if anions == {"Si"}:
        is_one_site = has_sites or len(cations) == 1
        least = (
            math.inf if cations.keys() <= _WITHOUT_SILICIDE else _SILICIDE_FROM if is_one_site else _MIXED_SILICIDE_FROM
        )
    else:
        least = LEAST_ANION_RATIO if cations.keys() <= NON_METALS else _COMPOUND_FROM
    return n_anions / n_cations >= least * (1 - 1e-9)
