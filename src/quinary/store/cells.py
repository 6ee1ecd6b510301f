"""The table of cells as the models see it: one row a material, one column a property."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.materials.aggregate import CellKey
from quinary.points.point import Origin
from quinary.store.schema import cell, material, point
from quinary.store.writing import batches, best_rows

__all__ = ["cell_values", "cells_of", "rebuild_cells"]


def cells_of(connection: Connection, material_id: int) -> frozenset[CellKey]:
    """The cells of one material that have a value."""
    query = select(cell.c.property, cell.c.conditions_key, cell.c.origin).where(cell.c.material_id == material_id)
    return frozenset(CellKey(name, key, Origin(origin)) for name, key, origin in connection.execute(query))


def cell_values(
    connection: Connection, names: Sequence[str], *, origin: str, conditions_key: str = ""
) -> dict[int, dict[str, float]]:
    """Material id -> property -> value (middle of low and high), in the unit of the property.

    Bounds such as `> 1100` and categories are no numbers and are left out.
    """
    table: dict[int, dict[str, float]] = {}
    query = (
        select(cell.c.material_id, cell.c.property, point.c.low, point.c.high)
        .join(point, point.c.id == cell.c.point_id)
        .where(cell.c.property.in_(names), cell.c.origin == origin, cell.c.conditions_key == conditions_key)
    )
    for identifier, name, low, high in connection.execute(query):
        if low is not None and math.isfinite(low) and math.isfinite(high):
            table.setdefault(identifier, {})[name] = (low + high) / 2
    return table


def rebuild_cells(connection: Connection) -> Iterator[dict[str, Any]]:
    """All cells found from scratch from all points, one after the other: what the incremental table must equal."""
    identifiers: Iterable[int] = connection.execute(select(material.c.id).order_by(material.c.id)).scalars().all()
    for some in batches(identifiers):
        for row in best_rows(connection, some):
            yield {
                "material_id": row["material_id"],
                "property": row["property"],
                "conditions_key": row["conditions_key"],
                "origin": row["origin"],
                "point_id": row["id"],
                "rank": row["rank"],
            }
