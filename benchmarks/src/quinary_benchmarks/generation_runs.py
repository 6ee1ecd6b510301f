"""What one generator does on one data set: condition errors, realism, limits, speed; raw, and after the shared moving step."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.inverse.approaching import NoveltyWall
from quinary.inverse.moving import Mover
from quinary.plugins import GenerationTask, GeneratorPlugin
from quinary.progress import silent
from quinary.requests import Request
from quinary_benchmarks.answering import Answers, Wishes, answered, answered_away
from quinary_benchmarks.generation_data import BenchData, request_values
from quinary_benchmarks.generation_metrics import realism

if TYPE_CHECKING:
    Values = NDArray[np.float64]

__all__ = ["DISTANCE", "JitteredCopies", "RunSettings", "measured"]

DISTANCE: Final = 0.05  # L1 / 2 to keep from every row of the set in the second condition error
_STEP: Final = 1e-4
_SMALLEST: Final = 0.005
_N_TIMED: Final = 65_536
_N_ASKED: Final = 64  # samples a target


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
    per_second = _samples_per_second(plugin, task, mover, settings.n_timed)
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


def _samples_per_second(plugin: GeneratorPlugin, task: GenerationTask, mover: Mover, n_samples: int) -> float:
    """Samples that are drawn and moved onto the limits in a processor second of all threads."""
    for _ in range(2):  # the first time loads compiled code
        started = time.process_time()
        mover.move(plugin.generate(task, n_samples).fractions, [])
        seconds = time.process_time() - started
    return n_samples / max(seconds, 1e-9)


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
    wanted, rows = data.wanted[:n_targets], data.targets[:n_targets]
    asked = np.stack([_asked(plugin, task, data, row, number) for number, row in enumerate(wanted)])
    raw = _errors(data, asked[:, 0], wanted, rows)
    started = time.process_time()
    wishes = Wishes(wanted, data.refiner, data.spread)
    near = answered(mover, asked, wishes)
    away = answered_away(mover, near, wishes, NoveltyWall(data.every, DISTANCE))
    refined = 1000.0 * (time.process_time() - started) / asked[:, :, 0].size
    figures = {**_answer_errors(data, near, wanted, rows, ""), **_answer_errors(data, away, wanted, rows, "_new")}
    return raw, {**figures, "refined_ms_per_sample": refined}


def _answer_errors(data: BenchData, found: Answers, wanted: Values, rows: Values, kind: str) -> dict[str, Any]:
    """Errors of the best answer to each target that has one, and how far answers are from the row asked for."""
    is_there = np.isfinite(found.misses[:, 0])
    best = found.fractions[is_there, 0]
    errors = _errors(data, best, wanted[is_there], rows[is_there])
    figures = {name.replace("condition_error", f"condition_error{kind}"): value for name, value in errors.items()}
    apart = np.abs(best - rows[is_there]).sum(axis=1) / 2
    figures[f"distance_to_target{kind}"] = float(np.median(apart)) if len(apart) else None
    return {**figures, f"answered{kind}": float(is_there.mean())}


def _asked(plugin: GeneratorPlugin, task: GenerationTask, data: BenchData, row: Values, number: int) -> Values:
    request = Request(targets=request_values(data.refiner.names, row))
    return plugin.generate(replace(task, request=request, seed=task.seed + number), _N_ASKED).fractions


def _errors(data: BenchData, answers: Values, wanted: Values, rows: Values) -> dict[str, Any]:
    """Mean |graded - wanted| / standard deviation: over all properties, of each, and by the target's number of elements."""
    if not len(answers):
        return {"condition_error": None, "condition_error_by_property": {}, "condition_error_by_elements": {}}
    off = np.abs(data.grader.values(answers) - wanted) / data.spread
    each = off.mean(axis=1)
    counts = (rows > 0).sum(axis=1)
    return {
        "condition_error": float(each.mean()),
        "condition_error_by_property": dict(zip(data.grader.names, off.mean(axis=0).tolist(), strict=True)),
        "condition_error_by_elements": {str(n): float(each[counts == n].mean()) for n in np.unique(counts)},
    }
