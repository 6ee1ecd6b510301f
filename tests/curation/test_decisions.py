"""What a person decides is a record, takes effect in the curated view, and overwrites nothing. On both engines."""

import pytest
from sqlalchemy import func, select

from quinary.chemistry.composition import Composition
from quinary.curation.decisions import curated_points, decide, decided_keys, decisions, examine_store
from quinary.errors import InputError
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.cells import rebuild_cells
from quinary.store.database import open_database
from quinary.store.queries import all_points, find_materials
from quinary.store.schema import cell, point
from quinary.store.work.import_records import ImportRecord, log_import
from quinary.store.writing import PointWriter


def make(formula, name, value, line, unit_doi="10.1000/a"):
    return DataPoint(
        Material(Composition.of(formula)), name, Value.number(value), Method.MEASURED, Origin.LITERATURE, Source("t.csv"),
        doi=unit_doi, lineage={"file": "t.csv", "line": line, "reader": "table 1", "formula": formula},
    )  # fmt: skip


@pytest.fixture
def database(new_url):
    """Line 2 sums to 114, in line 3 yield is above ultimate strength, line 4 is good, line 5 was refused."""
    points = [
        make("Cr20Mn25Fe40Ni15Al14", "hardness_vickers", 3.0, 2), make("Cr20Mn25Fe40Ni15Al14", "density", 7.2, 2),
        make("MoNbTaW", "yield_strength", 10580.0 / 2, 3), make("MoNbTaW", "ultimate_tensile_strength", 1211.0, 3),
        make("CoCrFeNi", "hardness_vickers", 1.3, 4),
    ]  # fmt: skip
    with open_database(new_url()) as opened:
        with opened.write() as connection:
            added = PointWriter(connection).add(points)
            log_import(
                connection, ImportRecord("/data/t.csv", ("table", "1")), added, [{"line": 5, "reason": "no formula"}]
            )
        yield opened


def shown(database, view=curated_points):
    with database.read() as connection:
        return sorted(
            (p.material.composition.formula, p.property, round(p.value.nominal, 3)) for p, _ in view(connection)
        )


def detectors_of(finding):
    return {evidence.detector for evidence in finding.evidences}


def one(database, detector, name=None):
    found = [f for f in examine_store(database) if detector in detectors_of(f) and name in (None, f.property)]
    assert len(found) == 1
    return found[0]


def test_the_report_names_source_line_and_key_and_is_the_same_again(database):
    found = examine_store(database)
    assert [(f.source, f.line, f.property, detectors_of(f)) for f in found if f.severity != "notice"] == [
        ("t.csv", 3, "yield_strength", {"physics", "unit_slip"}), ("t.csv", 3, "ultimate_tensile_strength", {"physics"}),
        ("t.csv", 2, "", {"composition_sum", "amount_convention", "typing_slip"}), ("t.csv", 5, "", {"reader"}),
    ]  # fmt: skip
    assert [f.key for f in examine_store(database)] == [f.key for f in found]
    assert len({f.key for f in found}) == len(found)


def test_accepting_leaves_the_points_where_they_are_and_takes_them_out_of_the_view(database):
    everything = shown(database, all_points)
    decide(database, one(database, "composition_sum").key, "accept", "A. Person", "114 %")
    assert shown(database, all_points) == everything
    assert [row for row in everything if row not in shown(database)] == [row for row in everything if "Mn" in row[0]]
    decide(database, one(database, "physics", "yield_strength").key, "accept", "A. Person")
    assert ("MoNbTaW", "ultimate_tensile_strength", 1211.0) in shown(database)
    assert not [row for row in shown(database) if row[1] == "yield_strength"]


def test_decided_findings_do_not_come_back_and_rejecting_changes_no_view(database):
    finding = one(database, "composition_sum")
    decide(database, finding.key, "reject", "A. Person", "as printed")
    assert finding.key not in {f.key for f in examine_store(database)}
    assert shown(database) == shown(database, all_points)
    with database.read() as connection:
        assert decided_keys(connection) == {finding.key}
        (record,) = decisions(connection)
    assert (record["action"], record["who"], record["note"]) == ("reject", "A. Person", "as printed")


def test_the_last_decision_on_a_finding_counts(database):
    key = one(database, "composition_sum").key
    decide(database, key, "accept", "A. Person")
    decide(database, key, "reject", "B. Person")
    assert shown(database) == shown(database, all_points)


def test_a_corrected_value_is_a_new_point_that_supersedes_the_old(database):
    decide(
        database,
        one(database, "physics", "yield_strength").key,
        "correct",
        "A. Person",
        "",
        {"value": "1.058", "unit": "GPa"},
    )
    assert ("MoNbTaW", "yield_strength", 1058.0) in shown(database)
    assert len([row for row in shown(database) if row[1] == "yield_strength"]) == 1
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(point)).scalar_one() == 6
        new = next(p for p, _ in all_points(connection) if p.property == "yield_strength")
        kept = {(row.material_id, row.property, row.point_id) for row in connection.execute(select(cell))}
        assert kept == {(row["material_id"], row["property"], row["point_id"]) for row in rebuild_cells(connection)}
    assert len(new.lineage["corrects"]) == 32
    assert not [f for f in examine_store(database) if f.line == 3 and f.severity != "notice"]


def test_a_corrected_formula_moves_all_values_of_the_line_to_the_right_material(database):
    decide(
        database, one(database, "composition_sum").key, "correct", "A. Person", "", {"formula": "Cr20Mn25Fe26Ni15Al14"}
    )
    moved = [row[1:] for row in shown(database) if "Mn" in row[0]]
    assert moved == [("density", 7.2), ("hardness_vickers", 3.0)]
    with database.read() as connection:
        known = {m.formula: m.is_known for m in find_materials(connection)}
    assert sorted(is_known for formula, is_known in known.items() if "Mn" in formula) == [False, True]
    assert not [f for f in examine_store(database) if "composition_sum" in detectors_of(f)]


def correct(database, key, megapascals):
    return decide(database, key, "correct", "A. Person", "", {"value": str(megapascals), "unit": "MPa"})


def yields(database):
    """The yield strengths that count, after a check that the cells are what the points say."""
    with database.read() as connection:
        kept = {(row.material_id, row.property, row.point_id) for row in connection.execute(select(cell))}
        assert kept == {(row["material_id"], row["property"], row["point_id"]) for row in rebuild_cells(connection)}
    return [value for _, name, value in shown(database) if name == "yield_strength"]


def test_a_correction_is_undone_by_another_decision_on_the_same_finding(database):
    before = shown(database)
    key = one(database, "physics", "yield_strength").key
    correct(database, key, 529)
    assert yields(database) == [529.0]
    decide(database, key, "reject", "A. Person", "it is right as it stands")
    assert yields(database) == [5290.0]
    assert shown(database) == before
    assert key not in {f.key for f in examine_store(database)}
    assert not [f for f in examine_store(database) if f.line == 3 and f.property == "yield_strength"]  # not 529 either
    correct(database, key, 529)
    assert yields(database) == [529.0]
    decide(database, key, "accept", "A. Person", "neither of them")
    assert yields(database) == []
    correct(database, key, 529)
    assert yields(database) == [529.0]


def test_a_second_correction_takes_the_place_of_the_first(database):
    key = one(database, "physics", "yield_strength").key
    for value in (529, 1058, 1058, 529):
        correct(database, key, value)
        assert yields(database) == [value]
    with pytest.raises(InputError, match="says what is there already"):
        correct(database, key, 5290)
    assert yields(database) == [529.0]  # the correction that could not be made undid nothing


def test_a_formula_that_was_corrected_goes_back_with_all_values_of_the_line(database):
    def known():
        with database.read() as connection:
            return {m.formula for m in find_materials(connection, is_known=True)}

    before, known_before = shown(database), known()
    key = one(database, "composition_sum").key
    decide(database, key, "correct", "A. Person", "", {"formula": "Cr20Mn25Fe26Ni15Al14"})
    first = shown(database)
    decide(database, key, "correct", "A. Person", "", {"formula": "Cr20Mn25Fe26Ni15Al13"})
    assert [row[1:] for row in shown(database)] == [row[1:] for row in first]
    assert shown(database) != first
    assert len(known()) == len(known_before)
    decide(database, key, "reject", "A. Person")
    assert (shown(database), known()) == (before, known_before)
    decide(database, key, "correct", "A. Person", "", {"formula": "Cr20Mn25Fe26Ni15Al14"})
    assert shown(database) == first
    decide(database, key, "accept", "A. Person")
    assert shown(database) == [row for row in before if "Mn" not in row[0]]
    assert len(known()) == len(known_before) - 1


def test_a_correction_that_says_what_another_line_says_leaves_that_line_alone(database):
    with database.write() as connection:
        PointWriter(connection).add([make("MoNbTaW", "yield_strength", 529.0, 9)])
    key = one(database, "physics", "yield_strength").key
    correct(database, key, 529)
    assert yields(database) == [529.0]
    decide(database, key, "reject", "A. Person")
    assert sorted(yields(database)) == [529.0, 5290.0]
    assert sorted(yields(database)) == [529.0, 5290.0]


def test_what_was_corrected_once_more_is_undone_in_the_opposite_order(database):
    first = one(database, "physics", "yield_strength").key
    correct(database, first, 1500)
    second = one(database, "physics", "yield_strength").key
    assert second != first
    correct(database, second, 1100)
    assert yields(database) == [1100.0]
    with pytest.raises(InputError, match=f"decide on {second} first"):
        decide(database, first, "reject", "A. Person")
    assert yields(database) == [1100.0]
    decide(database, second, "reject", "A. Person")
    assert yields(database) == [1500.0]
    decide(database, first, "reject", "A. Person")
    assert yields(database) == [5290.0]


@pytest.mark.parametrize(
    ("action", "who", "correction", "message"),
    [
        ("accept", " ", None, "say who decides"),
        ("believe", "A", None, "unknown decision 'believe'"),
        ("accept", "A", {"value": "3", "unit": "GPa"}, "only `correct`"),
        ("correct", "A", None, "suggests no repair"),
        ("correct", "A", {"value": "3"}, "has no unit"),
        ("correct", "A", {"value": "5290", "unit": "MPa"}, "says what is there already"),
    ],
)
def test_what_cannot_be_decided(database, action, who, correction, message):
    key = one(database, "physics", "yield_strength").key
    with pytest.raises(InputError, match=message):
        decide(database, key, action, who, "", correction)
    with database.read() as connection:
        assert decisions(connection) == []


def test_unknown_findings_and_rows_that_were_never_imported(database):
    examine_store(database)
    with pytest.raises(InputError, match="unknown finding"):
        decide(database, "nonsense", "accept", "A")
    with pytest.raises(InputError, match="never imported"):
        decide(database, one(database, "reader").key, "correct", "A", "", {"formula": "MoNb"})
