"""How fast composition spaces are: grid, uniform samples, neighbour graph, count, stream, nearest lattice point."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from quinary.spaces.count import count_points
from quinary.spaces.grid import BLOCK_ROWS, Grid
from quinary.spaces.limits import SpaceLimits
from quinary.spaces.neighbours import edges
from quinary.spaces.project import nearest
from quinary.spaces.sample import sample, sample_lattice
from quinary.spaces.stream import stream
from quinary.studies.benches import BenchSettings

__all__ = ["plain_grid", "run"]

Result = TypeVar("Result")

_POINTS: Final = 2_000_000
_REPEATS: Final = 3
_NINE: Final = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
_TWENTY: Final = (*_NINE, "Al", "Co", "Cu", "Fe", "Ir", "Mn", "Ni", "Pd", "Re", "Ru", "Si")
# Seven elements that must all be there in narrow ranges: of the simplex, about one point in 1e8 lies inside.
_NARROW: Final = {
    "Cr": (0.14, 0.145),
    "Hf": (0.13, 0.15),
    "Mo": (0.05, 0.10),
    "Nb": (0.10, 0.12),
    "Ta": (0.19, 0.21),
    "Ti": (0.18, 0.20),
    "V": (0.15, 0.20),
}
_MEMORY_SLICE: Final = 20  # blocks


def run(settings: BenchSettings) -> dict[str, Any]:
    """Points a second of everything that a composition space does, at about `size` points each, the best of three runs.

    Goals: grid of nine elements >= 10 M points/s, uniform limited samples >= 1 M/s, neighbour graph >= 2 M points/s, a
    thousand million points streamed at constant memory. The rival row builds the same grid column by column in numpy.
    Rates are by the clock; `processor_share` below 1 says that other programs held up this one, which uses one core.
    """
    n_points = settings.size or _POINTS
    measures: list[Callable[[int], dict[str, dict[str, Any]]]] = [_grids, _samples, _graph, _count, _stream, _nearest]
    found: dict[str, dict[str, Any]] = {}
    started, worked = time.perf_counter(), time.process_time()
    for number, measure in enumerate(measures):
        settings.progress("measures", number, len(measures))
        found |= measure(n_points)
    settings.progress("measures", len(measures), len(measures))
    share = (time.process_time() - worked) / (time.perf_counter() - started)
    return {
        "points": n_points,
        "processor_share": round(share, 3),
        "rows": list(found.values()),
        **{key: row["value"] for key, row in found.items()},
    }


def plain_grid(n_columns: int, n_steps: int) -> NDArray[np.int64]:
    """All ways to share `n_steps` among `n_columns`, in whole steps: the grid as one would write it in numpy."""
    rows = np.zeros((1, 0), dtype=np.int64)
    left = np.array([n_steps])
    for _ in range(n_columns - 1):
        n_children = left + 1
        parent = np.repeat(np.arange(len(left)), n_children)
        value = np.arange(len(parent)) - np.repeat(np.cumsum(n_children) - n_children, n_children)
        rows, left = np.column_stack([rows[parent], value]), left[parent] - value
    return np.column_stack([rows, left])


def _seconds(work: Callable[[], Result]) -> tuple[float, Result]:
    """The shortest of a few runs, and the last result."""
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return min(times), result


def _row(measure: str, value: float, unit: str, goal: str = "") -> dict[str, Any]:
    return {"measure": measure, "value": round(value, 6 if value < 100 else 0), "unit": unit, "goal": goal}


def _grids(n_points: int) -> dict[str, dict[str, Any]]:
    n_steps = next(n for n in range(2, 21) if count_points(SpaceLimits.alloy(_NINE, step=1 / n)) >= n_points or n == 20)
    grid = Grid(SpaceLimits.alloy(_NINE, step=1 / n_steps))
    ours, n_ours = _seconds(lambda: sum(len(block) for _, block in grid.blocks()))
    theirs, n_theirs = _seconds(lambda: len(plain_grid(len(_NINE), n_steps) / n_steps))
    name = f"nine elements, step 1/{n_steps}"
    return {
        "grid_points_per_second": _row(f"grid of {name} ({n_ours:,} points)", n_ours / ours, "points/s", ">= 1e7"),
        "plain_numpy_points_per_second": _row(f"plain numpy: grid of {name}", n_theirs / theirs, "points/s"),
    }


def _samples(n_points: int) -> dict[str, dict[str, Any]]:
    third = SpaceLimits.alloy(_NINE, dict.fromkeys(_NINE, (0.0, 0.35)))
    narrow = SpaceLimits.alloy(tuple(_NARROW), _NARROW, step=0.001)
    quinary = SpaceLimits.alloy(_NINE, n_components=(5, 5))
    light = SpaceLimits.alloy(_NINE, dict.fromkeys(_NINE, (0.0, 0.35)), properties={"density": (0.0, 8.0)})
    spaces: dict[str, tuple[str, Callable[..., NDArray[np.float64]], SpaceLimits, str]] = {
        "sampling_points_per_second": ("nine elements of at most 35 %", sample, third, ">= 1e6"),
        "hard_sampling_points_per_second": ("seven elements in narrow ranges", sample, narrow, ">= 1e6"),
        "lattice_sampling_points_per_second": ("nine of at most 35 %, whole per cents", sample_lattice, third, ""),
        "hard_lattice_sampling_points_per_second": (
            "seven in narrow ranges, steps of 0.1 %",
            sample_lattice,
            narrow,
            "",
        ),
        "quinary_sampling_points_per_second": ("five of nine elements", sample, quinary, ""),
        "density_sampling_points_per_second": ("nine of at most 35 %, density <= 8", sample, light, ""),
    }
    rows = {}
    for key, (words, draw, limits, goal) in spaces.items():
        n_drawn = n_points if goal else max(n_points // 4, 1)
        seconds = _seconds(lambda draw=draw, limits=limits, n=n_drawn: len(draw(limits, n, 0)))[0]  # type: ignore[misc]
        rows[key] = _row(f"uniform sample, {words}", n_drawn / seconds, "points/s", goal)
    return rows


def _graph(n_points: int) -> dict[str, dict[str, Any]]:
    grid = Grid(SpaceLimits.alloy(_NINE, step=0.05))
    stop = min(n_points, len(grid))
    seconds, n_edges = _seconds(lambda: sum(block.shape[1] for block in edges(grid, 0, stop)))
    return {
        "graph_points_per_second": _row("neighbour graph of nine elements", stop / seconds, "points/s", ">= 2e6"),
        "graph_edges_per_second": _row(f"its edges ({n_edges:,})", n_edges / seconds, "edges/s"),
    }


def _count(_: int) -> dict[str, dict[str, Any]]:
    limits = SpaceLimits.alloy(_TWENTY, {"W": (0.05, 0.3), "Al": (0.0, 0.1)}, (4, 7), step=0.001)
    seconds, n_points = _seconds(lambda: count_points(limits))
    return {"count_seconds": _row(f"exact count of {float(n_points):.4g} compositions", seconds, "s")}


def _stream(n_points: int) -> dict[str, dict[str, Any]]:
    limits = SpaceLimits.alloy(_NINE, step=0.02, properties={"density": (0.0, 12.0)})
    n_all = count_points(limits)
    middle = n_all // 2

    def walk(n_walked: int) -> int:
        return sum(len(places) for places, _ in stream(limits, middle, middle + n_walked))

    seconds = _seconds(lambda: walk(n_points))[0]
    memory = [_peak_megabytes(lambda n=n: walk(n * BLOCK_ROWS)) for n in (_MEMORY_SLICE // 4, _MEMORY_SLICE)]  # type: ignore[misc]
    words = f"{n_all:,} points"
    return {
        "stream_points_per_second": _row(f"stream of {words} with a density limit", n_points / seconds, "points/s"),
        "stream_hours": _row(f"all {words}, at that rate", n_all / n_points * seconds / 3600, "h"),
        "peak_memory_mb": _row(f"peak memory over {_MEMORY_SLICE} blocks", memory[1], "MB"),
        "peak_memory_mb_short": _row(f"peak memory over {_MEMORY_SLICE // 4} blocks", memory[0], "MB"),
    }


def _peak_megabytes(work: Callable[[], object]) -> float:
    """The most memory that Python and numpy held while working, beyond what they held before."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _nearest(n_points: int) -> dict[str, dict[str, Any]]:
    wanted = np.random.default_rng(0).dirichlet(np.ones(len(_NINE)), max(n_points // 4, 1))
    limits = SpaceLimits.alloy(_NINE, dict.fromkeys(_NINE, (0.0, 0.35)), step=0.01)
    seconds = _seconds(lambda: nearest(limits, wanted))[0]
    measure = "nearest lattice point, nine elements of at most 35 %"
    return {"nearest_points_per_second": _row(measure, len(wanted) / seconds, "points/s")}
