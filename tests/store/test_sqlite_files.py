"""A damaged file is noticed before anything is written into it."""

import random

import pytest

from quinary.errors import WorkError
from quinary.services.importing import import_file
from quinary.store import sqlite_files
from quinary.store.database import open_database


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "a.csv"
    rows = "\n".join(f"Mo{n}Nb{100 - n},{n}" for n in range(1, 99))
    path.write_text(f"Formula,Hardness (GPa)\n{rows}\n", encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path, table):
    import_file(table, db=tmp_path / "a.db")
    return tmp_path / "a.db"


@pytest.mark.parametrize("seed", range(4))
def test_a_page_in_the_middle_is_noticed_before_the_first_write(store, table, seed):
    content = bytearray(store.read_bytes())
    page = random.Random(seed).randrange(2, len(content) // 4096)
    content[4096 * page : 4096 * (page + 1)] = random.Random(seed).randbytes(4096)
    store.write_bytes(content)
    with pytest.raises(WorkError, match="damaged"):
        import_file(table, db=store)
    assert store.read_bytes() == content


def test_a_whole_file_is_looked_over_once(store, monkeypatch):
    looked = []
    monkeypatch.setattr("quinary.store.database.refuse_damaged", looked.append)
    with open_database(store) as database:
        for _ in range(3):
            with database.write():
                pass
    assert len(looked) == 1


def test_a_large_file_is_looked_over_for_a_while_and_no_longer(store, monkeypatch):
    monkeypatch.setattr(sqlite_files, "_SECONDS_TO_CHECK", -1.0)
    monkeypatch.setattr(sqlite_files, "_STEPS", 1)
    looked = []
    whole = sqlite_files.refuse_damaged
    monkeypatch.setattr("quinary.store.database.refuse_damaged", lambda *given: looked.append(whole(*given)))
    with open_database(store) as database, database.write():
        pass
    assert looked == [None]  # begun, broken off, and no complaint
