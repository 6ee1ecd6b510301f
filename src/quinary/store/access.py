"""What the user of a store may do with it."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection

__all__ = ["may_write"]


def may_write(connection: Connection, table: str) -> bool:
    """True if whoever opened the store may add rows to a table: rights on the server, or those of the file and its folder."""
    if connection.dialect.name == "postgresql":
        return bool(
            connection.execute(text("SELECT has_table_privilege(:name, 'INSERT')"), {"name": table}).scalar_one()
        )
    path = connection.engine.url.database
    if not path or path == ":memory:":
        return True
    return os.access(path, os.W_OK) and os.access(Path(path).absolute().parent, os.W_OK)
