"""The sites of ceramics: which parts of a formula share a sublattice, and how many sites it has per cation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from quinary.chemistry.formula_grammar import Item
from quinary.chemistry.sublattices import Sublattice
from quinary.reference.elements import ANIONS, NON_METALS

__all__ = ["CERAMIC_ANION_RATIO", "looks_ceramic", "sites_of_amounts", "sites_of_groups"]

# An alloy may hold some carbon or boron; from this ratio of anions to cations on, the formula is read as a ceramic.
CERAMIC_ANION_RATIO: Final = 0.4


def looks_ceramic(amounts: Mapping[str, float]) -> bool:
    """True if plain amounts of atoms are those of a carbide, nitride, boride or oxide of metals."""
    cations = [symbol for symbol, amount in amounts.items() if symbol not in ANIONS and amount > 0]
    n_anions = math.fsum(amount for symbol, amount in amounts.items() if symbol in ANIONS)
    n_cations = math.fsum(amounts[symbol] for symbol in cations)
    return NON_METALS.isdisjoint(cations) and n_cations > 0 and n_anions / n_cations >= CERAMIC_ANION_RATIO


def sites_of_amounts(amounts: Mapping[str, float]) -> tuple[Sublattice, ...]:
    """One cation sublattice and one of anions, from amounts of atoms whose sites nobody has written."""
    cations = {symbol: amount for symbol, amount in amounts.items() if symbol not in ANIONS}
    total = math.fsum(cations.values())
    anions = {symbol: amount / total for symbol, amount in amounts.items() if symbol in ANIONS and amount > 0}
    return (Sublattice.of(cations.items(), 1.0), Sublattice.of(anions.items(), math.fsum(anions.values())))


def sites_of_groups(items: Sequence[Item]) -> tuple[Sublattice, ...] | None:
    """The sites that the brackets spell out, such as (HfNbTaTiZr)B2, or None.

    Inside a cation bracket amounts are relative: (HfNbTaTiZr)C and (Hf0.2Nb0.2Ta0.2Ti0.2Zr0.2)C are the same material.
    """
    n_anion_items = 0
    while n_anion_items < len(items) and ANIONS.issuperset(s for s, _ in items[-1 - n_anion_items].amounts):
        n_anion_items += 1
    metal = [item for item in items[: len(items) - n_anion_items] if item.count > 0]
    anion = items[len(items) - n_anion_items :]
    if not anion or not metal or not all(item.is_group for item in metal):
        return None
    if any(not NON_METALS.isdisjoint(symbol for symbol, _ in item.amounts) for item in metal):
        return None
    n_cations = math.fsum(item.count for item in metal)
    anions: dict[str, float] = {}
    for item in anion:
        inside = math.fsum(amount for _, amount in item.amounts) if item.is_group else 1.0
        for symbol, amount in item.amounts:
            anions[symbol] = anions.get(symbol, 0.0) + amount / inside * item.count
    n_anions = math.fsum(anions.values())
    if n_cations <= 0 or n_anions / n_cations < CERAMIC_ANION_RATIO:
        return None
    cation_sublattices = tuple(Sublattice.of(item.amounts, item.count / n_cations) for item in metal)
    return (*cation_sublattices, Sublattice.of(anions.items(), n_anions / n_cations))
