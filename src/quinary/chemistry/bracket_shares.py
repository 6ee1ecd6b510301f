"""What the amount behind a bracket counts: atoms of what is inside, or the share of the whole that the bracket has.

`(CoCrFeNi)95Nb5` is an alloy with 5 at.% Nb, in equal parts of the others; `Ti0.1(ZrHfNb)0.3` has 0.3 of each of three. Which
is meant, the sums tell: shares sum to 1 or 100 outside of brackets, atoms when all of them are counted. The rule is that of
hea-bench, and how papers write, e.g. (FeCoNiCrMn)100-xAlx with x in at.% (He et al., 10.1016/j.actamat.2013.09.037).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from quinary.chemistry.formula_parts import Item

__all__ = ["Settling", "settled", "sums_to_whole"]

_ROUNDED: Final = 0.01  # what shares may miss their whole by, relative: papers round each of them
_SLACK: Final = 1e-9
_BETWEEN: Final = 10.0  # sums of fractions are below, those of percent above
_TAKEN: Final = "amounts outside brackets taken as"


@dataclass(frozen=True, slots=True)
class Settling:
    """Items whose amounts all count atoms, in one scale, and what was taken for granted."""

    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def settled(items: Sequence[Item]) -> Settling:
    """The items of an alloy, or inside a bracket of one, with brackets that are shares normalised to one atom.

    A bracket whose inside sums to 100 is normalised in any case: (Fe50Ni50)0.9Al0.1 holds no fifty atoms.
    """
    if not any(item.is_group for item in items):
        return Settling(tuple(items))
    brackets = [item for item in items if item.is_group and item.count > 0]
    if not brackets:
        return Settling(tuple(items))
    items = [_as_shares(item) if _is_whole(_inside(item), 100.0) else item for item in items]
    if all(math.isclose(_inside(item), 1.0) for item in items if item.is_group) or len(items) == 1:
        return Settling(tuple(items))
    outside = math.fsum(item.count for item in items)
    off = _off_whole(outside)
    off_as_atoms = _off_whole(math.fsum(item.count * _inside(item) for item in items))
    if off <= off_as_atoms and off < math.inf:
        kind, whole = ("at.%", 100) if outside > _BETWEEN else ("fractions", 1)
        return Settling(tuple(map(_as_shares, items)), (f"{_TAKEN} {kind} (they sum to {whole})",))
    if not any(item.is_counted for item in brackets) or off_as_atoms < off == math.inf:
        return Settling(tuple(items))
    why = "they sum to neither 1 nor 100" if off == math.inf else "all atoms sum to 1 or 100"
    return Settling(tuple(items), (f"{_TAKEN} atoms of what is inside ({why})",))


def sums_to_whole(total: float) -> float:
    """1 or 100 if shares that sum to `total` can be meant as that, else 0."""
    return next((whole for whole in (1.0, 100.0) if _is_whole(total, whole)), 0.0)


def _off_whole(total: float) -> float:
    """How far shares that sum to `total` are off 1 or 100, relative; infinite where they cannot be meant as that."""
    whole = sums_to_whole(total)
    return abs(total / whole - 1.0) if whole else math.inf


def _is_whole(total: float, whole: float) -> bool:
    return abs(total - whole) <= _ROUNDED * whole + _SLACK


def _inside(item: Item) -> float:
    """The atoms in one unit of an item."""
    return math.fsum(amount for _, amount in item.amounts)


def _as_shares(item: Item) -> Item:
    """The item with one atom in each unit; parts in proportion."""
    total = _inside(item)
    if not item.is_group or not total:
        return item
    return replace(item, amounts=tuple((symbol, amount / total) for symbol, amount in item.amounts))
