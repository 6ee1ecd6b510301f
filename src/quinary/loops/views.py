"""Views of the store: all, curated, aggregated, structural, compositional, by source (`quinary.materials.views`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.materials.views import Cell, Group, View, cells_of_points, study_of
from quinary.points.point import DataPoint
from quinary.store.studies import study_kinds
from quinary.store.view_points import Selection, StoredPoint, points_in_groups
from quinary.store.writing import batches

__all__ = ["CELL_COLUMNS", "cell_row", "group_row", "view_groups", "view_points", "view_rows"]

_AT_ONCE: Final = 500
CELL_COLUMNS: Final = (
    "formula", "structure", "processing", "study", "property", "conditions", "origin", "value", "low", "high", "unit",
    "uncertainty", "method", "source", "doi", "licence", "reason", "n_values", "n_studies", "least", "greatest", "values",
)  # fmt: skip


def view_groups(
    connection: Connection, view: View, selection: Selection | None = None, *, limit: int | None = None
) -> Iterator[Group]:
    """The groups of a view, streamed in the order of their keys; the points of each in the order of entry."""
    for some in batches(islice(_members(connection, view, selection or Selection()), limit), _AT_ONCE):
        kinds = study_kinds(connection, {entry.point.doi for _, members in some for entry in members})
        for key, members in some:
            points = tuple(entry.point for entry in members)
            yield Group(key, points, cells_of_points(points, kinds))


def _members(connection: Connection, view: View, selection: Selection) -> Iterator[tuple[str, list[StoredPoint]]]:
    """(key, points in the order of entry) of each group that has any."""
    found = points_in_groups(connection, view, selection)
    for key, members in groupby(found, lambda entry: view.group_of(entry.point)):
        yield key, sorted(members, key=lambda entry: entry.id)


def view_points(
    connection: Connection, view: View, selection: Selection | None = None
) -> Iterator[tuple[DataPoint, int]]:
    """The points of a view, each with its material's id, group by group; within a group in the order of entry."""
    for _, members in _members(connection, view, selection or Selection()):
        for entry in members:
            yield entry.point, entry.material_id


def view_rows(
    connection: Connection, view: View, selection: Selection | None = None, *, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """One row a cell of each group (`CELL_COLUMNS`), for tables."""
    for group in view_groups(connection, view, selection, limit=limit):
        head = group_row(view, group)
        for cell in group.cells:
            yield {**head, **cell_row(cell)}


def group_row(view: View, group: Group) -> dict[str, str]:
    """What the rows of a group share; what the view does not tell apart (the structure in the compositional one) is empty."""
    first = group.points[0]
    return {
        "formula": first.material.composition.formula,
        "structure": "" if view is View.COMPOSITIONAL else "+".join(first.material.structure),
        "processing": "" if view in _WITHOUT_PROCESSING else "+".join(first.material.processing),
        "study": study_of(first) if view is View.SOURCE else "",
    }


def cell_row(cell: Cell) -> dict[str, Any]:
    """A cell as the rest of a flat row: the value that stands, why, and all the others as JSON in `values`.

    `least` and `greatest` are the extremes of all values, in the unit of the property.
    """
    numbers = [point.value.nominal for point in cell.values if not point.value.categories]
    return {
        "property": cell.key.property, "conditions": cell.key.conditions_key, "origin": cell.key.origin.value,
        **_standing(cell.best),
        "unit": cell.values[0].unit, "reason": cell.reason, "n_values": len(cell.values),
        "n_studies": len({study_of(point) for point in cell.values}),
        "least": min(numbers) if numbers else None, "greatest": max(numbers) if numbers else None,
        "values": json.dumps([_short(point) for point in cell.values]),
    }  # fmt: skip


_WITHOUT_PROCESSING: Final = frozenset({View.STRUCTURAL, View.COMPOSITIONAL})


def _standing(best: DataPoint | None) -> Mapping[str, Any]:
    if best is None:
        return dict.fromkeys(("value", "low", "high", "uncertainty", "method", "source", "doi", "licence"))
    is_range = not best.value.categories and best.value.low != best.value.high
    return {
        "value": "+".join(best.value.categories) if best.value.categories else best.value.nominal,
        "low": best.value.low if is_range else None, "high": best.value.high if is_range else None,
        "uncertainty": best.uncertainty, "method": best.method.value, "source": best.source.name, "doi": best.doi,
        "licence": best.source.licence,
    }  # fmt: skip


def _short(point: DataPoint) -> dict[str, Any]:
    """What is needed to recognise a value among the others of its cell."""
    return {
        "value": str(point.value), "uncertainty": point.uncertainty, "method": point.method.value,
        "source": point.source.name, "doi": point.doi, "structure": "+".join(point.material.structure),
        "processing": "+".join(point.material.processing), "licence": point.source.licence,
    }  # fmt: skip
