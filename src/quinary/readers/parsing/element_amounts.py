"""The amounts of elements in the columns of one row -> a composition: bare numbers, `20.55 wt.%`, and `Bal.` for the rest."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.readers.parsing.rows import value_in

__all__ = ["AmountUnit", "composition_of_amounts", "written_amounts"]

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
