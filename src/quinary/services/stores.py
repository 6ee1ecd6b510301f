"""The store that a verb works on: one that is open, one that is named, or the one that lies in the working folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias

from quinary.errors import QuinaryError
from quinary.points.properties import in_use, vocabulary
from quinary.points.property import Vocabulary
from quinary.store.database import DEFAULT_FILE, Database, open_database

__all__ = ["Store", "needed_store", "opened", "store_if_named", "store_if_there", "vocabulary_of"]

Store: TypeAlias = Database | str | Path | None  # open, named by a URL or path, or not named


@contextmanager
def opened(db: Store = None, *, must_exist: bool = False, brings_data: bool = False) -> Iterator[Database]:
    """The store; not named, that of `QUINARY_DB`, else `quinary.db` in the working folder. It is made if it is new.

    Where `QUINARY_DB` names a file that is not there, only a verb that brings data along makes it: whoever expects to find
    data would find none, and never learn that the name was mistyped.

    One that was opened here is closed here, and if the work fails, a new file without data is removed again. A database that
    was handed over open stays open.

    Raises:
        InputError, WorkError: it cannot be opened, or does not exist although it must.
    """
    if isinstance(db, Database):
        with in_use(db):  # its properties, whoever opened it in whatever thread
            yield db
        return
    is_from_environment = db in (None, "") and bool(os.environ.get("QUINARY_DB"))
    must_exist = must_exist or (is_from_environment and not brings_data)
    with open_database(db, must_exist=must_exist) as database, ExitStack() as on_failure:
        on_failure.callback(database.discard_if_unused)
        yield database
        on_failure.pop_all()


@contextmanager
def needed_store(db: Store = None) -> Iterator[Database]:
    """The store of a verb that makes no sense without one: it must exist.

    Raises:
        InputError, WorkError: it does not exist, or cannot be opened.
    """
    with opened(db, must_exist=True) as database:
        yield database


def _is_at_hand(db: Store) -> bool:
    """True if a store is named, by `db` or `QUINARY_DB`, or lies in the working folder."""
    return db not in (None, "") or bool(os.environ.get("QUINARY_DB")) or Path(DEFAULT_FILE).exists()


@contextmanager
def store_if_there(db: Store = None) -> Iterator[Database | None]:
    """The store of a verb that only computes, or None: nothing is named and no `quinary.db` lies in the working folder.

    It is never made: one that is named, by `db` or `QUINARY_DB`, must exist.

    Raises:
        InputError, WorkError: the store that is named does not exist, or it cannot be opened.
    """
    if not _is_at_hand(db):
        yield None
        return
    with needed_store(db) as database:
        yield database


@contextmanager
def store_if_named(db: Store = None) -> Iterator[Database | None]:
    """The store that was handed over or named, else None: what a script only computes hangs on no folder and no variable.

    Raises:
        InputError, WorkError: the store that is named does not exist, or it cannot be opened.
    """
    if db in (None, ""):
        yield None
        return
    with needed_store(db) as database:
        yield database


def vocabulary_of(db: Store = None) -> Vocabulary:
    """The vocabulary of a store, if there is one that can be opened, else the one that counts already; none is made."""
    if isinstance(db, Database):
        return db.vocabulary
    if not _is_at_hand(db):
        return vocabulary()
    try:
        with open_database(db, must_exist=True) as database:
            return database.vocabulary
    except QuinaryError:  # whoever needs the store will say what is wrong with it
        return vocabulary()
