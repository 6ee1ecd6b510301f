"""How far each loop has come, and what failed."""

import pytest

from quinary.points.point import Origin
from quinary.store.queries import counts, find_materials
from quinary.store.work.bookkeeping import add_failures, failures, impossible, progress_of, set_progress


def test_progress_is_the_last_that_was_set(database):
    with database.write() as connection:
        assert progress_of(connection, "prediction") == (0, "")
        set_progress(connection, "prediction", 3, "policy 1")
        set_progress(connection, "validation", 2, "policy 1")
        set_progress(connection, "prediction", 5, "policy 2")
    with database.read() as connection:
        assert progress_of(connection, "prediction") == (5, "policy 2")
        assert progress_of(connection, "validation") == (2, "policy 1")


@pytest.fixture
def failed(database, make_point, add):
    """`failed(n, **other)`: a failure on the n-th of three materials."""
    add(database, make_point("Mo"), make_point("Nb"), make_point("W"))
    with database.read() as connection:
        identifiers = [stored.id for stored in find_materials(connection)]

    def failure(n, **other):
        row = {
            "loop": "validation",
            "plugin": "calphad",
            "version": "1",
            "material_id": identifiers[n],
            "property": "phases",
            "reason": "did not converge",
            "change": 1,
        }
        return row | other

    return failure


def test_what_is_not_possible_is_told_reason_by_reason_until_there_is_an_answer(database, failed, make_point, add):
    with database.write() as connection:
        rows = [failed(0), failed(1), failed(1, version="2"), failed(2, reason="no data", property="density")]
        add_failures(connection, rows)
    with database.read() as connection:
        first, second = impossible(connection)
    assert (first["reason"], first["values"], first["materials"]) == ("did not converge", 2, 2)
    assert (second["reason"], second["properties"]) == ("no data", ["density"])
    add(database, make_point("W", "density", 19.3, origin=Origin.VALIDATION))
    with database.read() as connection:
        assert [row["reason"] for row in impossible(connection)] == ["did not converge"]


def test_failures_come_back_newest_first_and_the_same_once(database, failed):
    rows = [failed(0), failed(1), failed(0, version="2")]
    with database.write() as connection:
        add_failures(connection, [*rows, failed(0, reason="again")])
    with database.read() as connection:
        found = failures(connection)
        assert [{name: row[name] for name in rows[0]} for row in found] == rows[::-1]
        assert failures(connection, limit=1) == found[:1]
        assert counts(connection)["failures"] == 3
