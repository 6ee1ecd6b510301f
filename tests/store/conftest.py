"""What the store tests share: an open database on each engine, points, and a picture of all that a store holds."""

import pytest
from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.properties import property_named
from quinary.store.cells import rebuild_cells
from quinary.store.database import open_database
from quinary.store.schema import cell, material, metadata, point
from quinary.store.writing import PointWriter


@pytest.fixture
def database(new_url):
    """An empty store, once in SQLite and once in PostgreSQL."""
    with open_database(new_url()) as opened:
        yield opened


@pytest.fixture
def make_point():
    """`make_point(formula, property, value, **other)` with the fewest words."""

    def make(formula="MoNbTaW", name="hardness_vickers", value=5.0, **other):
        conditions = Conditions.of(other.pop("at", {}))
        thing = Material(Composition.of(formula), other.pop("structure", ()), other.pop("processing", ()))
        other.setdefault("method", Method.MEASURED)
        other.setdefault("origin", Origin.LITERATURE)
        other.setdefault("source", Source("a table"))
        is_category = property_named(name).is_categorical
        stated = value if isinstance(value, Value) else Value.category(value) if is_category else Value.number(value)
        return DataPoint(material=thing, property=name, value=stated, conditions=conditions, **other)

    return make


@pytest.fixture
def add():
    """`add(database, *points, supersede=False)` in one transaction."""

    def add_points(database, *points, supersede=False):
        with database.write() as connection:
            return PointWriter(connection).add(points, supersede=supersede)

    return add_points


@pytest.fixture
def contents():
    """`contents(database)`: every row of every table, so that two stores can be compared.

    Sources go by name: their ids come from a sequence, which on PostgreSQL leaves out the numbers of what was rolled back.
    """

    def all_rows(database):
        with database.read() as connection:
            rows = {table.name: connection.execute(select(table)).mappings().all() for table in metadata.sorted_tables}
        names = {row["id"]: row["name"] for row in rows["source"]}

        def shown(table, row):
            hidden = {"id": None} if table == "source" else {}
            return repr({**row, **hidden, "source_id": names.get(row.get("source_id"))})

        return {table: sorted(shown(table, row) for row in of_table) for table, of_table in rows.items()}

    return all_rows


@pytest.fixture
def check_cells():
    """`check_cells(connection)`: the incremental table of cells equals the one found from scratch."""

    def check(connection):
        columns = ["material_id", "property", "conditions_key", "origin", "point_id", "rank"]
        rows = connection.execute(select(*(cell.c[name] for name in columns))).mappings()
        kept = sorted(tuple(row.values()) for row in rows)
        assert kept == sorted(tuple(row[name] for name in columns) for row in rebuild_cells(connection))
        return kept

    return check


@pytest.fixture
def empty():
    """`empty(database)` removes everything but the change counter, for tests that draw many examples."""

    def remove(database):
        with database.write() as connection:
            for table in (cell, point, *reversed(metadata.sorted_tables)):
                if table.name not in {"change_counter", "material"}:
                    connection.execute(table.delete())
            connection.execute(material.delete())

    return remove
