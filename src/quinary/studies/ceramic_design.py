"""Inverse design of carbides by a model of one half of the data, judged by a model of the other half.

The designer knows half A: its carbides, processes of their moduli and hardness, a phase model of half of the labels. What it
offers is judged by processes and a phase model of half B alone. What both get wrong in the same way stays unseen: the
judge is a model, not an experiment.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.chemistry.matrix import as_matrix
from quinary.errors import ImpossibleRequestError
from quinary.inverse.request import Limits, Request
from quinary.learning.single_phase import fit_single_phase
from quinary.learning.splits import make_splits
from quinary.loops.generation import Designer
from quinary.plugins.sockets import PredictionTask
from quinary.predictors.single_phase import SinglePhaseProbability
from quinary.progress import Progress, silent
from quinary.reference.carbide_phases import phase_labels
from quinary.studies.carbide_process import CarbideProcess
from quinary.studies.ceramic_data import data_points
from quinary.studies.systems.zhang2024 import CARBIDES, TARGETS, carbide_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.chemistry.composition import Composition
    from quinary.inverse.candidate import Candidate
    from quinary.plugins.sockets import PredictorPlugin

__all__ = ["DesignSettings", "Half", "design_figures", "halves", "requests_of"]

_PHASE: Final = "single_phase_probability"
_LEAST_CHANCE: Final = 0.8
_CONFIDENCE: Final = 0.8
_QUANTILES: Final = (0.15, 0.3, 0.5, 0.7, 0.85)
_N_PAIRS: Final = 4
_TOLERANCE: Final = 0.01
# What counts as agreed: relative, and for hardness 2 GPa if that is more.
_AGREED: Final[Mapping[str, tuple[float, float]]] = {
    "bulk_modulus": (0.05, 0.0),
    "shear_modulus": (0.10, 0.0),
    "hardness_vickers": (0.10, 2.0),
}
_LIMITS: Final = (
    Limits(anion="C", n_components=(3, 5), smallest=0.05, largest=0.5, step=0.01),
    Limits(fractions={"W": (0.0, 0.2), "Cr": (0.0, 0.1)}, anion="C", n_components=(4, 5), smallest=0.05, step=0.01),
    Limits(fractions={"Ti": (0.1, 0.4)}, anion="C", n_components=(3, 5), smallest=0.1, step=0.01),
    Limits(anion="C", n_components=(5, 5), smallest=0.1, largest=0.35, step=0.01),
)


@dataclass(frozen=True, slots=True)
class DesignSettings:
    """How much: draws of halves (each used both ways), candidates of a request, the least number of requests taken."""

    n_draws: int = 1
    n_candidates: int = 5
    n_requests: int | None = None
    generator: str = ""
    seed: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Half:
    """Carbides of one half, shape (N,) of each property (GPa), and models of them and of half of the phase labels."""

    carbides: tuple[Composition, ...]
    values: Mapping[str, NDArray[np.float64]]
    processes: Mapping[str, CarbideProcess]
    phases: SinglePhaseProbability

    def predictors(self) -> dict[str, PredictorPlugin]:
        """Property -> the model of this half."""
        return {**self.processes, _PHASE: self.phases}

    def chances(self, carbides: Sequence[Composition]) -> NDArray[np.float64]:
        """What this half's model says of the probability of a single phase, shape (N,)."""
        return self.phases.predict(_PHASE, PredictionTask(as_matrix(carbides), anions=(("C", 1.0),))).values


def halves(seed: int) -> tuple[Half, Half]:
    """The carbides split by their sets of metals, and the phase labels by their carbides, in two halves at random.

    Raises:
        InputError: the data set is not on this machine.
    """
    points = data_points("zhang_mtmc_carbides", CARBIDES)
    tables = {name: carbide_table(points, name) for name in TARGETS}
    table, compositions = tables[TARGETS[0]]
    found = []
    labels = np.array(phase_labels(), dtype=object)
    formulas = sorted({label.formula for label in labels})
    of_first = set(np.random.default_rng(seed).permutation(formulas)[: len(formulas) // 2].tolist())
    for number, split in enumerate(make_splits("system", table, n_folds=2, seed=seed)):
        chosen = tuple(compositions[row] for row in split.test)
        values = {name: one.target[split.test].astype(np.float64) for name, (one, _) in tables.items()}
        processes = {name: CarbideProcess(name, chosen, values[name], seed=seed) for name in TARGETS}
        own = [label for label in labels if (label.formula in of_first) == (number == 0)]
        found.append(Half(chosen, values, processes, SinglePhaseProbability(fit_single_phase(own))))
    return found[0], found[1]


def requests_of(designer: Half, judge: Half, seed: int) -> list[Request]:
    """31 requests with values inside the data, under four sets of limits in turn.

    One value each (quantiles of the designer's half); two together, those of carbides of the judge's half, which the
    designer has not seen; hardness or bulk modulus with a probability of a single phase of at least 0.8.
    """
    rows = np.random.default_rng(seed).permutation(len(judge.carbides))
    wishes: list[tuple[dict[str, float], bool]] = [
        ({name: _quantile(designer, name, share)}, False) for name in TARGETS for share in _QUANTILES
    ]
    for number, names in enumerate((("bulk_modulus", "shear_modulus"), ("bulk_modulus", "hardness_vickers"))):
        chosen = rows[number * _N_PAIRS : (number + 1) * _N_PAIRS]
        wishes += [({name: float(judge.values[name][row]) for name in names}, False) for row in chosen]
    wishes += [({"hardness_vickers": _quantile(designer, "hardness_vickers", share)}, True) for share in _QUANTILES]
    wishes += [({"bulk_modulus": _quantile(designer, "bulk_modulus", share)}, True) for share in _QUANTILES[1:4]]
    return [
        Request(
            targets=targets,
            ranges={_PHASE: (_LEAST_CHANCE, 1.0)} if has_phase else {},
            limits=limits,
            tolerance=_TOLERANCE,
        )
        for (targets, has_phase), limits in zip(wishes, itertools.cycle(_LIMITS), strict=False)
    ]


def _quantile(half: Half, name: str, share: float) -> float:
    return round(float(np.quantile(half.values[name], share)), 1)


def design_figures(settings: DesignSettings | None = None, progress: Progress = silent) -> dict[str, Any]:
    """Shares over all candidates and their targets, by property and together; requests answered; limits broken.

    `in_judges_interval`: the value asked for lies inside the judge's conformal interval of 80 %; `agreed`: the judge's
    value lies within 5 % (bulk modulus), 10 % (shear modulus), 10 % or 2 GPa (hardness) of it; `single_phase`: the judge's
    probability is at least 0.8 where that was asked for. `_first`: of the first candidate of each request alone.

    Raises:
        InputError: the data set is not on this machine.
    """
    how = settings or DesignSettings()
    started = time.monotonic()
    records: list[dict[str, Any]] = []
    counts = {"n_requests": 0, "n_unanswered": 0, "limits_broken": 0, "n_candidates": 0, "n_outside_domain": 0}
    with tempfile.TemporaryDirectory(prefix="quinary-ceramic-design-") as folder:
        for number, (designer, judge) in enumerate(_ways(how)):
            for request in requests_of(designer, judge, how.seed + number)[: how.n_requests]:
                progress("designing carbides", number, 2 * how.n_draws)
                offered = _offered(designer, request, how, Path(folder) / str(number))
                counts["n_requests"] += 1
                counts["n_unanswered"] += not offered
                counts["n_candidates"] += len(offered)
                counts["limits_broken"] += sum(not _obeys(entry, request.limits) for entry in offered)
                counts["n_outside_domain"] += sum(
                    not all(entry.properties[name].in_domain for name in request.properties) for entry in offered
                )
                records += _judged(offered, request, judge)
    return {**counts, **_shares(records), "seconds": round(time.monotonic() - started, 1)}


def _ways(how: DesignSettings) -> Iterator[tuple[Half, Half]]:
    for draw in range(how.n_draws):
        first, second = halves(how.seed + draw)
        yield first, second
        yield second, first


def _offered(designer: Half, request: Request, how: DesignSettings, cache: Path) -> list[Candidate]:
    """The candidates, best first; none where the designer finds none or too few."""
    tool = Designer(designer.carbides, designer.carbides, cache=cache, predictors=designer.predictors())
    try:
        return tool.design(request, how.n_candidates, generator=how.generator, seed=how.seed)
    except ImpossibleRequestError:
        return []


def _obeys(candidate: Candidate, limits: Limits) -> bool:
    fractions = candidate.composition.cations
    low, high = limits.n_components
    bounds = [(x, limits.bounds(symbol)) for symbol, x in fractions.items()]
    is_whole = all(abs(x / limits.step - round(x / limits.step)) < 1e-6 for x in fractions.values())
    is_inside = all(max(least, limits.smallest) - 1e-9 <= x <= most + 1e-9 for x, (least, most) in bounds)
    has_obligatory = all(symbol in fractions for symbol, (least, _) in limits.fractions.items() if least > 0)
    return is_whole and is_inside and has_obligatory and low <= len(fractions) <= high


def _judged(offered: Sequence[Candidate], request: Request, judge: Half) -> list[dict[str, Any]]:
    """One record a candidate and property asked for."""
    records: list[dict[str, Any]] = []
    compositions = [entry.composition for entry in offered]
    if not offered:
        return records
    for name, wanted in request.targets.items():
        said, width = judge.processes[name].interval(compositions, _CONFIDENCE)
        relative, least = _AGREED[name]
        off = np.abs(said - wanted)
        records += [
            {
                "rank": rank,
                "name": name,
                "inside": one <= wide,
                "agreed": one <= max(relative * wanted, least),
            }
            for rank, (one, wide) in enumerate(zip(off.tolist(), width.tolist(), strict=True))
        ]
    if _PHASE in request.ranges:
        records += [
            {"rank": rank, "name": _PHASE, "agreed": chance >= _LEAST_CHANCE}
            for rank, chance in enumerate(judge.chances(compositions).tolist())
        ]
    return records


def _shares(records: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The shares by name; one that nothing was asked for is not there."""
    figures: dict[str, float] = {}
    for suffix, some in (("", records), ("_first", [entry for entry in records if entry["rank"] == 0])):
        of_values = [entry for entry in some if entry["name"] != _PHASE]
        of_phases = [entry for entry in some if entry["name"] == _PHASE]
        groups = {"": of_values, **{f"_{name}": _named(of_values, name) for name in TARGETS}}
        for name, group in groups.items():
            if group:
                figures[f"in_judges_interval{name}{suffix}"] = _share(group, "inside")
                figures[f"agreed{name}{suffix}"] = _share(group, "agreed")
        if of_phases:
            figures[f"single_phase{suffix}"] = _share(of_phases, "agreed")
    return figures


def _named(records: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [entry for entry in records if entry["name"] == name]


def _share(records: Sequence[Mapping[str, Any]], name: str) -> float:
    return round(float(np.mean([entry[name] for entry in records])), 4)
