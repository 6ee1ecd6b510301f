"""Opening a store, transactions, and what it says when something is wrong."""

import pytest
from sqlalchemy import select, text

from quinary.errors import InputError, WorkError
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


def test_an_empty_file_becomes_a_store(tmp_path):
    (tmp_path / "empty.db").touch()
    with open_database(str(tmp_path / "empty.db")) as database:
        assert database.counter() == 0


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


def test_a_server_that_does_not_answer_is_failed_work():
    with pytest.raises(WorkError, match=r"^the database failed: [^\n]+$"):
        open_database("postgresql://nobody:secret@127.0.0.1:1/alloys?connect_timeout=2")


def test_a_wrong_password_is_failed_work_and_is_not_repeated(postgres_server):
    url = postgres_server.url.replace("quinary:", "quinary:not")
    with pytest.raises(WorkError, match="password") as caught:
        open_database(url)
    assert "not" + postgres_server.url.split(":")[2].split("@")[0] not in caught.value.message
