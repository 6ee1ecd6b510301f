"""Which files came in: who imported them, when, read by what, and which of these imports count no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from quinary.store.bulk import insert_rows
from quinary.store.schema import completion, import_log, restatement, withdrawal
from quinary.store.stored import read_json
from quinary.store.writing import Added

__all__ = [
    "ImportRecord",
    "Signed",
    "counting_imports",
    "imports",
    "is_older",
    "log_import",
    "now",
    "out_of_force",
    "same_imports",
    "withdrawn_imports",
]

_PROVENANCE: Final = frozenset({"doi", "licence"})  # options that say whose the rows are, not how they are read


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did something, and why, where that was said."""

    who: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """What is kept of an import beside its counts.

    `name` is the source as it was given, `digest` the SHA-256 of the file, `options` how it was to be read, and `reader`
    name and version of what read it.
    """

    name: str
    reader: tuple[str, str]
    digest: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    who: str = ""


def now() -> str:
    """The time as records give it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def log_import(
    connection: Connection,
    record: ImportRecord,
    added: Added,
    rejected: list[dict[str, Any]],
    completed: Iterable[Mapping[str, Any]] = (),
) -> int:
    """Note what an import did, and return its id.

    Args:
        connection: within the transaction of the import.
        record: who, what, and how.
        added: what came of it. The points that were there already are stated by this import too.
        rejected: line and reason of each row that could not be used.
        completed: what the points that have another DOI now said before: `point_id`, `doi`, `source_id`.
    """
    row = {
        "name": record.name, "reader": record.reader[0], "version": record.reader[1], "digest": record.digest,
        "options": json.dumps(record.options, sort_keys=True, default=str), "who": record.who, "made_at": now(),
        "n_read": added.n_read, "n_added": added.n_added, "n_repeated": added.n_repeated,
        "rejected": json.dumps(rejected), "change": added.change,
    }  # fmt: skip
    (identifier,) = connection.execute(import_log.insert().values(row)).inserted_primary_key or (0,)
    if not _repeats(connection, int(identifier)):
        stated = [{"point_id": point_id, "import_id": identifier} for point_id in sorted(added.repeated)]
        insert_rows(connection, restatement, stated)
    before = [{"import_id": identifier, **entry} for entry in completed]
    if before:
        connection.execute(completion.insert(), before)
    return int(identifier)


def imports(connection: Connection) -> list[dict[str, Any]]:
    """The log of imports, oldest first; `completed` counts the points that it gave a DOI."""
    counted = select(completion.c.import_id, func.count()).group_by(completion.c.import_id)
    n_completed = {row[0]: row[1] for row in connection.execute(counted)}
    rows = connection.execute(select(import_log).order_by(import_log.c.id)).mappings()
    return [
        {
            **row,
            "rejected": read_json(row["rejected"], "what an import rejected"),
            "options": read_json(row["options"], "the options of an import"),
            "completed": n_completed.get(row["id"], 0),
        }
        for row in rows
    ]


def same_imports(connection: Connection) -> dict[int, tuple[Any, ...]]:
    """Import id -> what it is the same as: the same file read by the same rules in the same way is one import.

    Whose the rows are, by DOI and licence, makes no other import of it. Imports of older versions, of which no digest was
    kept, are each their own.
    """
    columns = (import_log.c.id, import_log.c.digest, import_log.c.reader, import_log.c.version, import_log.c.options)
    found: dict[int, tuple[Any, ...]] = {}
    for identifier, digest, reader, version, body in connection.execute(select(*columns)):
        options = read_json(body, "the options of an import")
        told = json.dumps({name: value for name, value in options.items() if name not in _PROVENANCE}, sort_keys=True)
        found[identifier] = (digest, reader, version, told) if digest else (identifier,)
    return found


def is_older(version: str, than: str) -> bool:
    """True if one version of a reader comes before another: by their numbers, and if they are none, if they differ."""
    try:
        old, new = ([int(part) for part in text.split(".")] for text in (version, than))
    except ValueError:
        return version != than
    return old < new


def _repeats(connection: Connection, identifier: int) -> bool:
    """True if an earlier import is the same: what that one states this one does, too."""
    same = same_imports(connection)
    mine = same.pop(identifier)
    return mine in same.values()


def withdrawn_imports(connection: Connection) -> dict[int, dict[str, Any]]:
    """Import id -> the record of its withdrawal, of those that are withdrawn; with an import go those that are the same."""
    last: dict[tuple[Any, ...], dict[str, Any]] = {}
    same = same_imports(connection)
    for row in connection.execute(select(withdrawal).order_by(withdrawal.c.id)).mappings():
        last[same[row["import_id"]]] = dict(row)
    return {
        identifier: last[group]
        for identifier, group in same.items()
        if group in last and last[group]["action"] == "withdraw"
    }


def out_of_force(connection: Connection, withdrawn: Collection[int] | None = None) -> set[int]:
    """Ids of the imports that count no more: withdrawn, or their file was read anew by an import that is not withdrawn.

    `withdrawn` are those that are to be so; without it, those that are.
    """
    if withdrawn is None:
        withdrawn = withdrawn_imports(connection)
    query = select(import_log.c.id, import_log.c.replaced_by).where(import_log.c.replaced_by.is_not(None))
    replaced = {row.id: row.replaced_by for row in connection.execute(query)}
    found = set(withdrawn)
    for identifier in replaced:
        newer = replaced.get(identifier)
        while newer is not None and newer in withdrawn:
            newer = replaced.get(newer)
        if newer is not None:
            found.add(identifier)
    return found


def counting_imports(connection: Connection) -> list[dict[str, Any]]:
    """The imports that count, as `imports` gives them."""
    gone = out_of_force(connection)
    return [entry for entry in imports(connection) if entry["id"] not in gone]
