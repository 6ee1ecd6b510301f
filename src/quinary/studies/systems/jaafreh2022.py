"""Jaafreh et al. 2022: Vickers hardness of ceramics and intermetallics against load."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from quinary.learning.feature_sets import table_features
from quinary.learning.table import Measurement, table_of_rows
from quinary.studies.ceramic_data import data_file, split_score
from quinary.studies.reproductions import Reproduction, ReproductionSettings

__all__ = ["DATA", "PAPER", "TITLE", "run"]

PAPER: Final = "10.1016/j.matlet.2021.130899"
TITLE: Final = "hardness against load: ensembles of trees"
DATA: Final = ("jaafreh2022_hardness",)

_TABLE: Final = "[1] Full Dataset.xlsx"
_N_TREES: Final = 300
_SETS: Final = ("fractions", "elements", "shape")


def run(settings: ReproductionSettings) -> Reproduction:
    """R2 and mean error of extra trees on descriptors and the logarithm of the load: random, by composition, by system.

    Raises:
        InputError: the data set is not on this machine.
    """
    rows = _measurements()
    table = table_of_rows("hardness_vickers", rows)
    features = table_features(table, _SETS).values
    model = _model(settings.repeats(_N_TREES), settings.seed)
    figures: dict[str, dict[str, float]] = {}
    for number, split in enumerate(("random", "composition", "system")):
        settings.progress(split, number, 3)
        figures[split] = {s: split_score(model, features, table, split, s) for s in ("r2", "mae")}
    return Reproduction(
        published={"r2": 0.907},
        ours=figures["random"],
        grouped={
            f"{score}_by_{split}": value
            for split in ("composition", "system")
            for score, value in figures[split].items()
        },
        data={"jaafreh2022_hardness": len(rows), "compositions": len(set(table.groups["composition"].tolist()))},
        notes=(
            "Five folds; hardness in GPa; load in N enters as its logarithm. The whole file has 1,123 rows: fewer here means "
            "that a part of it was at hand.",
            "The file writes six equimolar carbides as (five metals of 0.2)C5; they are used as metal and carbon 1:1.",
        ),
    )


def _measurements() -> list[Measurement]:
    import pandas as pd

    from quinary.chemistry.composition import Composition

    frame = pd.read_excel(data_file("jaafreh2022_hardness", _TABLE))
    rows = []
    for formula, hardness, load in frame[["composition", "hardness", "load"]].itertuples(index=False):
        text = str(formula).replace("\xa0", "").strip()
        fractions = Composition.of(text[:-1] if text.endswith("C5") and text.count("0.2") else text).atomic_fractions
        rows.append(Measurement(fractions, float(hardness), "GPa", columns={"log_load": float(np.log10(load))}))
    return rows


def _model(n_trees: int, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(n_trees, max_features=0.5, random_state=seed)
