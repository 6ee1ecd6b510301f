"""The database: the one stateful object. Opening it checks the schema and brings an older one up to date."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event, func, inspect, make_url, select, text, update
from sqlalchemy.engine import URL, Connection, Engine, RootTransaction
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from quinary.errors import InputError, QuinaryError, WorkError
from quinary.outgoing import address_without_password, without_passwords
from quinary.points.properties import Use, begin_use, in_use, installed_vocabulary
from quinary.store.own_properties import Definitions, definitions_in, vocabulary_with
from quinary.store.schema import HEAD_REVISION, change_counter
from quinary.store.sqlite_files import head_of, refuse_damaged, remove_unused

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["DEFAULT_FILE", "DEFAULT_URL", "Database", "counter_of", "open_database", "raise_counter"]

_LOG: Final = logging.getLogger(__name__)

DEFAULT_FILE: Final = "quinary.db"
DEFAULT_URL: Final = f"sqlite:///{DEFAULT_FILE}"
_URLS: Final = ("sqlite:///FILE", "postgresql://...")
_BUSY_SECONDS: Final = 60
# Alembic keeps the migration at work in global variables, so that two threads would mix theirs up.
_ONE_UPGRADE: Final = threading.Lock()
_WRITE_LOCK: Final = 0x7175696E  # any number that no other program would choose for a lock in this database


class Database:
    """A store of points and materials. Use `read()` and `write()`; a write is one transaction, all of it or nothing.

    Its own properties are in the vocabulary while it is open, and in that of every transaction on it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_new = False
        self.vocabulary = installed_vocabulary()
        self._definitions: Definitions = ()
        self._use: Use | None = None
        self._is_looked_over = False

    @property
    def url(self) -> str:
        """Where the store is, without a password."""
        return without_passwords(self.engine.url.render_as_string(hide_password=True))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state.

        Raises:
            WorkError: the database cannot be read.
        """
        # SQLite has one state for a whole transaction anyway, PostgreSQL one for each statement unless told otherwise
        options = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with (
            _database_errors(),
            self.engine.connect().execution_options(**options) as connection,
            self._speaking(connection),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock; committed at the end, rolled back on any error or interruption.

        Raises:
            WorkError: the disk is full, the folder is read-only, another process holds the lock for over a minute, or the
                file is damaged, which the first write looks for.
        """
        if not self._is_looked_over and _is_file(self.engine.url):
            with _database_errors():
                refuse_damaged(self.engine)
        self._is_looked_over = True
        with (
            _database_errors(),
            self.engine.connect().execution_options(quinary_write=True) as connection,
            _begun(connection),
        ):
            if connection.dialect.name == "postgresql":
                _lock_postgresql(connection)
            with self._speaking(connection):
                yield connection
                if self._use is not None:
                    self.learn_vocabulary(connection)  # the block may have defined some

    def learn_vocabulary(self, connection: Connection) -> None:
        """Take over the properties that the store defines, if they are others than before: another program may add some."""
        definitions = definitions_in(connection)
        if definitions != self._definitions:
            self.vocabulary = vocabulary_with(definitions)
            self._definitions = definitions

    def begin_use(self) -> None:
        """Let the properties of the store count from now on, until it is closed; its tables are up to date."""
        self._use = begin_use(self)
        with self.read():
            pass  # which learns them

    @contextmanager
    def _speaking(self, connection: Connection) -> Iterator[None]:
        if self._use is None:  # the tables may not be there yet
            yield
            return
        self.learn_vocabulary(connection)
        with in_use(self):
            yield

    def counter(self) -> int:
        """The change counter: it rises by one with every transaction that changes data."""
        with self.read() as connection:
            return counter_of(connection)

    def close(self) -> None:
        """Give all connections back; the properties of the store count no more."""
        if self._use is not None:
            self._use.end()
        self.engine.dispose()

    def discard_if_unused(self) -> None:
        """Remove the file of a new SQLite store into which nothing was ever written: a failed first step leaves no trace."""
        if self.is_new:
            self.close()
            remove_unused(Path(str(self.engine.url.database)))

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def counter_of(connection: Connection) -> int:
    """The change counter as this transaction sees it.

    Raises:
        WorkError: its row is missing.
    """
    value = connection.execute(select(change_counter.c.value)).scalar_one_or_none()
    if value is None:
        raise WorkError("the database is damaged: its change counter is missing; put back a copy of it")
    return int(value)


def raise_counter(connection: Connection) -> int:
    """Raise the change counter and return the new value; the row stays locked until the transaction ends.

    A row under lock, not a sequence: numbers then come in the order in which transactions commit.
    """
    connection.execute(update(change_counter).values(value=change_counter.c.value + 1))
    return counter_of(connection)


def open_database(url: str | Path | None = None, *, must_exist: bool = False) -> Database:
    """Open the store at a URL or path, or at `QUINARY_DB`, or `quinary.db` in the working folder; make it if it is new.

    Raises:
        InputError: the URL is malformed, the file is not a database, it was made by a newer version of Quinary, or it
            does not exist although it must.
        WorkError: the server cannot be reached, the folder cannot be written.
    """
    address = _url(str(url or "") or os.environ.get("QUINARY_DB") or DEFAULT_URL)
    _check_file(address, must_exist=must_exist)
    is_new = _is_file(address) and not Path(str(address.database)).exists()
    engine = _engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine)
    database.is_new = is_new
    with ExitStack() as on_failure:
        on_failure.callback(database.close)
        on_failure.callback(database.discard_if_unused)
        _bring_up_to_date(database)
        database.begin_use()
        on_failure.pop_all()
    _LOG.info("opened the store %s%s", database.url, ", which is new" if is_new else "")
    return database


def _engine(address: URL) -> Engine:
    try:
        return create_engine(address, json_serializer=json.dumps)
    except (NoSuchModuleError, ArgumentError) as error:
        raise InputError(f"cannot use the database driver {address.drivername!r}", _URLS) from error
    except ImportError as error:
        raise InputError(f"the database driver {address.drivername!r} needs a package: {error}", _URLS) from error


def _url(text_url: str) -> URL:
    if "://" not in text_url:
        if re.match(
            r"postgres\w*(\+\w+)?:|\w[\w+.-]+(:|//[^/]*:).*@", text_url
        ):  # postgresql:/me:secret@host/db is no file
            raise InputError(f"cannot read database URL {address_without_password(text_url)!r}", _URLS)
        text_url = f"sqlite:///{text_url}"
    try:
        address = make_url(text_url)
    except (ArgumentError, ValueError):  # a port that is no number is only a ValueError, and repeats what it read
        raise InputError(f"cannot read database URL {address_without_password(text_url)!r}", _URLS) from None
    if "@" in (address.host or ""):  # the rest of a password, which errors of the network would name
        raise InputError(
            f"cannot read database URL {address_without_password(text_url)!r}: write @ in a password as %40", _URLS
        )
    if address.drivername in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise InputError(f"cannot use database {address.drivername!r}", _URLS)
    return address


def _is_file(address: URL) -> bool:
    return address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}


def _check_file(address: URL, *, must_exist: bool) -> None:
    if not _is_file(address):
        return
    path = Path(str(address.database))
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a database file")
    if not path.exists():
        if must_exist:
            raise InputError(
                f"there is no database at {path}; import something first, or name one with --db or QUINARY_DB"
            )
        if not path.parent.is_dir():
            raise InputError(f"cannot make the database {path}: the folder {path.parent} does not exist")
        if not os.access(path.parent, os.W_OK):
            raise WorkError(f"cannot make the database {path}: the folder {path.parent} cannot be written")
        return
    if not path.is_file():
        raise InputError(f"{path} is not a regular file")
    head = head_of(path)
    if not head:
        raise InputError(f"the database {path} is empty (0 bytes); put back a copy of it, or remove it to begin anew")
    if not head.startswith(b"SQLite format 3"):
        raise InputError(f"{path} is not a database of Quinary (not an SQLite file)")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "cache_size = -200000",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Taking the write lock at the start, not at the first write, is what makes "database is locked" impossible
    is_write = connection.get_execution_options().get("quinary_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _begun(connection: Connection) -> RootTransaction:
    """A transaction under way. SQLite serves writers in no order: who waits in vain while others write waits on."""
    while True:
        before = _commits_seen(connection)
        try:
            return connection.begin()
        except OperationalError as error:
            if "locked" not in str(error.orig) or _commits_seen(connection) == before:
                raise


def _commits_seen(connection: Connection) -> int:
    """A number that changes whenever another connection commits; always 0 where writers are served in order."""
    if connection.dialect.name != "sqlite":
        return 0
    driver: Any = connection.connection.driver_connection
    return int(driver.execute("PRAGMA data_version").fetchone()[0])


def _lock_postgresql(connection: Connection) -> None:
    # What BEGIN IMMEDIATE does in SQLite: who reads and then writes, or makes the tables, is alone with what was read
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_BUSY_SECONDS}s'")
    connection.execute(select(func.pg_advisory_xact_lock(_WRITE_LOCK)))


def _revision(connection: Connection) -> str | None:
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        if len(found) > 1 or (not found and len(names) > 1):
            raise InputError("the database is damaged: the version of its schema is missing; put back a copy of it")
        return str(found[0]) if found else None
    if names:
        raise InputError("this database holds tables of another program, none of Quinary's")
    return None


def _bring_up_to_date(database: Database) -> None:
    with database.read() as connection:
        found = _revision(connection)
    if found == HEAD_REVISION:
        return
    if found is not None and not (
        found.isascii() and found.isdecimal() and len(found) == len(HEAD_REVISION) and int(found)
    ):
        raise InputError(
            f"this database has schema {found!r}, which no version of Quinary makes: it is damaged, or of another program"
        )
    if found is not None and found > HEAD_REVISION:
        raise InputError(
            f"this database was made by a newer version of Quinary (schema {found}, this version knows {HEAD_REVISION}): "
            "update Quinary"
        )
    with _ONE_UPGRADE, database.write() as connection:
        if _revision(connection) != HEAD_REVISION:  # another process may have been faster
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _database_errors() -> Iterator[None]:
    """Turn what the driver says into one line in the user's words."""
    try:
        yield
    except QuinaryError:
        raise
    except OperationalError as error:
        raise WorkError(_in_words(str(error.orig))) from error
    except DBAPIError as error:
        raise WorkError(_in_words(str(error.orig), "the database refused")) from error
    except OverflowError as error:
        if "SQLite" not in str(error):  # what is computed meanwhile has errors of its own
            raise
        raise InputError("a number is too large for the database, which holds whole numbers up to 9.2e18") from error


def _in_words(reason: str, how: str = "the database failed") -> str:
    first = reason.strip().splitlines()[0] if reason.strip() else "unknown reason"
    known = {
        "database or disk is full": "the disk is full; nothing of this step was written",
        "disk I/O error": "the disk cannot be written (full, or a quota); nothing of this step was written",
        "readonly database": "the database file or its folder is read-only",
        "unable to open database file": "the database file cannot be opened: no such folder, or no permission",
        "database is locked": f"another process has held the database for over {_BUSY_SECONDS} seconds",
        "lock timeout": f"another process has held the database for over {_BUSY_SECONDS} seconds",
        "file is not a database": "the file is not a database of Quinary",
        "malformed": "the database file is damaged; put back a copy of it",
    }
    for phrase, words in known.items():
        if phrase in first:
            return words
    return f"{how}: {first}"
