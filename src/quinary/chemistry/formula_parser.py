"""Recursive descent over a formula of elements, amounts and brackets."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from quinary.chemistry.bracket_shares import settled
from quinary.chemistry.formula_parts import FormulaError, Item
from quinary.reference.elements import atomic_numbers

__all__ = ["SEPARATORS", "SITE_SHARED", "FormulaParser"]

SEPARATORS: Final = " \t\r\n_,;·"
SITE_SHARED: Final = "elements between commas in brackets share one site"
_AMOUNT = re.compile(r"[\s_]*(\d+\.\d*|\.\d+|\d+)(?:/(\d+))?")
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_DEEPEST: Final = 8  # brackets in brackets; no paper nests more than three
_LARGEST_AMOUNT: Final = 1e6


class FormulaParser:
    """One formula; `position` is always the next unread character, `notes` what was taken for granted on the way.

    Elements between commas in brackets, as in Ni3(Al,Ti), share one site: the bracket stands for one atom. Commas outside
    of brackets as well only separate.
    """

    def __init__(self, text: str, position: int = 0) -> None:
        self.text = text
        self.position = position
        self.notes: list[str] = []
        self._commas_share = not _has_outer_comma(text)

    def items(self) -> tuple[Item, ...]:
        """Everything from here to the end.

        Raises:
            FormulaError: something stands there that is no formula.
        """
        found = []
        while not self.at_end():
            found.append(self._item(0))
        return tuple(found)

    def at_end(self) -> bool:
        """Skip separators; True if nothing follows."""
        while self.position < len(self.text) and self.text[self.position] in SEPARATORS:
            self.position += 1
        return self.position >= len(self.text)

    def element(self) -> str:
        """The element symbol at this place.

        Raises:
            FormulaError: there is none.
        """
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

    def _item(self, depth: int) -> Item:
        opening = self.text[self.position]
        if opening not in _CLOSING:
            symbol = self.element()
            return self._counted(((symbol, 1.0),), is_group=False)
        if depth == _DEEPEST:
            raise FormulaError(self.text, self.position, f"brackets may be nested {_DEEPEST} deep")
        return self._counted(self._group(_CLOSING[opening], depth), is_group=True)

    def _counted(self, amounts: tuple[tuple[str, float], ...], *, is_group: bool) -> Item:
        """What was read, with the number behind it (spaces before it allowed, as in `Fe 60`), or 1."""
        match = _AMOUNT.match(self.text, self.position)
        if match is None:
            return Item(amounts, 1.0, is_group, is_counted=False)
        start, self.position = self.position, match.end()
        amount = float(match.group(1))
        if match.group(2) is not None:
            divisor = float(match.group(2))
            amount = amount / divisor if divisor else _LARGEST_AMOUNT
        if not 0 <= amount < _LARGEST_AMOUNT:
            raise FormulaError(
                self.text, start, "an amount must be between 0 and a million", length=self.position - start
            )
        if self.text.startswith("%", self.position):
            self.position += 1
        return Item(amounts, amount, is_group)

    def _group(self, closing: str, depth: int) -> tuple[tuple[str, float], ...]:
        """The atoms of one unit of the bracket that begins here."""
        start = self.position
        self.position += 1
        found = []
        while not self.at_end() and self.text[self.position] != closing:
            found.append(self._item(depth + 1))
        if self.at_end():
            raise FormulaError(self.text, start, f"this bracket is never closed with {closing!r}")
        self.position += 1
        written = self.text[start : self.position]
        settling = settled(found)
        self.notes += settling.notes
        amounts = _sum_of(settling.items)
        total = sum(amounts.values())
        if not total:
            raise FormulaError(self.text, start, "this bracket is empty", length=len(written))
        if self._commas_share and len(amounts) > 1 and "," in written:
            self.notes.append(f"{SITE_SHARED}: {written}")
            amounts = {symbol: amount / total for symbol, amount in amounts.items()}
        return tuple(amounts.items())


def _sum_of(items: Sequence[Item]) -> dict[str, float]:
    amounts: dict[str, float] = {}
    for item in items:
        for symbol, inside in item.amounts:
            amounts[symbol] = amounts.get(symbol, 0.0) + inside * item.count
    return amounts


def _has_outer_comma(text: str) -> bool:
    if "," not in text:
        return False
    depth = 0
    for character in text:
        depth += (character in _CLOSING) - (character in ")]}")
        if character == "," and depth <= 0:
            return True
    return False


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
