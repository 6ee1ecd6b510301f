"""Any value can be refused, kept or corrected by its key, and a refusal that came with it holds here, too."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.curation.decisions import curated_points, decide, decisions, examine_store
from quinary.curation.values import refuse_as_marked
from quinary.errors import InputError
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.marks import Mark, marks_of, without_mark
from quinary.store.queries import all_points
from quinary.store.work.import_records import ImportRecord, log_import
from quinary.store.writing import PointWriter


def make(formula, name, value, line, spread=None, doi=""):
    return DataPoint(
        Material(Composition.of(formula)), name, Value.number(value), Method.MEASURED, Origin.LITERATURE, Source("t.csv"),
        uncertainty=spread, doi=doi, lineage={"file": "t.csv", "line": line, "formula": formula},
    )  # fmt: skip


STRONG, HARD = make("MoNbTaW", "yield_strength", 1058.0, 2, spread=12.0), make("MoNbTaW", "hardness_vickers", 4.4, 2)


@pytest.fixture
def database(new_url):
    with open_database(new_url()) as opened:
        with opened.write() as connection:
            added = PointWriter(connection).add([STRONG, HARD])
            log_import(connection, ImportRecord("data/t.csv", ("table", "1")), added, [])
        yield opened


def shown(database):
    with database.read() as connection:
        return sorted((p.property, round(p.value.nominal, 3), p.uncertainty) for p, _ in curated_points(connection))


EVERYTHING = [("hardness_vickers", 4.4, None), ("yield_strength", 1058.0, 12.0)]


def test_a_value_is_refused_and_let_stand_by_its_key(database):
    record = decide(database, STRONG.key, "reject", "A. Person", "typed wrongly")
    assert (record["action"], record["note"]) == ("refuse", "typed wrongly")
    assert shown(database) == EVERYTHING[:1]
    with database.read() as connection:
        (mark,) = marks_of(connection).values()
        (out,) = [p for p, _ in all_points(connection) if without_mark(p)[1]]
    assert (mark.who, mark.why, out.property) == ("A. Person", "typed wrongly", "yield_strength")
    assert decide(database, STRONG.key.upper(), "accept", "B. Person")["action"] == "keep"
    assert shown(database) == EVERYTHING


def test_a_corrected_value_keeps_its_uncertainty_unless_another_is_given(database):
    decide(database, STRONG.key, "correct", "A. Person", "typo", {"value": "1.1", "unit": "GPa"})
    assert shown(database)[1] == ("yield_strength", 1100.0, 12.0)
    decide(database, STRONG.key, "correct", "A. Person", "typo", {"value": "1.1 ± 0.02", "unit": "GPa"})
    assert shown(database)[1] == ("yield_strength", 1100.0, pytest.approx(20.0))
    decide(database, STRONG.key, "accept", "A. Person")
    assert shown(database) == EVERYTHING


def test_the_corrected_value_has_a_key_of_its_own(database):
    decide(database, HARD.key, "correct", "A. Person", "", {"value": "4.6", "unit": "GPa"})
    with database.read() as connection:
        (new,) = [p for p, _ in all_points(connection) if p.property == "hardness_vickers"]
    assert new.key != HARD.key
    decide(database, new.key, "reject", "A. Person")
    assert [row[0] for row in shown(database)] == ["yield_strength"]


def test_a_decision_by_key_settles_what_a_detector_doubts(database):
    with database.write() as connection:
        PointWriter(connection).add([make("MoNbTaW", "ultimate_tensile_strength", 300.0, 2)])
    doubted = [found for found in examine_store(database) if found.property == "yield_strength"]
    assert doubted
    assert decide(database, STRONG.key, "accept", "A. Person")["finding_key"] == doubted[0].key
    assert not [found for found in examine_store(database) if found.property == "yield_strength"]


def test_what_was_decided_is_settled_under_a_doi_that_comes_later(database):
    with database.write() as connection:
        PointWriter(connection).add([make("MoNbTaW", "ultimate_tensile_strength", 300.0, 2)])
    (doubted,) = [found for found in examine_store(database) if found.property == "yield_strength"]
    decide(database, doubted.key, "reject", "A. Person")
    with database.write() as connection:
        from quinary.store.completing import References

        again = [make("MoNbTaW", "yield_strength", 1058.0, 2, 12.0, "10.1000/a")]
        added = PointWriter(connection, references=References("10.1000/a")).add(again)
    assert added.n_completed == 1
    assert not [found for found in examine_store(database) if found.property == "yield_strength"]


def test_a_refusal_that_comes_with_a_value_holds_here_unless_it_was_decided_on(database):
    marks = {
        STRONG.content_hash: Mark("Theirs", "impossible", "2026-01-02T03:04:05+00:00"),
        HARD.content_hash: Mark("Theirs"),
    }
    decide(database, HARD.key, "accept", "A. Person", "I measured it")
    with database.write() as connection:
        assert refuse_as_marked(connection, marks) == 1
        assert refuse_as_marked(connection, marks) == 0
        record = decisions(connection)[-1]
    assert (record["who"], record["note"], record["made_at"]) == ("Theirs", "impossible", "2026-01-02T03:04:05+00:00")
    assert shown(database) == EVERYTHING[:1]
    decide(database, STRONG.key, "accept", "A. Person")
    assert shown(database) == EVERYTHING


@pytest.mark.parametrize(("key", "message"), [
    ("t.csv", "t.csv is an import, no finding and no value: `quinary withdraw t.csv` undoes it"),
    ("1", "1 is an import"), ("0123456789ab", "unknown finding or value"), ("xyz", "unknown finding or value"),
])  # fmt: skip
def test_what_is_no_key_is_said(database, key, message):
    with pytest.raises(InputError, match=message):
        decide(database, key, "reject", "A. Person")
