"""How far each loop has come, and what failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Connection

from quinary.store.schema import cell, failure, progress, verdict
from quinary.store.writing import upsert

__all__ = ["add_failures", "failures", "impossible", "progress_of", "set_progress"]


def progress_of(connection: Connection, task: str) -> tuple[int, str]:
    """(change counter up to which the task is done, version it was done with); (0, "") if it never ran."""
    row = connection.execute(select(progress.c.change, progress.c.version).where(progress.c.task == task)).first()
    return (int(row[0]), str(row[1])) if row else (0, "")


def set_progress(connection: Connection, task: str, change: int, version: str) -> None:
    """Note that a task is done up to a change, with these versions of policy and plug-ins."""
    statement = upsert(connection, progress).values(task=task, change=change, version=version)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["task"], set_={"change": change, "version": version})
    )


def add_failures(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Store what failed: loop, plugin, version, material_id, property, reason, change. The same failure is kept once."""
    for row in rows:
        connection.execute(upsert(connection, failure).values(row).on_conflict_do_nothing())


def failures(connection: Connection, *, limit: int | None = None) -> list[dict[str, Any]]:
    """The stored failures, newest first."""
    query = select(failure).order_by(failure.c.id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def impossible(connection: Connection) -> list[dict[str, Any]]:
    """What no plug-in has an answer for, one row a reason, the commonest first: loop, plugin, reason, properties, values.

    `values` counts the values that are wanted and not possible, `materials` the materials they are of. What has an answer
    by now is left out, and so are errors of validators: those failed.
    """
    has_answer = exists().where(
        cell.c.material_id == failure.c.material_id,
        cell.c.property == failure.c.property,
        cell.c.origin == failure.c.loop,
    )
    is_error = exists().where(
        verdict.c.material_id == failure.c.material_id,
        verdict.c.rung == failure.c.plugin,
        verdict.c.outcome == "error",
        verdict.c.change == failure.c.change,
    )
    latest = select(func.max(failure.c.id)).group_by(
        failure.c.material_id, failure.c.property, failure.c.loop, failure.c.plugin
    )
    rows = select(failure).where(and_(failure.c.id.in_(latest), ~has_answer, ~is_error)).order_by(failure.c.id)
    found: dict[tuple[str, str, str], tuple[dict[str, int], set[int]]] = {}
    for row in connection.execute(rows).mappings():
        counts, materials = found.setdefault((row["loop"], row["plugin"], row["reason"]), ({}, set()))
        counts[row["property"]] = counts.get(row["property"], 0) + 1
        materials.add(row["material_id"])
    return [
        {
            "loop": loop,
            "plugin": plugin,
            "reason": reason,
            "properties": list(counts),
            "values": sum(counts.values()),
            "materials": len(materials),
        }
        for (loop, plugin, reason), (counts, materials) in sorted(found.items(), key=lambda entry: -len(entry[1][1]))
    ]
