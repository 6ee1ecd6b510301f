"""Moduli and hardness of multi-component carbides: several ways to predict them, on the same folds.

The best is a blend of two Gaussian processes and extra trees in equal shares. One process sees causes only (misfit, group
shares, mixtures of the binaries), which holds where a metal was never seen; the other sees the fractions too. Nothing is
chosen for the shares, but the members were: by held-out errors of these same carbides.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.ceramics import CERAMIC_DESCRIPTORS
from quinary.learning.data import make_splits
from quinary.learning.judging import held_out
from quinary.progress import Progress, silent
from quinary.reference.elements import column
from quinary.studies.ceramic_data import ceramic_features, data_points
from quinary.studies.systems.zhang2024 import CARBIDES, TARGETS, carbide_table, cause_features, mixture

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.learning.data import LearningTable

__all__ = ["BLEND", "carbide_errors"]

# Equal shares: weights chosen by held-out errors inside the training rows did worse, as five folds choose among noise.
BLEND: Final = ("causes_process", "fractions_process", "trees")

_GROUPS: Final = (4.0, 5.0, 6.0)
_PENALTIES: Final = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
_N_TREES: Final = 300
_N_DRAWS: Final = 3


def carbide_errors(
    splits: tuple[str, ...] = ("random", "element"),
    targets: tuple[str, ...] = TARGETS,
    n_trees: int = _N_TREES,
    n_draws: int = _N_DRAWS,
    seed: int = 0,
    progress: Progress = silent,
) -> list[dict[str, Any]]:
    """One row a split, target and model: `split`, `target`, `model`, `mae`, `lowest`, `highest`, `n_draws`, `n_rows`.

    `mae` is the mean over the draws of the mean absolute error of all held-out rows (GPa), `lowest` and `highest` are those
    of single draws. `random` is `n_draws` times five folds, `element` one metal at a time, `pair` one pair of metals at a
    time; the last two leave nothing to draw. The penalty of the ridge and the parameters of the processes are fitted to the
    training rows alone; which models and features there are was chosen on these data.

    Raises:
        InputError: the data set is not on this machine.
    """
    points = data_points("zhang_mtmc_carbides", CARBIDES)
    rows = []
    for number, (split, target) in enumerate(itertools.product(splits, targets)):
        progress(f"{target}, {split}", number, len(splits) * len(targets))
        table, compositions = carbide_table(points, target)
        seeds = range(seed, seed + n_draws) if split == "random" else range(seed, seed + 1)
        draws = [_errors(table, compositions, split, n_trees, one) for one in seeds]
        rows += [
            {"split": split, "target": target, "model": model, **_summary([draw[model] for draw in draws])}
            | {"n_rows": len(table)}
            for model in draws[0]
        ]
    return rows


def _summary(errors: list[float]) -> dict[str, Any]:
    """Mean and range of the errors of several draws."""
    figures = {"mae": float(np.mean(errors)), "lowest": min(errors), "highest": max(errors)}
    return {**{name: round(value, 3) for name, value in figures.items()}, "n_draws": len(errors)}


def _errors(
    table: LearningTable, compositions: list[Composition], split: str, n_trees: int, seed: int
) -> dict[str, float]:
    """Mean absolute error of each model over the held-out rows of one draw of folds."""
    folds = make_splits(split, table, seed=seed)
    found = {
        name: np.asarray(held_out(model, features, table, folds).predicted, dtype=np.float64)
        for name, (model, features) in _models(table, compositions, n_trees, seed).items()
    }
    tested = np.concatenate([fold.test for fold in folds])
    found["rule_of_mixtures"] = np.asarray(mixture(compositions)[table.property])[tested]
    found["blend"] = np.mean([found[name] for name in BLEND], axis=0)
    return {name: float(np.abs(values - table.target[tested]).mean()) for name, values in found.items()}


def _models(
    table: LearningTable, compositions: list[Composition], n_trees: int, seed: int
) -> dict[str, tuple[Any, NDArray[np.float64]]]:
    """Model -> unfitted estimator and its features."""
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from quinary.learning.models.gaussian_process import CompositionProcess

    causes, fractions = cause_features(compositions), table.matrix.fractions
    described = _varying(np.nan_to_num(ceramic_features(compositions, CERAMIC_DESCRIPTORS)))
    wide = np.hstack([causes, described])
    boosting = GradientBoostingRegressor(
        n_estimators=n_trees, max_depth=3, learning_rate=0.05, subsample=0.7, random_state=seed
    )
    return {
        "mean": (DummyRegressor(), fractions),
        "pair_ridge": (
            make_pipeline(StandardScaler(), RidgeCV(_PENALTIES)),
            np.hstack([causes, fractions, _pair_products(fractions)]),
        ),
        "causes_process": (CompositionProcess(), np.hstack([causes, _group_terms(table)])),
        "fractions_process": (CompositionProcess(), np.hstack([causes, fractions])),
        "trees": (ExtraTreesRegressor(n_trees, max_features=0.5, random_state=seed), wide),
        "boosting": (boosting, wide),
    }


def _varying(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, np.ptp(values, axis=0) > 0]


def _pair_products(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """4 c_i c_j of each pair of metals, shape (N, n_pairs)."""
    pairs = itertools.combinations(range(fractions.shape[1]), 2)
    return np.column_stack([4.0 * fractions[:, i] * fractions[:, j] for i, j in pairs])


def _group_terms(table: LearningTable) -> NDArray[np.float64]:
    """The shares of groups 4, 5 and 6, their products and squares, shape (N, 9)."""
    groups = column("group", tuple(table.matrix.elements))
    shares = np.column_stack([table.matrix.fractions @ (groups == group) for group in _GROUPS])
    products = [shares[:, i] * shares[:, j] for i, j in itertools.combinations(range(len(_GROUPS)), 2)]
    return np.column_stack([shares, *products, shares**2])
