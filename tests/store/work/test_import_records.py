"""Which files came in, and which of these imports are the same."""

import pytest

from quinary.store.work.import_records import ImportRecord, imports, is_older, log_import, out_of_force, same_imports
from quinary.store.writing import Added


def log(database, added, **about):
    record = ImportRecord(**{"name": "alloys.csv", "reader": ("table", "1"), **about})
    with database.write() as connection:
        return log_import(connection, record, added, [])


def test_the_log_of_imports_keeps_who_what_how_and_what_was_refused(database):
    rejected = [{"line": 4, "reason": "hardness = -3 GPa is outside 0 to 200 GPa"}]
    record = ImportRecord("alloys.csv", ("table", "1.2"), "ab12", {"doi": "10.1000/a"}, "A. Person")
    with database.write() as connection:
        log_import(connection, record, Added(10, 7, 2, 5), rejected)
        log_import(connection, ImportRecord("more.csv", ("table", "1.2")), Added(1, 1, 0, 6), [])
    with database.read() as connection:
        first, second = imports(connection)
    assert first["made_at"] <= second["made_at"]
    assert first | {"id": None, "made_at": None} == {
        "id": None, "name": "alloys.csv", "reader": "table", "version": "1.2", "n_read": 10, "n_added": 7,
        "n_repeated": 2, "rejected": rejected, "change": 5, "made_at": None, "who": "A. Person", "digest": "ab12",
        "options": {"doi": "10.1000/a"}, "replaced_by": None, "completed": 0,
    }  # fmt: skip
    assert (second["name"], second["rejected"], second["who"]) == ("more.csv", [], "")


def test_the_same_file_read_in_the_same_way_is_one_import(database):
    first = log(database, Added(1, 1, 0, 1), digest="aa", options={"units": {"HV": "GPa"}})
    again = log(database, Added(1, 0, 1, 2), digest="aa", options={"units": {"HV": "GPa"}, "doi": "10.1000/a"})
    otherwise = log(database, Added(1, 0, 1, 3), digest="aa", options={"units": {"HV": "MPa"}})
    newer = log(database, Added(1, 0, 1, 4), digest="aa", reader=("table", "2"), options={"units": {"HV": "GPa"}})
    of_old = [log(database, Added(1, 1, 0, change)) for change in (5, 6)]
    with database.read() as connection:
        same = same_imports(connection)
        assert out_of_force(connection) == set()
    assert same[first] == same[again]
    assert len({same[one] for one in (first, otherwise, newer, *of_old)}) == 5


@pytest.mark.parametrize(("old", "new", "answer"), [
    ("1", "2", True), ("2", "1", False), ("2", "2", False), ("9", "10", True), ("1.9", "1.10", True),
    ("1.2", "1.2", False), ("spring", "autumn", True), ("spring", "spring", False),
])  # fmt: skip
def test_versions_are_compared_by_their_numbers(old, new, answer):
    assert is_older(old, new) is answer
