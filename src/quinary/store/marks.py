"""The mark of a refused value: who accepted it as wrong, why and when. With it a value may leave the store, without it never.

A mark travels in the lineage of its point, which is no part of what the point states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.points.point import DataPoint
from quinary.points.point_json import REFUSED_AT, REFUSED_BY, WHY
from quinary.store.refusals import last_acceptances, place_of
from quinary.store.schema import point, refusal
from quinary.store.stored import read_json

__all__ = ["Mark", "marked", "marks_of", "without_mark"]

_NAMES: Final = (REFUSED_BY, WHY, REFUSED_AT)


@dataclass(frozen=True, slots=True)
class Mark:
    """Who refused a value, why, and when (ISO 8601, UTC)."""

    who: str
    why: str = ""
    made_at: str = ""


def marks_of(connection: Connection, material_id: int | None = None) -> dict[int, Mark]:
    """Point id -> mark of every refused point, of one material or of all."""
    query = select(point.c.id, point.c.material_id, point.c.lineage).join(refusal, refusal.c.point_id == point.c.id)
    if material_id is not None:
        query = query.where(point.c.material_id == material_id)
    refused = connection.execute(query).all()
    if not refused:
        return {}
    singles, lines = last_acceptances(connection)
    found = {}
    for identifier, owner, body in refused:
        place = place_of(read_json(body, "the lineage of a point"), owner)
        found[identifier] = Mark(*(singles.get(identifier) or lines.get(place) or ("",)))
    return found


def marked(entry: DataPoint, mark: Mark | None) -> DataPoint:
    """The point with its mark in its lineage."""
    if mark is None:
        return entry
    told = dict(zip(_NAMES, (mark.who, mark.why, mark.made_at), strict=True))
    return replace(entry, lineage={**entry.lineage, **told})


def without_mark(entry: DataPoint) -> tuple[DataPoint, Mark | None]:
    """The point as it was before it was marked, and the mark."""
    if REFUSED_BY not in entry.lineage:
        return entry, None
    mark = Mark(*(str(entry.lineage.get(name, "")) for name in _NAMES))
    return replace(entry, lineage=_plain(entry.lineage)), mark


def _plain(lineage: Mapping[str, str | int | float]) -> dict[str, str | int | float]:
    return {name: value for name, value in lineage.items() if name not in _NAMES}
