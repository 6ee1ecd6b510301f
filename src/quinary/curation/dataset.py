"""The data as detectors see them: one entry a line of a file, its formula as typed, and the paper it comes from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.formula_grammar import parse_formula
from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.points.point import DataPoint, Origin

__all__ = ["Dataset", "Entry", "distinct_compositions", "fraction_matrix", "typed_amounts"]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line of a file: the points that came of it. `index` is its place in the data set.

    `amounts` are the amounts as typed, element by element (no number counts as 1); empty where the formula has brackets,
    is given by weight, or was not kept. `total` is the sum of the amounts, a bracket counting as one amount; 0 where
    nothing is known of them, or where there is only one. `fractions` are atomic fractions.
    """

    index: int
    source: str
    line: int
    paper: str
    formula: str
    amounts: Mapping[str, float]
    total: float
    fractions: Mapping[str, float]
    points: tuple[DataPoint, ...]

    @property
    def composition_key(self) -> str:
        """Identity of the composition."""
        return self.points[0].material.composition_key

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements, alphabetical."""
        return tuple(self.fractions)

    @property
    def kind(self) -> str:
        """`alloy`, or the anions of a ceramic (`C`, `C+N`): values of one kind say nothing of another."""
        composition = self.points[0].material.composition
        return "+".join(sorted(composition.anions)) if composition.is_ceramic else "alloy"

    def measured(self, name: str) -> Sequence[DataPoint]:
        """The points of one property that are not calculated from the composition."""
        return [point for point in self.points if point.property == name and point.method.value != "calculated"]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All entries, and those of each paper (entries without a reference belong to the paper of their file)."""

    entries: tuple[Entry, ...]
    papers: Mapping[str, tuple[Entry, ...]]

    @classmethod
    def of(cls, points: Iterable[DataPoint]) -> Dataset:
        """The data set of literature points; predictions and validations of our own are left out."""
        lines: dict[tuple[str, int], list[DataPoint]] = defaultdict(list)
        for point in points:
            if point.origin is Origin.LITERATURE:
                place = str(point.lineage.get("file", point.source.name)), int(point.lineage.get("line", 0))
                lines[place].append(point)
        entries = tuple(_entry(number, place, tuple(found)) for number, (place, found) in enumerate(lines.items()))
        papers: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            papers[entry.paper or f"file {entry.source}"].append(entry)
        return cls(entries, {name: tuple(found) for name, found in papers.items()})


def _entry(index: int, place: tuple[str, int], points: tuple[DataPoint, ...]) -> Entry:
    composition = points[0].material.composition
    formula = str(points[0].lineage.get("formula", ""))
    return Entry(
        index, *place, points[0].doi, formula or composition.formula, *typed_amounts(formula),
        composition.atomic_fractions, points,
    )  # fmt: skip


def typed_amounts(formula: str) -> tuple[dict[str, float], float]:
    """(element -> amount as typed, sum of all amounts); nothing for weight percent and what is no formula.

    The amounts are empty, but the sum is known, where there are brackets or an element stands twice.
    """
    if not formula or "wt" in formula or "mass" in formula or "weight" in formula:
        return {}, 0.0
    try:
        items = [item for item in parse_formula(formula) if item.count > 0]
    except InputError:
        return {}, 0.0
    total = math.fsum(item.count for item in items) if len(items) > 1 else 0.0
    amounts = {item.amounts[0][0]: item.count for item in items if not item.is_group}
    return (amounts if len(amounts) == len(items) else {}), total


def fraction_matrix(entries: Sequence[Entry]) -> CompositionMatrix:
    """Atomic fractions of entries, shape (n_entries, n_elements), over all their elements in alphabetical order."""
    elements = tuple(sorted({symbol for entry in entries for symbol in entry.fractions}))
    place = {symbol: column for column, symbol in enumerate(elements)}
    fractions: NDArray[np.float64] = np.zeros((len(entries), len(elements)))
    for row, entry in enumerate(entries):
        for symbol, fraction in entry.fractions.items():
            fractions[row, place[symbol]] = fraction
    return CompositionMatrix(elements, fractions)


def distinct_compositions(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Composition key -> the entries that have it, in order of appearance."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.composition_key].append(entry)
    return groups
