"""Views as documents and as tables: what the command line prints and what Python gets as a data frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.identity import composition_key
from quinary.errors import InputError, unknown_name
from quinary.loops.views import view_groups, view_points, view_rows
from quinary.materials.views import Cell, Group, View, study_of, view_named
from quinary.points.point import DataPoint, Origin
from quinary.reference.elements import atomic_numbers
from quinary.store.database import Database
from quinary.store.view_points import Selection, count_groups

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["group_documents", "selection_of", "view"]


def selection_of(formula: CompositionLike | None, elements: Sequence[str] = (), origin: str = "") -> Selection:
    """What a user asks to see.

    Raises:
        InputError: the formula cannot be read, an element or the origin does not exist.
    """
    for symbol in elements:
        if symbol not in atomic_numbers():
            raise unknown_name("element", symbol, atomic_numbers())
    if origin and origin not in set(Origin):
        raise unknown_name("origin", origin, Origin)
    key = "" if formula is None else composition_key(Composition.of(formula))
    return Selection(key, tuple(elements), origin)


def view(
    database: Database,
    name: str = "aggregated",
    *,
    formula: CompositionLike | None = None,
    elements: Sequence[str] = (),
    origin: str = "",
) -> pd.DataFrame:
    """A view of a store as a table: all, curated, aggregated, structural, compositional or source.

    One row a point for all and curated. For the others one row a property, conditions and origin of each group, with the
    value that stands, the `reason`, and all values as JSON in `values` (`quinary.loops.views.group_row`, `cell_row`).

    Raises:
        InputError: no view has that name, or what is asked for cannot be read.
        WorkError: the store cannot be read.
    """
    import pandas as pd

    asked, selection = view_named(name), selection_of(formula, elements, origin)
    with database.read() as connection:
        if asked.has_cells:
            rows = list(view_rows(connection, asked, selection))
        else:
            rows = [_point_row(point) for point, _ in view_points(connection, asked, selection)]
    return pd.DataFrame(rows)


def group_documents(
    database: Database, asked: View, selection: Selection, *, limit: int | None = None
) -> tuple[int, list[dict[str, Any]]]:
    """(number of groups, the first of them as documents).

    Raises:
        InputError: the store holds nothing of the composition that was asked for.
    """
    with database.read() as connection:
        total = count_groups(connection, asked, selection)
        documents = [_document(asked, group) for group in view_groups(connection, asked, selection, limit=limit)]
    if selection.composition_key and not total:
        raise InputError("the store holds nothing on this composition; import something first")
    return total, documents


def _document(asked: View, group: Group) -> dict[str, Any]:
    first = group.points[0].material
    document: dict[str, Any] = {
        "key": group.key,
        "formula": first.composition.formula,
        "structure": None if asked is View.COMPOSITIONAL else list(first.structure),
        "processing": None if asked in {View.COMPOSITIONAL, View.STRUCTURAL} else list(first.processing),
        "study": study_of(group.points[0]) if asked is View.SOURCE else None,
        "n_points": len(group.points),
        "n_materials": group.n_materials,
        "studies": list(group.studies),
    }
    if asked.has_cells:
        return {**document, "values": [_cell_document(cell) for cell in group.cells]}
    return {**document, "points": [_point_row(point) for point in group.points]}


def _cell_document(cell: Cell) -> dict[str, Any]:
    return {
        "property": cell.key.property,
        "conditions": cell.key.conditions_key,
        "origin": cell.key.origin.value,
        "best": None if cell.best is None else _point_row(cell.best),
        "reason": cell.reason,
        "values": [_point_row(point) for point in cell.values],
    }


def _point_row(point: DataPoint) -> dict[str, Any]:
    return {
        "formula": point.material.composition.formula,
        "structure": "+".join(point.material.structure),
        "processing": "+".join(point.material.processing),
        "property": point.property,
        "value": "+".join(point.value.categories) if point.value.categories else point.value.nominal,
        "low": None if point.value.low == point.value.high or point.value.categories else point.value.low,
        "high": None if point.value.low == point.value.high or point.value.categories else point.value.high,
        "text": str(point.value),
        "unit": point.unit,
        "uncertainty": point.uncertainty,
        "conditions": point.conditions.key,
        "method": point.method.value,
        "origin": point.origin.value,
        "source": point.source.name,
        "source_kind": point.source.kind,
        "doi": point.doi,
        "licence": point.source.licence,
        "detail": point.detail,
    }
