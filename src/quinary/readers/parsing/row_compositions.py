"""The composition of a row that states it as a formula, in columns of elements, or twice."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plain_text import plain_text, without_footnotes
from quinary.readers.parsing.element_amounts import AmountUnit, composition_of_amounts
from quinary.readers.parsing.rows import suspicious_amount

__all__ = ["composition_of_formula", "composition_stated_twice"]

_SAME: Final = 0.015  # atomic fraction of an element; nominal and measured compositions differ by so much
_CACHED: Final = 16_384


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
