"""Opening a store, transactions, and what it says when something is wrong."""

import math
import threading
import traceback

import pytest
from sqlalchemy import select, text

from quinary.errors import InputError, WorkError
from quinary.store import sqlite_files
from quinary.store.database import open_database, raise_counter
from quinary.store.schema import change_counter, material
from quinary.store.writing import PointWriter


def test_a_new_store_is_empty(database, contents):
    assert database.counter() == 0
    assert {name for name, rows in contents(database).items() if rows} == {"change_counter"}


def test_the_counter_rises_once_with_every_transaction(database, make_point, add):
    changes = [add(database, make_point(value=v), make_point(value=v + 0.5)).change for v in (1.0, 2.0, 3.0)]
    assert changes == [1, 2, 3]
    assert database.counter() == 3


def test_an_error_in_the_middle_leaves_nothing_behind(database, make_point, add, contents):
    add(database, make_point("Mo"))
    before = contents(database)

    def breaking():
        yield from (make_point("Nb", value=v) for v in (1.0, 2.0, 3.0))
        raise InputError("line 4 is no good")

    with pytest.raises(InputError, match="line 4"):
        add(database, *breaking())
    with pytest.raises(InputError, match="line 4"), database.write() as connection:
        PointWriter(connection).add([make_point("Ta")])
        PointWriter(connection).add(breaking())
    assert contents(database) == before
    assert add(database, make_point("Nb")).change == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ZeroDivisionError])
def test_any_error_rolls_back_and_passes_on(database, make_point, contents, error):
    before = contents(database)
    with pytest.raises(error), database.write() as connection:
        PointWriter(connection).add([make_point()])
        raise error
    assert contents(database) == before


def test_a_reader_sees_one_state_while_another_writes(database, make_point, add):
    add(database, make_point("Mo"))
    with database.read() as connection:
        before = connection.execute(select(change_counter.c.value)).scalar_one()
        add(database, make_point("Nb"))
        assert connection.execute(select(change_counter.c.value)).scalar_one() == before
        assert len(connection.execute(select(material)).all()) == 1
    assert database.counter() == before + 1


def test_a_writer_does_not_show_what_is_not_committed(database, make_point):
    with database.write() as connection:
        PointWriter(connection).add([make_point()])
        with database.read() as other:
            assert other.execute(select(material)).all() == []


def test_raising_the_counter_returns_the_new_value(database):
    with database.write() as connection:
        assert [raise_counter(connection), raise_counter(connection)] == [1, 2]


def test_what_the_database_refuses_is_one_line(database):
    for statement in ("SELECT * FROM nowhere", "INSERT INTO change_counter (id) VALUES (1)"):
        with pytest.raises(WorkError, match=r"^the database (refused|failed): [^\n]+$"), database.write() as connection:
            connection.execute(text(statement))


def test_the_url_hides_the_password(database):
    assert database.url.startswith(("sqlite:///", "postgresql+psycopg://quinary:***@"))


# -- opening -----------------------------------------------------------------------------------------------------------


def test_the_url_may_be_a_path_or_come_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUINARY_DB", raising=False)
    for url, made in ((None, "quinary.db"), ("alloys.db", "alloys.db"), (f"sqlite:///{tmp_path}/b.db", "b.db")):
        open_database(url).close()
        assert (tmp_path / made).is_file()
    monkeypatch.setenv("QUINARY_DB", "sqlite:///from_environment.db")
    open_database().close()
    assert (tmp_path / "from_environment.db").is_file()


def test_a_store_may_live_in_memory_only(make_point, add):
    with open_database("sqlite:///:memory:") as database:
        add(database, make_point())
        assert database.counter() == 1


@pytest.mark.parametrize("must_exist", [True, False])
def test_an_empty_file_is_a_store_that_was_lost_not_a_new_one(tmp_path, monkeypatch, must_exist):
    monkeypatch.setattr(sqlite_files, "_SECONDS_TO_BEGIN", 0.1)
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(InputError, match=r"empty\.db is empty \(0 bytes\); put back a copy of it, or remove it"):
        open_database(str(path), must_exist=must_exist)
    assert path.stat().st_size == 0


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path):
    path, made = tmp_path / "shared.db", tmp_path / "made.db"
    open_database(str(made)).close()
    path.touch()
    threading.Timer(0.3, lambda: path.write_bytes(made.read_bytes())).start()
    with open_database(str(path), must_exist=True) as database:
        assert database.counter() == 0


def test_a_missing_counter_is_one_clear_line(database, make_point, add):
    with database.write() as connection:
        connection.execute(text("DELETE FROM change_counter"))
    for look in (database.counter, lambda: add(database, make_point())):
        with pytest.raises(WorkError, match=r"^the database is damaged: its change counter is missing"):
            look()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE alembic_version SET version_num = 'abc123'", "schema 'abc123', which no version of Quinary makes"),
        ("UPDATE alembic_version SET version_num = '0000'", "schema '0000', which no version of Quinary makes"),
        ("UPDATE alembic_version SET version_num = ''", "schema '', which no version of Quinary makes"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer version of Quinary"),
        ("INSERT INTO alembic_version VALUES ('0001')", "damaged: the version of its schema is missing"),
        ("DELETE FROM alembic_version", "damaged: the version of its schema is missing"),
    ],
)
def test_an_unknown_schema_is_refused_in_one_line(new_url, statement, message):
    url = new_url()
    with open_database(url) as database, database.write() as connection:
        connection.execute(text(statement))
    with pytest.raises(InputError, match=message) as caught:
        open_database(url)
    assert "\n" not in caught.value.message


def test_a_database_damaged_in_the_middle_is_one_clear_line(tmp_path, make_point, add):
    path = tmp_path / "damaged.db"
    with open_database(str(path)) as database:
        add(database, *(make_point(value=float(n)) for n in range(1, 200)))
        with database.write() as connection:
            root = connection.execute(text("SELECT rootpage FROM sqlite_schema WHERE name = 'point'")).scalar_one()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    with (
        open_database(str(path)) as database,
        pytest.raises(WorkError, match=r"^the database file is damaged; put back"),
        database.read() as connection,
    ):
        connection.execute(text("SELECT * FROM point")).all()


def test_a_number_too_large_for_the_database_is_one_clear_line(database):
    said = r"^[^\n]*(too large|out of range)[^\n]*$"
    with pytest.raises((InputError, WorkError), match=said), database.read() as connection:
        connection.execute(select(material).limit(10**30)).all()


def test_an_overflow_of_what_is_computed_meanwhile_stays_what_it_is(database):
    with pytest.raises(OverflowError), database.read():
        math.exp(1e4)


@pytest.mark.parametrize("content", [b"formula,hardness\nMoNbTaW,5\n", b"x", bytes(range(256))])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a database of Quinary"):
        open_database(str(path))
    assert path.read_bytes() == content


def test_a_damaged_database_is_one_clear_line(tmp_path):
    path = tmp_path / "damaged.db"
    path.write_bytes(b"SQLite format 3\x00" + b"garbage" * 500)
    with pytest.raises(WorkError, match=r"^the (file is not a database|database (failed|refused))[^\n]*$"):
        open_database(str(path))


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        open_database(str(tmp_path))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=r"the folder .*missing does not exist"):
        open_database(str(tmp_path / "missing" / "a.db"))


def test_a_database_that_must_exist_is_not_made(tmp_path):
    with pytest.raises(InputError, match="there is no database at"):
        open_database(str(tmp_path / "a.db"), must_exist=True)
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    "url", ["mysql://localhost/alloys", "oracle://x", "sqlite+nothing:///a.db", "://", "postgresql://host:port/a"]
)
def test_other_urls_are_refused_with_the_valid_ones(url):
    with pytest.raises(InputError) as caught:
        open_database(url)
    assert "sqlite:///FILE" in caught.value.choices
    assert "\n" not in caught.value.message


SECRET = "hunter2"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@host:port/db",
        "postgresql://me:hunter2:x@host/db@",
        "postgresql:/me:hunter2@host/db",
        "postgresql:me:hunter2@host/db",
        "postgresql//me:hunter2@host/db",
        "mysql://me:hunter2@host/db",
        "postgresql+nothing://me:hunter2@host/db",
        "sqlite+nothing://me:hunter2@host/db",
        "postgresql://me:my hunter2@host:port/db",
        "postgresql://me:hunter2/x#?@host:port/db",
        "postgresql://host:port/db?password=hunter2",
    ],
)
def test_a_malformed_url_never_shows_its_password(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InputError, WorkError)) as caught:
        open_database(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value)).replace(url, "")
    assert SECRET not in caught.value.message


def test_a_missing_driver_is_named():
    with pytest.raises(InputError, match=r"'postgresql\+pg8000'.*pg8000") as caught:
        open_database("postgresql+pg8000://me:hunter2@host/db")
    assert SECRET not in caught.value.message


def test_opening_is_logged_without_the_password(new_url, caplog):
    with caplog.at_level("INFO", logger="quinary"):
        open_database(new_url()).close()
    (line,) = [entry.getMessage() for entry in caplog.records if entry.name == "quinary.store.database"]
    assert line.startswith(("opened the store sqlite:///", "opened the store postgresql+psycopg://quinary:***@"))


def test_a_server_that_does_not_answer_is_failed_work():
    with pytest.raises(WorkError, match=r"^the database failed: [^\n]+$"):
        open_database("postgresql://nobody:secret@127.0.0.1:1/alloys?connect_timeout=2")


def test_a_wrong_password_is_failed_work_and_is_not_repeated(postgres_server):
    url = postgres_server.url.replace("quinary:", "quinary:not")
    with pytest.raises(WorkError, match="password") as caught:
        open_database(url)
    assert "not" + postgres_server.url.split(":")[2].split("@")[0] not in caught.value.message
