"""What a formula means: its sublattices, and in words which reading was taken where several fit."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from quinary.chemistry.bracket_shares import settled
from quinary.chemistry.formula_grammar import FormulaError, parsed_formula
from quinary.chemistry.formula_parser import SITE_SHARED
from quinary.chemistry.site_groups import sites_of_items
from quinary.chemistry.sublattices import Sublattice

__all__ = ["FormulaReading", "notes_on", "read_formula"]


@dataclass(frozen=True, slots=True)
class FormulaReading:
    """The sublattices of a formula; `notes` say what was taken for granted, and are empty where only one reading fits."""

    sublattices: tuple[Sublattice, ...]
    notes: tuple[str, ...] = ()


def notes_on(source: object) -> tuple[str, ...]:
    """What was taken for granted in a composition; nothing where it is no text.

    Raises:
        FormulaError: the text is not a formula.
    """
    return read_formula(source).notes if isinstance(source, str) else ()


@functools.lru_cache(maxsize=65536)
def read_formula(text: str) -> FormulaReading:
    """What the formula means.

    Raises:
        FormulaError: the text is not a formula, or all its amounts are zero.
    """
    parsed = parsed_formula(text)
    ceramic = sites_of_items(parsed.items)
    if ceramic is not None:
        said = (
            note for note in parsed.notes if not note.startswith(SITE_SHARED)
        )  # which brackets of ceramics say anyway
        return FormulaReading(ceramic.sublattices, (*said, *ceramic.notes))
    amounts: dict[str, float] = {}
    settling = settled(parsed.items)
    for item in settling.items:
        for symbol, inside in item.amounts:
            amounts[symbol] = amounts.get(symbol, 0.0) + inside * item.count
    if not any(amounts.values()):
        raise FormulaError(text, 0, "all amounts are zero", length=len(text))
    return FormulaReading((Sublattice.of(amounts.items(), 1.0),), (*parsed.notes, *settling.notes))
