"""Many rows at once, past the conversions of SQLAlchemy: the columns hold what drivers take as it is.

SQLite runs one prepared statement for each row within the process. To PostgreSQL rows are sent as one stream (COPY) or as
one array a column, since a statement a row costs the client more than making the row.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Table, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

__all__ = ["insert_rows", "is_among", "upsert_rows"]


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert plain rows, all with the columns of the first."""
    if not rows:
        return
    columns = tuple(rows[0])
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert_text(table, columns), rows)
    else:
        _copy(connection, f"COPY {table.name} ({', '.join(columns)}) FROM STDIN", columns, rows)


def upsert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]], on_conflict: str) -> None:
    """Insert plain rows, all with the columns of the first; `on_conflict` is the clause for those that are there already."""
    if not rows:
        return
    columns = tuple(rows[0])
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{_insert_text(table, columns)} {on_conflict}", rows)
        return
    arrays = tuple([row[name] for row in rows] for name in columns)
    connection.exec_driver_sql(f"{_arrays_text(connection, table, columns)} {on_conflict}", arrays)


def is_among(connection: Connection, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """SQL for: the column has one of these values. PostgreSQL gets them as one array, not as thousands of parameters."""
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


@functools.cache
def _insert_text(table: Table, columns: tuple[str, ...]) -> str:
    names, places = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608 - names of our own columns


def _arrays_text(connection: Connection, table: Table, columns: tuple[str, ...]) -> str:
    types = (table.c[name].type.compile(connection.dialect) for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"  # noqa: S608 - as above


def _copy(connection: Connection, text: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    with _errors_of_the_driver(connection, text), driver.cursor() as cursor, cursor.copy(text) as stream:
        for row in rows:
            stream.write_row([row[name] for name in columns])


@contextmanager
def _errors_of_the_driver(connection: Connection, text: str) -> Iterator[None]:
    """Raise what the driver raises as the engine would: it is past the engine here."""
    dbapi: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except dbapi.Error as error:
        raise DBAPIError.instance(text, None, error, dbapi.Error, dialect=connection.dialect) from error
