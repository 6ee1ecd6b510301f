"""The generation loop: request -> compositions that meet it -> candidates in need of validation."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import ImpossibleRequestError, InputError
from quinary.inverse.candidate import Candidate, PredictedProperty
from quinary.inverse.feasibility import check_feasible, evidence_of
from quinary.inverse.novelty import nearest_known
from quinary.inverse.refine import fits, move_onto, weighable
from quinary.inverse.request import Limits, Request
from quinary.loops.known import covered_elements, known_alloys, training_set
from quinary.plugins.registry import find_plugin, predictor_of
from quinary.plugins.sockets import GenerationTask, GeneratorPlugin, PredictionTask
from quinary.points.properties import property_named
from quinary.progress import Progress, silent
from quinary.reference.elements import atomic_numbers
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.store.candidates import add_candidates
from quinary.store.database import Database
from quinary.store.queries import knowledge_change

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Designer", "design", "network_cache"]

DEFAULT_CONDITIONS: Final = ("shear_modulus", "fracture_toughness_rice")
_ALWAYS_SHOWN: Final = (*DEFAULT_CONDITIONS, "density", "price")
_SAMPLES_PER_CANDIDATE: Final = 8
_MOST_ROUNDS: Final = 6


def network_cache() -> Path:
    """Where trained generators are kept: `QUINARY_CACHE`, else the user's cache folder."""
    given = os.environ.get("QUINARY_CACHE")
    base = Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "quinary"
    return base / "generators"


@dataclass(frozen=True, slots=True)
class Designer:
    """Designs for one state of knowledge: an elemental table, an assumed lattice, and the known alloys.

    `reported` are those to learn from and to measure novelty against; none of `alloys`, which may hold more, is offered.
    """

    alloys: Sequence[Composition]
    reported: Sequence[Composition]
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    counter: int = 0
    cache: Path | None = None
    progress: Progress = silent

    def design(self, request: Request, n: int, *, generator: str = "cgan", seed: int = 0) -> list[Candidate]:
        """Exactly `n` different candidates that meet the request, none of them a known alloy.

        Samples that do not meet it are moved onto it, and marked as moved. Those with a prediction outside the domain of
        its method are offered only if there are not enough others. Candidates come in the order of the objectives, else
        unmoved ones first and then by the distance they were moved.

        Raises:
            InputError: a property has no predictor, an element has no value, or the request names a ceramic.
            ImpossibleRequestError: proven impossible, or fewer than `n` candidates were found.
        """
        plugin: GeneratorPlugin = find_plugin("generators", generator)
        if n < 1:
            raise InputError(f"{n} candidates cannot be designed; ask for one or more")
        if seed < 0:
            raise InputError(f"the seed is {seed}; it must be zero or more")
        if request.limits.anion is not None:
            raise InputError("the generators make alloys; ceramics cannot be designed yet")
        search = _Search(self, request, self._task(request, seed))
        check_feasible(request, search.elements, search.linear_coefficients())
        found = search.collect(plugin, n)
        if len(found) < n:
            raise _too_few(request, n, len(found))
        return search.candidates(found[:n], plugin.name, seed)

    def _task(self, request: Request, seed: int) -> GenerationTask:
        """What the generator learns from: alloys of S1's class, or of the palette that was asked for."""
        names = request.properties or DEFAULT_CONDITIONS
        conditions = DEFAULT_CONDITIONS if set(names) <= set(DEFAULT_CONDITIONS) else names
        palette = self.palette(request.limits, names)
        asked = tuple(request.limits.elements) and palette
        data = training_set(self.reported, conditions, asked, lattice=self.lattice, table=self.table)
        if len(palette) < 2:
            raise InputError(f"only {', '.join(palette)} to choose from; a new alloy needs two elements or more")
        if len(data.matrix) < 2:
            raise InputError("no known alloys share three elements with the elements asked for", palette)
        return GenerationTask(data.matrix, data.values, request, seed, self.cache, self.progress)

    def palette(self, limits: Limits, names: Sequence[str]) -> tuple[str, ...]:
        """The elements to choose from: those asked for, else those of the known alloys that every predictor covers.

        Raises:
            InputError: an element asked for has no value for one of the properties.
        """
        covered = covered_elements(names)
        obligatory = tuple(symbol for symbol, (low, _) in limits.fractions.items() if low > 0)
        missing = [symbol for symbol in (*limits.elements, *obligatory) if symbol not in covered]
        if missing:
            raise InputError(f"{', '.join(missing)} has no elemental value for {', '.join(names)}", sorted(covered))
        known = {symbol for alloy in self.alloys for symbol in alloy.elements}
        chosen = limits.elements or (*(known & covered), *obligatory)
        order = atomic_numbers()
        return tuple(sorted(dict.fromkeys(chosen), key=order.__getitem__))


# composition key -> fractions and the distance they were moved
_Made: TypeAlias = "dict[str, tuple[NDArray[np.float64], float]]"


class _Search:
    """One design under way: evaluates, moves and collects samples over a fixed list of elements."""

    def __init__(self, designer: Designer, request: Request, task: GenerationTask) -> None:
        self.designer = designer
        self.request = request
        self.task = task
        self.names = tuple(dict.fromkeys((*request.properties, *_ALWAYS_SHOWN)))
        palette = designer.palette(request.limits, request.properties or DEFAULT_CONDITIONS)
        self.elements = tuple(dict.fromkeys((*palette, *(s for s in task.known.elements if s in palette))))
        self.known_keys = {composition_key(alloy) for alloy in designer.alloys}

    def prediction_task(self, fractions: NDArray[np.float64]) -> PredictionTask:
        """What the predictors need for fractions of shape (N, n_elements)."""
        matrix = CompositionMatrix(self.elements, fractions)
        return PredictionTask(matrix, lattice=self.designer.lattice, table=self.designer.table)

    def evaluate(self, fractions: NDArray[np.float64]) -> Mapping[str, NDArray[np.float64]]:
        """Requested property -> values, for fractions of shape (N, n_elements)."""
        task = self.prediction_task(fractions)
        return {name: predictor_of(name).predict(name, task).values for name in self.request.properties}

    def linear_coefficients(self) -> dict[str, NDArray[np.float64]]:
        """The requested properties that are linear in the fractions: property -> (n_elements,)."""
        import numpy as np

        task = self.prediction_task(np.zeros((0, len(self.elements))))
        rows = {name: predictor_of(name).coefficients(name, self.elements, task) for name in self.request.properties}
        return {name: row for name, row in rows.items() if row is not None}

    def collect(self, plugin: GeneratorPlugin, n: int) -> list[tuple[NDArray[np.float64], float]]:
        """(fractions, distance moved) of up to `n` different new compositions that meet the request, best first."""
        found: _Made = {}
        reserve: _Made = {}
        for number in range(_MOST_ROUNDS):
            task = replace(self.task, seed=self.task.seed + 7919 * number)
            samples = _aligned(plugin.generate(task, max(64, _SAMPLES_PER_CANDIDATE * n)), self.elements)
            for start in (*samples, *(_guided_starts(self, number) if number else ())):
                if len(found) >= n:
                    break
                self._take(start, found, reserve)
            self.designer.progress("designing", len(found), n)
            if len(found) >= n or (not found and len(reserve) >= n):
                break
        outside = sorted(reserve.values(), key=self._order)[: max(0, n - len(found))]
        return sorted(found.values(), key=self._order) + outside

    def _take(self, start: NDArray[np.float64], found: _Made, reserve: _Made) -> None:
        """Keep the sample if it meets the request, in reserve if a prediction for it is outside its method's domain."""
        made = self._as_it_is(start)
        if made is None:
            made = move_onto(self.request, self.elements, start, self.evaluate)
        if made is None:
            return
        key = composition_key(self._composition(made))
        if key not in self.known_keys:
            moved = float(abs(made - start).sum() / 2)
            (found if self._is_in_domain(made) else reserve).setdefault(key, (made, moved))

    def _is_in_domain(self, fractions: NDArray[np.float64]) -> bool:
        task = self.prediction_task(fractions[None, :])
        return all(predictor_of(name).predict(name, task).is_in_domain[0] for name in self.request.properties)

    def _as_it_is(self, start: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The sample rounded to weighable fractions, if it meets the request so."""
        rounded = weighable(start)
        if not fits(rounded, self.elements, self.request.limits):
            return None
        values = {name: float(column[0]) for name, column in self.evaluate(rounded[None, :]).items()}
        return rounded if self.request.is_met_by(values) else None

    def _order(self, entry: tuple[NDArray[np.float64], float]) -> tuple[float, ...]:
        fractions, moved = entry
        values = {name: float(column[0]) for name, column in self.evaluate(fractions[None, :]).items()}
        worst_first = [-values[name] for name in self.request.maximize] + [
            values[name] for name in self.request.minimize
        ]
        return (*worst_first, moved)

    def _composition(self, fractions: NDArray[np.float64]) -> Composition:
        return Composition.alloy({s: float(x) for s, x in zip(self.elements, fractions, strict=True) if x > 0})

    def candidates(
        self, found: Sequence[tuple[NDArray[np.float64], float]], generator: str, seed: int
    ) -> list[Candidate]:
        """The candidates with predictions, novelty and lineage."""
        import numpy as np

        fractions = np.array([entry for entry, _ in found])
        known = _known_matrix(self.designer.reported, self.elements)
        distance, nearest = nearest_known(
            _aligned(CompositionMatrix(self.elements, fractions), known.elements), known.fractions
        )
        properties = self._predictions(fractions)
        return [
            Candidate(
                id=_candidate_id(self.request, generator, seed, self._composition(row)),
                composition=self._composition(row),
                properties={name: entries[index] for name, entries in properties.items()},
                novelty=float(distance[index]),
                generator=generator,
                seed=seed,
                is_moved=moved > 1e-3,
                nearest_known=self.designer.reported[int(nearest[index])].formula,
                lineage={
                    "request": self.request.digest,
                    "data_counter": self.designer.counter,
                    "lattice": self.designer.lattice,
                    "table": self.designer.table,
                    "distance_moved": round(moved, 6),
                },
            )
            for index, (row, moved) in enumerate(found)
        ]

    def _predictions(self, fractions: NDArray[np.float64]) -> dict[str, list[PredictedProperty]]:
        task = self.prediction_task(fractions)
        table: dict[str, list[PredictedProperty]] = {}
        for name in self.names:
            estimate = predictor_of(name).predict(name, task)
            if not all(map(math.isfinite, estimate.values)):
                continue
            unit = property_named(name).unit
            table[name] = [
                PredictedProperty(float(value), unit, float(spread), detail, bool(inside))
                for value, spread, detail, inside in zip(
                    estimate.values, estimate.uncertainties, estimate.details, estimate.is_in_domain, strict=True
                )
            ]
        return table


def _known_matrix(alloys: Sequence[Composition], elements: Sequence[str]) -> CompositionMatrix:
    """The known alloys over all their elements and the given ones."""
    every = sorted({symbol for alloy in alloys for symbol in alloy.elements} | set(elements))
    return as_matrix(alloys, every)


def _aligned(matrix: CompositionMatrix, elements: Sequence[str]) -> NDArray[np.float64]:
    """The fractions over `elements`; what lies outside is left away and the rest scaled to sum 1."""
    import numpy as np

    position = {symbol: index for index, symbol in enumerate(elements)}
    target = np.zeros((len(matrix), len(elements)))
    for index, symbol in enumerate(matrix.elements):
        if symbol in position:
            target[:, position[symbol]] = matrix.fractions[:, index]
    total = target.sum(axis=1, keepdims=True)
    kept: NDArray[np.float64] = (target / np.where(total > 0, total, 1.0))[total[:, 0] > 0]
    return kept


def _guided_starts(search: _Search, number: int) -> NDArray[np.float64]:
    """Starting points for requests far from the known alloys: random mixtures of few elements of the palette."""
    import numpy as np

    generator = np.random.default_rng((search.task.seed, number))
    fewest, most = search.request.limits.n_components
    n_elements = len(search.elements)
    starts = np.zeros((64, n_elements))
    for row in range(len(starts)):
        size = int(generator.integers(max(1, fewest, 2 if n_elements > 1 else 1), max(2, min(most, 6, n_elements)) + 1))
        chosen = generator.choice(n_elements, size=min(size, n_elements), replace=False)
        starts[row, chosen] = generator.dirichlet(np.full(len(chosen), 1.0))
    return starts


def _candidate_id(request: Request, generator: str, seed: int, composition: Composition) -> str:
    text = f"{request.digest}|{generator}|{seed}|{composition_key(composition)}"
    return f"Q{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _too_few(request: Request, n: int, n_found: int) -> ImpossibleRequestError:
    names = ", ".join((*request.targets, *request.ranges)) or "the limits"
    return ImpossibleRequestError(
        f"found {n_found} of {n} new compositions that meet {names}; widen the request or ask for fewer",
        evidence_of(names, None, {}, (), certain=False),
    )


def design(
    database: Database | None,
    request: Request,
    n: int = 10,
    *,
    generator: str = "cgan",
    seed: int = 0,
    is_stored: bool = True,
    **settings: Any,
) -> list[Candidate]:
    """Exactly `n` candidates that meet the request; stored as generated materials unless told otherwise.

    `settings` are those of `Designer`: lattice, table, cache, progress.

    Raises:
        InputError, ImpossibleRequestError: see `Designer.design`.
        WorkError: the candidates cannot be stored.
    """
    counter = 0
    if database is not None:
        with database.read() as connection:
            counter = knowledge_change(connection)
    settings.setdefault("cache", network_cache())
    reported = known_alloys(database, is_reported=True)
    designer = Designer(known_alloys(database), reported, counter=counter, **settings)
    found = designer.design(request, n, generator=generator, seed=seed)
    if database is not None and is_stored:
        with database.write() as connection:
            add_candidates(connection, request, found)
    return found
