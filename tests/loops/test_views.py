"""Views of a store: pure functions of its points and of what is known of their studies, whatever way it came to be."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.loops.views import CELL_COLUMNS, view_groups, view_points, view_rows
from quinary.materials.views import View, grouped
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.queries import all_points
from quinary.store.ranking import rank_anew
from quinary.store.schema import cell, material, metadata, point
from quinary.store.studies import StudyRecord, save_record, study_kinds
from quinary.store.view_points import Selection, count_groups
from quinary.store.writing import PointWriter

DOIS = ["10.1000/A", "10.1000/b", ""]
things = st.builds(
    Material,
    st.sampled_from(["MoNbTaW", "MoNb"]).map(Composition.of),
    st.sampled_from([(), ("BCC",)]),
    st.sampled_from([(), ("AC",)]),
)
points = st.builds(
    DataPoint,
    material=things,
    property=st.sampled_from(["hardness_vickers", "density"]),
    value=st.integers(1, 4).map(float).map(Value.number),
    method=st.sampled_from([Method.MEASURED, Method.CALCULATED]),
    origin=st.sampled_from([Origin.LITERATURE, Origin.PREDICTION]),
    source=st.builds(Source, st.just("a table"), st.sampled_from(["original", "review", "compilation"])),
    doi=st.sampled_from(DOIS),
)
steps = st.lists(
    st.tuples(st.just("add"), st.lists(points, min_size=1, max_size=4), st.booleans())
    | st.tuples(st.just("judge"), st.sampled_from(["10.1000/a", "10.1000/b"]), st.sampled_from(["original", "review"])),
    max_size=5,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_database(f"sqlite:///{tmp_path_factory.mktemp('views') / 'v.db'}") as database:
        yield database


def emptied(connection):
    for table in (cell, point, *reversed(metadata.sorted_tables)):
        if table.name not in {"change_counter", "material"}:
            connection.execute(table.delete())
    connection.execute(material.delete())


def take(connection, step):
    what, one, other = step
    if what == "add":
        PointWriter(connection).add(one, supersede=other)
    else:
        save_record(connection, StudyRecord(one).judged(other))
        rank_anew(connection, {one: other})


@given(steps=steps)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_store_keeps_up_to_date_equals_the_view_from_scratch(store, steps):
    with store.write() as connection:
        emptied(connection)
        for step in steps:
            take(connection, step)
    with store.read() as connection:
        everything = [entry for entry, _ in all_points(connection)]
        kinds = study_kinds(connection, DOIS)
        for view in View:
            expected = {group.key: group for group in grouped(view, everything, kinds)}
            found = list(view_groups(connection, view))
            assert {group.key: group for group in found} == expected
            assert len(found) == len(expected) == count_groups(connection, view, Selection())
        kept = connection.execute(
            select(material.c.key, cell.c.property, cell.c.conditions_key, cell.c.origin, point.c.hash)
            .join(cell, cell.c.material_id == material.c.id)
            .join(point, point.c.id == cell.c.point_id)
        )
        in_table = {(key, name, conditions, origin) for key, name, conditions, origin, _ in kept}
    scratch = {
        (group.key, c.key.property, c.key.conditions_key, c.key.origin.value)
        for group in grouped(View.AGGREGATED, everything, kinds)
        for c in group.cells
        if c.best is not None
    }
    assert in_table == scratch


def test_selections_and_limits(filled):
    with filled.read() as connection:
        key = Material(Composition.of("MoNbTaW")).composition_key
        (group,) = view_groups(connection, View.COMPOSITIONAL, Selection(composition_key=key))
        assert {entry.property for entry in group.points} == {"hardness_vickers", "yield_strength", "phases"}
        with_v = list(view_groups(connection, View.AGGREGATED, Selection(elements=("V", "W"))))
        assert [group.points[0].material.composition.formula for group in with_v] == ["MoNbTaVW"]
        assert len(list(view_groups(connection, View.SOURCE, limit=2))) == 2
        assert list(view_points(connection, View.ALL, Selection(origin="prediction"))) == []
        rows = list(view_rows(connection, View.SOURCE))
    assert all(tuple(row) and set(row) == set(CELL_COLUMNS) for row in rows)
    assert all(len(json.loads(row["values"])) == row["n_values"] for row in rows)
    assert {row["study"] for row in rows} > {"10.1016/j.intermet.2010.05.014"}
