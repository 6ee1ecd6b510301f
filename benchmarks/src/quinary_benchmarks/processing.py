"""What it brings models to know how a sample was processed: the same rows, splits and models with and without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from quinary.learning.data import make_splits, table_features
from quinary.learning.judging import held_out, paired_difference, setting_of
from quinary.loops.training.learning_data import Question, embedded_points, gathered

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from quinary.learning.data import LearningTable, Split
    from quinary.studies.benches import BenchSettings

__all__ = ["run"]

_PROPERTIES: Final = ("hardness_vickers", "yield_strength")
_MODELS: Final = ("mean", "nearest_neighbour", "ridge", "extra_trees")
_SETS: Final = ("fractions", "alloy")
_OF_PROCESSING: Final = ("processing=", "is_melted", "is_of_powder", "is_additive", "is_worked", "is_heat_treated",
                         "heat_treatment_", "reduction_")  # fmt: skip


def run(settings: BenchSettings) -> dict[str, Any]:
    """Mean error of the embedded table of Borg et al. 2020 with whole systems held out, by property and model.

    `without` processing, `with` its columns (steps, and where rows state them kinds, temperature, time and reduction), and
    the difference on the same rows with its 95 % interval from resampling systems.
    """
    rows = []
    for name in _PROPERTIES:
        table = gathered(Question(name), embedded_points(name)).table
        bare = replace(table, columns={k: v for k, v in table.columns.items() if not k.startswith(_OF_PROCESSING)})
        for model in _MODELS:
            settings.progress(f"{name}, {model}", 0, 0)
            rows.append(_row(name, model, bare, table, settings.seed))
    return {"rows": rows, "split": "system", "columns": sorted(set(table.columns) - set(bare.columns))}


def _row(name: str, model: str, bare: LearningTable, full: LearningTable, seed: int) -> dict[str, Any]:
    splits = make_splits("system", full, seed=seed)
    (rows, without), (_, known) = (_predicted(model, table, splits, seed) for table in (bare, full))
    truth, systems = full.target[rows], full.groups["system"][rows]
    gain = paired_difference("mae", truth, (known, without), systems, seed)
    return {
        "property": name,
        "model": model,
        "rows": len(full.target),
        "unit": full.unit,
        "without": float(abs(truth - without).mean()),
        "with": float(abs(truth - known).mean()),
        "difference": gain.value,
        "low": gain.low,
        "high": gain.high,
    }


def _predicted(
    model: str, table: LearningTable, splits: Sequence[Split], seed: int
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Numbers of the rows, and what a model says of each that saw none of its system."""
    features = table_features(table, _SETS)
    found = held_out((model, setting_of(table, features, "", seed)), features.values, table, splits)
    return found.rows, found.predicted
