"""The composition of one row: amounts in columns of elements, with `20.55 wt.%` and `Bal.` for the rest, or a formula.

Where a row states both, they have to agree.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plain_text import plain_text, without_footnotes
from quinary.readers.parsing.rows import suspicious_amount, value_in

__all__ = [
    "AmountUnit", "composition_of_amounts", "composition_of_formula", "composition_stated_twice", "written_amounts",
]  # fmt: skip

_SUM_TOLERANCE: Final = 0.01  # of the amounts of a row, relative
_CACHED: Final = 16_384
_BALANCE: Final = frozenset({"bal", "bal.", "balance", "balanced", "rest", "remainder", "rem", "rem.", "base"})
_WITH_UNIT = re.compile(
    r"^(?P<amount>[^%A-Za-z]{1,64}?)\s{0,9}(?:(?P<kind>at|atomic|mol|wt|weight|mass|ma)[.\-]?\s{0,9})?%$", re.IGNORECASE
)
_WEIGHT: Final = frozenset({"wt", "weight", "mass", "ma"})


@dataclass(frozen=True, slots=True)
class AmountUnit:
    """What the headings of the columns say: percent of weight or of atoms, and whether it is percent at all."""

    is_by_weight: bool
    is_percent: bool


def composition_of_amounts(cells: Sequence[tuple[str, Any]], unit: AmountUnit) -> Composition:
    """The composition of (element, cell) pairs; an empty cell is none of it, and one cell may be the balance to 100.

    A unit in the cells counts before that of the headings.

    Raises:
        InputError: a cell is no amount, two are the balance, cells differ in their unit, or the sum is not 1 or 100.
    """
    amounts, is_by_weight = _amounts(cells, unit)
    return _composition(tuple(amounts.items()), is_by_weight)


def written_amounts(cells: Sequence[tuple[str, Any]], unit: AmountUnit) -> str:
    """The amounts as a formula, side by side as they were typed: `Ni65 Cr20 Co15 wt%`.

    Raises:
        InputError: as for `composition_of_amounts`.
    """
    amounts, is_by_weight = _amounts(cells, unit)
    typed = {symbol: str(cell).strip() for symbol, cell in cells if not isinstance(cell, str) or _is_bare(cell)}
    formula = " ".join(f"{s}{typed.get(s, f'{amount:.6g}')}" for s, amount in amounts.items() if _is_there(cells, s))
    return formula + (" wt%" if is_by_weight else "")


def _is_bare(cell: str) -> bool:
    return not _WITH_UNIT.match(cell.strip()) and cell.strip().lower() not in _BALANCE


def _is_there(cells: Sequence[tuple[str, Any]], symbol: str) -> bool:
    return any(name == symbol and cell is not None for name, cell in cells)


def _amounts(cells: Sequence[tuple[str, Any]], unit: AmountUnit) -> tuple[dict[str, float], bool]:
    """Element -> amount, and whether by weight."""
    found: dict[str, float] = {}
    stated: set[bool] = set()
    balance = ""
    for symbol, cell in cells:
        if isinstance(cell, str) and cell.strip().lower() in _BALANCE:
            if balance:
                raise InputError(f"{balance} and {symbol} are both the balance; one a row can be")
            balance = symbol
            found[symbol] = 0.0
            continue
        found[symbol], kind = _amount(symbol, cell)
        if kind:
            stated.add(kind in _WEIGHT)
    if len(stated) > 1:
        raise InputError("some amounts are in weight percent and some in atomic percent: use one of the two in a row")
    if balance:
        found[balance] = _rest(found, balance, unit.is_percent or bool(stated))
    return found, stated.pop() if stated else unit.is_by_weight


def _amount(symbol: str, cell: object) -> tuple[float, str]:
    """The amount of one element, and what it is percent of where the cell says so; an empty cell is none of it."""
    if cell is None:
        return 0.0, ""
    united = _WITH_UNIT.match(cell.strip()) if isinstance(cell, str) else None
    try:
        value, _ = value_in(united["amount"] if united else cell, "", "")
    except InputError as error:
        raise InputError(f"{symbol}: {error.message}") from None
    if value.low != value.high or value.low < 0:
        raise InputError(f"{symbol}: {cell!r} is not an amount, zero or more")
    return value.low, (united["kind"] or "").lower() if united else ""


def _rest(amounts: dict[str, float], balance: str, is_percent: bool) -> float:
    total = math.fsum(amounts.values())
    if total <= 1.0 and not is_percent:
        raise InputError(
            f"{balance} is the balance, but to 1 or to 100? The others sum to {total:.6g}: write the unit into the headings,"
            f" such as '{balance} (wt%)'"
        )
    if total >= 100.0:
        raise InputError(f"{balance} is the balance, but the others sum to {total:.6g} already")
    return 100.0 - total


@functools.lru_cache(maxsize=_CACHED)
def _composition(amounts: tuple[tuple[str, float], ...], is_by_weight: bool) -> Composition:
    total = math.fsum(amount for _, amount in amounts)
    whole = 100.0 if total > 10.0 else 1.0
    if abs(total - whole) > _SUM_TOLERANCE * whole:
        missing = total < (1.0 - _SUM_TOLERANCE) * whole or whole == 1.0
        remedy = "; if the rest is one element, add a column of it with Bal. in its cells" if missing else ""
        raise InputError(f"the amounts of the elements sum to {total:.6g}, not to 1 or 100{remedy}")
    present = {symbol: amount for symbol, amount in amounts if amount > 0}
    if is_by_weight:
        return Composition.of("".join(f"{s}{100 * amount / total:.10f}" for s, amount in present.items()) + " wt%")
    return Composition.of(present)


# -- beside formulas ---------------------------------------------------------------------------------------------------

_SAME: Final = 0.015  # atomic fraction of an element; nominal and measured compositions differ by so much


@functools.lru_cache(maxsize=_CACHED)
def composition_of_formula(text: str, share: str = "") -> Composition:
    """The composition of a cell; `share` is what its heading states, which counts where the cell itself states none.

    Raises:
        InputError: it is empty, no formula, or probably mistyped.
    """
    if not text:
        raise InputError("the composition is missing")
    formula = without_footnotes(plain_text(text))
    if share == "wt" and "%" not in formula:
        return Composition.of(f"{formula} wt%")
    problem = suspicious_amount(formula)
    if problem:
        raise InputError(f"composition {text!r}: {problem}")
    try:
        return Composition.of(formula)
    except InputError:
        if share != "at" or "%" in formula:
            raise
        return Composition.of(f"{formula} at%")


def composition_stated_twice(
    written: str, amounts: Sequence[tuple[str, Any]], share: tuple[str, str], *, is_percent: bool
) -> Composition:
    """The composition of a row with a formula and columns of elements: the formula where both agree.

    The columns count where the formula is a mere name: none at all, or an element with a number (`C1`) beside an alloy.
    They state nothing where they do not sum to 1 or 100. `share` is that of the columns and of the formulas; columns without
    one may be in either.

    Raises:
        InputError: the two disagree, and the message shows both; or neither states a composition.
    """
    by_columns = list(_by_columns(amounts, share[0], is_percent=is_percent))
    try:
        by_formula = composition_of_formula(written, share[1])
    except InputError:
        if not by_columns:
            raise
        return by_columns[0]
    if not by_columns or any(_differ_by(by_formula, stated) <= _SAME for stated in by_columns):
        return by_formula
    if len(by_formula.atomic_fractions) == 1 < len(by_columns[0].atomic_fractions):
        return by_columns[0]
    raise InputError(
        f"two compositions disagree: {written!r} ({_in_percent(by_formula)}) and the columns of elements"
        f" ({_in_percent(by_columns[0])}, at.%): correct one of them, or leave one out with --unit 'HEADING=-'"
    )


def _by_columns(amounts: Sequence[tuple[str, Any]], share: str, *, is_percent: bool) -> Iterator[Composition]:
    """What columns of elements state, in the share of their headings or in both; nothing where that is no composition."""
    for by_weight in (share == "wt",) if share else (False, True):
        try:
            yield composition_of_amounts(amounts, AmountUnit(by_weight, is_percent))
        except InputError:
            return


def _differ_by(one: Composition, other: Composition) -> float:
    """The largest difference of an atomic fraction."""
    first, second = one.atomic_fractions, other.atomic_fractions
    return max(abs(first.get(symbol, 0.0) - second.get(symbol, 0.0)) for symbol in {*first, *second})


def _in_percent(composition: Composition) -> str:
    return " ".join(f"{symbol}{100 * share:.3g}" for symbol, share in composition.atomic_fractions.items())
