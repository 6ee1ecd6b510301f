"""Reading the store: materials, their points and cells, voids, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.engine import Connection

from quinary.materials.policy import Policy, Want
from quinary.materials.voids import Void
from quinary.points.material import Material
from quinary.points.point import DataPoint, Origin, Source
from quinary.store.class_conditions import in_class
from quinary.store.in_force import still_counts
from quinary.store.marks import marked, marks_of
from quinary.store.records import RowLike, material_from_row, point_from_row
from quinary.store.refusals import is_refused, points_taken_back
from quinary.store.schema import candidate, cell, failure, import_log, material, point, retired, source, verdict
from quinary.store.writing import batches

__all__ = [
    "StoredMaterial",
    "count_materials",
    "count_voids",
    "counts",
    "find_materials",
    "lacks",
    "material_ids_with_voids",
    "materials_by_id",
    "point_query",
    "points_of",
    "reported",
    "should_have",
    "sources_of_points",
    "stored_points",
    "void_rows",
]

_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class StoredMaterial:
    """A material with its id, its marks, and the change at which it was last touched."""

    id: int
    material: Material
    formula: str
    is_known: bool
    is_generated: bool
    change: int


def _stored(row: RowLike) -> StoredMaterial:
    return StoredMaterial(
        row["id"],
        material_from_row(row),
        row["formula"],
        bool(row["is_known"]),
        bool(row["is_generated"]),
        row["change"],
    )


def counts(connection: Connection) -> dict[str, int]:
    """Numbers of points, materials, candidates, verdicts, failures, sources and imports."""
    tables = {
        "points": point, "materials": material, "candidates": candidate, "verdicts": verdict, "failures": failure,
        "sources": source, "imports": import_log,
    }  # fmt: skip
    return {
        name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in tables.items()
    }


def find_materials(
    connection: Connection,
    *,
    composition_key: str | None = None,
    elements: Sequence[str] = (),
    limit: int | None = None,
    is_known: bool | None = None,
    is_reported: bool = False,
) -> list[StoredMaterial]:
    """Materials by composition key, by elements (all of them present), by mark; in the order of entry.

    `is_reported` keeps those with a literature value: what somebody has made or computed, not what was only invented here.
    Materials whose imports were withdrawn are left out.
    """
    query = select(material).where(_is_there()).order_by(material.c.id)
    if composition_key is not None:
        query = query.where(material.c.composition_key == composition_key)
    for symbol in elements:
        wrapped = "-" + material.c.system + "-"
        query = query.where(wrapped.contains(f"-{symbol}-", autoescape=True))
    if is_known is not None:
        query = query.where(material.c.is_known.is_(is_known))
    if is_reported:
        query = query.where(reported())
    return [_stored(row) for row in connection.execute(query.limit(limit)).mappings()]


def count_materials(connection: Connection) -> int:
    """The number of materials that `find_materials` finds."""
    return int(connection.execute(select(func.count()).select_from(material).where(_is_there())).scalar_one())


def _is_there() -> ColumnElement[bool]:
    """SQL for: the material is known or generated, a value of it counts, if only as refused, or none was ever retired."""
    of_it = select(point.c.id).where(point.c.material_id == material.c.id)
    has_retired = of_it.join(retired, retired.c.point_id == point.c.id).exists()
    is_stated = of_it.where(point.c.origin != Origin.PREDICTION.value, still_counts()).exists()
    return or_(material.c.is_known.is_(True), material.c.is_generated.is_(True), ~has_retired, is_stated)


def materials_by_id(connection: Connection, identifiers: Iterable[int]) -> dict[int, StoredMaterial]:
    """Id -> material."""
    found: dict[int, StoredMaterial] = {}
    for some in batches(identifiers):
        rows = connection.execute(select(material).where(material.c.id.in_(some))).mappings()
        found.update({row["id"]: _stored(row) for row in rows})
    return found


def points_of(
    connection: Connection, stored: StoredMaterial, *, with_superseded: bool = False, is_curated: bool = False
) -> list[DataPoint]:
    """All points of one material in the order of entry; `is_curated` leaves out what a person accepted as wrong.

    Corrections that were taken back are left out like what is superseded: they are statements of nobody any more.
    """
    query = point_query().where(point.c.material_id == stored.id).order_by(point.c.id)
    if not with_superseded:
        query = query.where(still_counts())
        query = query.where(point.c.id.not_in(sorted(points_taken_back(connection, stored.id))))
    if is_curated:
        query = query.where(~is_refused())
    marks = {} if is_curated else marks_of(connection, stored.id)
    rows = connection.execute(query).mappings()
    return [marked(point_from_row(row, stored.material), marks.get(row["id"])) for row in rows]


def all_points(
    connection: Connection, *, origin: str | None = None, by_material: bool = False, is_curated: bool = False
) -> Iterator[tuple[DataPoint, int]]:
    """Every point that still counts, with its material's id, streamed in the order of entry, or material by material.

    `is_curated` leaves out what a person accepted as wrong; otherwise it comes with the mark of that (`quinary.store.marks`).
    """
    marks = {} if is_curated else marks_of(connection)
    query = (
        point_query()
        .add_columns(material.c.composition, material.c.structure, material.c.processing)
        .join(material, material.c.id == point.c.material_id)
        .where(still_counts(), point.c.id.not_in(sorted(points_taken_back(connection))))
        .order_by(*((point.c.material_id,) if by_material else ()), point.c.id)
    )
    if origin is not None:
        query = query.where(point.c.origin == origin)
    if is_curated:
        query = query.where(~is_refused())
    # told to the statement: a connection would keep the option for all that follows
    rows = connection.execute(query.execution_options(yield_per=_AT_ONCE))
    for row in rows.mappings():
        entry = point_from_row(row, material_from_row(row))
        yield marked(entry, marks.get(row["id"])), row["material_id"]


def stored_points(connection: Connection, name: str, *, until: int | None = None) -> Iterator[DataPoint]:
    """What is known of a property in a store: literature and validation, without what a person accepted as wrong.

    With `until`, what was entered up to this change.
    """
    query = (
        point_query()
        .add_columns(material.c.composition, material.c.structure, material.c.processing)
        .join(material, material.c.id == point.c.material_id)
        .where(point.c.property == name, point.c.origin.in_([Origin.LITERATURE.value, Origin.VALIDATION.value]))
        .where(still_counts(), ~is_refused())
        .order_by(point.c.id)
    )
    if until is not None:
        query = query.where(point.c.change <= until)
    for row in connection.execute(query).mappings():
        yield point_from_row(row, material_from_row(row))


def point_query() -> Select[Any]:
    """SELECT of points with their sources, as `point_from_row` needs them."""
    return select(
        point,
        source.c.name.label("source_name"),
        source.c.kind.label("source_kind"),
        source.c.licence,
        source.c.citation,
    ).join(source, source.c.id == point.c.source_id)


def reported() -> ColumnElement[bool]:
    """SQL for: known, and not only because one of our own validators has looked at it (see `find_voids`)."""
    reported = cell.alias("reported")  # the queries around may look at cells themselves
    has_literature = exists().where(
        reported.c.material_id == material.c.id, reported.c.origin == Origin.LITERATURE.value
    )
    return and_(material.c.is_known.is_(True), or_(material.c.is_generated.is_(False), has_literature))


def should_have(want: Want) -> ColumnElement[bool]:
    """SQL for: the policy asks this of the material, whether it has it or not."""
    marks: dict[str, ColumnElement[bool]] = {
        "all": or_(material.c.is_known.is_(True), material.c.is_generated.is_(True)),
        "known": material.c.is_known.is_(True),
        "generated": material.c.is_generated.is_(True),
        "reported": reported(),
    }
    conditions = [marks[want.materials]]
    if want.kind != "all":
        conditions.append(material.c.is_ceramic.is_(want.kind == "ceramic"))
    if want.of_class is not None:
        conditions.append(in_class(want.of_class))
    return and_(true(), *conditions)


def lacks(want: Want) -> ColumnElement[bool]:
    """SQL for: this material should have it, and no cell answers it."""
    answer = cell.alias("answer")
    answered = exists().where(
        answer.c.material_id == material.c.id,
        answer.c.property == want.property,
        answer.c.conditions_key.in_(want.conditions_keys),
        answer.c.origin == want.origin.value,
    )
    return and_(should_have(want), ~answered)


def void_rows(
    connection: Connection, policy: Policy, *, since: int = 0, origin: str | None = None, limit: int | None = None
) -> Iterator[tuple[int, Void]]:
    """(material id, void) for materials changed after `since`, wants in the order of the policy.

    The set operation runs in the database and touches only what changed; `find_voids` is the same rule for one material.
    """
    remaining = limit
    for want in policy.wants:
        if origin is not None and want.origin.value != origin:
            continue
        query = select(material.c.id, material.c.key).where(material.c.change > since, lacks(want))
        rows = connection.execute(query.order_by(material.c.change, material.c.id).limit(remaining))
        for identifier, key in rows:
            yield identifier, Void(key, want.property, want.conditions_keys[0], want.origin, want.priority)
            if remaining is not None:
                remaining -= 1
        if remaining == 0:
            return


def count_voids(connection: Connection, policy: Policy, *, since: int = 0) -> dict[str, dict[str, int]]:
    """Origin -> property -> number of voids."""
    table: dict[str, dict[str, int]] = {}
    for want in policy.wants:
        query = select(func.count()).select_from(material).where(material.c.change > since, lacks(want))
        of_origin = table.setdefault(want.origin.value, {})
        of_origin[want.property] = of_origin.get(want.property, 0) + int(connection.execute(query).scalar_one())
    return table


def material_ids_with_voids(connection: Connection, policy: Policy, *, since: int, origin: str) -> list[int]:
    """Ids of the materials changed after `since` that have at least one void of an origin."""
    lacking = [lacks(want) for want in policy.wants if want.origin.value == origin]
    query = select(material.c.id).where(material.c.change > since, or_(*lacking) if lacking else ~true())
    return list(connection.execute(query.order_by(material.c.id)).scalars())


def sources_of_points(connection: Connection, *, origin: str | None = None) -> list[tuple[Source, int]]:
    """(source, number of its points that still count), the largest first."""
    columns = (source.c.name, source.c.kind, source.c.licence, source.c.citation)
    query = (
        select(*columns, func.count())
        .join(point, point.c.source_id == source.c.id)
        .where(still_counts())
        .group_by(*columns)
    )
    if origin is not None:
        query = query.where(point.c.origin == origin)
    found = [(Source(*row[:4]), int(row[4])) for row in connection.execute(query)]
    return sorted(found, key=lambda entry: (-entry[1], entry[0].name))
