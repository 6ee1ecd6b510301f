"""What one generator does on one data set: condition errors, realism, limits, speed; raw, and after the shared moving step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.chemistry.matrix import CompositionMatrix
from quinary.inverse.approaching import NoveltyWall, approached
from quinary.inverse.moving import Mover
from quinary.inverse.request import Request
from quinary.plugins.sockets import GenerationTask, GeneratorPlugin
from quinary.progress import silent
from quinary.studies.generation_data import BenchData, request_values
from quinary.studies.generation_metrics import realism

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

__all__ = ["DISTANCE", "JitteredCopies", "RunSettings", "measured"]

DISTANCE: Final = 0.05  # L1 / 2 to keep from every row of the set in the second condition error
_STEP: Final = 1e-4
_SMALLEST: Final = 0.005
_N_TIMED: Final = 20_000
_N_TRIED_FIRST: Final = 32  # samples a target
_N_TRIED_LONG: Final = 6  # of them, those with the least miss after a few steps
_STEPS: Final = (3, 12)


class JitteredCopies:
    """Rows of the training set with every fraction multiplied by exp(0.05 z): the baseline that copying looks like."""

    name = "jittered-copies"
    version = "1"
    source = "training rows"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` copies; the request is not looked at."""
        random = np.random.default_rng(task.seed)
        rows = task.known.fractions[random.integers(len(task.known), size=n_samples)]
        noisy = rows * np.exp(0.05 * random.standard_normal(rows.shape))
        return CompositionMatrix(task.known.elements, noisy / noisy.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How much is measured: targets of which each generator is asked for samples, and samples for the timing."""

    n_targets: int
    seed: int
    cache: Path
    n_timed: int = _N_TIMED


def measured(plugin: GeneratorPlugin, data: BenchData, settings: RunSettings) -> list[dict[str, Any]]:
    """Two rows of the table: the samples as they come, and moved onto the limits and towards the targets."""
    task = GenerationTask(
        data.known, data.values, Request(), settings.seed, settings.cache, silent, data.refiner.by_name()
    )
    training, processor = _timed(plugin, task)
    mover = _mover(data)
    samples = plugin.generate(task, len(data.reference)).fractions
    moved = mover.move(samples, [])
    inside = moved.fractions[moved.is_met]
    started = time.process_time()
    mover.move(plugin.generate(task, settings.n_timed).fractions, [])
    per_second = settings.n_timed / max(time.process_time() - started, 1e-9)
    raw, led = _answers(plugin, task, data, mover, settings.n_targets)
    shared = {"training_seconds": training, "training_cpu_seconds": processor, "samples_per_cpu_second": per_second}
    first = {**raw, **realism(data.known.fractions, data.reference, samples), "limits_broken": _broken(mover, samples)}
    second = {**led, **realism(data.known.fractions, data.reference, inside), "limits_broken": _broken(mover, inside)}
    return [
        {"data": data.name, "generator": plugin.name, "samples": kind, **figures, **shared}
        for kind, figures in (("raw", first), ("moved", second))
    ]


def _timed(plugin: GeneratorPlugin, task: GenerationTask) -> tuple[float, float]:
    """Seconds and processor seconds until the first samples: the training, for those that are trained."""
    wall, processor = time.perf_counter(), time.process_time()
    plugin.generate(task, 2)
    return time.perf_counter() - wall, time.process_time() - processor


def _mover(data: BenchData) -> Mover:
    """The limits that the data themselves keep: their elements, as many as they have, at least half a per cent of each."""
    return Mover(data.known.elements, {}, data.n_components, _SMALLEST, _STEP)


def _broken(mover: Mover, fractions: Values) -> int:
    """How many compositions lie outside the limits, off the lattice by more than 1e-9, or do not sum to one."""
    steps = fractions * mover.n_steps
    whole = np.rint(steps)
    is_whole = (np.abs(steps - whole) <= mover.n_steps * 1e-9).all(axis=1)
    is_one = np.abs(fractions.sum(axis=1) - 1.0) <= 1e-9
    return int((~(is_whole & is_one & mover.allows(whole))).sum())


def _answers(
    plugin: GeneratorPlugin, task: GenerationTask, data: BenchData, mover: Mover, n_targets: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Condition errors of the first raw sample of each target, and of the best moved one, near known rows and away."""
    wanted = data.wanted[:n_targets]
    starts = np.concatenate([_asked(plugin, task, data, row, number) for number, row in enumerate(wanted)])
    goals = np.repeat(wanted, _N_TRIED_FIRST, axis=0)
    counts = (data.targets[: len(wanted)] > 0).sum(axis=1)
    raw = _errors(data, starts[::_N_TRIED_FIRST], wanted, counts)
    started = time.process_time()
    near = approached(mover, starts, data.refiner, goals, data.spread, n_steps=_STEPS[0])
    order = near.misses.reshape(len(wanted), -1).argsort(axis=1)[:, :_N_TRIED_LONG]
    chosen = (order + np.arange(len(wanted))[:, None] * _N_TRIED_FIRST).ravel()
    figures, best = {}, {}
    for name, wall in (("condition_error", None), ("condition_error_new", NoveltyWall(data.every, DISTANCE))):
        begun = near.fractions[chosen]
        ended = approached(mover, begun, data.refiner, goals[chosen], data.spread, wall=wall, n_steps=_STEPS[1])
        misses = ended.misses.copy()
        if wall is not None:
            misses[wall.nearest(ended.fractions)[0] < DISTANCE - 1e-9] = np.inf
        winner = misses.reshape(len(wanted), -1).argmin(axis=1) + np.arange(len(wanted)) * _N_TRIED_LONG
        is_there = np.isfinite(misses[winner])
        best[name] = ended.fractions[winner][is_there]
        found = _errors(data, best[name], wanted[is_there], counts[is_there])
        figures |= {name + key.removeprefix("condition_error"): value for key, value in found.items()}
        figures[f"{name}_answered"] = float(is_there.mean())
    spent = time.process_time() - started
    figures["refined_ms_per_sample"] = 1000.0 * spent / len(starts)
    figures["distance_to_target"] = _median_distance(data, best["condition_error"])
    return raw, figures


def _median_distance(data: BenchData, answers: Values) -> float:
    """Median L1 / 2 from an answer to the nearest held-out row: small where the targets' own rows are found again."""
    from scipy.spatial import cKDTree

    return float(np.median(cKDTree(data.targets).query(answers, p=1)[0] / 2)) if len(answers) else float("nan")


def _asked(plugin: GeneratorPlugin, task: GenerationTask, data: BenchData, row: Values, number: int) -> Values:
    from dataclasses import replace

    request = Request(targets=request_values(data.refiner.names, row))
    return plugin.generate(replace(task, request=request, seed=task.seed + number), _N_TRIED_FIRST).fractions


def _errors(data: BenchData, answers: Values, wanted: Values, counts: Sequence[int] | Values) -> dict[str, Any]:
    """Mean |graded - wanted| / standard deviation: over all properties, of each, and by the target's number of elements."""
    off = np.abs(data.grader.values(answers) - wanted) / data.spread
    each = off.mean(axis=1)
    numbers = np.asarray(counts)
    return {
        "condition_error": float(each.mean()) if len(each) else float("nan"),
        "condition_error_by_property": dict(zip(data.grader.names, off.mean(axis=0).tolist(), strict=True)),
        "condition_error_by_elements": {
            str(number): float(each[numbers == number].mean()) for number in np.unique(numbers)
        },
    }
