"""From a table to a judged and trained model: evaluation by groups, choice, calibration, domain, model card."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, unknown_name
from quinary.learning.data import (
    FEATURE_SETS,
    FEWEST_OTHERS,
    SPLITS,
    Features,
    OtherLabels,
    Split,
    check_features,
    check_split,
    check_table,
    make_splits,
    other_labels,
    refuse_or_warn,
    table_features,
)
from quinary.learning.judging.evaluation import HeldOut, Judgement, held_out, judged, main_score, setting_of
from quinary.learning.judging.kept_evaluations import Finished, evaluation_key
from quinary.learning.judging.scores import SCORES, ScoreValue
from quinary.learning.judging.selection import choose_paired, score_of_choice
from quinary.learning.models.registry import MODELS, WITH_OTHERS, Setting, make_model, model_names
from quinary.progress import Progress, silent
from quinary.threads import n_cores

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable

__all__ = ["DEFAULT_SETS", "Evaluator", "Study", "StudySettings", "study_of", "wanted_models"]

DEFAULT_SETS: Final = ("fractions", "alloy", "elements", "families", "pairs", "shape")
_DEFAULT_MODELS: Final = (
    "lasso", "pair_ridge", "logistic", "naive_bayes", "k_neighbours", "support_vectors", "gaussian_process", "hybrid",
    "random_forest", "extra_trees", "gradient_boosting",
)  # fmt: skip
_CURVE_SHARES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
_N_FOLDS: Final = 5
_FEWEST_FOLDS: Final = 2


@dataclass(frozen=True, slots=True)
class StudySettings:
    """How to learn.

    Attributes:
        split: what is held out together, a name of `SPLITS`.
        models: names of the registry; empty for the usual ones, `("all",)` for all that apply.
        n_settings: how many settings of each model are tried in nested folds; 0 takes the default ones.
        seconds: no evaluation is begun after so many; None for no bound. Baselines are always judged.
        physics: name of the column that holds a physical prediction, empty if there is none.
    """

    split: str = "system"
    feature_sets: tuple[str, ...] = DEFAULT_SETS
    models: tuple[str, ...] = ()
    n_settings: int = 0
    seconds: float | None = None
    n_trees: int = 200
    seed: int = 0
    physics: str = ""
    has_curve: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """What was found out about the models of one table.

    Attributes:
        judgements: of every model on the same held-out rows, baselines first.
        chosen: the judgement of the model to take.
        choice: the main score of the choice itself (`score_of_choice`).
        random: the main score of the chosen model under a random split.
        curve: learning curve, or empty.
        skipped: models for which there was no time.
        warnings: what is doubtful about the table, each with its remedy.
    """

    table: LearningTable
    features: Features
    settings: StudySettings
    setting: Setting
    splits: tuple[Split, ...]
    judgements: tuple[Judgement, ...]
    chosen: Judgement
    choice: ScoreValue
    random: ScoreValue
    curve: tuple[dict[str, float], ...] = ()
    skipped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def score(self) -> ScoreValue:
        """The main score of the chosen model."""
        return self.chosen.scores[main_score(self.table)]

    @property
    def gap(self) -> float:
        """By how much a random split would flatter the main score; positive if it does."""
        flattery = self.random.value - self.score.value
        return flattery if SCORES[main_score(self.table)].is_better_high else -flattery


def wanted_models(names: Sequence[str], setting: Setting) -> list[str]:
    """The models to judge, baselines first and always there, then the simplest first.

    Raises:
        InputError: an unknown model, or one that does not apply to this table.
    """
    able = model_names(setting)
    if tuple(names) == ("all",):
        return able
    for name in names:
        make_model(name, setting)
    chosen = {*(names or _DEFAULT_MODELS), *WITH_OTHERS}  # those apply only where there are other labels
    return [name for name in able if MODELS[name].is_baseline or name in chosen]


def study_of(
    table: LearningTable,
    settings: StudySettings,
    finished: Finished | None = None,
    progress: Progress = silent,
    others: Sequence[LearningTable] = (),
) -> Study:
    """Judge the models on the same held-out groups, choose one, and say what the choice is worth.

    `others` are tables of the same property by other methods, or of other properties, with the elements and columns of the
    table; the models `WITH_OTHERS` are then judged too, which see no label of the systems that are held out.

    Raises:
        InputError: a table that nothing honest can be learned from, with the remedy; an unknown model, split or feature set.
    """
    _check_names(settings)
    warnings = refuse_or_warn(check_table(table))
    features, found = _usable_features(table, settings)
    warnings += found
    splits = _splits(table, settings)
    warnings += refuse_or_warn(check_split(table, splits))
    setting = setting_of(table, features, settings.physics, settings.seed, settings.n_trees)
    setting = replace(setting, others=_usable_others(table, settings, others))
    warnings += _said_of_others(setting, table, splits)
    names = wanted_models(settings.models, setting)
    evaluator = Evaluator(table, features.values, setting, settings.n_settings, finished or Finished())
    judgements, skipped, unfit = _judge_all(evaluator, names, splits, settings.seconds, progress)
    warnings += unfit
    chosen = choose_paired(judgements, table)
    progress("random split, for comparison", len(names), len(names) + 1)
    at_random = evaluator.judgement(chosen.model, make_splits("random", table, len(splits), settings.seed))
    return Study(
        table, features, settings, setting, tuple(splits), tuple(judgements), chosen,
        score_of_choice(judgements, table, splits), at_random.scores[main_score(table)],
        _curve(evaluator, chosen.model, splits, progress) if settings.has_curve else (), tuple(skipped), tuple(warnings),
    )  # fmt: skip


def _usable_others(
    table: LearningTable, settings: StudySettings, others: Sequence[LearningTable]
) -> OtherLabels | None:
    """The other labels.

    Raises:
        InputError: they cannot be hidden by this split, or the property has classes.
    """
    if others and settings.split != "system":
        raise InputError("other labels can only be judged with whole chemical systems held out: --group system")
    if others and table.is_class:
        raise InputError(f"{table.property} has classes; other labels are for numbers")
    return other_labels(others, settings.feature_sets)


def _said_of_others(setting: Setting, table: LearningTable, splits: Sequence[Split]) -> list[str]:
    """Which of the other labels are left out, everywhere or in some of the folds."""
    if setting.others is None:
        return []
    taken = {part.name: len(part.targets) for part in setting.others.taken(setting.seed)}
    lacking = [setting.others.outside(table, split).too_few for split in splits]
    said = []
    for name, count in setting.others.counts.items():
        n_folds = sum(name in names for names in lacking)
        if 0 < taken.get(name, 0) < count:
            said.append(f"{taken[name]} of the {count} labels of {name} are learned from, drawn at random")
        if n_folds:
            said.append(
                f"in {n_folds} of {len(splits)} folds fewer than {FEWEST_OTHERS} labels of {name} are outside the systems "
                "held out: the processes are judged there without them"
            )
    return said


def _check_names(settings: StudySettings) -> None:
    for name in settings.models:
        if name != "all" and name not in MODELS:
            raise unknown_name("model", name, (*MODELS, "all", "default"))
    for name in settings.feature_sets:
        if name not in FEATURE_SETS:
            raise unknown_name("feature set", name, FEATURE_SETS)
    if settings.split not in SPLITS:
        raise unknown_name("split", settings.split, SPLITS)


def _usable_features(table: LearningTable, settings: StudySettings) -> tuple[Features, list[str]]:
    """The features, and what is doubtful about them; constant ones stay, since trees and scalers take them in their stride."""
    features = table_features(table, settings.feature_sets)
    concerns = check_features(features.values, features.names, table)
    # Every table has descriptors that are the same for all of its alloys: worth a word only if most are.
    n_constant = int((np.ptp(features.values, axis=0) == 0.0).sum())
    is_news = 2 * n_constant > len(features.names)
    return features, refuse_or_warn([one for one in concerns if one.is_fatal or is_news])


def _splits(table: LearningTable, settings: StudySettings) -> list[Split]:
    """Five folds, or as many as there are groups.

    Raises:
        InputError: there is one group only; the message names the splits that are possible.
    """
    n_folds = _N_FOLDS
    if settings.split in table.groups:
        n_groups = len(set(table.groups[settings.split].tolist()))
        n_folds = min(n_folds, n_groups)
        if n_groups < _FEWEST_FOLDS:
            raise InputError(
                f"all rows of {table.property} are of one {settings.split}, so that none can be held out by "
                f"{settings.split}; add another {settings.split}, or take --group none",
                ["system", "paper", "element", "time", "none"],
            )
    return make_splits(settings.split, table, n_folds, settings.seed)


def _judge_all(
    evaluator: Evaluator, names: Sequence[str], splits: Sequence[Split], seconds: float | None, progress: Progress
) -> tuple[list[Judgement], list[str], list[str]]:
    """The judgements, the models for which no time was left, and what to say of those that cannot be fitted."""
    started, judgements, skipped, unfit = time.monotonic(), [], [], []
    for number, name in enumerate(names):
        is_late = seconds is not None and time.monotonic() - started > seconds
        if is_late and not MODELS[name].is_baseline:
            skipped.append(name)
            continue
        progress(f"judging {name}", number, len(names) + 1)
        try:
            judgements.append(evaluator.judgement(name, splits))
        except InputError as error:
            if MODELS[name].is_baseline:
                raise
            unfit.append(f"{name} is left out: {error.message}")
    return judgements, skipped, unfit


def _curve(
    evaluator: Evaluator, model: str, splits: Sequence[Split], progress: Progress
) -> tuple[dict[str, float], ...]:
    """The main score on the same held-out rows after training on a growing share of the other systems.

    A share on which the model cannot be fitted has no point.
    """
    points, score = [], main_score(evaluator.table)
    for number, share in enumerate(_CURVE_SHARES):
        progress("learning curve", number, len(_CURVE_SHARES))
        smaller = [_smaller(split, evaluator.table, share, evaluator.setting.seed) for split in splits]
        try:
            value = evaluator.judgement(model, smaller).scores[score]
        except InputError:
            continue
        n_rows = float(np.mean([len(split.train) for split in smaller]))
        points.append({"n_rows": n_rows, "value": value.value, "low": value.low, "high": value.high})
    return tuple(points)


def _smaller(split: Split, table: LearningTable, share: float, seed: int) -> Split:
    systems = table.groups["system"][split.train]
    names = np.random.default_rng(seed).permutation(np.unique(systems))
    kept = names[: max(2, round(share * len(names)))]
    return Split(split.train[np.isin(systems, kept)], split.test, split.label)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Judges models on a table, folds side by side on all cores; what was finished before is not computed again."""

    table: LearningTable
    features: NDArray[np.float64]
    setting: Setting
    n_settings: int = 0
    finished: Finished = field(default_factory=Finished)

    def judgement(self, model: str, splits: Sequence[Split]) -> Judgement:
        """The scores of a model on held-out rows."""
        key = evaluation_key(model, self.setting, self.features, self.table, splits, self.n_settings)
        found = self.finished.get(key)
        if found is None:
            found = self.finished.keep(key, self._held_out(model, splits))
        return judged(model, found, self.table)

    def _held_out(self, model: str, splits: Sequence[Split]) -> HeldOut:
        def one(split: Split) -> HeldOut:
            return held_out((model, self.setting), self.features, self.table, [split], self.n_settings)

        parts = in_threads(one, splits)
        return HeldOut(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.predicted for part in parts]),
            np.concatenate([part.spread for part in parts]),
            np.vstack([part.probabilities for part in parts]),
        )


def in_threads(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """The results in order; one thread a core, and one thread for each library inside, which else wait for each other."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), ThreadPoolExecutor(min(n_cores(), max(1, len(items)))) as pool:
        contexts = [copy_context() for _ in items]  # so that the properties of an open store are known in the threads
        return list(pool.map(lambda context, item: context.run(work, item), contexts, items))
