"""The open benchmark of conditional composition generation: every generator, raw and moved, beside three baselines.

How it is done and how others can submit: docs/benchmark_generation.md.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from quinary.files import cache_folder, told_if_not_kept, write_whole
from quinary.inverse.engine import DEFAULT_CONDITIONS
from quinary.plugins import GeneratorPlugin, plugins
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.generation_data import BenchData, data_sets, surrogate_errors
from quinary_benchmarks.generation_metrics import realism
from quinary_benchmarks.generation_runs import JitteredCopies, RunSettings, measured
from quinary_benchmarks.generation_wishes import wish_shares

__all__ = ["bench", "run"]

_FORMAT: Final = "quinary-generation-benchmark-1"
_N_TARGETS: Final = 100
_SMALL: Final = 20  # targets: below it the bench is a trial
_ROWS_OF_A_TRIAL: Final = 400
_N_TIMED: Final = (65_536, 1_000)
# Trained for as long whatever the data, or evolved anew for each target: not part of a trial.
_SLOW: Final = ("cgan", "evolve")
_COLUMNS: Final = (
    "condition_error", "condition_error_new", "coverage_recall", "coverage_precision", "auc",
    "nearer_than_own_neighbour", "count_distance", "pair_distance", "unique", "new", "limits_broken",
    "samples_per_cpu_second", "training_cpu_seconds",
)  # fmt: skip


def run(settings: BenchSettings) -> dict[str, Any]:
    """All generators on all data sets at hand.

    `size` is the number of targets of each set (100 by default); below 20 it is a trial on 400 rows of each set, without
    the generators that are trained or evolved for as long on little data as on much. The whole document is also written as
    a results file; `results_file` names it, and is empty where its folder cannot be written.
    """
    n_targets = settings.size or _N_TARGETS
    is_trial = n_targets < _SMALL
    chosen = [plugin for name, plugin in plugins("generators").items() if not (is_trial and name in _SLOW)]
    sets = data_sets(settings.seed, _ROWS_OF_A_TRIAL if is_trial else None)
    document = bench([*chosen, JitteredCopies()], sets, n_targets, settings)
    path = cache_folder("benchmarks") / "generation.json"
    with told_if_not_kept(path.parent):
        write_whole(path, json.dumps({"format": _FORMAT, **document}, indent=1))
        return {**document, "results_file": str(path)}
    return {**document, "results_file": ""}


def bench(
    generators: Sequence[GeneratorPlugin], sets: Sequence[BenchData], n_targets: int, settings: BenchSettings
) -> dict[str, Any]:
    """The document for these generators and sets: `rows` for a person, `details` with everything measured."""
    details: list[dict[str, Any]] = []
    wishes: dict[str, Any] = {}
    n_timed = _N_TIMED[n_targets < _SMALL]
    with tempfile.TemporaryDirectory(prefix="quinary-generators-") as folder:
        how = RunSettings(n_targets, settings.seed, Path(folder), n_timed)
        for number, (data, plugin) in enumerate([(data, plugin) for data in sets for plugin in generators]):
            settings.progress(f"{plugin.name} on {data.name}", number, len(sets) * len(generators))
            details += measured(plugin, data, how)
            if set(data.values) == set(DEFAULT_CONDITIONS):
                wishes[plugin.name] = wish_shares(plugin, data, how.cache, settings.seed)
    halves = {data.name: realism(data.known.fractions, data.reference, data.known.fractions) for data in sets}
    for data in sets:
        halves[data.name]["nearer_than_own_neighbour"] = realism(data.known.fractions, data.reference, data.reference)[
            "nearer_than_own_neighbour"
        ]
    return {
        "n_targets": {data.name: min(n_targets, len(data.targets)) for data in sets},
        "n_known": {data.name: len(data.known) for data in sets},
        "surrogate_error": {data.name: surrogate_errors(data) for data in sets},
        "two_halves": halves,
        "wishes": wishes,
        "details": details,
        "rows": [_row(entry) for entry in details] + [_half_row(name, entry) for name, entry in halves.items()],
    }


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    """The columns of the table."""
    return {
        **{name: entry[name] for name in ("data", "generator", "samples")},
        **{name: _short(entry.get(name)) for name in _COLUMNS},
    }


def _half_row(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """What two disjoint halves of the data give: the figures to come near to."""
    return {
        "data": name,
        "generator": "(other half of the data)",
        "samples": "",
        **{column: _short(entry.get(column)) for column in _COLUMNS if column not in {"unique", "new"}},
    }


def _short(value: Any) -> Any:
    return "" if value is None else float(f"{value:.3g}") if isinstance(value, float) else value
