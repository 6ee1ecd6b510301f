"""Why a property is what it is, as far as the data say: what models rely on, how it changes, and whether a formula holds.

Everything is judged on rows of groups that were not learned from: importance, and the errors of the model, the formula and
the mixing law, all on the same folds. Whatever is chosen by the data (the variables of the formula, its terms, the law and
its penalty) is chosen again in the training part of each fold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.learning.data import (
    FEATURE_SETS,
    Features,
    Split,
    check_features,
    check_table,
    composition_features,
    make_splits,
    refuse_or_warn,
    table_features,
)
from quinary.learning.explain.formulas.expressions import Variable
from quinary.learning.explain.formulas.feature_units import is_fraction_feature, unit_of_feature
from quinary.learning.explain.formulas.formula import Formula
from quinary.learning.explain.formulas.mixture_laws import FEWEST_ROWS, MixtureLaw, find_mixture_law
from quinary.learning.explain.formulas.search import SearchSettings, find_formula
from quinary.learning.explain.formulas.stability import Stability, formula_stability
from quinary.learning.explain.importance import (
    SIGNIFICANCE,
    Importance,
    chance_without_effect,
    correlated_groups,
    drop_column_importance,
    importance_warnings,
    permutation_importance,
    shapley_shares,
)
from quinary.learning.explain.partial_dependence import (
    ElementEffect,
    PartialDependence,
    element_effects,
    partial_dependence,
)
from quinary.learning.judging import setting_of
from quinary.learning.models.fitting import fit_or_refuse
from quinary.learning.models.registry import MODELS, make_model
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable

__all__ = ["Explanation", "ExplanationSettings", "FoundFormula", "FoundLaw", "explain_table"]

_N_FORMULA_VARIABLES: Final = 8  # more make a formula that fits by luck likely, and the search long
_N_DROPPED: Final = 6
_N_SHARED_ROWS: Final = 25
_N_ORDERS: Final = 20
_MOST_PAIR_ELEMENTS: Final = 20
_N_TREES: Final = 100
_N_INNER_FOLDS: Final = 3  # in which the variables of a fold's formula are ranked


@dataclass(frozen=True, slots=True)
class ExplanationSettings:
    """What to explain with.

    Attributes:
        feature_sets: names of `FEATURE_SETS`, or of descriptors that they contain.
        model: name of the registry.
        n_terms: most terms of a formula, 0 for none.
        n_curves: how many features get a partial dependence.
        n_resamples: of the stability of the formula.
    """

    feature_sets: tuple[str, ...] = ("fractions", "alloy", "elements")
    model: str = "extra_trees"
    n_terms: int = 2
    n_curves: int = 4
    n_resamples: int = 10
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FoundFormula:
    """A formula, its stability, and its mean absolute error on groups that neither the ranking nor the search has seen.

    The error is None where no term was found: what is left is a constant, which the mean and the median already judge.
    """

    formula: Formula
    stability: Stability
    held_out_error: float | None


@dataclass(frozen=True, slots=True)
class FoundLaw:
    """The mixing law of all rows, and its mean absolute error on groups that its choice has not seen.

    `law` is None where that error is not below those of the training mean and median by more than chance, Student's t over
    the folds at 5 %: then there is no law. A law that is merely below them comes of nothing in one of six permuted tables.
    """

    law: MixtureLaw | None
    held_out_error: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was found.

    Attributes:
        model_error: mean absolute error on unseen groups, in the unit of the target.
        mean_error, median_error: the same of the training rows' mean and median; of constants the median is the better one
            for this error where values are skewed.
        shares: mean sizes of Shapley values over rows spread through the table, of the model trained on all of it.
    """

    table: LearningTable
    settings: ExplanationSettings
    model_error: float
    mean_error: float
    median_error: float
    permutation: tuple[Importance, ...]
    dropped: tuple[Importance, ...]
    shares: tuple[Importance, ...]
    curves: tuple[PartialDependence, ...]
    elements: tuple[ElementEffect, ...]
    formula: FoundFormula | None
    law: FoundLaw | None
    warnings: tuple[str, ...]


def explain_table(
    table: LearningTable,
    settings: ExplanationSettings = ExplanationSettings(),
    progress: Progress = silent,
    values_of: Callable[[CompositionMatrix], NDArray[np.float64]] | None = None,
) -> Explanation:
    """Explain a table of numbers.

    Args:
        table: what is known.
        settings: what to explain it with.
        progress: hears how far the work has come.
        values_of: what somebody else says of compositions, shape (N,) in the unit of the table, NaN where they cannot say:
            then the effects of elements are those on their values, not on those of the explained model.

    Raises:
        InputError: the target is a class, the table cannot teach anything honest, or a name is unknown.
    """
    if table.is_class:
        raise InputError(f"{table.property} has classes; explanations are made for numbers")
    if settings.model not in MODELS:
        make_model(settings.model, setting_of(table, table_features(table, ("fractions",))))  # names the choices
    warnings = refuse_or_warn(check_table(table))
    features = _features(table, settings.feature_sets)
    warnings += refuse_or_warn(check_features(features.values, features.names, table))
    features = _varying(features)
    splits = _splits(table, settings.seed)
    progress("importance on unseen groups", 0, 4)
    make = _maker(table, features, settings)
    groups = correlated_groups(features.values)
    ranked = permutation_importance(make(range(len(features.names))), features, table, splits, groups, settings.seed)
    dropped = _dropped(make, features, table, splits, ranked)
    progress("partial dependence", 1, 4)
    model = fit_or_refuse(make(range(len(features.names))), features.values, table.target, table.weights())
    leading = [one.names[0] for one in ranked[: settings.n_curves] if one.value > 0]
    curves = [partial_dependence(model.predict, features.values, features.position(name), name) for name in leading]
    shares = _shares(model, features, groups, settings.seed)
    progress("sparse formulas", 2, 4)
    found = _formula(make, (table, features), ranked, splits, settings) if settings.n_terms else None
    errors = _errors(make(range(len(features.names))), features.values, table, splits)
    return Explanation(
        table, settings, *errors, tuple(ranked), tuple(dropped), shares, tuple(curves),
        tuple(_element_effects(model, table, features, values_of)), found, _law(table, splits),
        (*warnings, *importance_warnings(ranked, len(table))),
    )  # fmt: skip


def _features(table: LearningTable, wanted: Sequence[str]) -> Features:
    """Whole sets, and single descriptors out of the sets that contain them."""
    sets = [name for name in wanted if name in FEATURE_SETS]
    single = [name for name in wanted if name not in FEATURE_SETS]
    if not single:
        return table_features(table, sets)
    everything = table_features(table, tuple(FEATURE_SETS))
    named = [everything.position(name) for name in single]
    chosen = table_features(table, sets) if sets else None
    columns = len(table.columns)
    base = chosen or Features(everything.values[:, :columns], everything.names[:columns])
    added = [number for number in named if everything.names[number] not in base.names]
    return Features(
        np.column_stack([base.values, everything.values[:, added]]),
        (*base.names, *(everything.names[number] for number in added)),
    )


def _varying(features: Features) -> Features:
    kept = np.flatnonzero(np.ptp(features.values, axis=0) > 0)
    return Features(features.values[:, kept], tuple(features.names[number] for number in kept))


def _splits(table: LearningTable, seed: int, n_folds: int = 5) -> list[Split]:
    """By system; where there are too few systems, by composition."""
    n_systems = len(set(table.groups["system"].tolist()))
    return make_splits("system" if n_systems >= 5 else "composition", table, n_folds, seed)


def _maker(table: LearningTable, features: Features, settings: ExplanationSettings) -> Any:
    def make(columns: Sequence[int]) -> Any:
        chosen = list(columns)
        part = Features(features.values[:, chosen], tuple(features.names[number] for number in chosen))
        return make_model(settings.model, setting_of(table, part, seed=settings.seed, n_trees=_N_TREES))

    return make


def _dropped(
    make: Any, features: Features, table: LearningTable, splits: Sequence[Split], ranked: Sequence[Importance]
) -> list[Importance]:
    """Drop-column importance of the groups that lead by permutation."""
    groups = [[features.position(name) for name in one.names] for one in ranked[:_N_DROPPED]]
    if any(len(group) == len(features.names) for group in groups):
        return []
    return drop_column_importance(make, features, table, splits, groups)


def _shares(model: Any, features: Features, groups: Sequence[Sequence[int]], seed: int) -> tuple[Importance, ...]:
    rows = features.values[np.unique(np.linspace(0, len(features.values) - 1, _N_SHARED_ROWS).astype(int))]
    found = shapley_shares(model.predict, rows, features.values, groups, _N_ORDERS, seed)
    sizes = np.abs(found.values).mean(axis=0)
    errors = np.sqrt((found.errors**2).mean(axis=0) / len(rows))
    names = [tuple(features.names[number] for number in group) for group in groups]
    ranked = [Importance(*one) for one in zip(names, sizes.tolist(), errors.tolist(), strict=True)]
    return tuple(sorted(ranked, key=lambda one: -one.value))


def _errors(
    make: Any, values: NDArray[np.float64], table: LearningTable, splits: Sequence[Split]
) -> tuple[float, float, float]:
    """Mean absolute errors on unseen groups: of the model, and of the mean and the median of the training rows."""
    from sklearn.base import clone

    errors: list[list[NDArray[np.float64]]] = [[], [], []]
    for split in splits:
        train, truth = table.rows(split.train), table.target[split.test]
        model = fit_or_refuse(clone(make), values[split.train], train.target, train.weights())
        said = (model.predict(values[split.test]), train.target.mean(), np.median(train.target))
        for found, one in zip(errors, said, strict=True):
            found.append(np.abs(one - truth))
    of_model, of_mean, of_median = (float(np.concatenate(one).mean()) for one in errors)
    return of_model, of_mean, of_median


def _element_effects(
    model: Any,
    table: LearningTable,
    features: Features,
    values_of: Callable[[CompositionMatrix], NDArray[np.float64]] | None,
) -> list[ElementEffect]:
    if values_of is not None:
        return element_effects(lambda matrix, _: values_of(matrix), table.matrix)
    own = tuple(sorted(table.columns))
    kept = [name for name in features.names if name not in own]

    def predict(matrix: CompositionMatrix, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        found = composition_features(matrix, tuple(FEATURE_SETS))
        columns = {name: found.values[:, found.position(name)] for name in kept}
        columns |= {name: table.columns[name][rows] for name in own}
        return np.asarray(model.predict(np.column_stack([columns[name] for name in features.names])))

    return element_effects(predict, table.matrix)


def _formula(
    make: Any,
    data: tuple[LearningTable, Features],
    ranked: Sequence[Importance],
    splits: Sequence[Split],
    settings: ExplanationSettings,
) -> FoundFormula | None:
    """The formula of the leading features, its stability, and its error on groups that nothing in it has seen."""
    table, features = data
    variables = _variables(features, ranked)
    if not variables:
        return None
    target = Variable(table.property, table.target.astype(float), table.unit)
    search = SearchSettings(n_terms=settings.n_terms, n_screened=10, order=2, has_sums=False)
    formula = find_formula(variables, target, search)
    groups = table.groups["system" if len(set(table.groups["system"].tolist())) >= 5 else "composition"]
    stability = formula_stability(formula, (variables, target, ()), search, groups, settings.n_resamples, settings.seed)
    if formula.is_empty:
        return FoundFormula(formula, stability, None)
    errors = [_formula_errors(make, data, split, search, settings.seed) for split in splits]
    return FoundFormula(formula, stability, float(np.concatenate(errors).mean()))


def _variables(features: Features, ranked: Sequence[Importance]) -> list[Variable]:
    """The leading features that have known units."""
    names = [name for name in (_readable(one.names) for one in ranked) if name][:_N_FORMULA_VARIABLES]
    return [
        Variable(
            name, features.values[:, features.position(name)], unit_of_feature(name) or "", is_fraction_feature(name)
        )
        for name in names
    ]


def _formula_errors(
    make: Any, data: tuple[LearningTable, Features], split: Split, search: SearchSettings, seed: int
) -> NDArray[np.float64]:
    """Absolute errors of the tested rows by a formula whose variables and terms come from the training rows alone."""
    table, features = data
    train = table.rows(split.train)
    seen = Features(features.values[split.train], features.names)
    variables = _variables(seen, _ranked_inside(make, train, seen, seed))
    truth = table.target[split.test]
    if not variables:
        return np.asarray(np.abs(np.median(train.target) - truth))
    own = find_formula(variables, Variable(table.property, train.target.astype(float), table.unit), search)
    predicted = own.predict({v.name: features.values[split.test, features.position(v.name)] for v in variables})
    limits = train.target.min(), train.target.max()
    return np.asarray(np.abs(np.clip(np.nan_to_num(predicted, nan=limits[0]), *limits) - truth))


def _ranked_inside(make: Any, train: LearningTable, seen: Features, seed: int) -> Sequence[Importance]:
    """Importance within training rows; where they are too few for folds of their own, the features as they stand."""
    groups = correlated_groups(seen.values)
    model = make(range(len(seen.names)))
    try:
        splits = _splits(train, seed, _N_INNER_FOLDS)
        return permutation_importance(model, seen, train, splits, groups, seed)
    except InputError:
        return [Importance(tuple(seen.names[number] for number in group), 0.0, 0.0) for group in groups]


def _readable(names: Sequence[str]) -> str:
    """Of features that cannot be told apart, the first with a known unit."""
    return next((name for name in names if unit_of_feature(name) is not None and "rank" not in name), "")


def _law(table: LearningTable, splits: Sequence[Split]) -> FoundLaw | None:
    """The mixing law, where nothing but the composition differs between rows and pairs are few enough to be told."""
    if table.columns or len(table.matrix.elements) > _MOST_PAIR_ELEMENTS or len(table) < 2 * len(table.matrix.elements):
        return None
    if min(len(split.train) for split in splits) < FEWEST_ROWS:
        return None
    fractions, target = table.matrix.fractions, table.target.astype(float)
    errors, gains = [], []
    for split in splits:
        seen, truth = target[split.train], target[split.test]
        own = find_mixture_law(fractions[split.train], seen, table.matrix.elements)
        errors.append(np.abs(own.predict(fractions[split.test]) - truth))
        constants = np.array([seen.mean(), np.median(seen)])
        gains.append(np.abs(constants - truth[:, None]).mean(axis=0) - errors[-1].mean())
    is_law = float(chance_without_effect(np.array(gains)).max()) < SIGNIFICANCE
    law = find_mixture_law(fractions, target, table.matrix.elements) if is_law else None
    return FoundLaw(law, float(np.concatenate(errors).mean()))
