"""A small store on a real SQLite file, filled with a table as a person would write it."""

import pytest

from quinary.loops.literature.importing import import_source
from quinary.store.database import open_database
from quinary.store.queries import counts, find_materials, points_of

ROWS = """formula,hardness (GPa),yield strength (MPa),structure,doi
MoNbTaW,4.46,1058,BCC,10.1016/j.intermet.2010.05.014
MoNbTaVW,5.25,1246,BCC,10.1016/j.intermet.2010.05.014
HfNbTaTiZr,3.83,929,BCC,10.1016/j.jallcom.2011.02.171
CoCrFeNi,1.13,> 140,FCC,10.1016/j.actamat.2013.06.018
AlXe,1.0,,,
"""


@pytest.fixture
def table(tmp_path):
    """Five rows, of which the last is of an element that no predictor covers."""
    path = tmp_path / "alloys.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'alloys.db'}"


@pytest.fixture
def database(url):
    with open_database(url) as opened:
        yield opened


@pytest.fixture
def filled(database, table):
    """The store with the table in it."""
    import_source(database, str(table))
    return database


@pytest.fixture
def numbers():
    """`numbers(database)` -> how many points, materials and so on there are."""

    def count(database):
        with database.read() as connection:
            return counts(connection)

    return count


@pytest.fixture
def points():
    """`points(database)` -> every point that still counts."""

    def read(database):
        with database.read() as connection:
            return [point for stored in find_materials(connection) for point in points_of(connection, stored)]

    return read
