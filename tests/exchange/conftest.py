"""Stores with published data, and the points of a store."""

import shutil

import pytest

from quinary.loops.literature.importing import import_source
from quinary.store.database import open_database
from quinary.store.queries import all_points


@pytest.fixture(scope="session")
def borg(tmp_path_factory):
    """The URL of a store with the installed table of Borg et al.; nobody may write to it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('borg') / 'borg.db'}"
    with open_database(url) as database:
        import_source(database, "borg2020_mpea")
    return url


@pytest.fixture
def points_in():
    """`points_in(database)` -> all points that count, in the order of entry."""

    def read(database):
        with database.read() as connection:
            return [point for point, _ in all_points(connection)]

    return read


@pytest.fixture(scope="session")
def blank(tmp_path_factory):
    """The file of a store without data: copying it is faster than making one."""
    path = tmp_path_factory.mktemp("blank") / "blank.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def empty(blank, tmp_path):
    """`empty()` -> a new store."""
    opened = []

    def make():
        path = tmp_path / f"empty{len(opened)}.db"
        shutil.copyfile(blank, path)
        opened.append(open_database(f"sqlite:///{path}"))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
