"""An import is undone as a record: nothing is erased, everything sees it, and it comes back as it was."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from quinary.errors import InputError
from quinary.points.point import Origin, Source
from quinary.store.database import open_database
from quinary.store.queries import all_points, count_materials, find_materials, points_of
from quinary.store.schema import material, point, retired
from quinary.store.withdrawing import (
    find_import,
    recognise_older,
    replace_older,
    restore,
    retire_anew,
    withdraw,
    would_withdraw,
)
from quinary.store.work.import_records import ImportRecord, Signed, log_import
from quinary.store.writing import PointWriter

ME = Signed("A. Person", "wrong unit")


@pytest.fixture
def bring():
    """`bring(database, name, *points, ...)` imports points as those of a file; returns the id of the import."""

    def import_points(database, name, *points, digest="", version="1", options=None):
        with database.write() as connection:
            writer = PointWriter(connection)
            added = writer.add(points)
            record = ImportRecord(name, ("table", version), digest or name, options or {})
            identifier = log_import(connection, record, added, [])
            recognise_older(connection, identifier)
            replace_older(connection, identifier)
            retire_anew(writer)
            return identifier

    return import_points


def values(database):
    with database.read() as connection:
        return sorted((p.material.composition.formula, p.property, p.value.nominal) for p, _ in all_points(connection))


def test_the_points_of_a_withdrawn_import_count_no_more_and_come_back(
    database, make_point, bring, check_cells, contents
):
    bring(database, "good.csv", make_point(value=4.0))
    wrong = bring(database, "wrong.csv", make_point(value=40.0), make_point("MoNb", value=3.0))
    before, counter = values(database), database.counter()
    cells = contents(database)["cell"]
    with database.write() as connection:
        done = withdraw(connection, wrong, ME)
        check_cells(connection)
        assert connection.execute(select(func.count()).select_from(point)).scalar_one() == 3
        assert [stored.formula for stored in find_materials(connection, is_known=True)] == ["MoNbTaW"]
        assert count_materials(connection) == len(find_materials(connection)) == 1
    assert (done.n_points, done.n_shared, done.n_materials, done.by_property) == (2, 0, 2, {"hardness_vickers": 2})
    assert values(database) == [("MoNbTaW", "hardness_vickers", 4.0)]
    assert database.counter() > counter
    with database.write() as connection:
        assert restore(connection, wrong, ME).n_points == 2
        check_cells(connection)
    assert values(database) == before
    strip = [row.split("'change'")[0] for row in cells]
    assert [row.split("'change'")[0] for row in contents(database)["cell"]] == strip


def test_what_would_be_withdrawn_is_the_same_and_changes_nothing(database, make_point, bring, contents):
    one = bring(database, "t.csv", make_point(), make_point("MoNb"))
    before = contents(database)
    with database.read() as connection:
        told = would_withdraw(connection, one)
    assert contents(database) == before
    with database.write() as connection:
        assert withdraw(connection, one, ME) == told


def test_a_point_that_another_import_states_stays(database, make_point, bring):
    shared = {"source": Source("a table"), "doi": "10.1000/a"}
    first = bring(database, "first.csv", make_point(**shared), make_point("MoNb", **shared))
    second = bring(database, "second.csv", make_point(**shared))
    with database.write() as connection:
        done = withdraw(connection, first, ME)
    assert (done.n_points, done.n_shared) == (1, 1)
    assert values(database) == [("MoNbTaW", "hardness_vickers", 5.0)]
    with database.write() as connection:
        assert withdraw(connection, second, ME).n_points == 1
    assert values(database) == []


def test_the_same_file_imported_twice_is_withdrawn_as_one_and_stays_so(database, make_point, bring):
    first = bring(database, "t.csv", make_point())
    again = bring(database, "t.csv", make_point())
    with database.write() as connection:
        done = withdraw(connection, again, ME)
    assert (done.imports, done.n_points) == ((first, again), 1)
    bring(database, "t.csv", make_point())
    assert values(database) == []
    bring(database, "t.csv", make_point(), options={"units": {"HV": "GPa"}})  # read otherwise, it is stated anew
    assert len(values(database)) == 1


def test_a_correction_goes_with_what_it_corrects(database, make_point, bring):
    wrong, right = make_point(value=40.0), make_point(value=4.0)
    one = bring(database, "t.csv", wrong)
    with database.write() as connection:
        (identifier,) = connection.execute(select(point.c.id)).scalars()
        PointWriter(connection).correct(identifier, right)
    with database.write() as connection:
        assert withdraw(connection, one, ME).n_points == 2
    assert values(database) == []
    with database.write() as connection:
        restore(connection, one, ME)
    assert values(database) == [("MoNbTaW", "hardness_vickers", 4.0)]


def test_a_correction_that_another_import_brought_stays_with_what_it_corrects(database, make_point, bring):
    wrong, right = make_point(value=40.0), make_point(value=4.0)
    bring(database, "t.csv", wrong)
    other = bring(database, "other.csv", right)
    with database.write() as connection:
        identifier = connection.execute(select(func.min(point.c.id))).scalar_one()
        PointWriter(connection).correct(identifier, right)
        assert withdraw(connection, other, ME).n_points == 0
    assert values(database) == [("MoNbTaW", "hardness_vickers", 4.0)]


def test_predictions_stay_and_a_candidate_stays_a_material(database, make_point, bring, add):
    one = bring(database, "t.csv", make_point())
    add(
        database, make_point(name="density", value=13.0, origin=Origin.PREDICTION, source=Source("a model", "computed"))
    )
    with database.write() as connection:
        (stored,) = find_materials(connection)
        PointWriter(connection).mark_generated([stored.id])
        withdraw(connection, one, ME)
        (stored,) = find_materials(connection)
        assert [entry.property for entry in points_of(connection, stored)] == ["density"]
        assert (stored.is_known, stored.is_generated) == (False, True)


def test_an_import_is_named_by_its_number_or_its_file(database, make_point, bring):
    first = bring(database, "data/t.csv", make_point())
    with database.read() as connection:
        assert {find_import(connection, name) for name in (str(first), "data/t.csv", "t.csv", " t.csv ")} == {first}
        with pytest.raises(InputError, match=r"unknown import 'u\.csv'"):
            find_import(connection, "u.csv")
        with pytest.raises(InputError, match="unknown import"):
            find_import(connection, "9" * 30)
    second = bring(database, "t.csv", make_point("MoNb"), digest="another")
    with (
        database.read() as connection,
        pytest.raises(InputError, match=rf"by its number: {first} .*; {second} ") as error,
    ):
        find_import(connection, "t.csv")
    assert list(error.value.choices) == [str(first), str(second)]


def test_of_several_imports_of_a_file_the_one_is_meant_that_can_be_undone(database, make_point, bring):
    first = bring(database, "t.csv", make_point(value=40.0))
    with database.write() as connection:
        withdraw(connection, first, ME)
    second = bring(database, "t.csv", make_point(value=4.0), options={"units": {"HV": "GPa"}})
    with database.read() as connection:
        assert find_import(connection, "t.csv") == second
        assert find_import(connection, "t.csv", is_withdrawn=True) == first


def test_an_import_of_a_store_of_old_is_known_by_what_it_brought(database, make_point, bring):
    lines = [make_point(value=4.0), make_point("MoNb")]
    old = bring(database, "t.csv", *lines)
    other = bring(database, "u.csv", make_point("TaW"))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE import_log SET digest = ''")
    again = bring(database, "t.csv", *lines)
    with database.write() as connection:
        done = withdraw(connection, old, ME)
    assert (done.imports, done.n_points) == ((old, again), 2)
    assert values(database) == [("TaW", "hardness_vickers", 5.0)]
    assert other


def test_what_is_done_already_is_said(database, make_point, bring):
    one = bring(database, "t.csv", make_point())
    with database.write() as connection:
        with pytest.raises(InputError, match="not withdrawn"):
            restore(connection, one, ME)
        withdraw(connection, one, ME)
    with database.read() as connection, pytest.raises(InputError, match=r"withdrawn already by A\. Person, on 20"):
        would_withdraw(connection, one)


# -- a file read anew --------------------------------------------------------------------------------------------------


def stated(make_point, line, formula, value, file="t.csv"):
    return make_point(formula, value=value, lineage={"file": file, "line": line, "formula": formula})


def test_a_file_read_by_newer_rules_takes_the_place_of_what_older_ones_read(database, make_point, bring, check_cells):
    first = bring(database, "t.csv", stated(make_point, 2, "MoNbTaW", 40.0), stated(make_point, 3, "MoNb", 3.0))
    second = bring(
        database, "t.csv", stated(make_point, 2, "MoNbTaW", 4.0), stated(make_point, 3, "MoNb", 3.0), version="2"
    )
    assert values(database) == [("MoNb", "hardness_vickers", 3.0), ("MoNbTaW", "hardness_vickers", 4.0)]
    with database.write() as connection:
        check_cells(connection)
        done = withdraw(connection, second, ME)  # the older reading stands again
    assert (done.n_points, done.n_shared, done.n_instead) == (1, 1, 1)
    assert values(database) == [("MoNb", "hardness_vickers", 3.0), ("MoNbTaW", "hardness_vickers", 40.0)]
    with database.write() as connection:
        withdraw(connection, first, ME)
    assert values(database) == []


def test_of_several_readings_the_last_that_is_not_withdrawn_counts(database, make_point, bring):
    numbers = [
        bring(database, "t.csv", stated(make_point, 2, "MoNb", float(version)), version=str(version))
        for version in (1, 2, 3)
    ]
    assert [row[2] for row in values(database)] == [3.0]
    with database.write() as connection:
        withdraw(connection, numbers[1], ME)
    assert [row[2] for row in values(database)] == [3.0]
    with database.write() as connection:
        withdraw(connection, numbers[2], ME)
    assert [row[2] for row in values(database)] == [1.0]
    with database.write() as connection:
        restore(connection, numbers[1], ME)
    assert [row[2] for row in values(database)] == [2.0]


@pytest.mark.parametrize(("name", "digest"), [("t.csv", "another"), ("u.csv", "another")])
def test_another_file_replaces_nothing_even_if_it_has_the_same_name(database, make_point, bring, name, digest):
    bring(database, "t.csv", stated(make_point, 2, "MoNbTaW", 4.0), digest="first")
    bring(database, name, stated(make_point, 2, "MoNb", 3.0), digest=digest, version="2")
    assert len(values(database)) == 2


def test_a_store_of_old_without_digests_knows_a_file_by_its_lines(database, make_point, bring):
    lines = [stated(make_point, 2, "MoNbTaW", 40.0), stated(make_point, 3, "MoNb", 3.0)]
    old = bring(database, "folder/t.csv", *lines)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE import_log SET digest = ''")
    bring(database, "t.csv", stated(make_point, 2, "Ta", 1.0), stated(make_point, 3, "W", 2.0), digest="x", version="2")
    assert len(values(database)) == 4  # other lines: another file of the same name
    bring(database, "t.csv", stated(make_point, 2, "MoNbTaW", 4.0), lines[1], digest="y", version="2")
    assert [row[2] for row in values(database) if row[0] == "MoNbTaW"] == [4.0]
    with database.read() as connection, pytest.raises(InputError, match="several times"):
        find_import(connection, "t.csv")
    assert old


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=4),
    steps=st.lists(st.integers(0, 3), max_size=6),
)
def test_what_counts_is_what_the_imports_that_count_state(
    tmp_path_factory, make_point, bring, check_cells, files, steps
):
    """Whatever is withdrawn and restored in whatever order: a value counts if an import that counts states it."""
    with open_database(tmp_path_factory.mktemp("undo") / "store.db") as database:
        numbers = [
            bring(database, f"{place}.csv", *(make_point(value=float(n)) for n in sorted(stated_values)))
            for place, stated_values in enumerate(files)
        ]
        gone = set()
        for step in (step for step in steps if step < len(files)):
            with database.write() as connection:
                (restore if step in gone else withdraw)(connection, numbers[step], ME)
                gone ^= {step}
                check_cells(connection)
        counting = set().union(*(stated_values for place, stated_values in enumerate(files) if place not in gone))
        assert {value for *_, value in values(database)} == counting
        with database.read() as connection:
            known = connection.execute(select(material.c.is_known)).scalars().all()
            n_retired = connection.execute(select(func.count()).select_from(retired)).scalar_one()
        assert known == [bool(counting)]
        assert n_retired == len(set().union(*files) - counting)
