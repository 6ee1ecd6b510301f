"""The points of a view, group by group, read a thousand materials at a time so that a large store does not fill the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.engine import Connection

from quinary.materials.views import View
from quinary.points.material import Material
from quinary.points.point import DataPoint
from quinary.store.in_force import still_counts
from quinary.store.marks import Mark, marked, marks_of
from quinary.store.queries import point_query
from quinary.store.records import material_from_row, point_from_row
from quinary.store.refusals import is_refused
from quinary.store.schema import material, point, source
from quinary.store.writing import batches

__all__ = ["Selection", "StoredPoint", "count_groups", "points_in_groups"]

_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which points of the store: of a composition, with all of these elements, of one origin. Empty is everything."""

    composition_key: str = ""
    elements: tuple[str, ...] = ()
    origin: str = ""

    def materials(self) -> list[ColumnElement[bool]]:
        """SQL for the materials."""
        wrapped = "-" + material.c.system + "-"
        parts = [wrapped.contains(f"-{symbol}-", autoescape=True) for symbol in self.elements]
        return [*parts, material.c.composition_key == self.composition_key] if self.composition_key else parts

    def points(self, view: View) -> list[ColumnElement[bool]]:
        """SQL for the points of a view: those that still count, in a curated one without those accepted as wrong."""
        parts = [still_counts()]
        if view.is_curated:
            parts.append(~is_refused())
        return [*parts, point.c.origin == self.origin] if self.origin else parts


@dataclass(frozen=True, slots=True)
class StoredPoint:
    """A point, its place in the order of entry, and the id of its material."""

    id: int
    material_id: int
    point: DataPoint


def points_in_groups(connection: Connection, view: View, selection: Selection) -> Iterator[StoredPoint]:
    """The points of a view, those of a group one after the other; within a group in no order of their own."""
    if view is View.SOURCE:
        yield from _by_study(connection, view, selection)
        return
    place, marks = _group_column(view), {} if view.is_curated else marks_of(connection)
    query = select(material.c.id).where(*selection.materials()).order_by(place, material.c.id)
    for identifiers in batches(connection.execute(query).scalars().all(), _AT_ONCE):
        chosen = _points().where(point.c.material_id.in_(identifiers), *selection.points(view))
        yield from _read(connection, chosen.order_by(place, point.c.id), marks)


def count_groups(connection: Connection, view: View, selection: Selection) -> int:
    """The number of groups that have a point."""
    group = _study() if view is View.SOURCE else _group_column(view)
    columns = (group, material.c.id) if view is View.SOURCE else (group,)
    found = (
        select(*columns)
        .select_from(point.join(material, material.c.id == point.c.material_id).join(source))
        .where(*selection.materials(), *selection.points(view))
        .distinct()
    )
    return int(connection.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def _by_study(connection: Connection, view: View, selection: Selection) -> Iterator[StoredPoint]:
    """Points study by study: the ids are put in order first, alone, since no index knows that order."""
    order = (
        select(point.c.id)
        .select_from(point.join(material, material.c.id == point.c.material_id).join(source))
        .where(*selection.materials(), *selection.points(view))
        .order_by(_study(), point.c.material_id, point.c.id)
    )
    for identifiers in batches(connection.execute(order).scalars().all(), _AT_ONCE):
        found = {entry.id: entry for entry in _read(connection, _points().where(point.c.id.in_(identifiers)), {})}
        yield from (found[identifier] for identifier in identifiers)


def _group_column(view: View) -> ColumnElement[str]:
    names: dict[View, ColumnElement[str]] = {
        View.STRUCTURAL: material.c.structure_key,
        View.COMPOSITIONAL: material.c.composition_key,
    }
    return names.get(view, material.c.key)


def _study() -> ColumnElement[str]:
    return case((point.c.doi != "", func.lower(point.c.doi)), else_=source.c.name)


def _points() -> Select[Any]:
    columns: Sequence[ColumnElement[Any]] = (material.c.composition, material.c.structure, material.c.processing)
    return point_query().add_columns(*columns).join(material, material.c.id == point.c.material_id)


def _read(connection: Connection, query: Select[Any], marks: Mapping[int, Mark]) -> Iterable[StoredPoint]:
    made: dict[int, Material] = {}
    found = connection.execute(query)
    names = tuple(found.keys())
    for values in found.all():  # plain dictionaries are read five times as fast as the rows of the database layer
        row = dict(zip(names, values, strict=True))
        identifier = row["material_id"]
        if identifier not in made:
            made[identifier] = material_from_row(row)
        yield StoredPoint(row["id"], identifier, marked(point_from_row(row, made[identifier]), marks.get(row["id"])))
