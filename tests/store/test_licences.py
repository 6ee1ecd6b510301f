"""A licence that is learnt later goes to points that had none, and to no others."""

import pytest
from sqlalchemy import func, select

from quinary.errors import InputError
from quinary.points.point import Source
from quinary.store.queries import find_materials, points_of, sources_of_points
from quinary.store.schema import point
from quinary.store.writing import PointWriter


def license_again(database, licence, *points):
    with database.write() as connection:
        return PointWriter(connection, licence=licence).add(points)


def licences(database):
    with database.read() as connection:
        return {
            (entry.property, entry.source.name): entry.source.licence
            for stored in find_materials(connection)
            for entry in points_of(connection, stored)
        }


def test_points_without_a_licence_get_it_and_nothing_is_doubled(database, add, make_point, contents):
    study = {"doi": "10.1000/a"}
    ours = [
        make_point(name=name, value=3.0, source=Source("t.csv"), **study) for name in ("hardness_vickers", "density")
    ]
    theirs = make_point(name="yield_strength", value=900.0, source=Source("u.csv", licence="CC0-1.0"), **study)
    bare = make_point(name="elongation", value=9.0, source=Source("u.csv"), **study)
    add(database, *ours, theirs, bare)
    same = [make_point(name=p.property, value=p.value, source=Source("t.csv", licence="CC-BY-4.0"), **study)
            for p in (*ours, theirs, bare)]  # fmt: skip
    done = license_again(database, "CC-BY-4.0", *same)
    assert (done.n_added, done.n_repeated, done.n_licensed) == (0, 4, 2)
    assert licences(database) == {
        ("hardness_vickers", "t.csv"): "CC-BY-4.0", ("density", "t.csv"): "CC-BY-4.0",
        ("yield_strength", "u.csv"): "CC0-1.0", ("elongation", "u.csv"): "",
    }  # fmt: skip
    assert license_again(database, "CC-BY-4.0", *same).n_licensed == 0
    before = contents(database)
    with pytest.raises(
        InputError, match=r"t\.csv is in the store under the licence CC-BY-4\.0, which CC0-1\.0 does not"
    ):
        license_again(database, "CC0-1.0", *same)
    assert contents(database) == before


def test_corrections_get_the_licence_too(database, add, make_point):
    wrong, right, better = (make_point(value=value, source=Source("t.csv")) for value in (50.0, 5.0, 5.1))
    add(database, wrong)
    for old, new in ((wrong, right), (right, better)):
        with database.write() as connection:
            query = select(point.c.id).where(point.c.hash == old.content_hash)
            PointWriter(connection).correct(connection.execute(query).scalar_one(), new)
    assert license_again(database, "CC-BY-4.0", wrong).n_licensed == 3
    assert set(licences(database).values()) == {"CC-BY-4.0"}
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(point)).scalar_one() == 3
        ((source, n_points),) = sources_of_points(connection)
    assert (source.name, source.licence, n_points) == ("t.csv", "CC-BY-4.0", 1)


def test_a_mistyped_licence_can_be_put_right(database, add, make_point):
    add(database, make_point(source=Source("t.csv", licence="CC-BY-SA4")))
    assert license_again(database, "CC-BY-SA-4.0", make_point(source=Source("t.csv"))).n_licensed == 1
    assert set(licences(database).values()) == {"CC-BY-SA-4.0"}
