"""Points group by group, studies and their ranks, on both engines."""

from itertools import groupby

import pytest

from quinary.materials.views import View
from quinary.points.point import Origin, Source
from quinary.store.ranking import rank_anew
from quinary.store.studies import StudyRecord, records_of, save_record, studies_in, study_kinds
from quinary.store.view_points import Selection, count_groups, points_in_groups


@pytest.fixture
def filled(database, add, make_point):
    original = Source("a paper", "original", "CC0-1.0")
    add(
        database,
        make_point("MoNb", value=4.0, doi="10.1000/A", structure=("BCC",), processing=("AC",), source=original),
        make_point("TaW", value=6.0, doi="10.1000/b", source=original),
        make_point("MoNb", value=5.0, doi="10.1000/a", structure=("BCC",), processing=("A",), source=original),
        make_point("MoNb", value=7.0),
        make_point("MoNb", value=8.0, doi="10.1000/b", structure=("BCC",), processing=("AC",), source=original),
    )
    return database


@pytest.mark.parametrize("view", View)
def test_a_group_comes_in_one_piece(filled, view):
    with filled.read() as connection:
        found = list(points_in_groups(connection, view, Selection()))
        keys = [key for key, _ in groupby(found, lambda entry: view.group_of(entry.point))]
        assert len(found) == 5
        assert len(keys) == len(set(keys)) == count_groups(connection, view, Selection())
        some = list(points_in_groups(connection, view, Selection(elements=("Mo", "Nb"), origin=Origin.LITERATURE)))
        assert len(some) == 4
        assert list(points_in_groups(connection, view, Selection(origin=Origin.PREDICTION))) == []


def test_studies_and_what_their_kind_changes(filled, check_cells):
    with filled.read() as connection:
        assert [(study.reference, study.n_points) for study in studies_in(connection)] == [
            ("10.1000/a", 2), ("10.1000/b", 2), ("", 1),
        ]  # fmt: skip
        before = check_cells(connection)
    with filled.write() as connection:
        save_record(connection, StudyRecord("10.1000/b", title="A review").judged("review"))
        save_record(connection, StudyRecord("10.1000/b", title="A review of alloys").judged("review"))
        assert rank_anew(connection, {"10.1000/b": "review"}) == 2
        assert rank_anew(connection, {"10.1000/b": "review"}) == 0
    with filled.read() as connection:
        assert records_of(connection, ["10.1000/B", "a table", ""])["10.1000/B"].title == "A review of alloys"
        assert study_kinds(connection, ["10.1000/B", "10.1000/a"]) == {"10.1000/B": "review", "10.1000/a": ""}
        assert check_cells(connection) != before
