"""Mass percent: to atoms, and formulas that look like it although they do not say so.

The trade writes Ti-6Al-4V, and Ti6Al4V for short; read as atoms it would be Ti 55 Al 36 V 9.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from quinary.chemistry.formula_parts import Item
from quinary.reference.elements import NON_METALS, element_column

__all__ = ["LEAST_BEHIND", "atoms_of_masses", "names_balance_first", "spelt_as_mass_percent"]

LEAST_BEHIND: Final = 6.0  # amounts behind elements are mass percent from here on at most: AlSi10Mg
# Metals that alloys of the trade are based on; amounts stand behind the others in the European spelling (TiAl6V4) only.
_BASES: Final = frozenset({"Ti", "V", "Fe", "Co", "Ni", "Cu", "Zr", "Nb", "Mo", "Hf", "Ta", "W", "Al", "Mg", "Re", "U"})
_EUROPEAN_BASES: Final = frozenset({"Al", "Co", "Cu", "Fe", "Mg", "Ni", "Ti", "Zr"})
_NEVER_ALLOYED: Final = NON_METALS - {"Si"} | {"Ge", "As", "Sb"}  # compounds with them have odd numbers of atoms
_PARTNERS: Final = frozenset({"Be", "Al", "Zn", "Cd", "Hg", "Ga", "In", "Mg"})  # of compounds with many atoms of one
_MOST_ALLOYED: Final = 60.0  # mass percent beside the base
_LEAST_BALANCE: Final = 50.0  # percent of the base, from which on it is clear that the first element is it
_LEAST_ODD: Final = 5.0  # ratios of atoms of several metals are smaller: Ta4Ti3Cr
_LARGEST_BASE: Final = 0.11  # atomic fraction that the base would have if amounts behind elements were atoms
_LEAST_OF_TWO: Final = 9.0  # of two metals: ordered phases such as Pt8Ti and Ni8Nb end here
_LEAST_OF_TWO_WITH_PARTNER: Final = 14.0  # and compounds such as Al12W and NaZn13 here
_LEAST_OF_TWO_BEHIND: Final = 17.0  # TiZn16 is a compound, CuZn37 is none
_SUPERCELLS: Final = frozenset({15.0, 31.0})  # one atom in a calculated cell of 16 or 32
_BINARY_STEP: Final = 2.0  # of two metals, fractional amounts up to this are usual ratios


def atoms_of_masses(items: Sequence[Item]) -> tuple[Item, ...]:
    """Items whose counts are mass percent, as elements with atomic percent: x_i ~ w_i / M_i.

    A bracket has its count as mass percent; what is inside are atoms, or mass percent where that sums to 100.
    """
    masses = element_column("mass")
    moles: dict[str, float] = {}
    for item in items:
        is_by_mass = item.is_group and abs(math.fsum(amount for _, amount in item.amounts) - 100.0) <= 1.0
        atoms = {s: amount / masses[s] if is_by_mass else amount for s, amount in item.amounts}
        weight = math.fsum(amount * masses[symbol] for symbol, amount in atoms.items())
        for symbol, amount in atoms.items():
            moles[symbol] = moles.get(symbol, 0.0) + amount * item.count / weight
    scale = 100.0 / math.fsum(moles.values())
    return tuple(Item(((symbol, 1.0),), amount * scale, False) for symbol, amount in moles.items())


def names_balance_first(items: Sequence[Item]) -> bool:
    """True if in percent the first element is the balance: Ti6Al7Nb, where it is most of the alloy, and TiAl6Nb7."""
    if _is_amounts_first(items):
        return math.fsum(item.count for item in items[:-1]) < _LEAST_BALANCE
    return len(items) > 1 and not items[0].is_counted and all(item.is_counted for item in items[1:])


def _is_amounts_first(items: Sequence[Item]) -> bool:
    """True for the spelling of the trade, base first and amounts before the others: every item has an amount but the last."""
    return len(items) > 1 and not items[-1].is_counted and all(item.is_counted for item in items[:-1])


def spelt_as_mass_percent(items: Sequence[Item]) -> str:
    """How a formula that would be an odd alloy as atoms is written in mass percent; empty where atoms are likely.

    Ti6Al7Nb and W25Re give Ti-6Al-7Nb and W-25Re, TiAl6Nb7 gives Ti-6Al-7Nb. Compounds (Ni3Al, Nd2Fe14B) and ratios as
    alloys of several principal elements have them (Al2CoCrFeNi, Hf0.5Nb0.5Ti1.5Zr) give nothing, nor do amounts that sum
    to 100.
    """
    if items[0].is_counted and items[-1].is_counted:
        return ""
    symbols = [item.amounts[0][0] for item in items]
    if len(set(symbols)) < len(items) or len(items) < 2 or symbols[0] not in _BASES:
        return ""
    if any(item.is_group for item in items) or _NEVER_ALLOYED.intersection(symbols):
        return ""
    if _is_amounts_first(items):
        amounts = [item.count for item in items[:-1]]
        is_odd = _is_odd_pair(symbols, amounts[0]) if len(items) == 2 else max(amounts) >= _LEAST_ODD
    else:
        amounts = [item.count for item in items[1:]]
        is_odd = _is_odd_behind(items)
    if not is_odd or math.fsum(amounts) >= _MOST_ALLOYED:
        return ""
    named = items[1:] if _is_amounts_first(items) else [i for i in items[1:] if i.is_counted]
    if len(named) < len(items) - 1:
        return "-".join([symbols[0], *(f"{i.count:g}{i.amounts[0][0]}" for i in named)]) + "-..."
    return "-".join([symbols[0], *(f"{amount:g}{s}" for amount, s in zip(amounts, symbols[1:], strict=True))])


def _is_odd_pair(symbols: Sequence[str], amount: float) -> bool:
    """True for two metals with an amount at the first one that no compound of them has: W25Re, Zr2.5Nb."""
    if amount.is_integer():
        if amount in _SUPERCELLS:
            return False
        return amount >= (_LEAST_OF_TWO_WITH_PARTNER if _PARTNERS.intersection(symbols) else _LEAST_OF_TWO)
    return amount > _BINARY_STEP


def _is_odd_behind(items: Sequence[Item]) -> bool:
    """True for AlSi10Mg and TiAl6Nb7: a base without an amount that would be the rarest element."""
    counts = [item.count for item in items]
    n_bare = sum(not item.is_counted for item in items)
    is_base_bare = items[0].amounts[0][0] in _EUROPEAN_BASES and not items[0].is_counted
    if not is_base_bare or n_bare > 2 or n_bare == len(items):
        return False
    if len(items) == 2 and counts[1] < _LEAST_OF_TWO_BEHIND:
        return False
    return max(counts) >= LEAST_BEHIND and counts[0] / math.fsum(counts) <= _LARGEST_BASE
