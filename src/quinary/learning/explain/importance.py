"""What a model relies on: importance of features on rows it has not seen, and shares of single predictions.

Permutation (Breiman 2001, 10.1023/A:1010933404324): how much worse the held-out error becomes when a feature is shuffled
among the tested rows. Drop-column: how much worse it becomes when the model is fitted without the feature. Both are
answers about the model; where features are correlated permutation shows the model rows that cannot exist and shares the
credit of one cause among its copies, and dropping one copy costs nothing (Hooker et al. 2021, 10.1007/s11222-021-10057-z).
So features that are correlated are taken together, and the warnings say which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.judging import SCORES, main_score
from quinary.learning.models.fitting import fit_weighted

if TYPE_CHECKING:
    from quinary.learning.data import Features, LearningTable, Split

__all__ = [
    "SIGNIFICANCE",
    "Importance",
    "Shares",
    "chance_without_effect",
    "correlated_groups",
    "drop_column_importance",
    "importance_warnings",
    "permutation_importance",
    "shapley_shares",
]

SIGNIFICANCE: Final = 0.05
CORRELATED: Final = 0.9  # Zhang et al. 2023, 10.1016/j.cossms.2023.101057, below equation 8
_FEWEST_ROWS: Final = 5  # of a fold: shuffling fewer rows often puts a value back where it was


@dataclass(frozen=True, slots=True)
class Importance:
    """What a group of features is worth.

    Attributes:
        names: the features; several when they are too correlated to be told apart.
        value: mean increase of the held-out loss, in the unit of the target (of classes: of 1 - balanced accuracy).
        error: standard error of `value` over the folds, as if these did not overlap.
        p_value: chance of a value so large without any effect (`chance_without_effect`), corrected for the number of groups
            by Holm's method; None of shares, which are never negative.
    """

    names: tuple[str, ...]
    value: float
    error: float
    p_value: float | None = None

    @property
    def is_clear(self) -> bool:
        """True when the corrected chance of the value without any effect is below 5 %."""
        return self.p_value is not None and self.p_value < SIGNIFICANCE


def correlated_groups(values: NDArray[np.float64], threshold: float = CORRELATED) -> list[list[int]]:
    """Numbers of columns that hang together by |r| > threshold, each column in one group, in order of the first.

    Two columns of a group may be linked through a third only. Columns without spread stand alone. `values` has shape (N, k).
    """
    from scipy.sparse.csgraph import connected_components
    from scipy.stats import rankdata

    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    linked = np.abs(scaled.T @ scaled) / len(values) > threshold
    _, labels = connected_components(linked, directed=False)
    labels = rankdata([np.flatnonzero(labels == label)[0] for label in labels], method="dense")
    return [np.flatnonzero(labels == label).tolist() for label in range(1, int(labels.max()) + 1)]


def permutation_importance(
    make: Any,
    features: Features,
    table: LearningTable,
    splits: Sequence[Split],
    groups: Sequence[Sequence[int]],
    seed: int = 0,
) -> list[Importance]:
    """Importance of each group of columns, the largest first; its columns are shuffled together, five times a fold.

    `make` is an unfitted estimator, copied for each split; only rows outside its training part are shuffled and judged.

    Raises:
        InputError: no split tests enough rows.
    """
    from sklearn.base import clone

    random, losses = np.random.default_rng(seed), []
    for split in _usable(splits):
        train = table.rows(split.train)
        model = fit_weighted(clone(make), features.values[split.train], train.target, train.weights())
        asked, truth = features.values[split.test], table.target[split.test]
        before = _loss(table, truth, model.predict(asked))
        losses.append([_shuffled_loss(table, (model, asked, truth), group, random) - before for group in groups])
    return _ranked(features, groups, np.array(losses))


def drop_column_importance(
    make: Any,
    features: Features,
    table: LearningTable,
    splits: Sequence[Split],
    groups: Sequence[Sequence[int]],
) -> list[Importance]:
    """Importance of each group of columns, the largest first, by fitting again without it; other columns stay.

    `make(columns)` gives an unfitted estimator for the features with these numbers. Costs one more fit a group and fold.

    Raises:
        InputError: no split tests enough rows, or a group holds every feature.
    """
    everything = list(range(len(features.names)))
    if any(len(group) == len(everything) for group in groups):
        raise InputError("a model cannot be fitted without its only group of features")
    losses = []
    for split in _usable(splits):
        before = _refitted_loss(make, features, table, split, everything)
        rest = ([number for number in everything if number not in set(group)] for group in groups)
        losses.append([_refitted_loss(make, features, table, split, kept) - before for kept in rest])
    return _ranked(features, groups, np.array(losses))


def _usable(splits: Sequence[Split]) -> list[Split]:
    usable = [split for split in splits if len(split.test) >= _FEWEST_ROWS]
    if not usable:
        raise InputError(f"no fold tests {_FEWEST_ROWS} rows; importance needs larger folds")
    return usable


def _loss(table: LearningTable, truth: NDArray[Any], predicted: NDArray[Any]) -> float:
    score = SCORES[main_score(table)]
    value = float(score.value(score.parts(truth, np.asarray(predicted)).sum(axis=0)))
    return 1.0 - value if score.is_better_high else value


def _shuffled_loss(
    table: LearningTable,
    judged: tuple[Any, NDArray[np.float64], NDArray[Any]],
    group: Sequence[int],
    random: np.random.Generator,
    n_repeats: int = 5,
) -> float:
    model, asked, truth = judged
    shuffled = np.tile(asked, (n_repeats, 1))
    order = np.concatenate([random.permutation(len(asked)) for _ in range(n_repeats)])
    shuffled[:, list(group)] = asked[order][:, list(group)]
    answers = np.array_split(np.asarray(model.predict(shuffled)), n_repeats)  # one call: trees are slow to start
    return float(np.mean([_loss(table, truth, answer) for answer in answers]))


def _refitted_loss(make: Any, features: Features, table: LearningTable, split: Split, kept: list[int]) -> float:
    train, values = table.rows(split.train), features.values[:, kept]
    model = fit_weighted(make(kept), values[split.train], train.target, train.weights())
    return _loss(table, table.target[split.test], model.predict(values[split.test]))


def _ranked(features: Features, groups: Sequence[Sequence[int]], losses: NDArray[np.float64]) -> list[Importance]:
    """`losses` has shape (n_folds, n_groups)."""
    errors = losses.std(axis=0, ddof=1) / len(losses) ** 0.5 if len(losses) > 1 else np.full(losses.shape[1], np.inf)
    chances = _holm(chance_without_effect(losses))
    found = [
        Importance(tuple(features.names[number] for number in group), float(value), float(error), float(chance))
        for group, value, error, chance in zip(groups, losses.mean(axis=0), errors, chances, strict=True)
    ]
    return sorted(found, key=lambda one: -one.value)


def chance_without_effect(gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance of each mean over the folds, or of a larger one, if the true one is zero.

    By Student's t with n_folds - 1 degrees of freedom, the variance of the mean taken as (1 / n_folds + 1 / (n_folds - 1))
    that of the folds, because their training parts overlap (Nadeau, Bengio 2003, 10.1023/A:1024068626366). `gains` has
    shape (n_folds, k), the answer (k,); one fold has no scatter, so its chance is 1.
    """
    from scipy.stats import t

    n_folds, values = len(gains), gains.mean(axis=0)
    if n_folds < 2:
        return np.ones(len(values))
    errors = gains.std(axis=0, ddof=1) * (1.0 / n_folds + 1.0 / (n_folds - 1)) ** 0.5
    scaled = np.divide(values, errors, out=np.where(values > 0, np.inf, 0.0), where=errors > 0)
    return np.asarray(t.sf(scaled, n_folds - 1))


def _holm(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances corrected so that any false one among all of them is as rare as one alone.

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
    """
    order = np.argsort(chances)
    stepped = np.maximum.accumulate(chances[order] * np.arange(len(chances), 0, -1))
    corrected = np.empty(len(chances))
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def importance_warnings(found: Sequence[Importance], n_rows: int) -> list[str]:
    """What a reader must know before believing the ranking, in sentences."""
    warnings = [
        "importance says what this model relies on, not what causes the property; another model of equal error may rely on "
        "other features"
    ]
    together = [one for one in found if len(one.names) > 1]
    if together:
        largest = max(together, key=lambda one: len(one.names))
        warnings.append(
            f"{len(together)} groups of features are correlated beyond |r| = {CORRELATED:g} and are shuffled together "
            f"({', '.join(largest.names[:4])}{', ...' if len(largest.names) > 4 else ''}): permutation cannot tell which of "
            "them matters, and it shows the model combinations that do not exist"
        )
    n_clear = sum(one.is_clear for one in found)
    if n_clear < len(found):
        warnings.append(
            f"only {n_clear} of {len(found)} importances are clearly above zero (Student's t over the folds with Holm's "
            "correction for their number, 5 %); the order of the others is noise"
        )
    if n_rows < 10 * len(found):
        warnings.append(
            f"{n_rows} rows for {len(found)} groups of features: expect the ranking to change with more data"
        )
    return warnings


@dataclass(frozen=True, slots=True)
class Shares:
    """Shapley values: how a prediction differs from the mean one, shared out among the groups of features.

    Attributes:
        values, errors: with their standard errors, shape (n_rows, n_groups).
        mean: prediction averaged over the background; mean + values.sum(axis=1) is the prediction of a row.
    """

    values: NDArray[np.float64]
    errors: NDArray[np.float64]
    mean: float


def shapley_shares(
    predict: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    rows: NDArray[np.float64],
    background: NDArray[np.float64],
    groups: Sequence[Sequence[int]],
    n_orders: int = 50,
    seed: int = 0,
) -> Shares:
    """Shapley values of any model by sampling: groups are switched from a background row to the row in random orders.

    Every order is walked forwards and backwards, which halves the error of nearly additive models at no cost. `rows` has
    shape (n_rows, k), `background` (M, k). Source: Strumbelj, Kononenko 2014, 10.1007/s10115-013-0679-x.

    Raises:
        InputError: fewer than two orders, or no background.
    """
    if n_orders < 2 or not len(background):
        raise InputError("Shapley values need at least two orders and a background of rows")
    random = np.random.default_rng(seed)
    samples = np.empty((n_orders, len(rows), len(groups)))
    for number in range(n_orders):
        order, start = random.permutation(len(groups)), background[random.integers(len(background), size=len(rows))]
        forwards = _walk(predict, rows, start, groups, order)
        samples[number] = 0.5 * (forwards + _walk(predict, rows, start, groups, order[::-1]))
    mean = float(np.mean(predict(background)))
    values = samples.mean(axis=0)
    # The draws of the background do not add up to its mean exactly: what is left over is shared in proportion to the errors.
    errors = samples.std(axis=0, ddof=1) / n_orders**0.5
    left_over = predict(rows) - mean - values.sum(axis=1)
    total = errors.sum(axis=1, keepdims=True)
    shared = np.divide(errors, total, out=np.full(errors.shape, 1.0 / len(groups)), where=total > 0)
    return Shares(values + left_over[:, None] * shared, errors, mean)


def _walk(
    predict: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    rows: NDArray[np.float64],
    start: NDArray[np.float64],
    groups: Sequence[Sequence[int]],
    order: NDArray[np.int64],
) -> NDArray[np.float64]:
    """What each group changes as the groups are switched in this order, shape (n_rows, n_groups); one call of the model."""
    current, states = start.copy(), [start]
    for group in order:
        current = current.copy()
        columns = list(groups[group])
        current[:, columns] = rows[:, columns]
        states.append(current)
    answers = np.asarray(predict(np.vstack(states))).reshape(len(states), len(rows))
    changes = np.empty((len(rows), len(groups)))
    changes[:, order] = np.diff(answers, axis=0).T
    return changes
