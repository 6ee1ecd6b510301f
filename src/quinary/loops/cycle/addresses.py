"""Where another process finds the store, and how the password gets there without travelling."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from quinary.errors import InputError
from quinary.files import cache_folder, private_file
from quinary.store.database import Database

__all__ = ["StoreAddress", "store_url", "without_secret"]

_SECRET_WORDS: Final = ("password", "sslpassword")  # of the query of a URL


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A URL without a password, and a file that holds it whole, which only its owner can read.

    The file is there while the work lasts, below `QUINARY_CACHE`: workers of this machine find it, and those of other
    machines where the folder is shared, as home folders of clusters are.
    """

    url: str
    file: str = ""

    def whole(self) -> str:
        """The URL by which this process opens the store: from the file, or its own `QUINARY_DB`, if it is of the same store.

        Else there is no password in it, and PostgreSQL's own places count: `PGPASSWORD`, `~/.pgpass`.
        """
        if self.file and (kept := _read_private(Path(self.file))):
            return kept
        own = os.environ.get("QUINARY_DB", "")
        with suppress(ArgumentError, ValueError):
            if own and _open(make_url(own)) == _open(make_url(self.url)):
                return own
        return self.url


def store_url(database: Database) -> str:
    """The address under which another process of this machine finds the store, password included.

    Raises:
        InputError: the store is in the memory of this process.
    """
    address = database.engine.url
    if address.get_backend_name() != "sqlite":
        return address.render_as_string(hide_password=False)
    if address.database in {None, "", ":memory:"}:
        raise InputError("a store in memory has one worker only; use a file, or PostgreSQL")
    return f"sqlite:///{Path(str(address.database)).resolve()}"


@contextmanager
def without_secret(url: str) -> Iterator[StoreAddress]:
    """The address as it may travel, for as long as the block lasts: through a scheduler, into its logs and pages.

    Raises:
        WorkError: the file with the password cannot be written.
    """
    address = make_url(url)
    if _open(address) == address:
        yield StoreAddress(url)
        return
    with private_file(cache_folder("addresses"), url) as file:
        yield StoreAddress(_open(address).render_as_string(), str(file))


def _open(address: URL) -> URL:
    """The address without its secrets, by which two are compared: the driver is chosen by Quinary."""
    if address.get_backend_name() in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    return address._replace(password=None).difference_update_query(_SECRET_WORDS)


def _read_private(path: Path) -> str:
    """What a file holds, if it is a file of this user that nobody else can read; else nothing."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, encoding="utf-8") as stream:
            found = os.fstat(stream.fileno())
            if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077:
                return stream.read()
    return ""
