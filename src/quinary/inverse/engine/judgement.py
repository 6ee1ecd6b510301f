"""What is thought of compositions for a request: how new, how likely to meet it, in which domain; and the candidates."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import ImpossibleRequestError
from quinary.inverse.engine.lineage import REAL_MOVE, candidate_id, model_digest, reason_for_rank
from quinary.inverse.feasibility import evidence_of
from quinary.inverse.moving import Goal
from quinary.inverse.novelty import nearest_known
from quinary.inverse.ranking import probability_of_meeting
from quinary.inverse.top_performers import top_performers
from quinary.plugins import Anions, GenerationTask, GeneratorPlugin, PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import Answer, PredictionService, packaged_service
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.requests import Candidate, Form, PredictedProperty, Request

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["ALWAYS_SHOWN", "CERAMIC_CONDITIONS", "DEFAULT_CONDITIONS", "Judge", "Knowledge", "Look", "aligned"]

DEFAULT_CONDITIONS: Final = ("shear_modulus", "fracture_toughness_rice")
CERAMIC_CONDITIONS: Final = ("bulk_modulus", "shear_modulus")
ALWAYS_SHOWN: Final = (*DEFAULT_CONDITIONS, "density", "price")
_SHOWN_OF_CERAMICS: Final = (*CERAMIC_CONDITIONS, "hardness_vickers", "lattice_parameter", "density")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a design starts from: known materials, an assumed lattice and an elemental table, and the data counter.

    `reported` are those that novelty is measured against; none of `materials`, which may hold more, is offered. All are
    alloys, or all are ceramics with the same `anions` (atoms per cation). `service` answers what their properties are.
    """

    materials: Sequence[Composition]
    reported: Sequence[Composition]
    anions: Anions = ()
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    counter: int = 0
    progress: Progress = silent
    service: PredictionService = field(default_factory=packaged_service)


@dataclass(frozen=True, slots=True)
class Look:
    """N compositions as a request sees them; arrays of shape (N,).

    `values` by quantity; `misses`: distances to all intervals, each relative to the wish, summed; `shortage`: the share of
    atoms to exchange until it is as new, and as near to the seed, as asked; `probability` to meet the request in truth.
    """

    values: Mapping[str, Values]
    is_inside: NDArray[np.bool_]
    misses: Values
    shortage: Values
    probability: Values


class Judge:
    """Judges compositions over a fixed palette by one request and what is known."""

    def __init__(self, known: Knowledge, request: Request, palette: tuple[str, ...]) -> None:
        self.known = known
        self.request = request
        self.elements = palette
        empty = self._prediction_task(np.zeros((0, len(palette))))
        self.forms: dict[str, Form] = {
            name: known.service.form(quantity_named(name), palette, empty) for name in request.properties
        }
        self.goals = [
            Goal(name, self.forms[name], *request.interval(name), _aim(request, name)) for name in request.wanted
        ]
        self._reported = _known_matrix(known.reported, palette)

    def seed_fractions(self) -> Values:
        """Fractions of the seed over the palette; elements outside it are left away and not replaced by others."""
        if self.request.seed is None:
            return np.zeros(len(self.elements))
        cations = Composition.of(self.request.seed.formula).cations
        return np.array([cations.get(symbol, 0.0) for symbol in self.elements])

    def check_novelty(self) -> None:
        """Refuse a request to stay nearer to a material than novelty lets anything be.

        Within a distance d of a seed nothing is farther from known materials than d more than the seed itself.

        Raises:
            ImpossibleRequestError: proven by this triangle inequality.
        """
        request = self.request
        if request.seed is None or request.novelty <= 0 or not self.known.reported:
            return
        seed = Composition.of(request.seed.formula)
        known = _known_matrix(self.known.reported, sorted(seed.cations))
        origin = as_matrix([seed], known.elements).fractions
        distance, row = nearest_known(origin, known.fractions)
        most = float(distance[0]) + request.seed.distance
        if most < request.novelty - 1e-9:
            nearest = self.known.reported[int(row[0])].formula
            binding = (f"at most {request.seed.distance:g} from {request.seed.formula}", f"known: {nearest}")
            raise ImpossibleRequestError(
                f"novelty {request.novelty:g} cannot be had at most {request.seed.distance:g} from {request.seed.formula}: "
                f"{nearest} is known, so that nothing there is more than {most:.4g} from known materials",
                evidence_of("novelty", most, {}, binding, certain=True),
            )

    def is_acceptable(self, fractions: Values) -> NDArray[np.bool_]:
        """True where a composition is new enough and near enough to the seed, shape (N,)."""
        return self.shortage(fractions) <= 1e-9

    def shortage(self, fractions: Values) -> Values:
        """The share of atoms to exchange until a composition is new enough, and near enough to the seed, shape (N,)."""
        short = np.zeros(len(fractions))
        if self.request.seed is not None:
            origin = self.seed_fractions()
            outside = 1.0 - origin.sum()
            away = (np.abs(fractions - origin).sum(axis=1) + outside) / 2
            short += np.maximum(0.0, away - self.request.seed.distance)
        if self.request.novelty > 0:
            short += np.maximum(0.0, self.request.novelty - self.novelty(fractions)[0])
        return short

    def novelty(self, fractions: Values) -> tuple[Values, NDArray[np.intp]]:
        """Distance to and row of the nearest reported material, both (N,)."""
        return nearest_known(
            aligned(CompositionMatrix(self.elements, fractions), self._reported.elements), self._reported.fractions
        )

    def _nearest_top_performers(self, fractions: Values) -> tuple[list[float | None], list[str]]:
        """Distance to and formula of the nearest top performer, for each row; None and empty if there are none."""
        rows = self.top_performers
        if not len(rows):
            return [None] * len(fractions), [""] * len(fractions)
        distance, nearest = nearest_known(
            aligned(CompositionMatrix(self.elements, fractions), self._reported.elements),
            self._reported.fractions[rows],
        )
        return distance.tolist(), [self.known.reported[int(rows[entry])].formula for entry in nearest]

    @functools.cached_property
    def top_performers(self) -> NDArray[np.intp]:
        """Rows of the reported materials that come closest to the request, of those made of the elements it allows.

        Their properties are predicted as those of candidates are, so that the same errors are on both sides.
        """
        allowed = [symbol for symbol in self.elements if self.request.limits.bounds(symbol)[1] > 0]
        is_other = ~np.isin(self._reported.elements, allowed)
        rows = np.flatnonzero((self._reported.fractions[:, is_other] <= 0).all(axis=1))
        fractions = aligned(CompositionMatrix(self._reported.elements, self._reported.fractions[rows]), self.elements)
        values = {name: form.value(fractions) for name, form in self.forms.items()} if len(rows) else {}
        return np.asarray(rows[top_performers(self.request, values)] if values else rows[:0])

    def look(self, fractions: Values) -> Look:
        """What is to know of N compositions, with one answer for each quantity of the request."""
        answers = {name: self._estimate(name, fractions) for name in self.request.properties}
        values = {name: answer.values for name, answer in answers.items()}
        spreads = {name: answer.uncertainties for name, answer in answers.items()}
        is_inside, misses = np.ones(len(fractions), dtype=bool), np.zeros(len(fractions))
        for answer in answers.values():
            is_inside &= answer.is_in_domain
        for goal in self.goals:
            sides = [abs(float(side)) for side in (goal.low, goal.high) if math.isfinite(float(side))]
            away = np.abs(np.clip(values[goal.name], goal.low, goal.high) - values[goal.name])
            misses += np.where(np.isfinite(away), away, np.inf) / max([*sides, 1e-3])
        has_wishes = bool(self.request.wanted)
        chance = probability_of_meeting(self.request, values, spreads) if has_wishes else np.ones(len(fractions))
        return Look(values, is_inside, misses, self.shortage(fractions), np.nan_to_num(chance))

    def is_in_domain(self, fractions: Values) -> NDArray[np.bool_]:
        """True where every predictor of the request is in the domain of its method, shape (N,)."""
        is_covered = np.ones(len(fractions), dtype=bool)
        for name in self.request.properties:
            if not quantity_named(name).is_derived:
                is_covered &= self._estimate(name, fractions).is_in_domain
        return is_covered

    def probability(self, fractions: Values) -> Values:
        """Probability that each composition meets the request, errors of prediction counted, shape (N,)."""
        values = {goal.name: goal.form.value(fractions) for goal in self.goals}
        spreads = {}
        for name in values:
            if quantity_named(name).is_derived:
                spreads[name] = np.zeros(len(fractions))
            else:
                spreads[name] = self._estimate(name, fractions).uncertainties
        return probability_of_meeting(self.request, values, spreads) if values else np.ones(len(fractions))

    def candidates(
        self, found: Sequence[tuple[Values, float]], plugin: GeneratorPlugin, task: GenerationTask
    ) -> list[Candidate]:
        """The candidates with predictions, novelty, probability, the reason for their rank, and lineage.

        `found` are (fractions, distance moved) as `Search.collect` gives them, made by the plug-in for the task.
        """
        model = model_digest(plugin, task)
        fractions = np.array([entry for entry, _ in found])
        distance, nearest = self.novelty(fractions)
        top_distance, top = self._nearest_top_performers(fractions)
        properties = self._predictions(fractions)
        probability = self.probability(fractions)
        return [
            Candidate(
                id=candidate_id(self.request, plugin.name, task.seed, self.composition(row)),
                composition=self.composition(row),
                properties={name: entries[index] for name, entries in properties.items()},
                novelty=float(distance[index]),
                generator=plugin.name,
                seed=task.seed,
                is_moved=moved > REAL_MOVE,
                nearest_known=self.known.reported[int(nearest[index])].formula if self.known.reported else "",
                probability=float(probability[index]),
                reason=reason_for_rank(
                    self.request, {name: each[index] for name, each in properties.items()}, probability[index], moved
                ),
                lineage={
                    "request": self.request.digest,
                    "model": model,
                    "seed": task.seed,
                    "data_counter": self.known.counter,
                    "lattice": self.known.lattice,
                    "table": self.known.table,
                    "distance_moved": round(moved, 6),
                },
                top_performer=top[index],
                top_performer_distance=top_distance[index],
            )
            for index, (row, moved) in enumerate(found)
        ]

    def composition(self, fractions: Values) -> Composition:
        """The composition of one row of fractions, shape (n_elements,)."""
        amounts = {s: float(x) for s, x in zip(self.elements, fractions, strict=True) if x > 0}
        return (
            Composition.ceramic(amounts, dict(self.known.anions)) if self.known.anions else Composition.alloy(amounts)
        )

    def _prediction_task(self, fractions: Values) -> PredictionTask:
        matrix = CompositionMatrix(self.elements, fractions)
        known = self.known
        return PredictionTask(matrix, lattice=known.lattice, table=known.table, anions=known.anions)

    def _estimate(self, name: str, fractions: Values) -> Answer:
        return self.known.service.estimate(quantity_named(name), self._prediction_task(fractions))

    def _predictions(self, fractions: Values) -> dict[str, list[PredictedProperty]]:
        table: dict[str, list[PredictedProperty]] = {}
        shown = _SHOWN_OF_CERAMICS if self.known.anions else ALWAYS_SHOWN
        for name in dict.fromkeys((*self.request.properties, *shown)):
            unit = quantity_named(name).unit
            estimate = self._estimate(name, fractions)
            if not all(map(math.isfinite, estimate.values)):
                continue
            table[name] = [
                PredictedProperty(float(value), unit, float(spread), detail, bool(is_covered))
                for value, spread, detail, is_covered in zip(
                    estimate.values, estimate.uncertainties, estimate.details, estimate.is_in_domain, strict=True
                )
            ]
        return table


def _aim(request: Request, name: str) -> float | None:
    return float(request.targets[name]) if name in request.targets else None


def aligned(matrix: CompositionMatrix, elements: Sequence[str]) -> Values:
    """The fractions over `elements`; what lies outside is left away and the rest scaled to sum 1."""
    position = {symbol: index for index, symbol in enumerate(elements)}
    target = np.zeros((len(matrix), len(elements)))
    for index, symbol in enumerate(matrix.elements):
        if symbol in position:
            target[:, position[symbol]] = matrix.fractions[:, index]
    total = target.sum(axis=1, keepdims=True)
    kept: Values = (target / np.where(total > 0, total, 1.0))[total[:, 0] > 0]
    return kept


def _known_matrix(alloys: Sequence[Composition], elements: Sequence[str]) -> CompositionMatrix:
    """The known alloys over all their elements and the given ones."""
    every = sorted({symbol for alloy in alloys for symbol in alloy.elements} | set(elements))
    return as_matrix(alloys, every)
