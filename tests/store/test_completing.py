"""The same file with and without a DOI is one file: nothing doubles, and what was decided stays."""

import pytest
from sqlalchemy import select

from quinary.errors import InputError
from quinary.points.point import Source
from quinary.store.completing import References
from quinary.store.queries import all_points
from quinary.store.schema import point
from quinary.store.writing import PointWriter

DOI = "10.1000/a"


def enter(database, *points, given="", before=(), licence=""):
    with database.write() as connection:
        writer = PointWriter(connection, licence=licence, references=References(given, frozenset(before)))
        return writer.add(points), writer.completed


def of_file(make_point, doi="", **other):
    licence = other.pop("licence", "")
    source = Source("t.csv", "original" if doi else "compilation", licence, doi)
    return make_point(source=source, doi=doi, **other)


def references(database):
    with database.read() as connection:
        rows = connection.execute(select(point.c.hash, point.c.id)).all()
        found = [entry for entry, _ in all_points(connection)]
        assert {entry.content_hash for entry in found} <= {bytes(row.hash) for row in rows}
    return sorted((entry.value.nominal, entry.doi, entry.source.kind, entry.source.licence) for entry in found)


def test_a_doi_completes_what_the_file_brought_without_one(database, make_point, check_cells):
    enter(database, of_file(make_point, licence="CC0-1.0"), of_file(make_point, value=6.0))
    added, before = enter(database, of_file(make_point, DOI), of_file(make_point, DOI, value=7.0), given=DOI)
    assert (added.n_added, added.n_repeated, added.n_completed, added.n_twins) == (1, 1, 1, 0)
    assert [entry["doi"] for entry in before] == [""]
    assert references(database) == [
        (5.0, DOI, "original", "CC0-1.0"), (6.0, "", "compilation", ""), (7.0, DOI, "original", ""),
    ]  # fmt: skip
    with database.read() as connection:
        check_cells(connection)


def test_the_file_without_its_doi_adds_nothing_and_takes_nothing_away(database, make_point):
    enter(database, of_file(make_point, DOI), given=DOI)
    added, before = enter(database, of_file(make_point))
    assert (added.n_added, added.n_repeated, before) == (0, 1, [])
    assert references(database) == [(5.0, DOI, "original", "")]


def test_a_mistyped_doi_is_put_right_by_the_same_file(database, make_point):
    enter(database, of_file(make_point, "10.1000/typo"), given="10.1000/typo")
    added, _ = enter(database, of_file(make_point, DOI), given=DOI, before=["10.1000/typo"])
    assert (added.n_added, added.n_completed) == (0, 1)
    assert references(database) == [(5.0, DOI, "original", "")]


def test_another_study_is_another_statement(database, make_point):
    enter(database, of_file(make_point, DOI), given=DOI)
    added, _ = enter(database, of_file(make_point, "10.1000/b"), given="10.1000/b")
    assert added.n_added == 1
    theirs, _ = enter(database, make_point(source=Source("u.csv")))
    assert theirs.n_added == 1


def test_rows_with_a_doi_of_their_own_are_left_alone(database, make_point):
    enter(database, of_file(make_point))
    own = make_point(source=Source("t.csv", "original", "", DOI), doi="10.1000/row")
    added, _ = enter(database, own, given=DOI)
    assert (added.n_added, added.n_completed) == (1, 0)


def test_a_correction_gets_the_doi_too(database, make_point):
    enter(database, of_file(make_point, value=50.0))
    with database.write() as connection:
        PointWriter(connection).correct(1, of_file(make_point))
    added, _ = enter(database, of_file(make_point, DOI, value=50.0), given=DOI)
    assert (added.n_added, added.n_completed) == (0, 2)
    assert references(database) == [(5.0, DOI, "original", "")]


def test_what_an_older_store_holds_twice_becomes_one(database, make_point, add, check_cells):
    add(database, of_file(make_point), of_file(make_point, DOI))
    assert len(references(database)) == 2
    enter(database, of_file(make_point, DOI), given=DOI)
    assert references(database) == [(5.0, DOI, "original", "")]
    with database.read() as connection:
        check_cells(connection)


def test_another_licence_is_refused_and_changes_nothing(database, make_point, contents):
    enter(database, of_file(make_point, licence="CC-BY-4.0"))
    before = contents(database)
    with pytest.raises(InputError, match=r"t\.csv is in the store under the licence CC-BY-4\.0"):
        enter(database, of_file(make_point, DOI, licence="CC0-1.0"), given=DOI, licence="CC0-1.0")
    assert contents(database) == before
