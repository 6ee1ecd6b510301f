"""Sure independence screening: of very many terms, those that follow a residual most closely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.learning.explain.formulas.expressions import PowerTable, Term
from quinary.learning.explain.formulas.subsets import orthonormal

if TYPE_CHECKING:
    from quinary.learning.explain.formulas.expressions import Columns

__all__ = ["Pool", "screened"]

_SAME: Final = 1.0 - 1e-8  # correlation above which two terms are one, written in two ways
_NO_SPREAD: Final = 1e-8  # of the squares of a column: what is left of it after the base is rounding


@dataclass(frozen=True, slots=True)
class Pool:
    """Terms that passed a screening; `values` has shape (N, n_terms)."""

    terms: tuple[Term, ...]
    values: NDArray[np.float64]

    def joined(self, fresh: Sequence[Term], columns: Columns, base: NDArray[np.float64]) -> Pool:
        """With more terms, without those that say the same as another beside the base, shape (N, n_base)."""
        terms = (*self.terms, *fresh)
        values = np.column_stack([self.values, *(term.values(columns) for term in fresh)])
        order = sorted(range(len(terms)), key=lambda number: terms[number].complexity)
        left = orthonormal(base)
        scaled = values - left @ (left.T @ values)
        scaled /= np.maximum(np.linalg.norm(scaled, axis=0), 1e-300)
        alike = np.abs(scaled.T @ scaled) > _SAME
        kept: list[int] = []
        for number in order:  # the simplest of several that say the same stays
            if not alike[number, kept].any():
                kept.append(number)
        return Pool(tuple(terms[number] for number in kept), values[:, kept])


def screened(
    table: PowerTable, residual: NDArray[np.float64], base: NDArray[np.float64], limits: tuple[int, int]
) -> list[Term]:
    """The terms that correlate most with the residual, shape (N,), beside the base, shape (N, n_base).

    `limits` are (most atoms in a term, how many terms of each number of atoms), so that simple terms are never crowded out
    by the many complicated ones that follow the same trend.
    """
    order, n_each = limits
    left = orthonormal(base)
    wanted = residual - left @ (left.T @ residual)
    directions = np.column_stack([wanted / max(float(np.linalg.norm(wanted)), 1e-300), left])
    return [table.term(chosen) for n in range(1, order + 1) for chosen in _leading(table, directions, n, n_each)]


def _leading(table: PowerTable, directions: NDArray[np.float64], order: int, n_each: int) -> list[tuple[int, ...]]:
    """The columns of the `n_each` best terms of exactly `order` atoms."""
    best: list[tuple[float, tuple[int, ...]]] = []
    for prefix in _prefixes(table, order):
        score = _correlations(table, prefix, directions)
        n_wanted = min(n_each, score.size)
        top = np.argpartition(-score, n_wanted - 1, axis=None)[:n_wanted]
        places = zip(*np.unravel_index(top, score.shape), strict=True)
        best += [
            (float(score[row, column]), (*prefix.columns[row], int(prefix.start + column)))
            for row, column in places
            if score[row, column] > 0
        ]
        best = sorted(best, reverse=True)[:n_each]
    return [columns for _, columns in best]


@dataclass(frozen=True, slots=True)
class _Prefix:
    """Products of all atoms of a term but the last; the last is one of the columns from `start` on."""

    columns: list[tuple[int, ...]]
    values: NDArray[np.float64]
    start: int


def _prefixes(table: PowerTable, order: int) -> Iterator[_Prefix]:
    """For each choice of the first atoms, in ascending order, all products of their powers."""
    starts = np.searchsorted(table.owners, np.arange(len(table.atoms) + 1))
    if order == 1:
        yield _Prefix([()], np.ones((len(table.values), 1)), 0)
    for first in range(len(table.atoms)) if order > 1 else ():
        mine = range(starts[first], starts[first + 1])
        if order == 2 and starts[first + 1] < len(table.owners):
            yield _Prefix([(column,) for column in mine], table.values[:, mine], int(starts[first + 1]))
        for second in range(first + 1, len(table.atoms)) if order == 3 else ():
            theirs = range(starts[second], starts[second + 1])
            if starts[second + 1] < len(table.owners):
                products = table.values[:, mine][:, :, None] * table.values[:, theirs][:, None, :]
                pairs: list[tuple[int, ...]] = [(one, other) for one in mine for other in theirs]
                yield _Prefix(pairs, products.reshape(len(products), -1), int(starts[second + 1]))


def _correlations(table: PowerTable, prefix: _Prefix, directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """|correlation| with the first direction beside the others, shape (n_prefixes, n_last); matrix products alone.

    A term is never formed: sum_i w_i a_i b_i over rows is one entry of A' diag(w) B.
    """
    last = table.values[:, prefix.start :]
    squares = (prefix.values**2).T @ last**2
    rest = squares.copy()
    for direction in directions.T[1:]:
        rest -= ((prefix.values * direction[:, None]).T @ last) ** 2
    along = np.abs((prefix.values * directions[:, :1]).T @ last)
    is_sound = rest > _NO_SPREAD * squares
    return np.where(is_sound, along / np.sqrt(np.where(is_sound, rest, 1.0)), 0.0)
