"""Adding points: nothing is overwritten, nothing is kept twice, and the cells follow."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.materials.aggregate import best_points, rank
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store import writing
from quinary.store.cells import cells_of, rebuild_cells
from quinary.store.kept.candidates import generated_ids
from quinary.store.queries import find_materials, points_of
from quinary.store.schema import cell, material, point
from quinary.store.writing import PointWriter, batches

ALLOYS = [Material(Composition.of("MoNbTaW")), Material(Composition.of("(HfZr)C"), ("B1",))]
points = st.builds(
    DataPoint,
    material=st.sampled_from(ALLOYS),
    property=st.sampled_from(["hardness_vickers", "density"]),
    value=st.sampled_from([1.0, 2.0, 3.0]).map(Value.number),
    method=st.sampled_from([Method.MEASURED, Method.LEARNED, Method.CALCULATED]),
    origin=st.sampled_from([Origin.LITERATURE, Origin.PREDICTION]),
    source=st.sampled_from([Source("a table", "compilation"), Source("a paper", "original")]),
    conditions=st.sampled_from([{}, {"temperature": 1273.0}]).map(Conditions.of),
)
transactions = st.lists(st.tuples(st.booleans(), st.lists(points, max_size=6)), min_size=1, max_size=6)
# Every example empties the store that the test was given
with_one_store = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_same_statement_from_another_file_adds_nothing(database, make_point, add):
    study = {"doi": "10.1000/1"}
    assert add(database, make_point(**study, source=Source("one file"))).n_added == 1
    report = add(database, make_point(**study, source=Source("another file"), lineage={"line": 7}))
    assert (report.n_read, report.n_added, report.n_repeated) == (1, 0, 1)
    assert report.change == 2


def test_a_repetition_within_one_import_is_kept_once(database, make_point, add):
    report = add(database, make_point(lineage={"line": 1}), make_point("W25Ta25Nb25Mo25", lineage={"line": 2}))
    assert (report.n_read, report.n_added, report.n_repeated) == (2, 1, 1)
    with database.read() as connection:
        (stored,) = find_materials(connection)
        assert [found.lineage for found in points_of(connection, stored)] == [{"line": 1}]


def test_anything_that_differs_is_another_statement(database, make_point, add):
    different = [
        {"value": 5.001},
        {"uncertainty": 0.1},
        {"at": {"load": 9.8}},
        {"at": {"temperature": 1273.0}},
        {"method": Method.LEARNED},
        {"origin": Origin.PREDICTION},
        {"source": Source("another table")},
        {"doi": "10.1000/1"},
        {"detail": "average of ten"},
        {"formula": "MoNbTaWV"},
        {"structure": ("BCC",)},
        {"processing": ("AC",)},
        {"name": "density"},
    ]
    add(database, make_point())
    for number, other in enumerate(different):
        assert add(database, make_point(), make_point(**other)).n_added == 1, f"number {number}: {other}"


def test_points_are_never_overwritten(database, make_point, add, contents):
    add(database, make_point(value=5.0), make_point("Nb", value=1.0))
    before = contents(database)["point"]
    add(database, make_point(value=6.0), supersede=True)
    add(database, make_point(value=5.0), make_point(value=7.0, method=Method.LEARNED), supersede=True)
    after = contents(database)["point"]
    assert set(before) <= set(after)
    assert len(after) == 5  # what was superseded and is said again is said anew


def test_the_newer_of_equals_stands_for_a_cell_and_a_worse_one_does_not(database, make_point, add):
    def standing():
        with database.read() as connection:
            return connection.execute(select(point.c.low).join(cell, cell.c.point_id == point.c.id)).scalars().all()

    add(database, make_point(value=5.0))
    add(database, make_point(value=6.0))
    assert standing() == [6.0]
    add(database, make_point(value=7.0, method=Method.LEARNED))
    assert standing() == [6.0]
    add(database, make_point(value=7.0, method=Method.LEARNED, detail="new model"), supersede=True)
    assert standing() == [5.0]


def test_values_that_a_compilation_calculated_fill_no_cell(database, make_point, add):
    add(database, make_point(method=Method.CALCULATED))
    with database.read() as connection:
        (stored,) = find_materials(connection)
        assert stored.is_known
        assert cells_of(connection, stored.id) == frozenset()
        assert list(rebuild_cells(connection)) == []


def test_who_is_known_and_who_is_generated(database, make_point, add):
    add(database, make_point("Mo", origin=Origin.PREDICTION))
    add(database, make_point("Nb", origin=Origin.VALIDATION))
    with database.write() as connection:
        writer = PointWriter(connection)
        writer.mark_generated(writer.material_ids([make_point("Mo").material, make_point("W").material]).values())
    with database.read() as connection:
        marks = {s.formula: (s.is_known, s.is_generated, s.change) for s in find_materials(connection)}
        assert marks == {"Mo": (False, True, 3), "Nb": (True, False, 2), "W": (False, True, 3)}
        assert len(generated_ids(connection)) == 2
        assert generated_ids(connection, since=3) == []


def test_a_material_changes_with_its_points_and_not_with_repetitions(database, make_point, add):
    add(database, make_point("Mo"), make_point("Nb"))
    add(database, make_point("Nb"), make_point("Mo", value=6.0))
    with database.read() as connection:
        assert dict(connection.execute(select(material.c.formula, material.c.change)).all()) == {"Mo": 2, "Nb": 1}


def test_batches_hold_everything_once_and_in_order():
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([])) == []


@pytest.mark.parametrize("size", [1, 2, 5000])
def test_the_size_of_batches_changes_nothing(database, make_point, monkeypatch, size, check_cells):
    monkeypatch.setattr(writing, "batches", lambda items, _=None: batches(items, size))
    seen = []
    with database.write() as connection:
        added = PointWriter(connection).add((make_point(value=v) for v in (1.0, 2.0, 1.0, 3.0)), seen.append)
    assert (added.n_read, added.n_added) == (4, 3)
    assert seen[-1] == 4
    with database.read() as connection:
        ((*_, point_id, _),) = check_cells(connection)
        assert connection.execute(select(point.c.low).where(point.c.id == point_id)).scalar_one() == 3.0


@given(given_transactions=transactions)
@with_one_store
def test_the_table_of_cells_is_what_the_points_say(database, empty, add, check_cells, given_transactions):
    empty(database)
    for supersede, some in given_transactions:
        before = database.counter()
        report = add(database, *some, supersede=supersede)
        assert report.change == before + 1
        with database.read() as connection:
            check_cells(connection)
            check_best_points(connection)


def check_best_points(connection):
    """The points that stand for cells are those that `best_points` chooses."""
    for stored in find_materials(connection):
        chosen = best_points(points_of(connection, stored))
        assert set(chosen) == cells_of(connection, stored.id)
        query = select(cell, point.c.low, point.c.method).join(point, point.c.id == cell.c.point_id)
        rows = connection.execute(query.where(cell.c.material_id == stored.id)).mappings()
        standing = {(r["property"], r["conditions_key"], r["origin"]): (r["low"], r["method"], r["rank"]) for r in rows}
        assert standing == {
            (key.property, key.conditions_key, key.origin): (best.value.low, best.method, rank(best))
            for key, best in chosen.items()
        }


def test_repetitions_of_the_file_are_told_from_what_was_there(database, make_point, add, monkeypatch):
    monkeypatch.setattr("quinary.store.writing.batches.__defaults__", (2,))
    points = [make_point(value=value) for value in (1.0, 1.0, 2.0, 1.0, 3.0)]
    first, again = add(database, *points), add(database, *points)
    assert (first.n_added, first.n_repeated, first.n_twins) == (3, 2, 2)
    assert (again.n_added, again.n_repeated) == (0, 5)
