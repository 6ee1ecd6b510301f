"""Judging models on rows they have not seen: held-out predictions, nested tuning, scores, choice, learning curves."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.data import Features, LearningTable, Split, group_folds, make_splits
from quinary.learning.judging.scores import SCORES, ScoreValue, score_value
from quinary.learning.models.fitting import ensemble_spread, fit_or_refuse
from quinary.learning.models.registry import MODELS, ModelSpec, Setting, make_model, model_names

__all__ = [
    "HeldOut",
    "Judgement",
    "choose",
    "held_out",
    "judge",
    "learning_curve",
    "main_score",
    "setting_of",
    "split_gap",
    "tuned",
]

_INNER_FOLDS: Final = 4


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Predictions for tested rows. A row that is tested several times (leave-element-out) appears several times.

    Attributes:
        rows: row numbers in the table, shape (M,).
        predicted: numbers or class names, shape (M,).
        spread: of an ensemble, shape (M,); zero of a single model.
        probabilities: shape (M, n_classes) of classes, else (M, 0).
    """

    rows: NDArray[np.int64]
    predicted: NDArray[Any]
    spread: NDArray[np.float64]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A model with its score under the asked split, under a random one, and what was held out."""

    model: str
    scores: Mapping[str, ScoreValue]
    held_out: HeldOut


def main_score(table: LearningTable) -> str:
    """`balanced_accuracy` of classes, `mae` of numbers."""
    return "balanced_accuracy" if table.is_class else "mae"


def setting_of(
    table: LearningTable, features: Features, physics: str = "", seed: int = 0, n_trees: int = 200
) -> Setting:
    """What the models need to know; `physics` names the feature that holds a physical prediction.

    Raises:
        InputError: there is no such feature.
    """
    fractions = tuple(
        number for number, name in enumerate(features.names) if name.startswith("fraction_") and "rank" not in name
    )
    return Setting(table.is_class, seed, features.position(physics) if physics else None, fractions, n_trees)


def held_out(
    make: Any, features: NDArray[np.float64], table: LearningTable, splits: Sequence[Split], budget: int = 0
) -> HeldOut:
    """Predictions of each split's test rows by a model fitted on its training rows only.

    `make` is an estimator, copied for each split, or a `ModelSpec` name and setting as `(name, setting)`; the latter is
    tuned inside each training part with at most `budget` settings, groups of one chemical system kept together.
    """
    parts = [_one_split(make, features, table, split, budget) for split in splits]
    return HeldOut(
        np.concatenate([split.test for split in splits]),
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.vstack([part[2] for part in parts]),
    )


def _one_split(
    make: Any, features: NDArray[np.float64], table: LearningTable, split: Split, budget: int
) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64]]:
    from sklearn.base import clone

    train = table.rows(split.train)
    seen, asked = features[split.train], features[split.test]
    model = tuned(make[0], make[1], seen, train, budget) if isinstance(make, tuple) else clone(make)
    if hasattr(model, "outside"):
        model = model.outside(table, split)
    fit_or_refuse(model, seen, train.target, train.weights(), train.groups["system"])
    predicted = np.asarray(model.predict(asked))
    if table.is_class:
        return predicted, np.zeros(len(asked)), _aligned(model, asked, np.unique(table.target))
    spread = ensemble_spread(model, asked)
    return predicted, np.zeros(len(asked)) if spread is None else spread, np.empty((len(asked), 0))


def _aligned(model: Any, features: NDArray[np.float64], classes: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities in the order of all classes of the table: a training part may lack a rare one."""
    probabilities = np.zeros((len(features), len(classes)))
    natural = getattr(model, "natural_proba", model.predict_proba)
    probabilities[:, np.searchsorted(classes, model.classes_)] = natural(features)
    return probabilities


def tuned(name: str, setting: Setting, features: NDArray[np.float64], table: LearningTable, budget: int = 8) -> Any:
    """An unfitted model with the best of at most `budget` settings of its search space, by inner folds of whole systems.

    A setting replaces the default only if it is better by more than one standard error of the difference over the folds.
    One that cannot be fitted on so few rows is passed over.

    Raises:
        InputError: no such model, it does not apply, or it cannot be fitted on part of the rows.
    """
    model = make_model(name, setting)
    candidates = _candidates(MODELS[name], model, budget, setting.seed)
    n_systems = len(set(table.groups["system"].tolist()))
    if not candidates or n_systems < _INNER_FOLDS:
        return model
    folds = group_folds(table.groups["system"], _INNER_FOLDS, setting.seed)
    reference = _inner_losses(model, features, table, folds)
    best, best_gain = model, 0.0
    for candidate in candidates:
        try:
            gains = reference - _inner_losses(candidate, features, table, folds)
        except InputError:  # a setting for more rows than a fold has
            continue
        gain = float(gains.mean() - gains.std(ddof=1) / len(gains) ** 0.5)
        if gain > best_gain:
            best, best_gain = candidate, gain
    return best


def _candidates(spec: ModelSpec, model: Any, budget: int, seed: int) -> list[Any]:
    """Copies of the model with other settings: all of a small space, a random part of a larger one."""
    from sklearn.base import clone

    where = {name: _parameter(model, name) for name in spec.search}
    combinations = [dict(zip(spec.search, values, strict=True)) for values in itertools.product(*spec.search.values())]
    if not spec.search or budget < 1:
        return []
    if len(combinations) > budget:
        chosen = np.random.default_rng(seed).choice(len(combinations), budget, replace=False)
        combinations = [combinations[number] for number in chosen]
    return [clone(model).set_params(**{where[k]: v for k, v in one.items()}) for one in combinations]


def _parameter(model: Any, name: str) -> str:
    """The full name of a parameter inside pipelines and wrappers: the shallowest one that ends in it."""
    found = [full for full in model.get_params(deep=True) if full == name or full.endswith(f"__{name}")]
    if not found:
        raise InputError(f"{type(model).__name__} has no parameter {name}", sorted(model.get_params(deep=True)))
    return str(min(found, key=lambda full: full.count("__")))


def _inner_losses(
    model: Any, features: NDArray[np.float64], table: LearningTable, folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Loss of each fold: mean absolute error, or one minus the balanced accuracy."""
    from sklearn.base import clone

    chosen, losses = SCORES[main_score(table)], []
    for fold in range(int(folds.max()) + 1):
        train, test = folds != fold, folds == fold
        fitted = fit_or_refuse(clone(model), features[train], table.target[train], table.weights()[train])
        value = float(chosen.value(chosen.parts(table.target[test], fitted.predict(features[test])).sum(axis=0)))
        losses.append(1.0 - value if chosen.is_better_high else value)
    return np.array(losses)


def judge(
    table: LearningTable,
    features: Features,
    split: str = "system",
    models: Sequence[str] = (),
    setting: Setting | None = None,
    budget: int = 0,
) -> list[Judgement]:
    """Every model on the same held-out rows, baselines first and always there.

    `models` are names of the registry, all that apply if empty. Intervals of the scores come from resampling systems.

    Raises:
        InputError: unknown model or split, or a table too small for it.
    """
    chosen = setting or setting_of(table, features)
    known = model_names(chosen)
    wanted = [name for name in known if MODELS[name].is_baseline or not models or name in models]
    for name in models:
        make_model(name, chosen)
    splits = make_splits(split, table, seed=chosen.seed)
    return [judged(name, held_out((name, chosen), features.values, table, splits, budget), table) for name in wanted]


def judged(name: str, found: HeldOut, table: LearningTable) -> Judgement:
    """The scores of held-out predictions with intervals from resampling chemical systems."""
    names = ("balanced_accuracy", "accuracy") if table.is_class else ("mae", "rmse", "r2")
    truth, systems = table.target[found.rows], table.groups["system"][found.rows]
    return Judgement(name, {s: score_value(s, truth, found.predicted, systems) for s in names}, found)


def choose(judgements: Sequence[Judgement], score: str) -> Judgement:
    """The simplest model whose score is within one standard error of the best.

    Source: Breiman et al. 1984, Classification and Regression Trees, section 3.4.3.

    Raises:
        InputError: there is nothing to choose from.
    """
    if not judgements:
        raise InputError("no model was judged")
    sign = 1.0 if SCORES[score].is_better_high else -1.0
    best = max(judgements, key=lambda one: sign * one.scores[score].value)
    allowed = sign * best.scores[score].value - best.scores[score].error
    near = [one for one in judgements if sign * one.scores[score].value >= allowed]
    return min(near, key=lambda one: MODELS[one.model].complexity if one.model in MODELS else len(MODELS))


def split_gap(
    table: LearningTable, features: Features, model: str, split: str = "system", setting: Setting | None = None
) -> dict[str, float]:
    """The main score under the split and under a random one, and how much the random one flatters (positive: it does).

    Raises:
        InputError: unknown model or split.
    """
    score, chosen = main_score(table), setting or setting_of(table, features)
    values = {}
    for name in (split, "random"):
        found = held_out((model, chosen), features.values, table, make_splits(name, table, seed=chosen.seed))
        values[name] = judged(model, found, table).scores[score].value
    flattery = values["random"] - values[split]
    return {**values, "gap": flattery if SCORES[score].is_better_high else -flattery}


def learning_curve(
    table: LearningTable,
    features: Features,
    model: str,
    shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    setting: Setting | None = None,
) -> list[dict[str, float]]:
    """The main score on the same held-out systems after training on a growing share of the other systems.

    Each entry: `n_rows` (mean number of training rows), `value`, `low`, `high`.

    Raises:
        InputError: unknown model, or a share outside 0 to 1.
    """
    if not all(0.0 < share <= 1.0 for share in shares):
        raise InputError("the shares of a learning curve lie above 0 and up to 1")
    chosen, score = setting or setting_of(table, features), main_score(table)
    splits = make_splits("system", table, seed=chosen.seed)
    curve = []
    for share in shares:
        smaller = [Split(_part_of_systems(table, s.train, share, chosen.seed), s.test, s.label) for s in splits]
        value = judged(model, held_out((model, chosen), features.values, table, smaller), table).scores[score]
        n_rows = float(np.mean([len(split.train) for split in smaller]))
        curve.append({"n_rows": n_rows, "value": value.value, "low": value.low, "high": value.high})
    return curve


def _part_of_systems(table: LearningTable, rows: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    systems = table.groups["system"][rows]
    names = np.random.default_rng(seed).permutation(np.unique(systems))
    kept = names[: max(2, round(share * len(names)))]
    return np.asarray(rows[np.isin(systems, kept)])
