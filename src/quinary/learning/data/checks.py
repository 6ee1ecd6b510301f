"""What is wrong with a table before anything is learned from it: the reason and the remedy, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.data.table import LearningTable

if TYPE_CHECKING:
    from quinary.learning.data.splits import Split

__all__ = ["Concern", "check_features", "check_split", "check_table", "refuse_or_warn"]

_FEWEST_ROWS: Final = 20  # five folds then have four rows each: below this a score is a coin toss
_FEWEST_OF_CLASS: Final = 5
_COMFORTABLE_ROWS: Final = 60
_COPY: Final = 0.9999  # rank correlation above which a feature is the target in other clothes


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is wrong: `check` names it, `is_fatal` says that no honest score can come of it."""

    check: str
    is_fatal: bool
    reason: str
    remedy: str


def refuse_or_warn(found: Sequence[Concern]) -> list[str]:
    """The warnings as sentences.

    Raises:
        InputError: one of them is fatal; the message has its reason and remedy.
    """
    for warning in found:
        if warning.is_fatal:
            raise InputError(f"{warning.reason}; {warning.remedy}")
    return [f"{warning.reason}; {warning.remedy}" for warning in found]


def check_table(table: LearningTable) -> list[Concern]:
    """Too few rows, one class or a constant target, rare classes, one paper, one chemical system."""
    found = []
    n_rows = len(table)
    if n_rows < _FEWEST_ROWS:
        found.append(
            Concern("few rows", True, f"{table.property} has {n_rows} rows", f"at least {_FEWEST_ROWS} are needed")
        )
    elif n_rows < _COMFORTABLE_ROWS:
        reason = f"{table.property} has only {n_rows} rows"
        found.append(
            Concern("few rows", False, reason, "expect wide intervals; the learning curve says what more would bring")
        )
    return found + _check_target(table) + _check_groups(table)


def _check_target(table: LearningTable) -> list[Concern]:
    names, counts = np.unique(table.target, return_counts=True)
    if len(names) < 2:
        what = "one class only" if table.is_class else "the same value in every row"
        reason = f"{table.property} has {what} ({names[0]})"
        return [Concern("one class", True, reason, "add rows that differ, negative results included")]
    rare = [str(name) for name, count in zip(names, counts, strict=True) if table.is_class and count < _FEWEST_OF_CLASS]
    if rare:
        reason = f"fewer than {_FEWEST_OF_CLASS} rows of {', '.join(rare)}"
        return [Concern("rare class", False, reason, "add rows or merge the class with another")]
    return []


def _check_groups(table: LearningTable) -> list[Concern]:
    found = []
    papers = set(table.groups["paper"].tolist())
    if len(papers) == 1 and papers != {"unknown"}:
        reason = f"all rows come from one paper ({papers.pop()})"
        found.append(
            Concern("one paper", False, reason, "the score holds for that laboratory only; add another source")
        )
    if len(set(table.groups["system"].tolist())) == 1:
        reason = "all rows belong to one chemical system"
        found.append(Concern("one system", False, reason, "nothing can be said of other systems; split by composition"))
    return found


def check_features(features: NDArray[np.float64], names: Sequence[str], table: LearningTable) -> list[Concern]:
    """Features that are constant, and features that are the target or a monotone copy of it.

    A copy is a Spearman rank correlation above 0.9999 with a number, or one value a class and none shared. `features` has
    shape (N, n_features).
    """
    constant = [name for name, column in zip(names, features.T, strict=True) if np.ptp(column) == 0.0]
    found = []
    if constant:
        reason = f"the same value in every row: {', '.join(constant)}"
        found.append(Concern("constant features", False, reason, "they say nothing and are left out"))
    if len(constant) == len(names):
        return [Concern("constant features", True, "every feature is constant", "choose another feature set")]
    leaking = [
        name for name, column in zip(names, features.T, strict=True) if name not in constant and _is_copy(column, table)
    ]
    if leaking:
        reason = (
            f"{', '.join(leaking)} orders the rows exactly as {table.property} does: the answer is among the features"
        )
        found.append(Concern("leaking features", True, reason, "leave it out"))
    return found


def _is_copy(column: NDArray[np.float64], table: LearningTable) -> bool:
    if table.is_class:
        labels: Mapping[float, set[str]] = {value: set() for value in np.unique(column).tolist()}
        for value, name in zip(column.tolist(), table.target.tolist(), strict=True):
            labels[value].add(name)
        return len(labels) == len(set(table.target.tolist())) and all(len(found) == 1 for found in labels.values())
    from scipy.stats import spearmanr

    return len(table) > 2 and abs(float(spearmanr(column, table.target).statistic)) > _COPY


def check_split(table: LearningTable, splits: Sequence[Split]) -> list[Concern]:
    """Compositions that stand on both sides of a split: the model would be asked what it has been told."""
    keys = table.groups["composition"]
    shared = {key for split in splits for key in set(keys[split.train].tolist()) & set(keys[split.test].tolist())}
    if not shared:
        return []
    example = sorted(shared)[0]
    reason = f"{len(shared)} compositions (such as {example}) are in training and in testing"
    return [Concern("duplicates across folds", False, reason, "split by composition or by system")]
