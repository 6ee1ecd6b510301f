"""What a formula means: its sublattices, and in words which reading was taken where several fit."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from quinary.chemistry.formula_grammar import FormulaError, parse_formula
from quinary.chemistry.site_groups import sites_of_items
from quinary.chemistry.sublattices import Sublattice

__all__ = ["FormulaReading", "read_formula"]


@dataclass(frozen=True, slots=True)
class FormulaReading:
    """The sublattices of a formula; `notes` say what was taken for granted, and are empty where only one reading fits."""

    sublattices: tuple[Sublattice, ...]
    notes: tuple[str, ...] = ()


@functools.lru_cache(maxsize=65536)
def read_formula(text: str) -> FormulaReading:
    """What the formula means.

    Raises:
        FormulaError: the text is not a formula, or all its amounts are zero.
    """
    items = parse_formula(text)
    ceramic = sites_of_items(items)
    if ceramic is not None:
        return FormulaReading(ceramic.sublattices, ceramic.notes)
    amounts: dict[str, float] = {}
    for item in items:
        for symbol, inside in item.amounts:
            amounts[symbol] = amounts.get(symbol, 0.0) + inside * item.count
    if not any(amounts.values()):
        raise FormulaError(text, 0, "all amounts are zero", length=len(text))
    return FormulaReading((Sublattice.of(amounts.items(), 1.0),))
