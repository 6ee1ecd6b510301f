"""One design under way: samples of a generator are led onto the request, judged, and the best of them chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import InputError
from quinary.inverse.bounds import Polytope, extreme
from quinary.inverse.candidate import Candidate, PredictedProperty
from quinary.inverse.even import even_mixtures
from quinary.inverse.feasibility import polytope_of
from quinary.inverse.forms import Form, Linear, Numerical, Ratio
from quinary.inverse.moving import Goal, Moved, Mover
from quinary.inverse.novelty import nearest_known
from quinary.inverse.pushing import Objective, pushed
from quinary.inverse.ranking import far_apart, first_fronts, probability_of_meeting
from quinary.inverse.request import Request
from quinary.loops.known import Predictors, predictor_chosen
from quinary.loops.lineage import REAL_MOVE, candidate_id, model_digest, reason_for_rank
from quinary.loops.property_forms import property_form
from quinary.plugins.sockets import Anions, Estimate, GenerationTask, GeneratorPlugin, PredictionTask
from quinary.points.properties import property_named
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["ALWAYS_SHOWN", "CERAMIC_CONDITIONS", "DEFAULT_CONDITIONS", "Knowledge", "Search"]

DEFAULT_CONDITIONS: Final = ("shear_modulus", "fracture_toughness_rice")
CERAMIC_CONDITIONS: Final = ("bulk_modulus", "shear_modulus")
ALWAYS_SHOWN: Final = (*DEFAULT_CONDITIONS, "density", "price")
_SHOWN_OF_CERAMICS: Final = (*CERAMIC_CONDITIONS, "hardness_vickers", "lattice_parameter", "density")
_SAMPLES_PER_CANDIDATE: Final = 8
_LEAST_SAMPLES: Final = 256
_MOST_ROUNDS: Final = 8
_POOL: Final = 2  # so many times the candidates wanted are found before the best are chosen
_N_CORNERS: Final = 24
_N_LOOKS: Final = 2000
# Candidates that nobody asked to be different are as far apart as there are enough of: one alloy three times is no choice.
_USUAL_DISTANCES: Final = (0.05, 0.02, 0.01, 0.0)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a design starts from: known materials, an assumed lattice and an elemental table, and the data counter.

    `reported` are those that novelty is measured against; none of `materials`, which may hold more, is offered. All are
    alloys, or all are ceramics with the same `anions` (atoms per cation). `predictors` are asked in the place of the
    preferred ones.
    """

    materials: Sequence[Composition]
    reported: Sequence[Composition]
    anions: Anions = ()
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    counter: int = 0
    progress: Progress = silent
    predictors: Predictors = field(default_factory=dict)


class _Pool:
    """Compositions that meet the request, each once: fractions (N, n_elements) and how far each was moved."""

    def __init__(self, n_elements: int) -> None:
        import numpy as np

        self.fractions = np.empty((0, n_elements))
        self.moved = np.empty(0)
        self.keys: set[str] = set()

    def add(self, fractions: Values, moved: Values, composition: Callable[[Values], Composition]) -> None:
        """Add those that are not there yet."""
        import numpy as np

        fresh = []
        for row, entry in enumerate(fractions):
            key = composition_key(composition(entry))
            if key not in self.keys:
                self.keys.add(key)
                fresh.append(row)
        self.fractions = np.concatenate([self.fractions, fractions[fresh]])
        self.moved = np.concatenate([self.moved, moved[fresh]])

    def __len__(self) -> int:
        return len(self.fractions)


class Search:
    """Leads samples over a fixed palette onto a request."""

    def __init__(self, known: Knowledge, request: Request, palette: tuple[str, ...], task: GenerationTask) -> None:
        self.known = known
        self.request = request
        self.elements = palette
        limits = request.limits
        self.mover = Mover(
            palette,
            {symbol: limits.bounds(symbol) for symbol in palette},
            limits.n_components,
            limits.smallest,
            limits.step,
        )
        import numpy as np

        empty = self._prediction_task(np.zeros((0, len(palette))))
        self.forms: dict[str, Form] = {
            name: property_form(name, palette, empty, known.predictors.get(name)) for name in request.properties
        }
        self.goals = [
            Goal(name, self.forms[name], *request.interval(name), request.targets.get(name))
            for name in dict.fromkeys((*request.targets, *request.ranges))
        ]
        self.task = replace(task, forms=self.forms)
        self._known_keys = {composition_key(alloy) for alloy in known.materials}
        self._reported = _known_matrix(known.reported, palette)

    def collect(self, plugin: GeneratorPlugin, n: int) -> list[tuple[Values, float]]:
        """(fractions, distance moved) of up to `n` different new compositions that meet the request, best first."""
        inside, outside = _Pool(len(self.elements)), _Pool(len(self.elements))
        inside.keys = outside.keys = set(self._known_keys)
        n_samples = max(_LEAST_SAMPLES, _SAMPLES_PER_CANDIDATE * n)
        for number in range(_MOST_ROUNDS):
            for starts in self._starts(plugin, number, n_samples):
                self._take(starts, number, inside, outside)
            self.known.progress("designing", min(len(inside), n), n)
            if len(inside) >= _POOL * n or (number and not len(inside) and len(outside) >= n):
                break
        chosen = self._best(inside, n)
        return chosen + (self._best(outside, n - len(chosen), chosen) if len(chosen) < n else [])

    def _starts(self, plugin: GeneratorPlugin, number: int, n_samples: int) -> list[Values]:
        """Samples of the generator; later also mixtures of corners of what is possible, of ceramics also even ones."""
        task = replace(self.task, seed=self.task.seed + 7919 * number)
        starts = [aligned(plugin.generate(task, n_samples), self.elements)]
        if number:
            starts.append(self._mixed_corners(n_samples, number))
        if number and self.known.anions:
            starts.append(self._even_mixtures(n_samples, number))
        return [self._near_seed(entry) for entry in starts]

    def _mixed_corners(self, n_samples: int, number: int) -> Values:
        """Mixtures of two or three corners of the polytope of the request: every one meets what is linear in it."""
        import numpy as np

        generator = np.random.default_rng((self.task.seed, number))
        place = self._place()
        corners = []
        for _ in range(_N_CORNERS):
            found = extreme(Linear(generator.normal(size=len(self.elements))), place, highest=True)
            if found is not None:
                corners.append([found.composition.get(symbol, 0.0) for symbol in self.elements])
        if not corners:
            return np.empty((0, len(self.elements)))
        chosen = np.array(corners)[generator.integers(len(corners), size=(n_samples, 3))]
        weights = generator.dirichlet(np.full(3, 0.7), n_samples)
        mixed: Values = np.einsum("nk,nke->ne", weights, chosen)
        return mixed

    def _even_mixtures(self, n_samples: int, number: int) -> Values:
        """Nearly equal parts of metals that two by two lie in the domain of the methods, or of any if none do."""
        import numpy as np

        n_metals = len(self.elements)
        first, second = np.triu_indices(n_metals, k=1)
        is_covered = self._is_in_domain((np.eye(n_metals)[first] + np.eye(n_metals)[second]) / 2)
        weights = np.zeros(n_metals)
        np.add.at(weights, np.concatenate([first, second]), np.tile(is_covered, 2))
        generator = np.random.default_rng((self.task.seed, number, 1))
        return even_mixtures(weights, self.request.limits.n_components, n_samples, generator)

    def _place(self) -> Polytope:
        place = polytope_of(self.request.limits, self.elements)
        for goal in self.goals:
            if isinstance(goal.form, Linear | Ratio):
                place = place.within(goal.name, goal.form, *self.request.interval(goal.name))
        return place

    def _near_seed(self, starts: Values) -> Values:
        """Starts drawn towards the material to stay near to, half as far away as allowed."""
        import numpy as np

        if self.request.seed is None or not len(starts):
            return starts
        origin = self._seed_fractions()
        apart = np.abs(starts - origin).sum(axis=1) / 2
        share = np.minimum(1.0, self.request.seed.distance / 2 / np.maximum(apart, 1e-12))
        drawn: Values = origin + share[:, None] * (starts - origin)
        return drawn

    def _seed_fractions(self) -> Values:
        """Fractions of the seed over the palette; elements outside it are left away and not replaced by others."""
        import numpy as np

        if self.request.seed is None:
            return np.zeros(len(self.elements))
        cations = Composition.of(self.request.seed.formula).cations
        return np.array([cations.get(symbol, 0.0) for symbol in self.elements])

    def _take(self, starts: Values, number: int, inside: _Pool, outside: _Pool) -> None:
        """Keep what meets the request as it is or after moving; in another pool what a method's domain does not cover."""
        import numpy as np

        plain = self.mover.as_they_are(starts, self.goals)
        led = self._led(starts[~plain.is_met] if not self.request.objectives else starts, number)
        moved_from = starts[~plain.is_met] if not self.request.objectives else starts
        parts = [(plain.fractions[plain.is_met], starts[plain.is_met])] if not self.request.objectives else []
        parts.append((led.fractions[led.is_met], moved_from[led.is_met]))
        for met, origin in parts:
            is_kept = self._is_acceptable(met)
            fractions = met[is_kept]
            moved = np.abs(fractions - origin[is_kept]).sum(axis=1) / 2
            covered = self._is_in_domain(fractions)
            inside.add(fractions[covered], moved[covered], self.composition)
            outside.add(fractions[~covered], moved[~covered], self.composition)

    def _led(self, starts: Values, number: int) -> Moved:
        objectives = [self._objective(name, direction) for name, direction in self.request.objectives.items()]
        return pushed(self.mover, starts, self.goals, objectives, self.task.seed + number)

    def _objective(self, name: str, direction: float) -> Objective:
        """A property to push, from its worst to its best over the limits: proven, or beyond those of random mixtures."""
        import numpy as np

        form = self.forms[name]
        place = polytope_of(self.request.limits, self.elements)
        if isinstance(form, Numerical):
            anywhere = np.random.default_rng(0).dirichlet(np.full(len(self.elements), 0.5), _N_LOOKS)
            values = form.value(anywhere)
            values = values[np.isfinite(values)]
            if not len(values):
                raise InputError(f"{name} is not defined for mixtures of {', '.join(self.elements)}")
            spread = float(np.ptp(values))
            low, high = float(values.min()) - spread, float(values.max()) + spread
        else:
            ends = [extreme(form, place, highest=side) for side in (False, True)]
            low, high = (end.value if end else 0.0 for end in ends)
        return Objective(name, form, direction, low if direction > 0 else high, high if direction > 0 else low)

    def _is_acceptable(self, fractions: Values) -> NDArray[np.bool_]:
        """True where a composition is new enough and near enough to the seed, shape (N,)."""
        import numpy as np

        is_kept = np.ones(len(fractions), dtype=bool)
        if self.request.seed is not None:
            origin = self._seed_fractions()
            outside = 1.0 - origin.sum()
            is_kept &= (np.abs(fractions - origin).sum(axis=1) + outside) / 2 <= self.request.seed.distance + 1e-9
        if self.request.novelty > 0:
            is_kept &= self.novelty(fractions)[0] >= self.request.novelty - 1e-9
        return is_kept

    def novelty(self, fractions: Values) -> tuple[Values, NDArray[np.intp]]:
        """Distance to and row of the nearest reported material, both (N,)."""
        return nearest_known(
            aligned(CompositionMatrix(self.elements, fractions), self._reported.elements), self._reported.fractions
        )

    def _is_in_domain(self, fractions: Values) -> NDArray[np.bool_]:
        import numpy as np

        is_covered = np.ones(len(fractions), dtype=bool)
        for name in self.request.properties:
            if not property_named(name).is_derived:
                is_covered &= self._estimate(name, fractions).is_in_domain
        return is_covered

    def _best(self, pool: _Pool, n: int, earlier: Sequence[tuple[Values, float]] = ()) -> list[tuple[Values, float]]:
        """Up to `n`: by objectives, or by hundredths of probability to meet the request, without traces, least moved."""
        import numpy as np

        if not len(pool) or n < 1:
            return []
        costs = [-self.probability(pool.fractions).round(2), self.mover.has_traces(pool.fractions), pool.moved]
        if self.request.objectives:
            columns = [-sign * self.forms[name].value(pool.fractions) for name, sign in self.request.objectives.items()]
            costs = [first_fronts(np.array(columns).T).astype(float), columns[0], pool.moved]
        order = np.lexsort(costs[::-1])
        before = [fractions for fractions, _ in earlier]
        for apart in [self.request.diversity] if self.request.diversity > 0 else _USUAL_DISTANCES:
            chosen = far_apart(pool.fractions, order.tolist(), apart, n, before)
            if len(chosen) == n:
                break
        return [(pool.fractions[row], float(pool.moved[row])) for row in chosen]

    def probability(self, fractions: Values) -> Values:
        """Probability that each composition meets the request, errors of prediction counted, shape (N,)."""
        import numpy as np

        values = {goal.name: goal.form.value(fractions) for goal in self.goals}
        spreads = {}
        for name in values:
            if property_named(name).is_derived:
                spreads[name] = np.zeros(len(fractions))
            else:
                spreads[name] = self._estimate(name, fractions).uncertainties
        return probability_of_meeting(self.request, values, spreads) if values else np.ones(len(fractions))

    def candidates(self, found: Sequence[tuple[Values, float]], plugin: GeneratorPlugin, seed: int) -> list[Candidate]:
        """The candidates with predictions, novelty, probability, the reason for their rank, and lineage."""
        import numpy as np

        model = model_digest(plugin, self.task)
        fractions = np.array([entry for entry, _ in found])
        distance, nearest = self.novelty(fractions)
        properties = self._predictions(fractions)
        probability = self.probability(fractions)
        return [
            Candidate(
                id=candidate_id(self.request, plugin.name, seed, self.composition(row)),
                composition=self.composition(row),
                properties={name: entries[index] for name, entries in properties.items()},
                novelty=float(distance[index]),
                generator=plugin.name,
                seed=seed,
                is_moved=moved > REAL_MOVE,
                nearest_known=self.known.reported[int(nearest[index])].formula if self.known.reported else "",
                probability=float(probability[index]),
                reason=reason_for_rank(
                    self.request, {name: each[index] for name, each in properties.items()}, probability[index], moved
                ),
                lineage={
                    "request": self.request.digest,
                    "model": model,
                    "seed": seed,
                    "data_counter": self.known.counter,
                    "lattice": self.known.lattice,
                    "table": self.known.table,
                    "distance_moved": round(moved, 6),
                },
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

    def _estimate(self, name: str, fractions: Values) -> Estimate:
        plugin = predictor_chosen(name, self.known.predictors, is_ceramic=bool(self.known.anions))
        return plugin.predict(name, self._prediction_task(fractions))

    def _predictions(self, fractions: Values) -> dict[str, list[PredictedProperty]]:
        table: dict[str, list[PredictedProperty]] = {}
        shown = _SHOWN_OF_CERAMICS if self.known.anions else ALWAYS_SHOWN
        for name in dict.fromkeys((*self.request.properties, *shown)):
            unit = property_named(name).unit
            if property_named(name).is_derived:
                values = self.forms[name].value(fractions)
                table[name] = [PredictedProperty(float(value), unit, 0.0, "descriptor", True) for value in values]
                continue
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


def aligned(matrix: CompositionMatrix, elements: Sequence[str]) -> Values:
    """The fractions over `elements`; what lies outside is left away and the rest scaled to sum 1."""
    import numpy as np

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
