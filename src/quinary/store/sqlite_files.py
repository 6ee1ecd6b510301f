"""SQLite files as files: how one begins, whether it is whole, and when it may be removed again."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Engine

from quinary.errors import WorkError

__all__ = ["head_of", "refuse_damaged", "remove_unused"]

_LOG: Final = logging.getLogger(__name__)
_SECONDS_TO_BEGIN: Final = 2.0  # a file that another process has just made is empty for a moment
_SECONDS_TO_CHECK: Final = 2.0  # 100,000 points take half a second; of a much larger file the beginning is looked at
_STEPS: Final = 20_000  # of SQLite's machine between two looks at the clock


def head_of(path: Path) -> bytes:
    """The first bytes of a file, empty only if it stays empty.

    Raises:
        WorkError: it cannot be read.
    """
    deadline = time.monotonic() + _SECONDS_TO_BEGIN
    while True:
        try:
            with path.open("rb") as handle:
                head = handle.read(16)
        except OSError as error:
            raise WorkError(f"cannot read the database {path}: {error.strerror}") from error
        if head or time.monotonic() > deadline:
            return head
        time.sleep(0.05)


def refuse_damaged(engine: Engine) -> None:
    """See that the file is whole before anything is written into it: a reader meets only the pages that it needs.

    SQLite's `quick_check` follows every page of every table; what the pages say is not looked at.

    Raises:
        WorkError: a page is damaged.
    """
    with engine.connect() as connection:
        damage = _damage_in(connection.connection.driver_connection, _SECONDS_TO_CHECK)
    if damage:
        raise WorkError(
            f"the database file {engine.url.database} is damaged ({damage}); nothing was written: put back a copy of it"
        )


def _damage_in(connection: Any, seconds: float) -> str:
    """What is wrong with the pages, empty if nothing is found in this time."""
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        _LOG.info("the database was looked over for %g s and not to its end", seconds)
        return ""
    finally:
        connection.set_progress_handler(None, 0)
    return "" if found is None or found[0] == "ok" else " ".join(str(found[0]).split())


def remove_unused(path: Path) -> None:
    """Remove an SQLite file that holds no data, unless another process has it open."""
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # granted only to one who is alone with the file
        n_tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not n_tables or connection.execute("SELECT value FROM change_counter").fetchone() == (0,):
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
