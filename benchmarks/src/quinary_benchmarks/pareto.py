"""A constrained search for compromises on a composition lattice, beside hea-bench's search with the same query."""

from __future__ import annotations

import time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.alloys import alloy_descriptors
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.spaces.pareto import pareto_front
from quinary.studies.benches import BenchSettings

__all__ = ["run"]

# 8,721 lattice points: 5 quaternaries of 969 points and a quinary of 3,876 at steps of 0.05
_ELEMENTS: Final = ("Mo", "Nb", "Ta", "Ti", "W")
_COMPONENTS: Final = (4, 5)
_STEP: Final = 0.05
_HIGHEST_DENSITY: Final = 13.0  # g/cm^3
_BCC_BELOW: Final = 6.87  # valence electron concentration, Guo and Liu 2011
_LEAST_OMEGA: Final = 1.1  # Yang and Zhang 2012
_LARGEST_MISMATCH: Final = 6.5  # %, Zhang et al. 2008
_SLACK: Final = 1e-9
_N_REPEATS: Final = 5


def run(settings: BenchSettings) -> dict[str, Any]:
    """Highest mean melting temperature and lowest price of bcc solid solutions of Mo, Nb, Ta, Ti and W below 13 g/cm^3.

    Rules: VEC < 6.87, Omega > 1.1, size mismatch < 6.5 %. Both searches look at every lattice point with four or five
    elements at steps of 0.05, compute descriptors and price, and keep the points that nothing dominates; hea-bench also
    writes a receipt (all rules and descriptors) for each point that meets the limits, which is most of its time.

    Returns the seconds of both, whether the fronts hold the same compositions, and the sizes. Goal: <= 0.5 s, same front.
    """
    seconds, (front, n_points, n_feasible) = _best_of(_N_REPEATS)
    settings.progress("searches", 1, 2)
    rival_seconds, rival = _rival()
    settings.progress("searches", 2, 2)
    return {
        "elements": list(_ELEMENTS),
        "points": n_points,
        "feasible": n_feasible,
        "front": len(front),
        "quinary_seconds": round(seconds, 5),
        "hea_bench_seconds": round(rival_seconds, 3),
        "speedup": round(rival_seconds / seconds, 1),
        "same_front": front == rival["front"],
        "rows": [
            _row("quinary", seconds, n_points, n_feasible, len(front)),
            _row("hea-bench", rival_seconds, rival["points"], rival["feasible"], len(rival["front"])),
        ],
    }


def _row(program: str, seconds: float, n_points: int, n_feasible: int, n_front: int) -> dict[str, Any]:
    goal = "<= 0.5" if program == "quinary" else ""
    return {
        "program": program,
        "seconds": round(seconds, 5),
        "goal": goal,
        "points": n_points,
        "feasible": n_feasible,
        "front": n_front,
    }


def _best_of(n_repeats: int) -> tuple[float, tuple[set[tuple[int, ...]], int, int]]:
    times = []
    for _ in range(n_repeats):
        started = time.perf_counter()
        found = _search()
        times.append(time.perf_counter() - started)
    return min(times), found


def _search() -> tuple[set[tuple[int, ...]], int, int]:
    """The front as compositions in whole steps, the number of points looked at, and of those that meet every limit."""
    limits = SpaceLimits.alloy(_ELEMENTS, n_components=_COMPONENTS, step=_STEP)
    fractions = Grid(limits).fractions()
    found = alloy_descriptors(CompositionMatrix(_ELEMENTS, fractions))
    is_feasible = np.asarray(
        (found["valence_electron_concentration"] < _BCC_BELOW - _SLACK)
        & (found["omega"] > _LEAST_OMEGA)
        & (found["atomic_size_mismatch"] < _LARGEST_MISMATCH)
        & (found["mixture_density"] <= _HIGHEST_DENSITY + _SLACK)
    )
    feasible = np.flatnonzero(is_feasible)
    objectives = np.stack([found["mean_melting_temperature"], found["mixture_price"]], axis=1)[feasible]
    front = feasible[pareto_front(objectives, (True, False))]
    return _as_steps(fractions[front]), len(fractions), len(feasible)


def _as_steps(fractions: NDArray[np.float64]) -> set[tuple[int, ...]]:
    return {tuple(row) for row in np.rint(fractions / _STEP).astype(int).tolist()}


def _rival() -> tuple[float, dict[str, Any]]:
    """Seconds and result of hea-bench's search."""
    from hea_bench.design import DomainConstraint, Maximize, Minimize, PropertyConstraint, RuleConstraint, search

    rules = {"guo_vec": "BCC", "yang_omega": "single-phase", "zhang_delta": "single-phase"}
    constraints = (
        *(RuleConstraint(rule, verdict) for rule, verdict in rules.items()),
        PropertyConstraint("density", max=_HIGHEST_DENSITY),
        DomainConstraint(in_domain=None),
    )
    objectives = (Maximize("melting_temperature"), Minimize("cost_per_kg"))
    started = time.perf_counter()
    found = search(list(_ELEMENTS), _COMPONENTS, constraints, objectives, step=_STEP, n_candidates=10_000)
    seconds = time.perf_counter() - started
    front = {
        tuple(round(candidate.composition.get(symbol, 0.0) / _STEP) for symbol in _ELEMENTS)
        for candidate in found.candidates
    }
    return seconds, {"front": front, "points": found.n_evaluated, "feasible": found.n_feasible}
