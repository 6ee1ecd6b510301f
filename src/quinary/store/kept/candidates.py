"""Storing candidates as generated materials, and the verdicts on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from quinary.points.material import Material
from quinary.requests import Candidate, Request, Verdict
from quinary.store.schema import candidate, material, request, verdict
from quinary.store.stored import read_json
from quinary.store.writing import PointWriter, upsert

__all__ = ["add_candidates", "add_verdicts", "candidates_in", "verdicts_on"]


def add_candidates(connection: Connection, asked: Request, found: Sequence[Candidate]) -> int:
    """Store candidates as generated materials in need of validation; returns the change counter afterwards."""
    writer = PointWriter(connection)
    statement = upsert(connection, request).values(digest=asked.digest, body=json.dumps(asked.as_dict()))
    connection.execute(statement.on_conflict_do_nothing())
    request_id = connection.execute(select(request.c.id).where(request.c.digest == asked.digest)).scalar_one()
    materials = [Material(entry.composition) for entry in found]
    identifiers = writer.material_ids(materials)
    for entry, made in zip(found, materials, strict=True):
        row = {
            "id": entry.id,
            "material_id": identifiers[made.key],
            "request_id": request_id,
            "body": json.dumps(entry.as_dict()),
            "change": writer.change,
        }
        connection.execute(upsert(connection, candidate).values(row).on_conflict_do_nothing())
    writer.mark_generated(identifiers.values())
    return writer.change


def add_verdicts(connection: Connection, material_id: int, found: Iterable[tuple[Verdict, str]], change: int) -> None:
    """Store verdicts on a material, each with the version of the plug-in that gave it."""
    rows = [
        {
            "material_id": material_id,
            "rung": entry.rung,
            "version": version,
            "outcome": entry.outcome,
            "body": json.dumps(entry.as_dict()),
            "change": change,
        }
        for entry, version in found
    ]
    if rows:
        connection.execute(insert(verdict), rows)


def candidates_in(connection: Connection, *, limit: int | None = None) -> list[dict[str, Any]]:
    """The stored candidates as they were printed, newest first."""
    query = select(candidate.c.body).order_by(candidate.c.change.desc(), candidate.c.id).limit(limit)
    return [read_json(body, "a candidate") for body in connection.execute(query).scalars()]


def verdicts_on(connection: Connection, material_id: int) -> list[dict[str, Any]]:
    """The verdicts on one material, in the order in which they were given."""
    query = select(verdict.c.body).where(verdict.c.material_id == material_id).order_by(verdict.c.id)
    return [read_json(body, "a verdict") for body in connection.execute(query).scalars()]


def judged_rungs(connection: Connection, material_id: int) -> set[tuple[str, str]]:
    """(rung, version) of the verdicts that a material has."""
    query = select(verdict.c.rung, verdict.c.version).where(verdict.c.material_id == material_id)
    return {(rung, version) for rung, version in connection.execute(query)}


def judged_outcomes(connection: Connection, material_id: int) -> dict[tuple[str, str], str]:
    """(rung, version) -> outcome of the verdicts that a material has; of several, the newest."""
    query = select(verdict.c.rung, verdict.c.version, verdict.c.outcome).where(verdict.c.material_id == material_id)
    return {(rung, version): outcome for rung, version, outcome in connection.execute(query.order_by(verdict.c.id))}


def generated_ids(connection: Connection, *, since: int = 0) -> list[int]:
    """Ids of generated materials changed after `since`."""
    query = select(material.c.id).where(material.c.is_generated.is_(True), material.c.change > since)
    return list(connection.execute(query.order_by(material.c.id)).scalars())
