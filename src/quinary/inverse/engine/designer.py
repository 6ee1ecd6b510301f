"""The designer: from a request and what is known to candidates that meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.generative.kept_networks import LEAST_ROWS
from quinary.inverse.engine.judgement import DEFAULT_CONDITIONS, Judge, Knowledge
from quinary.inverse.engine.search import Search
from quinary.inverse.engine.training_sets import ceramic_training_set, covered_elements, training_set, usual_elements
from quinary.inverse.feasibility import check_feasible
from quinary.plugins import GenerationTask, GeneratorPlugin, find_plugin
from quinary.points.quantity import quantity_named
from quinary.prediction import PredictionService, packaged_service
from quinary.progress import Progress, silent
from quinary.reference.elements import atomic_numbers
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.requests import Candidate, DesignPolicy, Limits, Request

__all__ = ["DEFAULT_GENERATOR", "Designer"]

# The best of `quinary bench generate`; docs/benchmark_generation.md has the table.
DEFAULT_GENERATOR: Final = "palette-mixture"
# What the default gives way to where there is too little to learn from: its samples are moved onto the request all the same.
_WITHOUT_DATA: Final = "random"

_KNOWN_OF_CERAMICS: Final = ("density",)  # where no property is asked for: what is known of the most metals


@dataclass(frozen=True, slots=True)
class Designer:
    """Designs for one state of knowledge: an elemental table, an assumed lattice, and the known materials.

    `reported` are those to learn from and to measure novelty against; none of `materials`, which may hold more, is offered.
    Both are alloys, or ceramics with the anions that the request names. `service` answers what their properties are. With
    `allow_fewer` a design may have fewer candidates than were asked for; with `in_domain` none has a prediction outside the
    domain of its method. `policy` decides what a request leaves open; without one nothing is.
    """

    materials: Sequence[Composition]
    reported: Sequence[Composition]
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    counter: int = 0
    cache: Path | None = None
    progress: Progress = silent
    service: PredictionService = field(default_factory=packaged_service)
    allow_fewer: bool = False
    in_domain: bool = False
    policy: DesignPolicy | None = None

    def design(self, request: Request, n: int, *, generator: str = "", seed: int = 0) -> list[Candidate]:
        """Exactly `n` different candidates that meet the request, none of them a known alloy; or fewer if that is allowed.

        Without a name the generator is `DEFAULT_GENERATOR`, or random palettes where fewer than twenty materials are known.

        Samples that do not meet it are moved onto it, and marked as moved. Those with a prediction outside the domain of
        its method are offered only if there are not enough others. Candidates come in the order of the objectives, else
        by the probability that they meet the request once errors of prediction are counted.

        Raises:
            InputError: a property has no predictor, or an element has no value.
            ImpossibleRequestError: proven impossible, or fewer than `n` candidates were found (none, if fewer are allowed).
        """
        named: GeneratorPlugin | None = find_plugin("generators", generator) if generator else None
        if n < 1:
            raise InputError(f"{n} candidates cannot be designed; ask for one or more")
        if seed < 0:
            raise InputError(f"the seed is {seed}; it must be zero or more")
        names = _learned_from(request)
        request = request if self.policy is None else self.policy.applied(request)
        anions = request.limits.anions
        if request.seed is not None and Composition.of(request.seed.formula).is_ceramic != bool(anions):
            kind = "an alloy" if anions else "a ceramic"
            raise InputError(f"{request.seed.formula} is {kind}, and the request is for the other kind: see --anion")
        palette = self.palette(request.limits, _learned_from(request))
        known = Knowledge(
            self.materials,
            self.reported,
            anions,
            self.lattice,
            self.table,
            self.counter,
            self.progress,
            self.service,
        )
        task = self._task(request, names, palette, seed)
        plugin = named or _default_generator(task)
        judge = Judge(known, request, palette)
        check_feasible(request, palette, judge.forms)
        judge.check_novelty()
        search = Search(judge, task, in_domain=self.in_domain)
        found = search.collect(plugin, n)
        if len(found) < (1 if self.allow_fewer else n):
            raise search.too_few(n, len(found))
        return judge.candidates(found, plugin, task)

    def _task(self, request: Request, names: tuple[str, ...], palette: tuple[str, ...], seed: int) -> GenerationTask:
        """What the generator learns from: these properties of alloys of S1's class, or of the palette that was asked for."""
        anions = request.limits.anions
        if anions:
            data = ceramic_training_set(self.reported, names, palette, anions, self.service)
            return GenerationTask(
                data.matrix, data.values, request, seed, self.cache, self.progress, predict=self.service
            )
        conditions = DEFAULT_CONDITIONS if set(names) <= set(DEFAULT_CONDITIONS) else names
        asked = tuple(request.limits.elements) and palette
        data = training_set(
            self.reported, conditions, asked, lattice=self.lattice, table=self.table, service=self.service
        )
        if len(palette) < 2:
            raise InputError(f"only {', '.join(palette)} to choose from; a new alloy needs two elements or more")
        return GenerationTask(data.matrix, data.values, request, seed, self.cache, self.progress, predict=self.service)

    def palette(self, limits: Limits, names: Sequence[str]) -> tuple[str, ...]:
        """The elements to choose from: those asked for, else the usual ones of known alloys that every predictor covers.

        Raises:
            InputError: an element asked for has no value for one of the properties.
        """
        anions = limits.anions
        covered = covered_elements(names, anions, self.service)
        obligatory = tuple(symbol for symbol, (low, _) in limits.fractions.items() if low > 0)
        missing = [symbol for symbol in dict.fromkeys((*limits.elements, *obligatory)) if symbol not in covered]
        if missing:
            what = (
                f"tabulated binary with {' and '.join(symbol for symbol, _ in anions)}" if anions else "elemental value"
            )
            has = "has" if len(missing) == 1 else "have"
            raise InputError(f"{', '.join(missing)} {has} no {what} for {', '.join(names)}", sorted(covered))
        known = covered if anions else usual_elements(self.materials)
        chosen = limits.elements or (*(known & covered).difference(limits.without), *obligatory)
        order = atomic_numbers()
        return tuple(sorted(dict.fromkeys(chosen), key=order.__getitem__))


def _default_generator(task: GenerationTask) -> GeneratorPlugin:
    has_enough = len(task.known) >= LEAST_ROWS and all(
        np.isfinite(values).all() and np.ptp(values) > 0 for values in task.values.values()
    )
    found: GeneratorPlugin = find_plugin("generators", DEFAULT_GENERATOR if has_enough else _WITHOUT_DATA)
    return found


def _learned_from(request: Request) -> tuple[str, ...]:
    """The properties of a request that a predictor has to know, else the usual ones; the others are descriptors."""
    usual = _KNOWN_OF_CERAMICS if request.limits.anions else DEFAULT_CONDITIONS
    return tuple(name for name in request.properties if not quantity_named(name).is_derived) or usual
