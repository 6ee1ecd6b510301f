"""Points that a person accepted as wrong: kept and shown, but no value of a view, no filler of a void, no evidence.

So are corrections that a person took back. The table `refusal` follows from findings and decisions; `PointWriter.judge_anew`
brings it up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.engine import Connection

from quinary.store.schema import decision, finding, material, point, refusal, retired, withdrawal
from quinary.store.stored import read_json

__all__ = [
    "Place",
    "accepted_lines",
    "accepted_materials",
    "is_refused",
    "knowledge_change",
    "last_acceptances",
    "place_of",
    "points_taken_back",
    "refused_compositions",
    "refused_now",
    "refused_then",
]

# File, line and material id of the statements of one line
Place: TypeAlias = tuple[str, Any, int]
_ACCEPTED: Final = ("accept", "refuse")  # of a finding: it is right; of a value: it is wrong
_CORRECTED: Final = "correct"


def is_refused(points: Any = point) -> ColumnElement[bool]:
    """SQL for: this point of the table `point`, or of an alias of it, has been accepted as wrong."""
    return exists().where(refusal.c.point_id == points.c.id)


def place_of(lineage: Mapping[str, Any], material_id: int) -> Place:
    """Where a point was stated."""
    return str(lineage.get("file", "")), lineage.get("line"), material_id


def _accepted(*columns: Any) -> Select[Any]:
    """SELECT of findings whose last decision accepts them."""
    last = select(func.max(decision.c.id)).group_by(decision.c.finding_key)
    return (
        select(*columns)
        .join(decision, decision.c.finding_key == finding.c.key)
        .where(decision.c.id.in_(last), decision.c.action.in_(_ACCEPTED), finding.c.material_id.is_not(None))
    )


def last_acceptances(connection: Connection) -> tuple[dict[int, tuple[str, ...]], dict[Place, tuple[str, ...]]]:
    """Who accepted what as wrong, why and when: of single points by id, and of whole lines."""
    subject = (finding.c.point_id, finding.c.source, finding.c.line, finding.c.material_id)
    query = _accepted(*subject, decision.c.who, decision.c.note, decision.c.made_at).order_by(decision.c.id)
    points: dict[int, tuple[str, ...]] = {}
    lines: dict[Place, tuple[str, ...]] = {}
    for point_id, file, line, owner, *signed in connection.execute(query):
        if point_id is None:
            lines[file, line, owner] = tuple(signed)
        else:
            points[point_id] = tuple(signed)
    return points, lines


def accepted_materials(connection: Connection) -> list[int]:
    """Ids of the materials of which something has been accepted as wrong, or a correction taken back."""
    accepted = set(connection.execute(_accepted(finding.c.material_id).distinct()).scalars())
    return sorted(accepted | {owner for owner, _ in points_taken_back(connection).values()})


def accepted_lines(connection: Connection, material_ids: Iterable[int] | None = None) -> set[Place]:
    """The lines all of whose values of a material have been accepted as wrong, in the store or for some materials."""
    query = _accepted(finding.c.source, finding.c.line, finding.c.material_id).where(finding.c.point_id.is_(None))
    if material_ids is not None:
        query = query.where(finding.c.material_id.in_(list(material_ids)))
    return {(source, line, owner) for source, line, owner in connection.execute(query)}


def refused_now(connection: Connection, material_id: int) -> set[int]:
    """Ids of the points of a material that the decisions of today refuse."""
    single = _accepted(finding.c.point_id).where(finding.c.point_id.is_not(None), finding.c.material_id == material_id)
    refused = set(connection.execute(single).scalars())
    lines = accepted_lines(connection, [material_id])
    if lines:
        rows = connection.execute(select(point.c.id, point.c.lineage).where(point.c.material_id == material_id))
        refused |= {identifier for identifier, body in rows if place_of(_lineage(body), material_id) in lines}
    return refused | set(points_taken_back(connection, material_id))


def _lineage(body: str) -> dict[str, Any]:
    found: dict[str, Any] = read_json(body, "the lineage of a point")
    return found


def points_taken_back(connection: Connection, material_id: int | None = None) -> dict[int, tuple[int, bytes]]:
    """Id -> (material id, hash) of corrections that a later decision took back, of one material or of all.

    They are the points that the correction of a finding entered and that supersede nothing any more.
    """
    query = select(point.c.id, point.c.material_id, point.c.hash, point.c.lineage)
    query = query.where(point.c.supersedes.is_(None), point.c.lineage.contains('"finding"'))
    if material_id is not None:
        query = query.where(point.c.material_id == material_id)
    entered = {row.id: (str(_lineage(row.lineage).get("finding", "")), row) for row in connection.execute(query)}
    if not entered:
        return {}
    corrected = select(decision.c.finding_key).where(decision.c.action == _CORRECTED).distinct()
    keys = set(
        connection.execute(corrected).scalars()
    )  # a point of another store's export names a finding of that store
    return {one: (row.material_id, bytes(row.hash)) for one, (key, row) in entered.items() if key in keys}


def refused_then(connection: Connection, material_id: int) -> set[int]:
    """Ids of the points of a material that the table names."""
    query = select(refusal.c.point_id).join(point, point.c.id == refusal.c.point_id)
    return set(connection.execute(query.where(point.c.material_id == material_id)).scalars())


def knowledge_change(connection: Connection) -> int:
    """The change at which a known material was last touched, or something was decided, withdrawn or read anew.

    Candidates and predictions raise none of them.
    """
    touched = select(func.coalesce(func.max(material.c.change), 0)).where(material.c.is_known.is_(True))
    undone = [select(func.coalesce(func.max(table.c.change), 0)) for table in (decision, withdrawal, retired)]
    return max(int(connection.execute(query).scalar_one()) for query in (touched, *undone))


def refused_compositions(connection: Connection) -> set[str]:
    """Keys of the compositions that have a refused point and no known material."""
    same = material.alias("same")
    is_known = exists().where(same.c.composition_key == material.c.composition_key, same.c.is_known.is_(True))
    of_points = refusal.join(point, point.c.id == refusal.c.point_id)
    query = select(material.c.composition_key).select_from(
        of_points.join(material, material.c.id == point.c.material_id)
    )
    return set(connection.execute(query.where(~is_known).distinct()).scalars())
