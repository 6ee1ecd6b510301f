"""Many formulas at once: plain ones by array operations, the others one by one.

What is not plain (see `quinary.chemistry.plain_formulas`), what may be a ceramic (`TiC`), the name of an alloy (`IN718`) or
mass percent (`Ti6Al7Nb`), what names an element twice and what cannot be read goes to `Composition.of`, which thus decides
every doubtful case. Meaning, numbers and errors are those of `quinary.chemistry.matrix.as_matrix`, to the last digit.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.anion_choice import LEAST_ANION_RATIO
from quinary.chemistry.composition import Composition
from quinary.chemistry.mass_percent import LEAST_BEHIND
from quinary.chemistry.matrix import CompositionMatrix, unwanted_element
from quinary.chemistry.plain_formulas import PlainTokens, element_codes, plain_tokens
from quinary.reference.elements import NON_METALS
from quinary.threads import over_blocks

__all__ = ["FormulaTable", "formula_matrix", "read_formulas"]

Places: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]
Cations: TypeAlias = Mapping[int, Mapping[str, float]]

_CHUNK: Final = 4096  # formulas: the byte arrays of so many stay in the second-level cache
_MOST_ELEMENTS: Final = 24  # a longer formula is read alone, so that the table of amounts stays narrow


@dataclass(frozen=True, slots=True)
class FormulaTable:
    """What N formulas mean: the matrix of all of them, and a `Composition` for each row that was read alone.

    Rows without a `Composition` are alloys. A ceramic is always among the `compositions`, and its row of the matrix
    holds its cation fractions.
    """

    matrix: CompositionMatrix
    compositions: Mapping[int, Composition]


@dataclass(frozen=True, slots=True)
class _Alloys:
    """Fractions of the elements of alloys, arrays of shape (n_fractions,), and the rows left to `Composition.of`."""

    rows: Places
    codes: Places
    fractions: Values
    others: Places


def formula_matrix(formulas: Sequence[str], elements: Sequence[str] | None = None) -> CompositionMatrix:
    """The same as `as_matrix(formulas, elements)`, far faster where formulas are plain.

    Raises:
        InputError: a formula cannot be read, or contains an element that is not among `elements`.
    """
    return read_formulas(formulas, elements).matrix


def read_formulas(formulas: Sequence[str], elements: Sequence[str] | None = None) -> FormulaTable:
    """The matrix of N formulas, columns alphabetical unless given, and the compositions of those read alone.

    Raises:
        InputError: a formula cannot be read, or contains an element that is not among `elements`.
    """
    chunks = over_blocks(lambda: lambda rows: _alloys(formulas[rows], rows.start), len(formulas), _CHUNK)
    compositions = {int(row): Composition.of(formulas[row]) for chunk in chunks for row in chunk.others}
    cations = {row: composition.cations for row, composition in compositions.items()}
    columns = tuple(elements) if elements is not None else _columns(chunks, cations)
    place = {symbol: index for index, symbol in enumerate(columns)}
    _refuse_unwanted(chunks, cations, place)
    column_of = np.array([place.get(symbol, -1) for symbol in element_codes()])
    fractions = np.zeros((len(formulas), len(columns)))
    for chunk in chunks:
        fractions[chunk.rows, column_of[chunk.codes]] = chunk.fractions
    for row, amounts in cations.items():
        for symbol, fraction in amounts.items():
            fractions[row, place[symbol]] = fraction
    return FormulaTable(CompositionMatrix(columns, fractions), compositions)


def _columns(chunks: Sequence[_Alloys], cations: Cations) -> tuple[str, ...]:
    is_used = np.zeros(len(element_codes()), dtype=bool)
    for chunk in chunks:
        is_used[chunk.codes] = True
    found = {element_codes()[code] for code in np.flatnonzero(is_used)}
    return tuple(sorted(found.union(*cations.values())))


def _refuse_unwanted(chunks: Sequence[_Alloys], cations: Cations, place: Mapping[str, int]) -> None:
    """Complain of the first formula with an element that has no column, and of the first such element in it."""
    is_unwanted = np.array([symbol not in place for symbol in element_codes()])
    unwanted = [(row, symbol) for row, amounts in cations.items() for symbol in amounts if symbol not in place]
    for chunk in chunks:
        wrong = np.flatnonzero(is_unwanted[chunk.codes])
        unwanted += [(int(chunk.rows[token]), element_codes()[chunk.codes[token]]) for token in wrong]
    if unwanted:
        raise unwanted_element(*min(unwanted), tuple(place))


def _alloys(formulas: Sequence[str], first_row: int) -> _Alloys:
    """The alloys among some formulas, of which the first is row `first_row`."""
    tokens = plain_tokens(formulas)
    n_tokens = np.bincount(tokens.rows, minlength=len(formulas))
    within = np.arange(len(tokens.rows)) - np.repeat(np.cumsum(n_tokens) - n_tokens, n_tokens)
    is_left = tokens.is_odd | (n_tokens > _MOST_ELEMENTS)
    is_left[tokens.rows[_is_repeated(tokens, within)]] = True
    totals = _totals(tokens, within, ~is_left)
    is_left |= (totals == 0) | _may_be_ceramic(tokens, totals) | _may_be_trade_name(tokens, n_tokens)
    kept: Places | slice = slice(None)
    if is_left.any() or not tokens.amounts.all():
        kept = np.flatnonzero(~is_left[tokens.rows] & (tokens.amounts > 0))
    rows = tokens.rows[kept]
    return _Alloys(
        rows + first_row, tokens.codes[kept], tokens.amounts[kept] / totals[rows], np.flatnonzero(is_left) + first_row
    )


def _is_repeated(tokens: PlainTokens, within: Places) -> NDArray[np.bool_]:
    """True for a token whose element stands again, further on in its formula; `within` counts tokens in a formula."""
    keys = tokens.rows * len(element_codes()) + tokens.codes
    latest = np.empty(len(tokens.is_odd) * len(element_codes()), dtype=np.int16)
    latest[keys] = within
    is_repeated: NDArray[np.bool_] = latest[keys] != within.astype(np.int16)
    return is_repeated


def _totals(tokens: PlainTokens, within: Places, is_wanted: NDArray[np.bool_]) -> Values:
    """The sum of the amounts of each formula, rounded once as math.fsum does; shape (n_formulas,), 0 if not wanted."""
    amounts = np.zeros((_MOST_ELEMENTS, len(is_wanted)))
    kept = slice(None) if is_wanted.all() else np.flatnonzero(is_wanted[tokens.rows])
    places = within[kept]
    amounts[places, tokens.rows[kept]] = tokens.amounts[kept]
    total, lost = np.zeros(len(is_wanted)), np.zeros(len(is_wanted))
    for added in amounts[: places.max(initial=-1) + 1]:
        # Knuth's two-sum: what rounding loses is exact, and is added at the end.
        raised = total + added
        kept_part = raised - total
        lost += (total - (raised - kept_part)) + (added - kept_part)
        total = raised
    return total + lost


@functools.cache
def _is_anion() -> NDArray[np.bool_]:
    return np.array([symbol in NON_METALS for symbol in element_codes()])


def _may_be_ceramic(tokens: PlainTokens, totals: Values) -> NDArray[np.bool_]:
    """True for formulas with nearly enough anions for a ceramic, or more: whether they are one is not decided here."""
    anions = np.flatnonzero(_is_anion()[tokens.codes])
    if not anions.size:
        return np.zeros(len(totals), dtype=bool)
    n_anions = np.bincount(tokens.rows[anions], tokens.amounts[anions], minlength=len(totals))
    return (n_anions > 0) & (n_anions >= 0.99 * LEAST_ANION_RATIO * (totals - n_anions))


def _may_be_trade_name(tokens: PlainTokens, n_tokens: Places) -> NDArray[np.bool_]:
    """True for all formulas that may be names or look like mass percent, and for some that do not.

    These are an element with an amount (C103), amounts behind all elements but the last (Ti6Al4V), and large ones behind a
    first element without (AlSi10Mg, IN718).
    """
    lasts = np.cumsum(n_tokens) - 1
    firsts = lasts - n_tokens + 1
    is_bare = ~tokens.is_counted
    n_bare = np.bincount(tokens.rows[is_bare], minlength=len(n_tokens))
    has_large = np.zeros(len(n_tokens), dtype=bool)
    has_large[tokens.rows[tokens.amounts >= LEAST_BEHIND]] = True
    is_bare = np.append(is_bare, False)  # a place for the formulas without tokens, whose other places mean nothing
    ends_bare, begins_bare = is_bare[np.maximum(lasts, 0)], is_bare[firsts]
    is_alone = (n_tokens == 1) & (n_bare == 0)
    found: NDArray[np.bool_] = is_alone | ((n_bare == 1) & ends_bare & (n_tokens > 1)) | (begins_bare & has_large)
    return found
