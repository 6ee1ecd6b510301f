"""Moduli and hardness of multi-component carbides: several ways to predict them, on the same folds.

The best is a blend of two Gaussian processes and extra trees. One process sees causes only (misfit, group shares, mixtures
of the binaries), which holds where a metal was never seen; the other sees the fractions too. `blend` has fixed weights that
were chosen on these folds, `nested_blend` chooses among few inside the training rows: its error is the one to quote.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.descriptors.ceramic_formulas import CERAMIC_DESCRIPTORS
from quinary.learning.evaluation import held_out
from quinary.learning.splits import make_splits
from quinary.progress import Progress, silent
from quinary.reference.elements import column
from quinary.studies.ceramic_data import ceramic_features, data_points
from quinary.studies.nested_blend import blended, nested_blend
from quinary.studies.systems.zhang2024 import CARBIDES, TARGETS, carbide_table, cause_features, mixture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.chemistry.composition import Composition
    from quinary.learning.table import LearningTable

__all__ = ["BLEND", "carbide_errors"]

# Chosen among some 380 combinations by these same held-out errors, so that the blend's own figures are optimistic.
BLEND: Final[Mapping[str, float]] = {"causes_process": 0.4, "fractions_process": 0.4, "trees": 0.2}
# What the nested blend chooses from, shares in the order of BLEND: each member alone, equal shares, and between.
_SHARES: Final = (
    (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5),
    (0.4, 0.4, 0.2), (0.25, 0.25, 0.5),
)  # fmt: skip
_CHOICES: Final = tuple(dict(zip(BLEND, shares, strict=True)) for shares in _SHARES)

_GROUPS: Final = (4.0, 5.0, 6.0)
_PENALTIES: Final = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
_N_TREES: Final = 300


def carbide_errors(
    splits: tuple[str, ...] = ("random", "element"), n_trees: int = _N_TREES, seed: int = 0, progress: Progress = silent
) -> list[dict[str, Any]]:
    """One row a split, target and model: `split`, `target`, `model`, `mae` (GPa, over all held-out rows), `n_rows`.

    `random` is five folds, `element` one metal at a time, `pair` one pair of metals at a time. The penalty of the ridge is
    chosen inside the training rows, and so are the parameters of the processes and the weights of `nested_blend`.

    Raises:
        InputError: the data set is not on this machine.
    """
    points = data_points("zhang_mtmc_carbides", CARBIDES)
    rows = []
    for number, (split, target) in enumerate(itertools.product(splits, TARGETS)):
        progress(f"{target}, {split}", number, len(splits) * len(TARGETS))
        table, compositions = carbide_table(points, target)
        predicted, truth = _predictions(table, compositions, (split, target), n_trees, seed)
        rows += [
            {
                "split": split,
                "target": target,
                "model": model,
                "mae": round(float(np.abs(values - truth).mean()), 3),
                "n_rows": len(table),
            }
            for model, values in predicted.items()
        ]
    return rows


def _predictions(
    table: LearningTable, compositions: list[Composition], asked: tuple[str, str], n_trees: int, seed: int
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Held-out predictions of each model, and the truth, in the order of the folds."""
    split, target = asked
    folds = make_splits(split, table, seed=seed)
    models = _models(table, compositions, n_trees, seed)
    found = {
        name: np.asarray(held_out(model, features, table, folds).predicted, dtype=np.float64)
        for name, (model, features) in models.items()
    }
    tested = np.concatenate([fold.test for fold in folds])
    found["rule_of_mixtures"] = np.asarray(mixture(compositions)[target])[tested]
    found["blend"] = blended(BLEND, found)
    members = {name: models[name] for name in BLEND}
    outer = {name: found[name] for name in BLEND}
    found["nested_blend"], _ = nested_blend(members, table, folds, outer, _CHOICES)
    return found, table.target[tested]


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
