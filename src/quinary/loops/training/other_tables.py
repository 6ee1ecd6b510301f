"""Tables of other labels to learn together with: the property by another method, or another property."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.learning.keeping import PHYSICS_COLUMN
from quinary.loops.training.learning_data import Gathered, Question, gathered, usual_values
from quinary.points.point import Method
from quinary.points.properties import property_named

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable
    from quinary.learning.keeping import Facts
    from quinary.points.point import DataPoint

__all__ = ["FIDELITIES", "Labels", "joined_digest", "labels_named", "with_others"]

FIDELITIES: Final = (Method.EMPIRICAL, Method.POTENTIAL, Method.CALPHAD, Method.DFT, Method.MEASURED)
_FEWEST: Final = 8


@dataclass(frozen=True, slots=True)
class Labels:
    """Other labels by name: the question that they answer, and the method of theirs if the name is one."""

    question: Question
    method: Method | None = None

    def among(self, points: Iterable[DataPoint]) -> list[DataPoint]:
        """Those of the points that are such labels."""
        return [entry for entry in points if self.method is None or entry.method is self.method]


def labels_named(question: Question, name: str) -> Labels:
    """What a method of `FIDELITIES`, or a property, stands for beside a question.

    Raises:
        InputError: the name is neither.
    """
    methods = {method.value: method for method in FIDELITIES}
    if name in methods:
        return Labels(question, methods[name])
    return Labels(replace(question, property=property_named(name).name))


def joined_digest(first: str, second: str) -> str:
    """32 digits that stand for two digests in this order."""
    return hashlib.blake2b(f"{first} {second}".encode(), digest_size=16).hexdigest()


def with_others(
    question: Question, data: Gathered, names: Sequence[str], points_of: Callable[[str], Iterable[DataPoint]]
) -> Gathered:
    """The same with tables of other labels; a name is a method of `FIDELITIES` or a property.

    Rows with elements that the property's own table lacks are left out: nobody can ask about them. Columns that other
    labels do not have take the usual value. `together` of the answer covers the points of every table.

    Raises:
        InputError: an unknown name, classes, or fewer than eight labels.
    """
    tables, warnings, facts = [], [], data.facts
    for name in names:
        labels = labels_named(question, name)
        points = labels.among(points_of(labels.question.property))
        if labels.method and not points:
            raise InputError(f"there is no {name} value of {question.property} to learn together with")
        if not points:
            raise InputError(f"there is no value of {name} to learn together with; import a table that has it")
        whole = gathered(labels.question, points)
        found, facts = whole.table, _joined(facts, name, whole.facts)
        table = _aligned(question, replace(found, property=name), data)
        _check(table, data, labels.question.property == question.property)
        tables.append(table)
        warnings.append(f"learned together with {len(table)} of {len(found)} rows of {name}, which have its elements")
    return replace(data, together=facts, others=tuple(tables), warnings=(*data.warnings, *warnings))


def _joined(own: Facts, name: str, other: Facts) -> Facts:
    """Sources, licences and digest of both: the model is made of both."""
    counts = {**own.data, **{name: own.data.get(name, 0) + count for name, count in other.data.items()}}
    return replace(
        own, data=counts, licences=tuple(sorted({*own.licences, *other.licences})), together=(*own.together, name),
        training=joined_digest(own.training, other.training),
    )  # fmt: skip


def _check(table: LearningTable, data: Gathered, is_same: bool) -> None:
    name = table.property
    if table.is_class or data.table.is_class:
        raise InputError(
            f"{name if table.is_class else data.table.property} has classes; numbers alone are learned together"
        )
    if len(table) < _FEWEST:
        raise InputError(f"{name} has {len(table)} rows with the elements of the table; at least {_FEWEST} are needed")
    own = {(c, t) for c, t in zip(data.table.groups["composition"], data.table.target, strict=True)}
    repeated = sum((c, t) in own for c, t in zip(table.groups["composition"], table.target, strict=True))
    if is_same and repeated == len(table):
        raise InputError(f"the values that are learned are the {name} ones already; name another method or property")


def _aligned(question: Question, table: LearningTable, data: Gathered) -> LearningTable:
    """The rows with elements of the own table, over these elements and with its columns."""
    own = data.table.matrix.elements
    strange = [number for number, symbol in enumerate(table.matrix.elements) if symbol not in own]
    rows = table.rows(np.flatnonzero(~(table.matrix.fractions[:, strange] > 0).any(axis=1)))
    matrix = CompositionMatrix(rows.matrix.elements, rows.matrix.fractions).over(own)
    defaults = data.facts.defaults
    columns: dict[str, NDArray[np.float64]] = {
        name: rows.columns.get(name, np.full(len(rows), float(defaults.get(name, np.median(values)))))
        for name, values in data.table.columns.items()
    }
    found = replace(rows, matrix=matrix, columns=columns)
    if PHYSICS_COLUMN in columns:
        usual = usual_values(found, question)
        values = np.full(len(found), np.nan) if usual is None else usual[1]
        columns[PHYSICS_COLUMN] = np.where(np.isfinite(values), values, defaults[PHYSICS_COLUMN])
    return found
