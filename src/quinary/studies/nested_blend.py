"""A blend of models whose weights are chosen inside the training rows of every fold, so that its error is an honest one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from quinary.learning.evaluation import held_out
from quinary.learning.splits import Split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.learning.table import LearningTable

    Values: TypeAlias = NDArray[np.float64]
    Members: TypeAlias = Mapping[str, tuple[Any, Values]]

__all__ = ["blended", "nested_blend"]


def blended(weights: Mapping[str, float], predicted: Mapping[str, Values]) -> Values:
    """The weighted sum of predictions, shape (N,)."""
    return np.asarray(np.sum([weight * predicted[name] for name, weight in weights.items()], axis=0))


def nested_blend(
    members: Members,
    table: LearningTable,
    splits: Sequence[Split],
    outer: Mapping[str, Values],
    choices: Sequence[Mapping[str, float]],
) -> tuple[Values, list[Mapping[str, float]]]:
    """Blended predictions of the test rows in the order of the splits, and the weights that each split chose.

    `members` maps name -> (unfitted estimator, features of all rows), `outer` name -> its predictions of the test rows of
    all splits. In each split the choice with the least mean absolute error of the other splits' test rows is taken, all
    of them predicted without the rows of this split: a model that saw the training rows of two splits alone serves both,
    so that k splits cost k (k - 1) / 2 fits of each member.
    """
    tried = _inner_predictions(members, table, splits)
    ends = np.cumsum([len(split.test) for split in splits])[:-1]
    parts = {name: np.split(values, ends) for name, values in outer.items()}
    chosen, found = [], []
    for number, (rows, inner) in enumerate(tried):
        truth = table.target[rows].astype(np.float64)
        misses = [float(np.abs(blended(weights, inner) - truth).mean()) for weights in choices]
        chosen.append(choices[int(np.argmin(misses))])
        found.append(blended(chosen[-1], {name: values[number] for name, values in parts.items()}))
    return np.concatenate(found), chosen


def _inner_predictions(
    members: Members, table: LearningTable, splits: Sequence[Split]
) -> list[tuple[NDArray[np.int64], dict[str, Values]]]:
    """For each split: rows of the other splits' tests, and each member's predictions by models that saw neither."""
    rows: list[list[NDArray[np.int64]]] = [[] for _ in splits]
    said: list[dict[str, list[Values]]] = [{name: [] for name in members} for _ in splits]
    for (i, first), (j, second) in itertools.combinations(enumerate(splits), 2):
        # What belongs to both is in neither's training rows: with elements held out, a carbide of both.
        of_first, of_second = np.intersect1d(second.test, first.train), np.intersect1d(first.test, second.train)
        asked = Split(np.intersect1d(first.train, second.train), np.concatenate([of_first, of_second]), "")
        for name, (model, features) in members.items():
            values = np.asarray(held_out(model, features, table, [asked]).predicted, dtype=np.float64)
            said[i][name].append(values[: len(of_first)])
            said[j][name].append(values[len(of_first) :])
        rows[i].append(of_first)
        rows[j].append(of_second)
    return [
        (np.concatenate(some), {name: np.concatenate(values) for name, values in one.items()})
        for some, one in zip(rows, said, strict=True)
    ]
