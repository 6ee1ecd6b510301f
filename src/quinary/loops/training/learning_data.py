"""Data points -> learning tables: which points a model may learn from, and what else it is told."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from quinary.chemistry.matrix import CompositionMatrix
from quinary.constants import ROOM_TEMPERATURE
from quinary.errors import InputError, unknown_name
from quinary.learning.data import LearningTable, Measurement, build_table
from quinary.learning.keeping import PHYSICS_COLUMN, Facts, LearnedPredictor
from quinary.loops.literature import read_points
from quinary.loops.training.condition_columns import (
    SAME_KELVIN,
    condition_columns_of,
    condition_ranges,
    told_of_condition,
    usual_value,
)
from quinary.loops.training.processing_columns import processing_columns
from quinary.plugins import PredictionTask, ReadOptions, Rejection, find_plugin, predictors_of
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.point import DataPoint, Method
from quinary.points.properties import property_meant, property_named
from quinary.readers.embedded import EMBEDDED
from quinary.reference.precursors import ANIONS_PER_CATION
from quinary.store.queries import stored_points
from quinary.store.schema import change_counter, doi_record

if TYPE_CHECKING:
    from quinary.plugins import Anions, PredictorPlugin
    from quinary.store.database import Database

__all__ = [
    "KINDS",
    "Gathered",
    "Question",
    "embedded_points",
    "gathered",
    "known_in",
    "points_of_file",
    "training_digest",
    "usual_values",
    "values_of",
]

KINDS: Final = ("alloy", *ANIONS_PER_CATION)
_TAUGHT: Final = (Method.MEASURED, Method.DFT, Method.POTENTIAL, Method.CALPHAD)
_ENOUGH: Final = 20
_FEWEST_OF_A_CLASS: Final = 50
_SOLID_SOLUTIONS: Final = frozenset({"BCC", "FCC", "HCP"})
_VACANCIES: Final = 0.1  # relative difference of the anions up to which a ceramic is taken as the same
_YEAR_IN_DOI: Final = re.compile(r"\.((?:19|20)\d\d)\.\d")
_COVERED: Final = 0.5  # share of the rows that the usual predictor must cover to be shown to models


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be learned: a property of alloys, or of ceramics of one anion, under conditions that every row must meet.

    The property may be named by an alias.

    Raises:
        InputError: an unknown or a derived property, or an unknown anion.
    """

    property: str
    kind: str = "alloy"
    conditions: Conditions = AMBIENT

    def __post_init__(self) -> None:
        entry = property_meant(self.property)
        object.__setattr__(self, "property", entry.name)
        if entry.is_derived:
            raise InputError(
                f"{self.property} is a closed form of the composition: `quinary describe` computes it, and there is "
                "nothing to learn"
            )
        if self.kind not in KINDS:
            raise unknown_name("anion", self.kind, ANIONS_PER_CATION)

    def is_ceramic(self) -> bool:
        """True for ceramics."""
        return self.kind != "alloy"

    def anions(self) -> Anions:
        """Anion atoms per cation; empty for alloys."""
        return ((self.kind, ANIONS_PER_CATION[self.kind]),) if self.is_ceramic() else ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """A table with what is known of its rows. `warnings` say what was left out or put together, and the remedy.

    `others`: tables of other labels with the same elements and columns, and `together` the facts of a model that learns
    from them too (`with_others`).
    `has_outdated`: the model that is kept for the question learned from values that count no more, and must go.
    """

    table: LearningTable
    facts: Facts
    warnings: tuple[str, ...] = ()
    has_outdated: bool = False
    others: tuple[LearningTable, ...] = ()
    together: Facts | None = None


def embedded_points(name: str) -> Iterator[DataPoint]:
    """What the tables that come with the packages say of a property."""
    for entry in EMBEDDED.values():
        reader = find_plugin("readers", entry.reader)
        for row in reader.read(entry.find(), ReadOptions()):
            if isinstance(row, DataPoint) and row.property == name:
                yield row


def points_of_file(path: Path, name: str) -> list[DataPoint]:
    """What a table of one's own says of a property.

    Raises:
        InputError: the file cannot be read, or has no value of this property; the message says which it has.
    """
    rows = list(read_points(path))
    found = [row for row in rows if isinstance(row, DataPoint)]
    wanted = [row for row in found if row.property == name]
    if not wanted:
        known = sorted({row.property for row in found})
        wrong = next((f"; line {row.line}: {row.reason}" for row in rows if isinstance(row, Rejection)), "")
        raise InputError(
            f"{path} has no value of {name} that can be read; it has {', '.join(known) or 'none'}{wrong}", known
        )
    return wanted


def known_in(database: Database, name: str) -> tuple[list[DataPoint], dict[str, float], int]:
    """The points of a property in a store, years of publication, and the change counter at which they were read."""
    with database.read() as connection:
        found = list(stored_points(connection, name))
        rows = connection.execute(select(doi_record.c.doi, doi_record.c.body))
        years = ((str(doi).lower(), json.loads(body).get("year")) for doi, body in rows)
        counter = connection.execute(select(change_counter.c.value)).scalar_one()  # of the state that was read
        return found, {doi: float(year) for doi, year in years if year}, int(counter)


def training_digest(question: Question, points: Iterable[DataPoint]) -> str:
    """`training` of a model that learns the question from these points.

    Raises:
        InputError: nothing can be learned from them.
    """
    return _digest_of(_usable(_asked(question, points))[0])


def _digest_of(points: Iterable[DataPoint]) -> str:
    """32 digits that are equal for the same statements, in whatever order."""
    return hashlib.blake2b(b"".join(sorted(entry.content_hash for entry in points)), digest_size=16).hexdigest()


def gathered(
    question: Question,
    points: Iterable[DataPoint],
    years: Mapping[str, float] | None = None,
    *,
    store: str = "",
    counter: int | None = None,
) -> Gathered:
    """The learning table of a question, from points of its property.

    Of the methods from measured to CALPHAD the most direct with twenty points is taken, since a model cannot know which is
    which. Bounds are left out. Conditions that differ between rows become columns, and of numbers the common steps of
    processing too; without a stated temperature a test was at room temperature. The value of the usual predictor becomes a
    column where it covers half of the rows.

    Raises:
        InputError: no point answers the question.
    """
    kept, warnings = _usable(_asked(question, points))
    question = _at_their_temperature(question, kept)
    measured, defaults, mixed = _measurements(question, kept, years or {})
    table, physics = _with_physics(build_table(question.property, measured), question)
    sources = Counter(entry.source.name for entry in kept)
    facts = Facts(
        kind=question.kind, data=dict(sources.most_common()), store=store, data_counter=counter, n_points=len(kept),
        licences=tuple(sorted({entry.source.licence for entry in kept if entry.source.licence})),
        defaults={**defaults, **physics}, conditions=question.conditions.as_dict(), training=_digest_of(kept),
        ranges=condition_ranges(question.conditions, kept),
    )  # fmt: skip
    return Gathered(table, facts, (*warnings, *mixed))


def _at_their_temperature(question: Question, points: Sequence[DataPoint]) -> Question:
    """The question at the temperature of all of its points, where nobody stated it and it is not that of a room."""
    low, high = condition_ranges(question.conditions, points).get("temperature", (ROOM_TEMPERATURE, ROOM_TEMPERATURE))
    if low != high or abs(low - ROOM_TEMPERATURE) <= SAME_KELVIN or question.conditions.temperature is not None:
        return question
    return replace(question, conditions=Conditions.of({**question.conditions.as_dict(), "temperature": low}))


def _asked(question: Question, points: Iterable[DataPoint]) -> list[DataPoint]:
    """The points about the property, the kind of material and the conditions of the question."""
    named = [entry for entry in points if entry.property == question.property]
    of_kind = [entry for entry in named if _is_of_kind(entry, question)]
    if not of_kind:
        what = f"ceramics with {question.kind}" if question.is_ceramic() else "alloys"
        other = "there are values of other materials, see --anion" if named else "import a table that has it"
        raise InputError(f"there is no value of {question.property} of {what} to learn from; {other}")
    found = [entry for entry in of_kind if _is_at(entry, question.conditions)]
    if not found:
        at = question.conditions.key or "ambient conditions"
        raise InputError(
            f"none of the {len(of_kind)} values of {question.property} is at {at}; leave out --at, or import values "
            "at these conditions"
        )
    return found


def _usable(points: Sequence[DataPoint]) -> tuple[list[DataPoint], list[str]]:
    """The points that can be learned from, all by one method, and what was left out."""
    numbers = [entry for entry in points if entry.value.categories or not entry.value.is_bound]
    counts = Counter(entry.method for entry in numbers)
    taught = [method for method in _TAUGHT if counts[method]]
    if not taught:
        raise InputError(
            f"every value of {points[0].property} is a bound, or comes from a formula or a model; import values that were "
            "measured, or computed from first principles"
        )
    method = next((one for one in taught if counts[one] >= _ENOUGH), taught[0])
    warnings = []
    if len(points) > len(numbers):
        warnings.append(f"{len(points) - len(numbers)} bounds such as > 1000 are left out: models learn from numbers")
    others = ", ".join(f"{count} {one.value}" for one, count in counts.items() if one is not method)
    if others:
        warnings.append(f"learned from {method.value} values alone, so that methods are not mixed; left out: {others}")
    return [entry for entry in numbers if entry.method is method], warnings


def _is_of_kind(entry: DataPoint, question: Question) -> bool:
    composition = entry.material.composition
    if not question.is_ceramic():
        return not composition.is_ceramic
    anions, wanted = composition.anions, dict(question.anions())
    return (
        composition.is_ceramic
        and len(composition.sublattices) == 2
        and anions.keys() == wanted.keys()
        and all(abs(anions[symbol] - n) < _VACANCIES * n for symbol, n in wanted.items())
    )


def _is_at(entry: DataPoint, conditions: Conditions) -> bool:
    """True if the point is under all of these conditions; room temperature need not be stated."""
    for name, value in conditions.items:
        if name == "temperature" and isinstance(value, float):
            if abs((entry.conditions.temperature or ROOM_TEMPERATURE) - value) > SAME_KELVIN:
                return False
        elif entry.conditions.get(name) != value:
            return False
    return True


def _measurements(
    question: Question, points: Sequence[DataPoint], years: Mapping[str, float]
) -> tuple[list[Measurement], dict[str, float], list[str]]:
    """Measurements with the conditions that differ as columns, the usual value of each column, and what to know of it."""
    fixed = {name for name, _ in question.conditions.items}
    varying = sorted({name for entry in points for name, _ in entry.conditions.items} - fixed)
    columns = condition_columns_of(points, varying)
    usual = {name: usual_value(name, values) for name, values in columns.items()}
    said = [told_of_condition(name, columns, points) for name in varying]
    if not property_named(question.property).is_categorical:
        states, defaults, text = processing_columns(points)
        columns, usual, said = {**columns, **states}, {**usual, **defaults}, [*said, text]
    unit = property_named(question.property).unit
    found = [
        Measurement(
            dict(entry.material.composition.cations), target, unit, entry.uncertainty,
            {name: values[number] for name, values in columns.items()}, entry.doi, _year(entry.doi, years),
        )
        for number, (entry, target) in enumerate(zip(points, _targets(points), strict=True))
    ]  # fmt: skip
    return found, usual, [text for text in said if text]


def _targets(points: Sequence[DataPoint]) -> list[float | str]:
    """Numbers, or classes: the phase of single-phase materials, `multiphase` of the others, `other` of rare phases.

    A phase of fewer than fifty points cannot be told from chance; the three lattices of solid solutions stay by themselves.
    """
    if not any(entry.value.categories for entry in points):
        return [entry.value.nominal for entry in points]
    single = Counter(entry.value.categories[0] for entry in points if len(entry.value.categories) == 1)
    known = {name for name, count in single.items() if count >= _FEWEST_OF_A_CLASS or name in _SOLID_SOLUTIONS}
    return [
        "multiphase" if len(found) != 1 else found[0] if found[0] in known else "other"
        for found in (entry.value.categories for entry in points)
    ]


def _year(doi: str, years: Mapping[str, float]) -> float | None:
    """From the record of the study, else from a DOI of the kind that carries it (10.1016/j.intermet.2010.05.014)."""
    found = _YEAR_IN_DOI.search(doi)
    return years.get(doi.lower()) or (float(found.group(1)) if found else None)


def usual_values(table: LearningTable, question: Question) -> tuple[PredictorPlugin, NDArray[np.float64]] | None:
    """The preferred predictor of the property and its value for every row, shape (N,); None if there is no predictor."""
    able = predictors_of(question.property, is_ceramic=question.is_ceramic())
    return None if not able or table.is_class else (able[0], values_of(able[0], table, question))


def values_of(plugin: PredictorPlugin, table: LearningTable, question: Question) -> NDArray[np.float64]:
    """What a predictor says of every row at its temperature, shape (N,); NaN where it has no answer."""
    values = np.full(len(table), np.nan)
    kelvin = table.columns.get("temperature", np.zeros(len(table)))
    for one in np.unique(kelvin):
        rows = np.flatnonzero(kelvin == one)
        conditions = {**question.conditions.as_dict(), **({"temperature": float(one)} if one > 0 else {})}
        matrix = CompositionMatrix(table.matrix.elements, table.matrix.fractions[rows])
        task = PredictionTask(matrix, anions=question.anions(), conditions=Conditions.of(conditions))
        if isinstance(plugin, LearnedPredictor) and not plugin.covers(task.anions, task.conditions):
            continue
        values[rows] = plugin.predict(question.property, task).values
    return values


def _with_physics(table: LearningTable, question: Question) -> tuple[LearningTable, dict[str, float]]:
    """The table with the value of the usual predictor as a column, and what stands in where that has none."""
    found = usual_values(table, question)
    if found is None or np.isfinite(found[1]).mean() < _COVERED:
        return table, {}
    middle = float(np.nanmedian(found[1]))
    column = np.where(np.isfinite(found[1]), found[1], middle)
    return replace(table, columns={**table.columns, PHYSICS_COLUMN: column}), {PHYSICS_COLUMN: middle}
