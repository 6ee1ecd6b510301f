"""Inverse design of carbides by a model of one half of the data, judged by a model of the other half.

The designer knows half A: its carbides, processes of their moduli and hardness, a phase model of half of the labels. What it
offers is judged by processes and a phase model of half B alone. What both get wrong in the same way stays unseen: the
judge is a model, not an experiment. Beside the shares stand those of random carbides, and how far judge and designer agree
on these: where they agree nearly everywhere, a met request shows that the search works, not that nature agrees.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.errors import ImpossibleRequestError
from quinary.inverse.engine import Designer
from quinary.prediction import PredictionService
from quinary.progress import Progress, silent
from quinary.requests import Limits, Request
from quinary.studies.systems.zhang2024 import TARGETS
from quinary_benchmarks.carbide_halves import PHASE, Half, halves
from quinary_benchmarks.carbide_judgement import LEAST_CHANCE, Verdict, missed, random_carbides, shares, verdicts

if TYPE_CHECKING:
    from quinary.requests import Candidate

__all__ = ["DesignSettings", "design_figures", "figures_of_halves", "requests_of"]

_QUANTILES: Final = (0.15, 0.3, 0.5, 0.7, 0.85)
_N_PAIRS: Final = 4
_TOLERANCE: Final = 0.01
_LIMITS: Final = (
    Limits(anion="C", n_components=(3, 5), smallest=0.05, largest=0.5, step=0.01),
    Limits(fractions={"W": (0.0, 0.2), "Cr": (0.0, 0.1)}, anion="C", n_components=(4, 5), smallest=0.05, step=0.01),
    Limits(fractions={"Ti": (0.1, 0.4)}, anion="C", n_components=(3, 5), smallest=0.1, step=0.01),
    Limits(anion="C", n_components=(5, 5), smallest=0.1, largest=0.35, step=0.01),
)


@dataclass(frozen=True, slots=True)
class DesignSettings:
    """How much: draws of halves (each used both ways), candidates and random carbides of a request, requests asked."""

    n_draws: int = 1
    n_candidates: int = 5
    n_random: int = 100
    n_requests: int | None = None
    generator: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """Verdicts on what was designed, on what was asked for and not offered, and on random carbides.

    `agreement` has random carbides where they should have the designer's own values.
    """

    designed: list[Verdict] = field(default_factory=list)
    unanswered: list[Verdict] = field(default_factory=list)
    random: list[Verdict] = field(default_factory=list)
    agreement: list[Verdict] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("n_requests", "n_unanswered", "limits_broken", "n_candidates", "n_outside_domain"), 0
        )
    )


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
            ranges={PHASE: (LEAST_CHANCE, 1.0)} if has_phase else {},
            limits=limits,
            tolerance=_TOLERANCE,
        )
        for (targets, has_phase), limits in zip(wishes, itertools.cycle(_LIMITS), strict=False)
    ]


def _quantile(half: Half, name: str, share: float) -> float:
    return round(float(np.quantile(half.values[name], share)), 1)


def design_figures(settings: DesignSettings | None = None, progress: Progress = silent) -> dict[str, Any]:
    """`figures_of_halves` of as many draws of halves as the settings say.

    Raises:
        InputError: the data set is not on this machine.
    """
    how = settings or DesignSettings()
    return figures_of_halves(_ways(how), how, progress)


def figures_of_halves(
    ways: Iterable[tuple[Half, Half]], how: DesignSettings, progress: Progress = silent
) -> dict[str, Any]:
    """Shares over all requests, candidates and properties, together and by property; counts; baselines.

    `ways` are pairs of a designer's and a judge's half. `in_judges_interval`, `agreed` and `single_phase` are those of
    `verdicts`; `_first` is of the first candidate of each request alone. A candidate that was asked for and not offered counts
    as missed in every share but those of `offered`, which are of the candidates that there are.

    `random` has the same shares of carbides drawn at random within the limits of each request. `agreement` has those of
    judge and designer: the same random carbides, each wanted to have what the designer says of it, and of the single phase
    those that the designer gives a probability of at least 0.8.
    """
    started = time.monotonic()
    found = _Found()
    with tempfile.TemporaryDirectory(prefix="quinary-ceramic-design-") as folder:
        for number, (designer, judge) in enumerate(ways):
            requests = requests_of(designer, judge, how.seed + number)[: how.n_requests]
            for place, request in enumerate(requests):
                progress("designing carbides", number * len(requests) + place, 2 * how.n_draws * len(requests))
                offered = _offered(designer, request, how, Path(folder) / str(number))
                _count(found.counts, offered, request)
                found.designed.extend(_designed(offered, request, judge))
                found.unanswered.extend(missed(request, range(len(offered), how.n_candidates)))
                _compare(found, request, (designer, judge), how)
    every = [*found.designed, *found.unanswered]
    return {
        **found.counts,
        **shares(every),
        **shares([one for one in every if one.rank == 0], "_first"),
        "offered": shares(found.designed),
        "random": shares(found.random),
        "agreement": shares(found.agreement),
        "seconds": round(time.monotonic() - started, 1),
    }


def _ways(how: DesignSettings) -> Iterator[tuple[Half, Half]]:
    for draw in range(how.n_draws):
        first, second = halves(how.seed + draw)
        yield first, second
        yield second, first


def _count(counts: dict[str, int], offered: list[Candidate], request: Request) -> None:
    counts["n_requests"] += 1
    counts["n_unanswered"] += not offered
    counts["n_candidates"] += len(offered)
    counts["limits_broken"] += sum(not _obeys(entry, request.limits) for entry in offered)
    counts["n_outside_domain"] += sum(
        not all(entry.properties[name].in_domain for name in request.properties) for entry in offered
    )


def _designed(offered: list[Candidate], request: Request, judge: Half) -> list[Verdict]:
    wanted = {name: np.array([value]) for name, value in request.targets.items()}
    return verdicts([entry.composition for entry in offered], wanted, judge, has_phase=PHASE in request.ranges)


def _compare(found: _Found, request: Request, both: tuple[Half, Half], how: DesignSettings) -> None:
    """Add the verdicts on random carbides within the limits of a request."""
    designer, judge = both
    carbides = random_carbides(request.limits, how.n_random, how.seed + found.counts["n_requests"])
    has_phase = PHASE in request.ranges
    wanted = {name: np.array([value]) for name, value in request.targets.items()}
    found.random.extend(verdicts(carbides, wanted, judge, has_phase=has_phase))
    own = {name: designer.values_of(name, carbides) for name in request.targets}
    found.agreement.extend(verdicts(carbides, own, judge, has_phase=False))
    if has_phase:
        single = [
            one for one, chance in zip(carbides, designer.chances(carbides), strict=True) if chance >= LEAST_CHANCE
        ]
        found.agreement.extend(verdicts(single, {}, judge, has_phase=True))


def _offered(designer: Half, request: Request, how: DesignSettings, cache: Path) -> list[Candidate]:
    """The candidates, best first; fewer or none where the designer finds no more."""
    known = designer.carbides
    tool = Designer(
        known, known, cache=cache, service=PredictionService(instead=designer.predictors()), allow_fewer=True
    )
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
