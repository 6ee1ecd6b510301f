"""Views: the same points, grouped by study, material, structure or composition, with the value that stands in each cell.

    all            every point that counts
    curated        without what a person accepted as wrong
    aggregated     curated, one group a material (composition, structure and processing)
    structural     curated, one group a composition and structure, whatever the processing
    compositional  curated, one group a composition: what models of the composition alone learn from
    source         curated, one group a study (DOI, or the source where there is none) and material

A view is a pure function of the points and of what is known of their studies. No value is dropped: each cell lists all of
them, and says which one stands and why. Of three or more reported values that count alike the middle one stands, of
classes the most common one, so that no slip of one of them does; of two, and of what was predicted, the latest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from types import MappingProxyType
from typing import Final

from quinary.errors import unknown_name
from quinary.materials.aggregate import CellKey, cell_key, rank, why_better
from quinary.points.point import DataPoint, Origin

__all__ = ["Cell", "Group", "View", "cells_of_points", "grouped", "study_of", "view_named"]

_NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})
_HAVE_A_MIDDLE: Final = 3


class View(StrEnum):
    """The views by name."""

    ALL = "all"
    CURATED = "curated"
    AGGREGATED = "aggregated"
    STRUCTURAL = "structural"
    COMPOSITIONAL = "compositional"
    SOURCE = "source"

    @property
    def is_curated(self) -> bool:
        """True if points that a person accepted as wrong are left out."""
        return self is not View.ALL

    @property
    def has_cells(self) -> bool:
        """True if the values of a group are put together cell by cell; else each point stands for itself."""
        return self not in {View.ALL, View.CURATED}

    def group_of(self, point: DataPoint) -> str:
        """The key of the group that a point belongs to."""
        material = point.material
        if self is View.COMPOSITIONAL:
            return material.composition_key
        if self is View.STRUCTURAL:
            return material.structure_key
        return f"{study_of(point)} | {material.key}" if self is View.SOURCE else material.key


def view_named(name: str) -> View:
    """The view of that name.

    Raises:
        InputError: there is none.
    """
    if name not in set(View):
        raise unknown_name("view", name, View)
    return View(name)


def study_of(point: DataPoint) -> str:
    """The DOI of a point, in lower case as DOIs are compared, or the name of its source where it has none."""
    return point.doi.lower() or point.source.name


@dataclass(frozen=True, slots=True)
class Cell:
    """All values of one property under one set of conditions from one loop, the best first.

    `best` is the one that stands for the cell, None if none may (a compilation calculated them all); `reason` says why.
    """

    key: CellKey
    best: DataPoint | None
    values: tuple[DataPoint, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """The points of a view that belong together, in the order of entry, and their cells."""

    key: str
    points: tuple[DataPoint, ...]
    cells: tuple[Cell, ...]

    @property
    def n_materials(self) -> int:
        """The number of unique materials."""
        return len({point.material.key for point in self.points})

    @property
    def studies(self) -> tuple[str, ...]:
        """The studies that the points come from, in the order of entry."""
        return tuple(dict.fromkeys(study_of(point) for point in self.points))


def grouped(view: View, points: Iterable[DataPoint], kinds: Mapping[str, str] = _NOTHING_KNOWN) -> list[Group]:
    """The groups of a view, from points in the order of entry; groups in the order of their first point.

    `kinds` maps DOIs, as the points give them, to what their studies are known to be (`best_points`).
    """
    members: dict[str, list[DataPoint]] = {}
    for point in points:
        members.setdefault(view.group_of(point), []).append(point)
    return [Group(key, tuple(found), cells_of_points(found, kinds)) for key, found in members.items()]


def cells_of_points(points: Sequence[DataPoint], kinds: Mapping[str, str] = _NOTHING_KNOWN) -> tuple[Cell, ...]:
    """The cells of one group, in the order of their keys."""
    values: dict[CellKey, list[DataPoint]] = {}
    for point in points:
        values.setdefault(cell_key(point), []).append(point)
    ordered = sorted(values, key=lambda key: (key.property, key.conditions_key, key.origin))
    return tuple(_cell(key, values[key], kinds) for key in ordered)


def _cell(key: CellKey, entered: Sequence[DataPoint], kinds: Mapping[str, str]) -> Cell:
    def worth(place: int) -> tuple[int, int]:
        """Rank, then the latest."""
        found = rank(entered[place], kinds.get(entered[place].doi, ""))
        return (-1 if found is None else found), place

    places = sorted(range(len(entered)), key=worth, reverse=True)
    values = tuple(entered[place] for place in places)
    if rank(values[0]) is None:
        return Cell(key, None, values, "a compilation calculated it itself, so that it stands for nothing")
    if len(values) == 1:
        return Cell(key, values[0], values, "the only value")
    if rank(values[1]) is None:
        return Cell(key, values[0], values, f"of {len(values)}: all others a compilation calculated itself")
    equals = [entered[place] for place in places if worth(place)[0] == worth(places[0])[0]]
    if key.origin is Origin.LITERATURE and len(equals) >= _HAVE_A_MIDDLE:
        chosen, why = _usual(equals)
        others = tuple(value for value in values if value is not chosen)
        return Cell(key, chosen, (chosen, *others), f"of {len(values)}: {why}")
    return Cell(key, values[0], values, f"of {len(values)}: {why_better(values[0], values[1], kinds)}")


def _usual(points: Sequence[DataPoint]) -> tuple[DataPoint, str]:
    """(the point that stands, why) of three or more that count alike, the latest first, which stands where none is usual."""
    if all(point.value.categories for point in points):
        labels = Counter(point.value.categories for point in points)
        label, n_times = labels.most_common(1)[0]
        chosen = next(point for point in points if point.value.categories == label)
        return chosen, f"what {n_times} of {len(points)} equal ones say"
    if any(point.value.categories or point.value.is_bound for point in points):
        return points[0], "the latest entered of equal ones"
    usual = median(point.value.nominal for point in points)
    chosen = min(points, key=lambda point: abs(point.value.nominal - usual))
    return chosen, f"the middle one of {len(points)} equal ones"
