"""What a store holds that was read by older rules of its readers: told wherever the data are looked at."""

from __future__ import annotations

from typing import Any

from quinary.loops.literature import read_by_older_rules
from quinary.store.database import Database

__all__ = ["older_rules"]


def older_rules(database: Database) -> list[dict[str, Any]]:
    """`reader`, `version` that read them and the one of `now`, number of `points`, and `imports` (`import`, `name`)."""
    with database.read() as connection:
        return [entry.as_dict() for entry in read_by_older_rules(connection)]
