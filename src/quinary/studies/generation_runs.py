"""What one generator does on one data set: condition errors, realism, limits, speed; raw, and after the shared moving step."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.chemistry.matrix import CompositionMatrix
from quinary.inverse.approaching import Aim, NoveltyWall, approached
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
_N_TRIED_LONG: Final = 10  # of them, those with the least miss after a few steps
_STEPS: Final = (3, 15)


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
    wanted, rows = data.wanted[:n_targets], data.targets[:n_targets]
    starts = np.concatenate([_asked(plugin, task, data, row, number) for number, row in enumerate(wanted)])
    raw = _errors(data, starts[::_N_TRIED_FIRST], wanted, rows)
    started = time.process_time()
    goals = np.repeat(wanted, _N_TRIED_FIRST, axis=0)
    near = approached(mover, starts, Aim(data.refiner, goals, data.spread), _STEPS[0])
    order = near.misses.reshape(len(wanted), -1).argsort(axis=1)[:, :_N_TRIED_LONG]
    begun = near.fractions[(order + np.arange(len(wanted))[:, None] * _N_TRIED_FIRST).ravel()]
    plain, is_there = _best(data, mover, begun, wanted, None)
    figures = _errors(data, plain[is_there], wanted[is_there], rows[is_there])
    figures["distance_to_target"] = float(np.median(np.abs(plain - rows)[is_there].sum(axis=1) / 2))
    new, is_new = _best(data, mover, begun, wanted, NoveltyWall(data.every, DISTANCE))
    figures["refined_ms_per_sample"] = 1000.0 * (time.process_time() - started) / len(starts)
    for name, value in _errors(data, new[is_new], wanted[is_new], rows[is_new]).items():
        figures[name.replace("condition_error", "condition_error_new")] = value
    figures["answered"], figures["answered_new"] = float(is_there.mean()), float(is_new.mean())
    return raw, figures


def _best(
    data: BenchData, mover: Mover, begun: Values, wanted: Values, wall: NoveltyWall | None
) -> tuple[Values, NDArray[np.bool_]]:
    """The answer of least predicted miss to each target, shape (T, n_elements), and where there is one, shape (T,)."""
    n_each = len(begun) // len(wanted)
    aim = Aim(data.refiner, np.repeat(wanted, n_each, axis=0), data.spread, wall)
    ended = approached(mover, begun, aim, _STEPS[1])
    misses = ended.misses
    if wall is not None:
        misses = np.where(wall.nearest(ended.fractions)[0] < DISTANCE - 1e-9, np.inf, misses)
    winner = misses.reshape(len(wanted), -1).argmin(axis=1) + np.arange(len(wanted)) * n_each
    return ended.fractions[winner], np.isfinite(misses[winner])


def _asked(plugin: GeneratorPlugin, task: GenerationTask, data: BenchData, row: Values, number: int) -> Values:
    request = Request(targets=request_values(data.refiner.names, row))
    return plugin.generate(replace(task, request=request, seed=task.seed + number), _N_TRIED_FIRST).fractions


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
