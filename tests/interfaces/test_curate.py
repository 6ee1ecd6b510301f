"""`quinary check`: findings of files, known tables and stores; decisions."""

import pytest

from quinary.curation.decisions import curated_points
from quinary.store.database import open_database

HEAD = "formula,phases,doi\n"


@pytest.fixture
def doubtful(folder):
    """Line 2 sums to 114."""
    path = folder / "doubtful.csv"
    path.write_text(HEAD + "Cr20 Mn25 Fe40 Ni15 Al14,FCC,10.1000/a\nCoCrFeNi,FCC,10.1000/b\n", encoding="utf-8")
    return path


def places(result):
    return [(found["detector"], found["source"], found["line"]) for found in result.json["findings"]]


def test_a_file_without_a_database(run, doubtful, folder):
    result = run("check", doubtful, "--json")
    assert result.status == 0
    ((_, source, line),) = places(result)
    assert (source, line) == ("doubtful.csv", 2)
    assert "composition_sum" in {entry["detector"] for entry in result.json["findings"][0]["evidences"]}
    assert set(result.json["findings"][0]) >= {"detector", "severity", "source", "line", "evidence", "repair", "key"}
    assert [path.name for path in folder.iterdir()] == ["doubtful.csv"]


@pytest.mark.physics
def test_the_ultera_sheet_with_planted_errors(run, published_data):
    """Lines 13 (MoNTaW), 59 (Cr03) and 81 (no composition) of the published sheet with errors."""
    result = run("check", published_data / "ultera" / "template_with_errors.xlsx", "--json")
    assert [line for name, _, line in places(result) if name == "reader"] == [13, 59, 81]
    clean = run("check", published_data / "ultera" / "template_v4_example.xlsx", "--json")
    assert places(clean) == []


def test_a_decision_on_what_is_in_the_store(run, doubtful):
    assert run("import", doubtful).status == 0
    key = run("check", "--json").json["findings"][0]["key"]
    decided = run("check", "reject", key, "--who", "A. Person", "--note", "as printed", "--json")
    assert decided.json["decision"]["action"] == "reject"
    assert run("check", "--json").json == {"findings": []}


@pytest.mark.parametrize("arguments", [("nothing.csv",), ("accept",), ("borg2020_mpea", "0123")])
def test_bad_input_is_one_line(run, arguments):
    result = run("check", *arguments)
    assert result.status == 2
    assert result.message


def test_the_table_for_a_person(run, doubtful):
    result = run("check", doubtful)
    words = " ".join(result.out.replace("│", " ").split())
    assert "1 finding in doubtful.csv" in words
    for text in ("what is wrong", "suggested repair", "amount mistyped", "sum to 114, not 100", "warning"):
        assert text in words
    clean = doubtful.with_name("clean.csv")
    clean.write_text(HEAD + "CoCrFeNi,FCC,10.1000/b\n", encoding="utf-8")
    assert "nothing seems wrong" in run("check", clean).out


def test_several_findings_are_decided_on_at_once(run, folder):
    path = folder / "t.csv"
    path.write_text("formula,YS (MPa),UTS (MPa),doi\nCoCrFeNi,900,300,10.1000/a\n", encoding="utf-8")
    assert run("import", path).status == 0
    found = run("check", "--json").json["findings"]
    assert len({one["mistake"] for one in found}) == 1
    table = run("check").out
    assert "1 finding in t.csv" in table
    assert all(one["key"] in table for one in found)
    keys = ",".join(one["key"] for one in found)
    assert len(run("check", "accept", keys, "--who", "A. Person", "--json").json["decisions"]) == 2
    assert run("check", "--json").json == {"findings": []}


def test_a_correction_is_taken_back(run, folder):
    path = folder / "t.csv"
    path.write_text("formula,YS (MPa),UTS (MPa),doi\nMoNbTaW,5290,1211,10.1000/a\n", encoding="utf-8")
    assert run("import", path).status == 0
    key = next(f["key"] for f in run("check", "--json").json["findings"] if f["property"] == "yield_strength")

    def value():
        with open_database(None, must_exist=True) as database, database.read() as connection:
            return [p.value.nominal for p, _ in curated_points(connection) if p.property == "yield_strength"]

    decisions = (("correct", "--value", "529 MPa"), ("reject",), ("correct", "--value", "1058 MPa"))
    for (action, *how), expected in zip((*decisions, ("reject",)), (529.0, 5290.0, 1058.0, 5290.0), strict=True):
        assert run("check", action, key, "--who", "A. Person", *how).status == 0
        assert value() == [pytest.approx(expected)]


HARD_AND_STRONG = "formula,HV,YS (MPa),doi\nNbMoTaWV,12.5,1246,10.1000/a\nNbMoTaW,454,1058,10.1000/a\n"


def test_one_value_corrects_one_property_and_is_taken_back(run, folder):
    (folder / "t.csv").write_text(HARD_AND_STRONG, encoding="utf-8")
    assert run("import", "t.csv").status == 0
    keys = {f["property"]: f["key"] for f in run("check", "--json").json["findings"]}
    assert set(keys) == {"hardness_vickers", "yield_strength"}
    words = " ".join(run("check").out.replace("│", " ").split())
    assert all(text in words for text in ("hardness vickers:", "yield strength:", *keys.values()))

    def values():
        points = run("show", "NbMoTaWV", "--json").json["materials"][0]["points"]
        return {(p["property"], round(p["value"], 4)) for p in points}

    before = values()
    both = ",".join(keys.values())
    refused = run("check", "correct", both, "--who", "M", "--value", "490 HV")
    assert refused.status == 2
    assert all(text in refused.message for text in ("several properties", "yield strength", *keys.values()))
    refused = run("check", "correct", keys["yield_strength"], "--who", "M", "--value", "490 HV")
    assert "HV is a unit of hardness" in refused.message
    assert values() == before
    assert run("check", "correct", keys["hardness_vickers"], "--who", "M", "--value", "490 HV").status == 0
    assert values() == {("hardness_vickers", 4.8053), ("yield_strength", 1246.0)}
    assert run("check", "reject", both, "--who", "M").status == 0
    assert values() == before


def test_what_is_accepted_as_wrong_is_shown_with_that_mark(run, folder):
    (folder / "t.csv").write_text(HARD_AND_STRONG, encoding="utf-8")
    assert run("import", "t.csv").status == 0
    key = next(f["key"] for f in run("check", "--json").json["findings"] if f["property"] == "hardness_vickers")
    assert run("check", "accept", key, "--who", "M").status == 0
    points = run("show", "NbMoTaWV", "--json").json["materials"][0]["points"]
    marks = {p["property"]: (p["is_best"], p["is_accepted_as_wrong"]) for p in points}
    assert marks == {"hardness_vickers": (False, True), "yield_strength": (True, False)}


def test_a_test_temperature_is_corrected_with_all_values_of_its_line(run, folder):
    text = "formula,YS (MPa),elongation (%),temperature (C),doi\nMoNbTaW,552,10,1073,10.1000/a\n"
    (folder / "t.csv").write_text(text, encoding="utf-8")
    assert run("import", "t.csv").status == 0
    keys = ",".join(f["key"] for f in run("check", "--json").json["findings"])
    assert run("check", "correct", keys, "--who", "M", "--value", "800 C").status == 0
    points = run("show", "MoNbTaW", "--json").json["materials"][0]["points"]
    assert {p["property"]: p["conditions"]["temperature"] for p in points} == {
        "yield_strength": pytest.approx(1073.15), "elongation": pytest.approx(1073.15),
    }  # fmt: skip


def test_rows_that_were_refused_go_when_the_file_is_imported_again(run, folder):
    path = folder / "t.csv"
    path.write_text("formula,HV\nCoCrFeNi,150\nCoXFe,150\n", encoding="utf-8")
    assert run("import", "t.csv").status == 0
    table = " ".join(run("check").out.replace("│", " ").split())
    (found,) = run("check", "--json").json["findings"]
    assert "correct in the file" in table
    assert found["key"] not in table
    path.write_text("formula,HV\nCoCrFeNi,150\nCoCrFe,150\n", encoding="utf-8")
    assert run("import", path).status == 0
    assert run("check", "--json").json == {"findings": []}


@pytest.mark.physics
def test_ten_times_the_hardness_is_found_in_a_file_alone(run, folder):
    """HfNbTaTiZr has 390 HV (Senkov 2011, 10.1016/j.jallcom.2011.02.171); the embedded literature is compared with."""
    rows = ("HfNbTaTiZr,390", "HfNbTaTiZr,3900", "CoCrFeMnNi,144", "MoNbTaW,454")
    (folder / "t.csv").write_text("\n".join(("formula,HV", *rows)) + "\n", encoding="utf-8")
    (found,) = run("check", "t.csv", "--json").json["findings"]
    assert (found["line"], found["property"]) == (3, "hardness_vickers")
    assert found["repair"]["value"] == pytest.approx(390 * 9.80665e-3, rel=1e-4)
    assert [path.name for path in folder.iterdir()] == ["t.csv"]


def test_one_source_of_several(run, folder):
    for name in "ab":
        text = f"formula,YS (MPa),UTS (MPa),doi\nCoCrFeNi,900,300,10.1000/{name}\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        assert run("import", f"{name}.csv").status == 0
    assert {found["source"] for found in run("check", "--json").json["findings"]} == {"a.csv", "b.csv"}
    for text in ("b.csv", "10.1000/B"):
        assert {one["source"] for one in run("check", "--source", text, "--json").json["findings"]} == {"b.csv"}
    refused = run("check", "--source", "c.csv")
    assert refused.status == 2
    assert "c.csv" in refused.message


def test_who_may_only_read_sees_the_findings(run, doubtful, monkeypatch):
    assert run("import", doubtful).status == 0
    monkeypatch.setattr("quinary.curation.decisions.may_write", lambda *_: False)
    (found,) = run("check", "--json").json["findings"]
    refused = run("check", "accept", found["key"], "--who", "M")
    assert refused.status == 2  # nothing was kept
