"""Numbers on unseen chemical systems: a blend of trees, process and boosting, with intervals calibrated in nested folds."""

from __future__ import annotations

import os
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.learning.data import Features, group_folds, table_features
from quinary.learning.judging import paired_difference, score_value
from quinary.learning.models.fitting import ensemble_spread, fit_weighted
from quinary.learning.uncertainty import calibrated_intervals, domain_evidence, fitted_domain, nearest_distance
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.learning_rows import DEFAULT_TREES, figure_row
from quinary_benchmarks.learning_tables import hardness_table, strength_table, strength_table_debnath

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable

__all__ = ["run", "value_figures"]

_SETS: Final = ("fractions", "alloy", "elements", "families", "pairs", "shape")
_N_INNER: Final = 5
_CONFIDENCE: Final = 0.9
_UNITS: Final = {"HV": "hv", "MPa": "mpa"}


def run(settings: BenchSettings) -> dict[str, Any]:
    """Hardness and yield strength; `size` is the number of trees in a forest (300 by default).

    With `QUINARY_MIRROR` set, the yield strengths behind Debnath et al. 2021 are judged as well.
    """
    tables = {"hardness_vickers": hardness_table, "yield_strength": strength_table}
    mirror = os.environ.get("QUINARY_MIRROR")
    if mirror and (Path(mirror) / "debnath_representations").is_dir():
        tables["yield_strength_debnath"] = partial(strength_table_debnath, Path(mirror))
    document: dict[str, Any] = {}
    for number, (name, table) in enumerate(tables.items()):
        settings.progress(name, number, len(tables))
        document[name] = value_figures(table(), settings.size or DEFAULT_TREES, settings.seed)
    settings.progress("done", len(tables), len(tables))
    return {**document, "rows": [figure_row(name, figures) for name, figures in document.items()]}


def value_figures(table: LearningTable, n_trees: int, seed: int, n_folds: int = 10) -> dict[str, Any]:
    """Mean absolute error, width and coverage of 90 % intervals, domain evidence, and the baselines on the same folds.

    The first baseline is the rival's random forest on alloy descriptors; for strength a straight line in temperature and
    the Maresca-Curtin edge model are listed too.
    """
    features = table_features(table, _SETS)
    folds = group_folds(table.groups["system"], n_folds, seed)
    ours = _nested(_members(features, n_trees, seed), features.values, table, folds)
    rival_columns = table_features(table, ("alloy",)).values
    rival = _nested([_forest(n_trees)], rival_columns, table, folds)
    truth, systems = table.target, table.groups["system"]
    value = score_value("mae", truth, ours["predicted"], systems, seed)
    gain = paired_difference("mae", truth, (ours["predicted"], rival["predicted"]), systems, seed)
    return {
        **_figures(ours, table),
        "interval": [value.low, value.high],
        "gain": -gain.value,
        "gain_interval": [-gain.high, -gain.low],
        "baseline": _figures(rival, table),
        "baselines": _simple_baselines(features, table, folds),
        "domain": _domain(ours, table),
        "n_rows": len(table),
        "n_systems": len(set(systems.tolist())),
    }


def _figures(found: dict[str, NDArray[np.float64]], table: LearningTable) -> dict[str, float]:
    unit = _UNITS[table.unit]
    error = np.abs(table.target - found["predicted"])
    return {
        f"mae_{unit}": float(error.mean()),
        f"width_{unit}": float(2.0 * found["half_width"].mean()),
        "coverage": float((error <= found["half_width"]).mean()),
    }


def _only(features: Features, wanted: tuple[str, ...], estimator: Any) -> Any:
    """The estimator on the features whose names begin with one of these."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline

    chosen = [n for n, name in enumerate(features.names) if name.startswith(wanted) and "rank" not in name]
    return make_pipeline(ColumnTransformer([("chosen", "passthrough", chosen)]), estimator)


def _members(features: Features, n_trees: int, seed: int) -> list[Any]:
    """Trees on everything, a process on composition and conditions, boosting; settings fixed beforehand."""
    from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor

    from quinary.learning.models.gaussian_process import CompositionProcess

    smooth = ("fraction_", "temperature", "homologous", "edge_model", "is_")
    boosting = HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=max(10, n_trees // 2), learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=8,
        max_features=0.3, early_stopping=False, random_state=seed,
    )  # fmt: skip
    return [
        ExtraTreesRegressor(n_trees, max_features=0.5, random_state=seed),
        _only(features, smooth, CompositionProcess(seed=seed)),
        boosting,
    ]


def _forest(n_trees: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_trees, random_state=0)


def _nested(
    members: list[Any], features: NDArray[np.float64], table: LearningTable, folds: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Held-out predictions, spreads, half widths and distances, each of shape (N,).

    Which members are averaged for a fold, and the width, come from the other folds by inner models that saw neither.
    """
    from sklearn.utils.parallel import Parallel, delayed

    parts = Parallel(n_jobs=2, prefer="threads")(
        delayed(_one_fold)(members, features, table, folds == fold) for fold in range(int(folds.max()) + 1)
    )
    found = {name: np.empty(len(table)) for name in ("predicted", "spread", "half_width", "distance")}
    for fold, part in enumerate(parts):
        for name, values in part.items():
            found[name][folds == fold] = values
    return found


def _one_fold(
    members: list[Any], features: NDArray[np.float64], table: LearningTable, is_test: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    train = table.rows(~is_test)
    seen, weights = features[~is_test], train.weights()
    inner = group_folds(train.groups["system"], _N_INNER, 1)
    means, spreads = np.empty((2, len(members), len(train)))
    for fold in range(_N_INNER):
        out = inner == fold
        means[:, out], spreads[:, out] = _fitted_answers(
            members, (seen[~out], train.target[~out], weights[~out]), seen[out]
        )
    chosen = _best_subset(means, train.target)
    predicted, spread = _averaged(means[chosen], spreads[chosen])
    intervals = calibrated_intervals(train.target - predicted, spread)
    final = _fitted_answers([members[n] for n in chosen], (seen, train.target, weights), features[is_test])
    own, own_spread = _averaged(*final)
    return {
        "predicted": own,
        "spread": own_spread,
        "half_width": intervals.half_width(own_spread, _CONFIDENCE),
        "distance": nearest_distance(table.matrix.fractions[is_test], train.matrix.fractions),
    }


def _fitted_answers(
    members: list[Any], known: tuple[NDArray[Any], ...], asked: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means and spreads of each member after fitting on (features, target, weights), each of shape (n_members, N)."""
    from sklearn.base import clone

    fitted = [fit_weighted(clone(member), *known) for member in members]
    spreads = [ensemble_spread(member, asked) for member in fitted]
    means = np.array([member.predict(asked) for member in fitted])
    return means, np.array([np.zeros(len(asked)) if one is None else one for one in spreads])


def _averaged(
    means: NDArray[np.float64], spreads: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of the members, and sqrt(mean of own variances + variance between the members), each of shape (N,)."""
    return means.mean(axis=0), np.sqrt((spreads**2).mean(axis=0) + means.var(axis=0))


def _best_subset(means: NDArray[np.float64], truth: NDArray[np.float64]) -> list[int]:
    """The members whose average errs least on the inner folds."""
    subsets = [list(s) for size in range(1, len(means) + 1) for s in combinations(range(len(means)), size)]
    return min(subsets, key=lambda subset: float(np.abs(means[subset].mean(axis=0) - truth).mean()))


def _simple_baselines(features: Features, table: LearningTable, folds: NDArray[np.int64]) -> dict[str, float]:
    """Mean absolute errors of the mean, the nearest neighbour, and of physics or temperature alone where there are any."""
    from sklearn.dummy import DummyRegressor
    from sklearn.linear_model import LinearRegression
    from sklearn.neighbors import KNeighborsRegressor

    from quinary.learning.models.baselines import GivenColumn

    n_elements = len(table.matrix.elements)
    fractions = features.values[:, len(table.columns) : len(table.columns) + n_elements]
    candidates = {"mean": (DummyRegressor(), fractions), "nearest_neighbour": (KNeighborsRegressor(1), fractions)}
    if "temperature" in table.columns:
        kelvin = table.columns["temperature"][:, None]
        candidates["temperature_only"] = (LinearRegression(), kelvin)
        candidates["maresca_curtin"] = (GivenColumn(features.position("edge_model")), features.values)
    return {name: _held_out_error(model, values, table, folds) for name, (model, values) in candidates.items()}


def _held_out_error(model: Any, values: NDArray[np.float64], table: LearningTable, folds: NDArray[np.int64]) -> float:
    errors = []
    for fold in range(int(folds.max()) + 1):
        train, test = folds != fold, folds == fold
        errors.append(np.abs(model.fit(values[train], table.target[train]).predict(values[test]) - table.target[test]))
    return float(np.concatenate(errors).mean())


def _domain(found: dict[str, NDArray[np.float64]], table: LearningTable) -> dict[str, float]:
    """Whether the domain score predicts error: furthest quarter over nearest, and rank correlation."""
    domain = fitted_domain(found["spread"], found["distance"])
    error = np.abs(table.target - found["predicted"])
    evidence = domain_evidence(domain.score(found["spread"], found["distance"]), error)
    bare = domain_evidence(found["distance"], error)
    return {
        "ratio": evidence.ratio,
        "rank_correlation": evidence.rank_correlation,
        "distance_alone_ratio": bare.ratio,
        "distance_alone_rank_correlation": bare.rank_correlation,
    }
