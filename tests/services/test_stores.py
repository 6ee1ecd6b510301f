"""The store that a verb works on: named, at hand, or none."""

import pytest

import quinary
from quinary.errors import InputError
from quinary.services.stores import needed_store, opened, store_if_there
from quinary.store.database import Database


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUINARY_DB", raising=False)
    return tmp_path


def make(place):
    quinary.open(place).close()
    return place


@pytest.mark.parametrize("how", [lambda p: p, str, lambda p: f"sqlite:///{p}"], ids=["path", "text", "url"])
def test_a_store_may_be_named_by_path_text_or_url(working_folder, how):
    place = make(working_folder / "mine.db")
    for opener in (opened, needed_store, store_if_there):
        with opener(how(place)) as database:
            assert database.url.endswith("mine.db")
            assert database.counter() == 0


def test_a_database_that_was_handed_over_stays_open(working_folder):
    with quinary.open(working_folder / "mine.db") as database:
        for opener in (opened, needed_store, store_if_there):
            with opener(database) as same:
                assert same is database
        assert database.counter() == 0
        assert database.engine.pool.checkedin() == 1  # closing would have thrown the connection away


def test_what_only_computes_makes_no_store(working_folder):
    with store_if_there() as database:
        assert database is None
    assert list(working_folder.iterdir()) == []


def test_what_only_computes_takes_the_store_of_the_working_folder(working_folder):
    make(working_folder / "quinary.db")
    with store_if_there() as database:
        assert isinstance(database, Database)


def test_what_only_computes_takes_the_store_of_the_environment(working_folder, monkeypatch):
    monkeypatch.setenv("QUINARY_DB", str(make(working_folder / "team.db")))
    with store_if_there() as database:
        assert database.url.endswith("team.db")


@pytest.mark.parametrize("opener", [needed_store, store_if_there])
@pytest.mark.parametrize("is_in_environment", [True, False])
def test_a_named_store_that_is_missing_is_told_and_not_made(working_folder, monkeypatch, opener, is_in_environment):
    make(working_folder / "quinary.db")
    before = sorted(path.name for path in working_folder.iterdir())
    if is_in_environment:
        monkeypatch.setenv("QUINARY_DB", "sqlite:///typo.db")
    with pytest.raises(InputError, match=r"no database at typo\.db"), opener(None if is_in_environment else "typo.db"):
        pass
    assert sorted(path.name for path in working_folder.iterdir()) == before


def test_a_new_store_is_removed_again_when_the_work_fails(working_folder):
    with pytest.raises(InputError), opened("new.db"):
        raise InputError("the file is no table")
    assert list(working_folder.iterdir()) == []
    with opened("new.db"):
        pass
    assert (working_folder / "new.db").exists()


def test_only_what_brings_data_makes_the_store_of_the_environment(working_folder, monkeypatch):
    monkeypatch.setenv("QUINARY_DB", "mistyped.db")
    with pytest.raises(InputError, match=r"no database at mistyped\.db"), opened():
        pass
    assert list(working_folder.iterdir()) == []
    with opened(brings_data=True) as database:
        assert database.is_new
    assert (working_folder / "mistyped.db").exists()
