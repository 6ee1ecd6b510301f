"""Honest splits as scikit-learn takes them: by chemical system, element, pair of elements, paper and time.

    cross_val_score(model, formulas, hardness, cv=SystemSplit(5), scoring="neg_mean_absolute_error")
    cross_val_score(model, features, hardness, cv=SystemSplit(5), groups=formulas)
    GridSearchCV(model, grid, cv=PaperSplit(5)).fit(features, hardness, groups=dois)

A split looks for what it holds out in `groups` where they are given, else in `X`: formulas (a list, a Series, a column of a
data frame), compositions, or a data frame with one column of fractions an element. Random folds put alloys of one system on
both sides, and flatter every model that can look up a neighbour.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import BaseCrossValidator

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.learning.data.splits import FEWEST_HELD_OUT, Split, leave_elements_out, time_splits, whole_groups
from quinary.reference.elements import atomic_numbers

__all__ = ["ElementSplit", "PairSplit", "PaperSplit", "SystemSplit", "TimeSplit"]

_FORMULA_COLUMNS: Final = ("formula", "composition", "alloy", "ceramic", "material")


class _HonestSplit(BaseCrossValidator):  # type: ignore[misc]
    """What all of them share: they know their folds once they see the rows."""

    def split(
        self, X: Any, y: object = None, groups: Any = None  # noqa: ARG002, N803 - scikit-learn's names
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:  # fmt: skip
        """Row numbers to train on and to test on, fold by fold.

        Args:
            X: the rows; see the module for what is looked at.
            y: plays no part.
            groups: what is held out together, one entry a row, where `X` does not say it.

        Raises:
            InputError: it cannot be seen what is to be held out, or the rows do not fill the folds.
        """
        for fold in self._folds(X, groups):
            yield fold.train, fold.test

    def get_n_splits(self, X: Any = None, y: object = None, groups: Any = None) -> int:  # noqa: ARG002, N803
        """The number of folds; those that depend on the rows must see them.

        Raises:
            InputError: see `split`.
        """
        return len(self._folds(X, groups))

    def held_out(self, X: Any, y: object = None, groups: Any = None) -> list[str]:  # noqa: ARG002, N803
        """What each fold holds out, in the order of `split`: `without Nb`, `published from 2019`.

        Raises:
            InputError: see `split`.
        """
        return [fold.label for fold in self._folds(X, groups)]

    def _folds(self, X: Any, groups: Any) -> list[Split]:  # noqa: N803
        if X is None and groups is None:
            raise InputError(f"{type(self).__name__} must see the rows to know its folds")
        if not len(X if groups is None else groups):
            raise InputError(f"{type(self).__name__} was given no rows")
        found = [fold for fold in self._of_rows(X, groups) if len(fold.train) and len(fold.test)]
        if not found:
            raise InputError(f"{type(self).__name__} finds no fold in these rows; take another split")
        return found

    @abstractmethod
    def _of_rows(self, X: Any, groups: Any) -> list[Split]:  # noqa: N803
        """The folds of rows that are there."""


class SystemSplit(_HonestSplit):
    """Whole chemical systems (sets of elements, anions included) in folds of about equal size.

    Args:
        n_splits: number of folds.
        seed: of the order in which systems are dealt out.
        column: of a data frame, the one with the formulas; None: `formula` or the like, else the columns named by elements.
    """

    def __init__(self, n_splits: int = 5, seed: int = 0, column: str | None = None) -> None:
        self.n_splits = n_splits
        self.seed = seed
        self.column = column

    def get_n_splits(self, X: object = None, y: object = None, groups: object = None) -> int:  # noqa: ARG002, N803
        """The number of folds."""
        return self.n_splits

    def _of_rows(self, X: Any, groups: Any) -> list[Split]:  # noqa: N803
        systems = _systems(X if groups is None else groups, self.column)
        return whole_groups(np.array(systems), _at_least_two(self.n_splits), self.seed, "system")


class _ElementsOut(_HonestSplit):
    """Without the rows that contain an element, or several together."""

    _n_together = 1

    def __init__(self, fewest: int = FEWEST_HELD_OUT, column: str | None = None) -> None:
        self.fewest = fewest
        self.column = column

    def _of_rows(self, X: Any, groups: Any) -> list[Split]:  # noqa: N803
        elements, present = _presence(X if groups is None else groups, self.column)
        return leave_elements_out(elements, present, self._n_together, self.fewest)


class ElementSplit(_ElementsOut):
    """One fold an element: every row that contains it is tested by a model that saw none of them.

    A row is tested once for each of its elements. Of ceramics the metals count.

    Args:
        fewest: elements in fewer rows are not held out.
        column: as in `SystemSplit`.
    """


class PairSplit(_ElementsOut):
    """One fold a pair of elements: every row that contains both is tested by a model that saw none of them.

    Args:
        fewest: pairs in fewer rows are not held out.
        column: as in `SystemSplit`.
    """

    _n_together = 2


class PaperSplit(_HonestSplit):
    """Whole papers in folds of about equal size.

    Args:
        n_splits: number of folds.
        seed: of the order in which papers are dealt out.
        column: of a data frame, the one that names the paper; without it `groups` name it.
    """

    def __init__(self, n_splits: int = 5, seed: int = 0, column: str | None = None) -> None:
        self.n_splits = n_splits
        self.seed = seed
        self.column = column

    def get_n_splits(self, X: object = None, y: object = None, groups: object = None) -> int:  # noqa: ARG002, N803
        """The number of folds."""
        return self.n_splits

    def _of_rows(self, X: Any, groups: Any) -> list[Split]:  # noqa: N803
        papers = np.array([str(paper) for paper in _stated(self, X, groups, self.column)])
        return whole_groups(papers, _at_least_two(self.n_splits), self.seed, "paper")


class TimeSplit(_HonestSplit):
    """Trained on what was published before a period, tested on the period: the last `n_splits` of about equal row count.

    Fewer folds come of it where many rows have the same year.

    Args:
        n_splits: most number of folds.
        column: of a data frame, the one with the year; without it `groups` are the years.
    """

    def __init__(self, n_splits: int = 5, column: str | None = None) -> None:
        self.n_splits = n_splits
        self.column = column

    def _of_rows(self, X: Any, groups: Any) -> list[Split]:  # noqa: N803
        stated = _stated(self, X, groups, self.column)
        try:
            years = np.array([np.nan if year is None else float(year) for year in stated])
        except (TypeError, ValueError) as error:
            raise InputError(f"TimeSplit needs a year, a number, for every row: {error}") from error
        return time_splits(years, _at_least_two(self.n_splits, least=1))


def _at_least_two(n_splits: int, least: int = 2) -> int:
    if n_splits < least:
        raise InputError(f"n_splits is {n_splits}; it must be {least} or more")
    return n_splits


def _stated(split: _HonestSplit, table: Any, groups: Any, column: str | None) -> Iterable[Any]:
    """What `groups` or a column of the table say, one entry a row.

    Raises:
        InputError: there are no groups, and no such column.
    """
    if groups is not None:
        return list(groups)
    if column is None:
        raise InputError(
            f"{type(split).__name__} cannot see it in the rows: give `groups`, or `column` with a data frame"
        )
    return list(_column(table, column))


def _column(table: Any, name: str) -> Any:
    if not hasattr(table, "columns"):
        raise InputError(f"the rows are no data frame, so that they have no column {name!r}; give `groups`")
    if name not in table.columns:
        names = [str(one) for one in table.columns]
        raise InputError(f"the data frame has no column {name!r}; it has {', '.join(names)}", names)
    return table[name]


def _formulas(table: Any, column: str | None) -> list[Any] | None:
    """What names the composition of each row; None for a data frame that has columns of fractions instead.

    Raises:
        InputError: nothing in the table names a composition.
    """
    if column is not None:
        return list(_column(table, column))
    if hasattr(table, "columns"):
        names = list(table.columns)
        named = next((name for name in names if str(name).lower() in _FORMULA_COLUMNS), None)
        if named is None and _element_columns(names):
            return None
        if named is None and len(names) == 1:
            named = names[0]
        if named is None:
            raise InputError(
                "no column names a composition: say which with `column`, or give the formulas as `groups`",
                [str(name) for name in names],
            )
        return list(table[named])
    if getattr(table, "ndim", 1) > 1 and table.shape[1] == 1 and table.dtype == object:
        return list(table[:, 0])
    if getattr(table, "ndim", 1) > 1:
        raise InputError("an array of numbers does not say what is in a row: give the formulas as `groups`")
    return list(table)


def _element_columns(names: Sequence[Any]) -> list[Any]:
    return [name for name in names if str(name) in atomic_numbers()]


def _systems(table: Any, column: str | None) -> list[str]:
    formulas = _formulas(table, column)
    if formulas is None:
        elements, present = _presence(table, column)
        return ["-".join(symbol for symbol, is_in in zip(elements, row, strict=True) if is_in) for row in present]
    return ["-".join(sorted(Composition.of(formula).elements)) for formula in formulas]


def _presence(table: Any, column: str | None) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """(elements, whether each row contains them, shape (N, n_elements)); the metals of ceramics."""
    formulas = _formulas(table, column)
    if formulas is None:
        names = _element_columns(list(table.columns))
        return tuple(map(str, names)), np.asarray(table[names], dtype=float) > 0
    found = [Composition.of(formula).cations for formula in formulas]
    elements = tuple(sorted({symbol for cations in found for symbol, amount in cations.items() if amount > 0}))
    return elements, np.array([[cations.get(symbol, 0.0) > 0 for symbol in elements] for cations in found])
