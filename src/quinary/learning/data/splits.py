"""Ways of holding rows out: at random, by group, by element, by pair of elements, by time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, unknown_name
from quinary.learning.data.table import LearningTable

__all__ = [
    "FEWEST_HELD_OUT",
    "SPLITS",
    "Split",
    "group_folds",
    "leave_elements_out",
    "make_splits",
    "time_splits",
    "whole_groups",
]

_FEWEST_TRAINING: Final = 10
FEWEST_HELD_OUT: Final = 3  # a mean error over fewer rows says nothing about an element


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to train on and to test on, and what is held out (`label`)."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    label: str


def make_splits(name: str, table: LearningTable, n_folds: int = 5, seed: int = 0) -> list[Split]:
    """The splits of a table.

    `random` k-fold; `system`, `composition`, `paper` whole groups in k folds; `leave_one_out`; `leave_system_out` and
    `leave_paper_out` one group at a time; `element` and `pair`: every row that contains it is tested, by a model
    that saw none of them (rows may be tested several times); `time`: trained on what was published before each of the
    last `n_folds` periods of equal row count.

    Raises:
        InputError: no such split, or the table does not allow it.
    """
    if name not in SPLITS:
        raise unknown_name("split", name, SPLITS)
    splits = [s for s in SPLITS[name](table, n_folds, seed) if len(s.train) >= _FEWEST_TRAINING and len(s.test)]
    if not splits:
        raise InputError(f"the split by {name} leaves no fold with {_FEWEST_TRAINING} rows to train on")
    return splits


def group_folds(groups: NDArray[Any], n_folds: int, seed: int = 0) -> NDArray[np.int64]:
    """Fold number of each row, shape (N,): groups in random order, each to the fold that has the fewest rows so far.

    Raises:
        InputError: there are fewer groups than folds.
    """
    names, position, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < n_folds:
        raise InputError(f"{len(names)} groups cannot fill {n_folds} folds; take fewer folds or another split")
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-counts[order], kind="stable")]  # the largest first, so that the folds even out
    fold_of, filled = np.zeros(len(names), dtype=np.int64), np.zeros(n_folds)
    for group in order:
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += counts[group]
    return fold_of[position]


def whole_groups(groups: NDArray[Any], n_folds: int, seed: int, what: str) -> list[Split]:
    """Whole groups in folds: `groups`, shape (N,), names the group of each row, `what` the kind of group.

    Raises:
        InputError: there are fewer groups than folds.
    """
    return _from_folds(group_folds(groups, n_folds, seed), what)


def leave_elements_out(
    elements: Sequence[str], present: NDArray[np.bool_], n_together: int, fewest: int = FEWEST_HELD_OUT
) -> list[Split]:
    """For each element (or set of `n_together`) that at least `fewest` rows contain: these are tested, the others taught.

    Args:
        elements: the names of the columns of `present`.
        present: shape (N, n_elements), whether a row contains an element.
        n_together: 1 for elements, 2 for pairs.
        fewest: rows that a test needs to say something.
    """
    found = []
    for chosen in combinations(range(len(elements)), n_together):
        is_test = np.asarray(present[:, chosen].all(axis=1))
        if is_test.sum() >= fewest:
            found.append(_holding_out(is_test, "without " + "-".join(elements[i] for i in chosen)))
    return found


def time_splits(years: NDArray[np.float64], n_folds: int) -> list[Split]:
    """Trained on what was published before each of the last `n_folds` periods of about equal row count, tested on it.

    Raises:
        InputError: a row has no year.
    """
    if np.isnan(years).any():
        raise InputError(
            f"{int(np.isnan(years).sum())} rows have no year; the split by time needs one for every row"
        )  # fmt: skip
    edges = np.unique(np.quantile(years, np.linspace(0, 1, n_folds + 2)[1:-1], method="higher"))
    bounds = [*edges.tolist(), np.inf]
    return [
        Split(
            np.flatnonzero(years < start),
            np.flatnonzero((years >= start) & (years < end)),
            f"published from {start:g}",
        )
        for start, end in pairwise(bounds)
    ]


def _from_folds(folds: NDArray[np.int64], what: str) -> list[Split]:
    return [
        Split(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold), f"{what} fold {fold + 1}")
        for fold in range(int(folds.max()) + 1)
    ]


def _random(table: LearningTable, n_folds: int, seed: int) -> list[Split]:
    return _from_folds(np.random.default_rng(seed).permutation(len(table)) % n_folds, "random")


def _grouped(name: str) -> Callable[[LearningTable, int, int], list[Split]]:
    return lambda table, n_folds, seed: whole_groups(table.groups[name], n_folds, seed, name)


def _leave_group_out(name: str) -> Callable[[LearningTable, int, int], list[Split]]:
    def split(table: LearningTable, _n_folds: int, _seed: int) -> list[Split]:
        groups = table.groups[name]
        return [_holding_out(groups == group, f"without {group}") for group in np.unique(groups)]

    return split


def _leave_one_out(table: LearningTable, _n_folds: int, _seed: int) -> list[Split]:
    return _from_folds(np.arange(len(table)), "row")


def _holding_out(is_test: NDArray[np.bool_], label: str) -> Split:
    return Split(np.flatnonzero(~is_test), np.flatnonzero(is_test), label)


def _without_elements(n_together: int) -> Callable[[LearningTable, int, int], list[Split]]:
    return lambda table, _n_folds, _seed: leave_elements_out(
        table.matrix.elements, table.matrix.fractions > 0, n_together
    )


def _time(table: LearningTable, n_folds: int, _seed: int) -> list[Split]:
    return time_splits(table.year, n_folds)


SPLITS: Final[Mapping[str, Callable[[LearningTable, int, int], list[Split]]]] = {
    "random": _random,
    "system": _grouped("system"),
    "composition": _grouped("composition"),
    "paper": _grouped("paper"),
    "leave_one_out": _leave_one_out,
    "leave_system_out": _leave_group_out("system"),
    "leave_paper_out": _leave_group_out("paper"),
    "element": _without_elements(1),
    "pair": _without_elements(2),
    "time": _time,
}
