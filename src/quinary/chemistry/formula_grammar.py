"""The grammar of formulas: text -> the sequence of groups and elements as written, with their amounts.

    formula   = item+ [unit]                      Al0.5CoCrFeNi   Fe60 Ni20 Cr10 Zr10 at%   (HfNbTaTiZr)B2
              | list [unit]                       Nb-30Hf-5Ti at%   Ti-bal. Al-6 V-4 wt%   10V15Cr5Mn10Fe60Ni
              | name                              IN718   Ti6Al4V   (quinary.reference.alloy_names)
    item      = element [amount] | "(" item+ ")" [amount]      brackets may be () [] {} and may nest
    amount    = number | number "/" number | in x, where "x=..." stands behind the formula
    unit      = at% | wt%                         also at.%, wt.%, mol%, mass%, behind the formula or each amount

Amounts are relative unless a unit is written; with a unit they must sum to 100. What looks like mass percent and does not say
so is asked about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quinary.chemistry.bracket_shares import settled
from quinary.chemistry.formula_lists import is_list, list_items
from quinary.chemistry.formula_parser import SEPARATORS, FormulaParser
from quinary.chemistry.formula_parts import FormulaError, Item
from quinary.chemistry.formula_texts import LONGEST_FORMULA, written_formula
from quinary.chemistry.mass_percent import atoms_of_masses, names_balance_first, spelt_as_mass_percent
from quinary.reference.alloy_names import NamedAlloy, alloy_named

__all__ = ["FormulaError", "Item", "ParsedFormula", "parse_formula", "parsed_formula"]

_PERCENT_TOLERANCE: Final = 1.0  # papers round each amount to 0.1, so eight of them may miss 100 by almost 1


@dataclass(frozen=True, slots=True)
class ParsedFormula:
    """The top-level items of a formula, amounts in atoms, and in words what was taken for granted."""

    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def parse_formula(text: str) -> tuple[Item, ...]:
    """The top-level items of a formula, amounts in atoms (weight percent already converted).

    Raises:
        FormulaError: the text is not a formula; the message marks the place and says what was expected there.
    """
    return parsed_formula(text).items


def parsed_formula(text: str) -> ParsedFormula:
    """The items of a formula and what was taken for granted; the amounts of brackets are as written.

    Raises:
        FormulaError: as for `parse_formula`.
    """
    named = alloy_named(text) if len(text) <= LONGEST_FORMULA else None
    if named is not None:
        return _of_name(text, named)
    written = written_formula(text)
    if not written.body.strip(SEPARATORS):
        raise FormulaError(text, 0, "it is empty")
    named = alloy_named(written.body) if written.unit else None
    if named is not None and named.unit == written.unit:
        return _of_name(written.body, named)
    items, notes = _items(written.body, written.unit)
    if written.unit:
        items = _checked_percentages(written.body, items, written.unit)
    if written.unit == "wt":
        has_brackets = any(item.is_group for item in items)
        notes = (*notes, "mass percent of a bracket divided among what is inside") if has_brackets else notes
        items = atoms_of_masses(items)
    return ParsedFormula(items, (*written.notes, *notes))


def _items(body: str, unit: str) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items as written, in whatever the amounts count, and notes.

    Raises:
        FormulaError: there are none, or they look like mass percent and no unit is written.
    """
    if is_list(body):
        return list_items(body, unit)
    parser = FormulaParser(body)
    items = parser.items()
    if not items:
        raise FormulaError(body, 0, "it names no element", length=len(body))
    spelling = "" if unit else spelt_as_mass_percent(items)
    if spelling:
        raise FormulaError(
            body, 0,
            f"it looks like mass percent: write `{spelling} wt%`, `{spelling} at%`, or for numbers of atoms"
            f" `{_with_all_amounts(items)}`", ("wt%", "at%"), len(body),
        )  # fmt: skip
    return items, tuple(parser.notes)


def _with_all_amounts(items: Sequence[Item]) -> str:
    return "".join(f"{item.amounts[0][0]}{item.count:g}" for item in items)


def _of_name(text: str, named: NamedAlloy) -> ParsedFormula:
    items = tuple(Item(((symbol, 1.0),), amount, False) for symbol, amount in named.amounts)
    share = "mass percent" if named.unit == "wt" else "atomic percent"
    note = f"known by name: {text.strip()} is {named.name}, {share} {named.percentages} ({named.source})"
    return ParsedFormula(atoms_of_masses(items) if named.unit == "wt" else items, (note,))


def _checked_percentages(body: str, items: tuple[Item, ...], unit: str) -> tuple[Item, ...]:
    """The items, whose percentages sum to 100: outside of brackets, or in atomic percent of all atoms.

    Raises:
        FormulaError: they do not.
    """
    outside = math.fsum(item.count for item in items)
    atoms = math.fsum(item.count * math.fsum(amount for _, amount in item.amounts) for item in items)
    is_given = any(item.is_counted for item in items)
    if is_given and abs(outside - 100.0) <= _PERCENT_TOLERANCE:
        return settled(items).items if unit == "at" else items
    if is_given and unit == "at" and abs(atoms - 100.0) <= _PERCENT_TOLERANCE:
        return items
    if names_balance_first(items) and not any(item.is_group for item in items):
        return list_items(body, unit)[0]  # Ti6Al7Nb wt% and TiAl6Nb7 wt%: the first element is the balance
    raise FormulaError(body, 0, f"the percentages sum to {outside:g}, not 100", length=len(body))
