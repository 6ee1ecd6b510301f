"""Scores with confidence intervals that know rows of one chemical system are not independent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import unknown_name

__all__ = ["SCORES", "Score", "ScoreValue", "is_worse", "paired_difference", "score_value"]

_N_RESAMPLES: Final = 2000
_TAILS: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Score:
    """A score as a function of sums over rows, so that a resample of groups costs one matrix product.

    Attributes:
        parts: (truth, prediction) -> (N, k), what each row adds.
        value: sums of shape (..., k) -> scores of shape (...).
        is_better_high: direction.
    """

    name: str
    parts: Callable[[NDArray[Any], NDArray[Any]], NDArray[np.float64]]
    value: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    is_better_high: bool


@dataclass(frozen=True, slots=True)
class ScoreValue:
    """A score, its 95 % interval and its standard error, both from resampling whole groups."""

    value: float
    low: float
    high: float
    error: float


def score_value(
    score: str, truth: NDArray[Any], predicted: NDArray[Any], groups: NDArray[Any], seed: int = 0
) -> ScoreValue:
    """The pooled score and its interval from a bootstrap over `groups` (families), percentile method, 2000 resamples.

    Arrays have shape (N,). Source: Efron, Tibshirani 1993, chapters 8 and 13 (cluster resampling).

    Raises:
        InputError: unknown score.
    """
    chosen = _score(score)
    sums = _group_sums(chosen.parts(truth, predicted), groups)
    resampled = chosen.value(_resampled(sums, seed))
    low, high = np.nanpercentile(resampled, _TAILS)
    return ScoreValue(float(chosen.value(sums.sum(axis=0))), float(low), float(high), float(np.nanstd(resampled)))


def paired_difference(
    score: str,
    truth: NDArray[Any],
    pair: tuple[NDArray[Any], NDArray[Any]],
    groups: NDArray[Any],
    seed: int = 0,
) -> ScoreValue:
    """score(first) - score(second) on the same rows, both resampled with the same groups.

    Raises:
        InputError: unknown score.
    """
    chosen = _score(score)
    sums = [_group_sums(chosen.parts(truth, predicted), groups) for predicted in pair]
    first, second = (chosen.value(_resampled(one, seed)) for one in sums)
    low, high = np.nanpercentile(first - second, _TAILS)
    value = chosen.value(sums[0].sum(axis=0)) - chosen.value(sums[1].sum(axis=0))
    return ScoreValue(float(value), float(low), float(high), float(np.nanstd(first - second)))


def is_worse(
    score: str, truth: NDArray[Any], predicted: NDArray[Any], reference: NDArray[Any], groups: NDArray[Any]
) -> bool:
    """True if a prediction is worse than a reference by more than chance, on the same rows, all of shape (N,).

    Chance is one standard error of their difference, but no more than one of the score of the reference: a model that is
    far off in a few rows makes the difference uncertain, and is none the better for it.

    Raises:
        InputError: unknown score.
    """
    behind = paired_difference(score, truth, (reference, predicted), groups)
    sign = 1.0 if _score(score).is_better_high else -1.0
    return sign * behind.value > min(behind.error, score_value(score, truth, reference, groups).error)


def _score(name: str) -> Score:
    if name not in SCORES:
        raise unknown_name("score", name, SCORES)
    return SCORES[name]


def _group_sums(parts: NDArray[np.float64], groups: NDArray[Any]) -> NDArray[np.float64]:
    names, position = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(names), parts.shape[1]))
    np.add.at(sums, position, parts)
    return sums


def _resampled(sums: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Sums over resampled groups, shape (n_resamples, k)."""
    n_groups = len(sums)
    counts = np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1.0 / n_groups), size=_N_RESAMPLES)
    return np.asarray(counts @ sums)


def _errors(truth: NDArray[Any], predicted: NDArray[Any]) -> NDArray[np.float64]:
    error = truth - predicted
    return np.column_stack([np.ones(len(truth)), np.abs(error), error**2, truth, truth**2])


def _r2(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    n, _, square, total, total_square = np.moveaxis(sums, -1, 0)
    return np.asarray(1.0 - square / np.maximum(total_square - total**2 / n, np.finfo(float).tiny))


def _hits(truth: NDArray[Any], predicted: NDArray[Any]) -> NDArray[np.float64]:
    """For each class: is the row of it, and is it recognised; shape (N, 2 n_classes)."""
    names = np.unique(truth)
    is_class = truth[:, None] == names
    return np.hstack([is_class, is_class & (predicted == truth)[:, None]]).astype(float)


def _balanced_accuracy(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    half = sums.shape[-1] // 2
    rows, hits = sums[..., :half], sums[..., half:]
    recall = np.divide(hits, rows, out=np.full(hits.shape, np.nan), where=rows > 0)
    return np.asarray(np.nanmean(recall, axis=-1))


def _accuracy(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    half = sums.shape[-1] // 2
    return np.asarray(sums[..., half:].sum(axis=-1) / sums[..., :half].sum(axis=-1))


SCORES: Final[Mapping[str, Score]] = {
    "mae": Score("mae", _errors, lambda sums: sums[..., 1] / sums[..., 0], False),
    "rmse": Score("rmse", _errors, lambda sums: np.sqrt(sums[..., 2] / sums[..., 0]), False),
    "r2": Score("r2", _errors, _r2, True),
    "balanced_accuracy": Score("balanced_accuracy", _hits, _balanced_accuracy, True),
    "accuracy": Score("accuracy", _hits, _accuracy, True),
}
