"""Deciding on a value by its key, whether a detector doubts it or not: a person's doubt is a finding of its own.

One rejects a *finding* where it is mistaken, and a *value* where that is wrong. So `reject` with the key of a value refuses it
and `accept` lets it stand, while `accept` with the key of a finding says that the finding is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, RowMapping

from quinary.curation.finding import Severity
from quinary.errors import InputError
from quinary.points.point import KEY_DIGITS
from quinary.store.database import raise_counter
from quinary.store.in_force import still_counts
from quinary.store.marks import Mark
from quinary.store.schema import decision, finding, point, refusal
from quinary.store.stored import read_json
from quinary.store.work import now
from quinary.store.writing import PointWriter, batches

__all__ = ["BY_KEY", "KEEP", "REFUSE", "findings_on_value", "refuse_as_marked"]

BY_KEY: Final = "value"  # the detector of a finding that somebody made by deciding on a value
REFUSE: Final = "refuse"
KEEP: Final = "keep"
_KEY = re.compile(rf"[0-9a-f]{{{KEY_DIGITS},32}}")
_HASH_DIGITS: Final = 32


def findings_on_value(connection: Connection, key: str) -> list[str] | None:
    """The keys of the findings by which a value is decided on, made where there are none; None if it is no key of a value.

    Raises:
        InputError: the key is that of several values, or of one that counts no more, or that was refused with its line.
    """
    text = key.strip().lower()
    rows = _points_named(connection, text) if _KEY.fullmatch(text) else []
    if not rows:
        return None
    chosen = [row for row in rows if row["counts"]] or rows
    if len(chosen) > 1:
        digits = [bytes(row["hash"]).hex() for row in chosen]
        raise InputError(f"{key} is the key of several values: give more digits", digits)
    (row,) = chosen
    known = select(finding.c.key).where(finding.c.point_id == row["id"])
    found = list(connection.execute(known).scalars())
    if found:  # a correction of it may have superseded it, which another decision takes back
        return found
    if not row["counts"]:
        raise InputError(_why_not(connection, key, row))
    connection.execute(finding.insert(), [_doubt(row, raise_counter(connection))])
    return [_key_of(row)]


def _points_named(connection: Connection, digits: str) -> list[RowMapping]:
    least, most = (bytes.fromhex(digits.ljust(_HASH_DIGITS, filler)) for filler in "0f")
    query = select(point, still_counts().label("counts")).where(point.c.hash.between(least, most))
    return list(connection.execute(query.limit(10)).mappings())


def _why_not(connection: Connection, key: str, row: RowMapping) -> str:
    successor = select(point.c.hash).where(point.c.supersedes == row["id"], still_counts())
    digest = connection.execute(successor).scalar()
    if digest is None:
        return f"the value {key} counts no more: its import was withdrawn, or its file was read anew"
    return f"the value {key} is superseded: decide on {bytes(digest).hex()[:KEY_DIGITS]}, which stands in its place"


def _key_of(row: RowMapping) -> str:
    return bytes(row["hash"]).hex()[:KEY_DIGITS]


def _doubt(row: RowMapping, change: int) -> dict[str, Any]:
    """The finding of a person on a point."""
    lineage: Mapping[str, Any] = read_json(row["lineage"], "the lineage of a point")
    line = lineage.get("line")
    return {
        "key": _key_of(row), "detector": BY_KEY, "version": "1", "severity": Severity.WARNING.value,
        "source": str(lineage.get("file", "")), "line": line if isinstance(line, int) else None,
        "material_id": row["material_id"], "point_id": row["id"], "evidence": "a person decided on this value",
        "repair": json.dumps(None), "change": change,
    }  # fmt: skip


def refuse_as_marked(connection: Connection, marks: Mapping[bytes, Mark]) -> int:
    """Refuse values that came in with the mark of a refusal; returns their number.

    What was decided on here, or is refused already, stays as it is.
    """
    rows: list[RowMapping] = []
    for digests in batches(marks):
        query = select(point).where(point.c.hash.in_(digests), point.c.id.not_in(select(refusal.c.point_id)))
        rows += connection.execute(query.where(~_is_decided())).mappings()
    if not rows:
        return 0
    writer = PointWriter(connection)
    there = dict(_findings_of(connection, [row["id"] for row in rows]))
    new = [_doubt(row, writer.change) for row in rows if row["id"] not in there]
    if new:
        connection.execute(finding.insert(), new)
    records = [
        {
            "finding_key": there.get(row["id"], _key_of(row)), "action": REFUSE, "who": mark.who or "unknown",
            "note": mark.why, "correction": json.dumps(None), "made_at": mark.made_at or now(), "change": writer.change,
        }
        for row in rows
        if (mark := marks[bytes(row["hash"])])
    ]  # fmt: skip
    connection.execute(decision.insert(), records)
    writer.judge_anew(sorted({row["material_id"] for row in rows}))
    return len(rows)


def _is_decided() -> Any:
    """SQL for: somebody has decided on a finding about this point."""
    on_it = select(func.count()).select_from(finding.join(decision, decision.c.finding_key == finding.c.key))
    return on_it.where(finding.c.point_id == point.c.id).scalar_subquery() > 0


def _findings_of(connection: Connection, point_ids: list[int]) -> list[tuple[int, str]]:
    found = []
    for some in batches(point_ids):
        query = select(finding.c.point_id, finding.c.key).where(finding.c.point_id.in_(some))
        found += [(owner, key) for owner, key in connection.execute(query)]
    return found
