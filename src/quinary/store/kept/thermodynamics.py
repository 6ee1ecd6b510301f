"""Files of thermodynamic data that the store has registered, with their content: they travel with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.plugins import ThermodynamicFile
from quinary.store.database import raise_counter
from quinary.store.schema import thermodynamic_database as table

__all__ = ["Registered", "register", "registered", "registered_files", "unregister"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered file without its content: whose it is, which elements it covers, who registered it when."""

    name: str
    digest: str
    elements: tuple[str, ...]
    source: str
    licence: str
    citation: str
    who: str
    made_at: str

    def as_dict(self) -> dict[str, Any]:
        """The entry as the command line prints it."""
        return {
            "name": self.name, "digest": self.digest, "elements": list(self.elements), "source": self.source,
            "licence": self.licence, "citation": self.citation, "who": self.who, "made_at": self.made_at,
        }  # fmt: skip


def registered(connection: Connection) -> list[Registered]:
    """What is registered, by name."""
    columns = [table.c[name] for name in Registered.__slots__]
    rows = connection.execute(select(*columns).order_by(table.c.name)).mappings()
    return [Registered(**{**row, "elements": tuple(json.loads(row["elements"]))}) for row in rows]


def registered_files(connection: Connection, place: str) -> tuple[ThermodynamicFile, ...]:
    """The files with their content, by name; `place` says in a verdict where they were found."""
    rows = connection.execute(select(table).order_by(table.c.name))
    return tuple(ThermodynamicFile(row.name, row.content, row.source, place, row.licence) for row in rows)


def register(
    connection: Connection, file: ThermodynamicFile, elements: Iterable[str], *, citation: str, who: str
) -> Registered:
    """Register a file; the caller has seen that neither its name nor its content is registered yet.

    The change counter rises: what was judged without this file is judged anew.
    """
    entry = Registered(
        file.name,
        file.digest,
        tuple(sorted(elements)),
        file.source,
        file.licence,
        citation,
        who,
        datetime.now(UTC).isoformat(timespec="seconds"),
    )
    row = {**entry.as_dict(), "elements": json.dumps(entry.elements), "content": file.content}
    connection.execute(table.insert().values(row))
    raise_counter(connection)
    return entry


def unregister(connection: Connection, name: str) -> bool:
    """Remove a file; True if there was one. Verdicts that used it stay, and name it."""
    is_gone = connection.execute(table.delete().where(table.c.name == name)).rowcount > 0
    if is_gone:
        raise_counter(connection)
    return is_gone
