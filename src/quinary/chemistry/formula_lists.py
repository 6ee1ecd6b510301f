"""Formulas as lists of elements and amounts, with dashes, balances, or the amounts before the elements.

    Nb-30Hf-5Ti wt%           the first element, without an amount, is the balance
    Ti-bal. Al-6 V-4 wt%      amounts behind the elements; bal., balance, rest: what is missing to 100
    10V15Cr5Mn10Fe60Ni        amounts before all elements: at.% where they sum to 100
    Co20-Cr20-Fe60            dashes that only separate

Dashes between elements without any amount name a system, such as Hf-Nb-Ti, which is no composition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from quinary.chemistry.bracket_shares import sums_to_whole
from quinary.chemistry.formula_parser import FormulaParser
from quinary.chemistry.formula_parts import FormulaError, Item

__all__ = ["is_list", "list_items"]

_BALANCE: Final = r"(?:[Bb]al(?:ance)?|BAL|[Rr]est|REST|[Rr]em(?:ainder)?)(?![a-z])\.?"
_LIST = re.compile(rf"[A-Za-z.] ?-|.-(?=[A-Z(\[{{])|^[\d.]|{_BALANCE}")
_DIGITS: Final = frozenset(".0123456789")
_TOKEN = re.compile(
    rf"(?P<b>{_BALANCE}|\({_BALANCE}\))|(?P<E>[A-Z][a-z]?)|(?P<dash>-)|(?P<gap>[ ,;_·]+)"
    r"|(?P<a>\d+(?:\.\d*)?|\.\d+)(?:/(?P<divisor>\d+))?%?"
)
_ELEMENT_ALONE = re.compile(r" ?[A-Z][a-z]? ?[\d./]*%? ?")
_PHASE = re.compile(r"- ?(BCC|FCC|HCP|BCT|B2|L1_?[02]|D0_?\d+|Laves|SS|IM)(?![a-z])")


@dataclass(frozen=True, slots=True)
class _Token:
    """An element ("E"), an amount ("a") or a balance ("b"); `is_behind_dash` if a dash stands directly before it."""

    kind: str
    symbol: str
    amount: float
    position: int
    is_behind_dash: bool


_Pairs: TypeAlias = Sequence[tuple[_Token, _Token]]
_Listed: TypeAlias = tuple[tuple[Item, ...], tuple[str, ...]]


def is_list(body: str) -> bool:
    """True for formulas with dashes or a balance, and for those that begin with an amount."""
    is_likely = "-" in body or body[:1] in _DIGITS or any(word in body.lower() for word in ("bal", "rest", "rem"))
    return is_likely and _LIST.search(body) is not None


def list_items(body: str, unit: str) -> _Listed:
    """The items of such a formula in percent (or in relative amounts where dashes only separate), and notes.

    Raises:
        FormulaError: it names a system, needs a unit, or its percentages leave nothing for the balance.
    """
    phase = _PHASE.search(body)
    if phase is not None:
        word = phase.group(1)
        raise FormulaError(
            body, phase.start(1), f"{word} behind a dash names a structure: leave it out", length=len(word)
        )
    tokens = _tokens(body)
    kinds = "".join(token.kind for token in tokens)
    is_before = any(token.is_behind_dash for token in tokens if token.kind != "E")
    separates = any(token.is_behind_dash for token in tokens if token.kind == "E")
    if re.fullmatch("E+", kinds):
        raise FormulaError(
            body, 0, "it names a system, not a composition: write amounts, as in Mo50Nb50", length=len(body)
        )
    if re.fullmatch("[ab]E(?:[ab]E)*", kinds):
        return _percentages(body, [*zip(tokens[1::2], tokens[::2], strict=True)], unit, "before")
    if re.fullmatch("E(?:[ab]E)+", kinds) and (is_before or not separates):
        return _with_first_as_balance(body, tokens[0], [*zip(tokens[2::2], tokens[1::2], strict=True)], unit)
    if re.fullmatch("Eb(?:aE)+", kinds):
        return _with_first_as_balance(body, tokens[0], [*zip(tokens[3::2], tokens[2::2], strict=True)], unit)
    if re.fullmatch("(?:E[ab])+", kinds) and ("b" in kinds or is_before):
        return _percentages(body, [*zip(tokens[::2], tokens[1::2], strict=True)], unit, "behind")
    if re.fullmatch("E(?:Ea)+", kinds):
        return _with_first_as_balance(body, tokens[0], [*zip(tokens[1::2], tokens[2::2], strict=True)], unit)
    if "b" in kinds or is_before or not separates:
        raise _unreadable(body, tokens)
    return _separated(body)


def _separated(body: str) -> _Listed:
    """`Co20-Cr20-Fe60`, `(VNb)95-W5`: dashes between elements, or between shares that sum to 100.

    Raises:
        FormulaError: they join whole materials: CrCoNi-Al2O3 is a composite in parts that nobody knows.
    """
    parser = FormulaParser(body.replace("-", " "))
    items = parser.items()
    are_shares = all(item.is_counted for item in items) and sums_to_whole(math.fsum(i.count for i in items)) == 100.0
    if not are_shares and not all(map(_ELEMENT_ALONE.fullmatch, body.split("-"))):
        problem = "a dash joins several materials here: write one formula with all amounts and without dashes"
        raise FormulaError(body, body.index("-"), problem)
    return items, tuple(parser.notes)


def _tokens(body: str) -> list[_Token]:
    """The tokens; a bracket is one of kind "x", which no list of amounts has."""
    found: list[_Token] = []
    position, is_behind_dash = 0, False
    while position < len(body):
        match = _TOKEN.match(body, position)
        if match is None and body[position] not in "()[]{}":
            FormulaParser(body, position).element()  # which says what is wrong
        if match is not None and match["gap"]:
            position = match.end()
            continue
        if match is not None and match["dash"]:
            position, is_behind_dash = match.end(), True
            continue
        token, position = _token(body, position, match, is_behind_dash=is_behind_dash)
        found.append(token)
        is_behind_dash = False
    return found


def _token(body: str, start: int, match: re.Match[str] | None, *, is_behind_dash: bool) -> tuple[_Token, int]:
    """The token that begins here, and the place behind it."""
    if match is None:
        return _Token("x", "", 0.0, start, is_behind_dash), start + 1
    if match["E"]:
        parser = FormulaParser(body, start)
        return _Token("E", parser.element(), 0.0, start, is_behind_dash), parser.position
    if match["b"]:
        return _Token("b", "", 0.0, start, is_behind_dash), match.end()
    divisor = float(match["divisor"] or 1)
    amount = float(match["a"]) / divisor if divisor else math.inf
    return _Token("a", "", amount, start, is_behind_dash), match.end()


def _with_first_as_balance(body: str, first: _Token, others: _Pairs, unit: str) -> _Listed:
    """`Nb-30Hf-5Ti`: the first element makes up the rest to 100."""
    balance = _Token("b", "", 0.0, first.position, is_behind_dash=False)
    return _percentages(body, [(first, balance), *others], unit, "before")


def _percentages(body: str, pairs: _Pairs, unit: str, where: str) -> _Listed:
    """Elements with their percentages, of which one may be the balance."""
    balances = [element for element, amount in pairs if amount.kind == "b"]
    total = math.fsum(amount.amount for _, amount in pairs)
    if len(balances) > 1:
        names = " and ".join(element.symbol for element in balances)
        raise FormulaError(body, balances[1].position, f"{names} cannot both be the balance")
    if balances and not unit:
        raise FormulaError(
            body, len(body), "say at% or wt% behind a balance formula such as Nb-30Hf-5Ti at%", ("at%", "wt%")
        )
    if balances and (total >= 100.0 or len(pairs) == 1):
        raise FormulaError(
            body, balances[0].position, f"the amounts leave {100.0 - total:g} % for {balances[0].symbol}",
            length=len(balances[0].symbol),
        )  # fmt: skip
    whole = sums_to_whole(total)
    if not balances and not unit and not whole:
        problem = "an amount without an element before it" if where == "before" else "an amount behind a dash"
        raise FormulaError(
            body, pairs[0][1].position, f"{problem}; such amounts must sum to 100, and these sum to {total:g}"
        )
    amounts: dict[str, float] = {}
    for element, amount in pairs:
        part = 100.0 - total if amount.kind == "b" else amount.amount
        amounts[element.symbol] = amounts.get(element.symbol, 0.0) + part
    is_assumed = not unit and whole == 100.0
    notes = (f"amounts {where} elements taken as at.% (they sum to 100)",) if is_assumed else ()
    return tuple(Item(((symbol, 1.0),), amount, False) for symbol, amount in amounts.items()), notes


def _unreadable(body: str, tokens: Sequence[_Token]) -> FormulaError:
    """Neither every element has an amount nor exactly one has none, or brackets stand among percentages."""
    misplaced = next((token for token in tokens if token.is_behind_dash), tokens[0])
    if misplaced.kind in {"E", "x"}:
        return FormulaError(body, misplaced.position, "unexpected dash or balance: write Nb-30Hf-5Ti at%, or no dashes")
    return FormulaError(
        body, misplaced.position,
        "an amount without an element before it: exactly one element may be without an amount, as in Nb-30Hf-5Ti at%",
    )  # fmt: skip
