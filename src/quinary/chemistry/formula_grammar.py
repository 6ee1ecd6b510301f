"""The grammar of formulas: text -> the sequence of groups and elements as written, with their amounts.

    formula   = item+ [unit]                      Al0.5CoCrFeNi   Fe60 Ni20 Cr10 Zr10 at%   (HfNbTaTiZr)B2
              | element ("-" amount element)+ unit   Nb-30Hf-5Ti at%   (the first element is the balance)
    item      = element [amount] | "(" item+ ")" [amount]      brackets may be () [] {} and may nest
    unit      = at% | wt%                         also at.%, wt.%, mol%

Amounts are relative unless a unit is written; with a unit they must sum to 100.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from quinary.errors import InputError
from quinary.reference.elements import atomic_numbers, element_column

__all__ = ["FormulaError", "Item", "parse_formula"]

_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉．﹒‐‑‒–—−", "0123456789..------")
_UNIT = re.compile(r"[\s(\[,]*\b(at|wt|mol|mass|weight|atomic)\s*\.?\s*(%|pct|percent)\s*[)\]]?\s*$", re.IGNORECASE)
_AMOUNT = re.compile(r"\s*(\d+\.\d*|\.\d+|\d+)")
_SEPARATORS: Final = " \t\r\n_,;·\u00a0"
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_PERCENT_TOLERANCE: Final = 1.0  # papers round each amount to 0.1, so eight of them may miss 100 by almost 1


class FormulaError(InputError):
    """A formula that cannot be read; `position` is the 0-based place in the text, also marked in the message."""

    def __init__(self, text: str, position: int, problem: str, choices: tuple[str, ...] = (), length: int = 1) -> None:
        self.position = position
        marked = f"{text[:position]}>>{text[position : position + length]}<<{text[position + length :]}"
        super().__init__(f"cannot read formula {text!r}: {problem}, at {marked}", choices)


@dataclass(frozen=True, slots=True)
class Item:
    """One top-level part of a formula: an element or a bracketed group, with the amount behind it.

    `amounts` are the atoms inside one unit of the group ({"C": 1.0} for a bare element), `count` how many units.
    """

    amounts: tuple[tuple[str, float], ...]
    count: float
    is_group: bool


def parse_formula(text: str) -> tuple[Item, ...]:
    """The top-level items of a formula, amounts in atoms (weight percent already converted).

    Raises:
        FormulaError: the text is not a formula; the message marks the place and says what was expected there.
    """
    cleaned = text.translate(_SUBSCRIPTS)
    unit_match = _UNIT.search(cleaned)
    body = cleaned[: unit_match.start()] if unit_match else cleaned
    unit = unit_match.group(1).lower() if unit_match else ""
    if not body.strip(_SEPARATORS):
        raise FormulaError(text, 0, "it is empty")
    items = _balance_items(body, bool(unit)) if re.search(r"[A-Za-z]\s*-", body) else _Parser(body).items()
    if not items:
        raise FormulaError(text, 0, "it names no element", length=len(text))
    if unit:
        _check_percentages(text, items)
    return _from_weights(items, text) if unit in {"wt", "weight", "mass"} else items


def _balance_items(body: str, has_unit: bool) -> tuple[Item, ...]:
    """`Nb-30Hf-5Ti`: the first element makes up the rest to 100."""
    parser = _Parser(body)
    balance = parser.element()
    amounts: dict[str, float] = {}
    while not parser.at_end():
        parser.expect("-", "a dash between the elements of a balance formula such as Nb-30Hf-5Ti at%")
        start = parser.position
        amount = parser.amount()
        if amount is None:
            raise FormulaError(body, start, "expected an amount before the element, as in Nb-30Hf-5Ti at%")
        parser.at_end()
        symbol = parser.element()
        amounts[symbol] = amounts.get(symbol, 0.0) + amount
    if not has_unit:
        raise FormulaError(
            body, len(body), "say at% or wt% behind a balance formula such as Nb-30Hf-5Ti at%", ("at%", "wt%")
        )
    rest = 100.0 - sum(amounts.values())
    if rest <= 0:
        raise FormulaError(body, 0, f"the amounts leave {rest:g} % for {balance}", length=len(balance))
    amounts[balance] = amounts.get(balance, 0.0) + rest
    return tuple(Item(((symbol, 1.0),), amount, False) for symbol, amount in amounts.items())


def _check_percentages(text: str, items: tuple[Item, ...]) -> None:
    total = sum(item.count * sum(amount for _, amount in item.amounts) for item in items)
    is_given = any(item.count != 1.0 for item in items)
    if not is_given or abs(total - 100.0) > _PERCENT_TOLERANCE:
        raise FormulaError(text, 0, f"the percentages sum to {total:g}, not 100", length=len(text))


def _from_weights(items: tuple[Item, ...], text: str) -> tuple[Item, ...]:
    masses = element_column("mass")
    if any(item.is_group for item in items):
        raise FormulaError(text, 0, "weight percent cannot be combined with brackets", length=len(text))
    moles = [item.count / masses[item.amounts[0][0]] for item in items]
    scale = 100.0 / sum(moles)
    return tuple(Item(item.amounts, mole * scale, False) for item, mole in zip(items, moles, strict=True))


class _Parser:
    """Recursive descent over one formula; `position` is always the next unread character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def items(self) -> tuple[Item, ...]:
        """Everything from here to the end."""
        found = []
        while not self.at_end():
            found.append(self._item())
        return tuple(found)

    def at_end(self) -> bool:
        """Skip separators; True if nothing follows."""
        while self.position < len(self.text) and self.text[self.position] in _SEPARATORS:
            self.position += 1
        return self.position >= len(self.text)

    def expect(self, character: str, what: str) -> None:
        """Step over one character that must stand here."""
        if self.at_end() or self.text[self.position] != character:
            raise FormulaError(self.text, self.position, f"expected {what}")
        self.position += 1
        self.at_end()

    def amount(self) -> float | None:
        """The number at this place, spaces before it allowed (`Fe 60`), or None."""
        match = _AMOUNT.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        value = float(match.group())
        if self.position < len(self.text) and self.text[self.position] in "%":
            self.position += 1
        return value

    def element(self) -> str:
        """The element symbol at this place."""
        match = _ELEMENT.match(self.text, self.position)
        if match is None:
            raise FormulaError(self.text, self.position, _expected_element(self.text, self.position))
        symbol = match.group()
        if symbol not in atomic_numbers() and symbol[0] in atomic_numbers():
            symbol = symbol[0]
            following = self.text[self.position + 1 : self.position + 2]
            if following.islower():  # `Xx`-like: one letter alone would silently drop the other
                raise self._unknown(match.group())
        if symbol not in atomic_numbers():
            raise self._unknown(match.group())
        self.position += len(symbol)
        return symbol

    def _unknown(self, symbol: str) -> FormulaError:
        near = tuple(get_close_matches(symbol, atomic_numbers(), n=3, cutoff=0.4))
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return FormulaError(self.text, self.position, f"{symbol!r} is not an element{hint}", near, len(symbol))

    def _item(self) -> Item:
        opening = self.text[self.position]
        if opening in _CLOSING:
            amounts = self._group(_CLOSING[opening])
            return Item(tuple(amounts.items()), self._count(), True)
        return Item(((self.element(), 1.0),), self._count(), False)

    def _count(self) -> float:
        start = self.position
        amount = self.amount()
        if amount is None:
            return 1.0
        if not 0 <= amount < 1e6:
            raise FormulaError(
                self.text, start, "an amount must be between 0 and a million", length=self.position - start
            )
        return amount

    def _group(self, closing: str) -> dict[str, float]:
        start = self.position
        self.position += 1
        amounts: dict[str, float] = {}
        while not self.at_end() and self.text[self.position] != closing:
            item = self._item()
            for symbol, inside in item.amounts:
                amounts[symbol] = amounts.get(symbol, 0.0) + inside * item.count
        if self.at_end():
            raise FormulaError(self.text, start, f"this bracket is never closed with {closing!r}")
        self.position += 1
        if not any(amounts.values()):
            raise FormulaError(self.text, start, "this bracket is empty", length=self.position - start)
        return amounts


@functools.cache
def _lower_case_symbols() -> frozenset[str]:
    return frozenset(symbol.lower() for symbol in atomic_numbers())


def _expected_element(text: str, position: int) -> str:
    character = text[position : position + 1]
    if not character:
        return "it ends where an element was expected"
    if character == "-":
        return "a negative amount is not possible" if text[position + 1 : position + 2].isdigit() else "unexpected dash"
    if character.isdigit() or character == ".":
        return "an amount without an element before it"
    if character in ")]}":
        return "this bracket was never opened"
    if character.lower() in _lower_case_symbols() or text[position : position + 2].lower() in _lower_case_symbols():
        return "element symbols start with a capital letter"
    return f"unexpected {character!r}"
