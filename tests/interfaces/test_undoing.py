"""`quinary withdraw` and `quinary log`; the same file again; refused values on their way out and back."""

import csv
import json
import zipfile

import pytest

import quinary
from quinary.points.point import DataPoint
from quinary.readers import table as table_reader

TABLE = "formula,yield strength (MPa),hardness (GPa),phases\nMoNbTaW,1058 ± 12,4.46,BCC\nCoCrFeNi,200,13,FCC\n"


@pytest.fixture(autouse=True)
def table(folder, monkeypatch):
    monkeypatch.setenv("QUINARY_WHO", "A. Person")
    path = folder / "sheet.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def keys(run, formula, name, *before):
    points = run(*before, "show", formula, "--json").json["materials"][0]["points"]
    return [point["key"] for point in points if point["property"] == name]


def stored(run, *before):
    """(formula, property, value, whether it counts) of every point that is shown."""
    formulas = [entry["formula"] for entry in run(*before, "materials", "--json").json["materials"]]
    return sorted(
        (formula, point["property"], point["text"], point["status"])
        for formula in formulas
        for material in run(*before, "show", formula, "--json").json["materials"]
        for point in material["points"]
    )


def test_an_import_is_withdrawn_shown_in_the_log_and_brought_back(run):
    done = run("import", "sheet.csv", "--json").json
    assert (done["import"], done["added"]) == (1, 6)
    before = stored(run)
    voids = run("voids", "--json").json["counts"]
    dry = run("withdraw", "1", "--dry-run", "--json").json
    assert (dry["points"], dry["dry_run"], stored(run)) == (6, True, before)
    gone = run("withdraw", "sheet.csv", "--why", "wrong unit", "--who", "B. Person", "--json").json
    assert (gone["withdrawn"], gone["points"], gone["materials"]) == (1, 6, 2)
    assert run("materials", "--json").json == {"total": 0, "materials": []}
    assert run("show", "MoNbTaW").status == 2
    assert run("voids", "--json").json["total"] == 0
    assert run("import", "sheet.csv", "--json").json["withdrawn"][0]["who"] == "B. Person"
    assert run("materials", "--json").json["total"] == 0
    assert run("withdraw", "1", "--undo", "--json").json["points"] == 6
    assert (stored(run), run("voids", "--json").json["counts"]) == (before, voids)
    entries = run("log", "--json").json["entries"]
    assert [(one["kind"], one["import"], one["who"], one["why"]) for one in entries] == [
        ("import", 1, "A. Person", ""), ("withdraw", 1, "B. Person", "wrong unit"), ("import", 2, "A. Person", ""),
        ("restore", 1, "A. Person", ""),
    ]  # fmt: skip
    assert all(one["when"] and one["what"] for one in entries)
    first = entries[0]
    assert (first["reader"], len(first["digest"]), first["options"], first["state"]) == ("table", 64, {}, "")


def test_what_a_person_reads(run):
    said = run("import", "sheet.csv").out
    assert "recorded as import 1: `quinary withdraw 1` would undo it" in said
    assert "6 points of 2 materials would count no more" in run("withdraw", "1", "--dry-run").out
    said = run("withdraw", "1").out
    assert "6 points of 2 materials count no more" in said
    assert "`quinary withdraw 1 --undo` brings them back" in said
    assert "was withdrawn by A. Person on 20" in run("import", "sheet.csv").out
    words = " ".join(run("log").out.replace("│", " ").split())
    assert "imported sheet.csv: 6 points added, 0 repeated (read by table 2); withdrawn" in words
    for arguments, message in [
        (("withdraw", "7"), "unknown import '7'"), (("withdraw", "1"), "import 1 is withdrawn already by A. Person"),
        (("withdraw", "1", "--undo", "--dry-run"), "--dry-run is for a withdrawal"),
    ]:  # fmt: skip
        result = run(*arguments)
        assert (result.status, result.message[: len(message)]) == (2, message)


def test_in_python(run):
    run("import", "sheet.csv")
    assert quinary.withdraw(1, why="wrong unit")["points"] == 6
    assert [entry["kind"] for entry in quinary.log()["entries"]] == ["import", "withdraw"]
    assert quinary.log(limit=1)["entries"][0]["who"] == "A. Person"


def test_the_same_file_with_and_without_a_doi_doubles_nothing_and_a_refusal_holds(run):
    run("import", "sheet.csv")
    (key,) = keys(run, "CoCrFeNi", "hardness_vickers")
    assert run("check", "reject", key, "--why", "not GPa", "--json").json["decision"]["effect"] == "refused"
    before = stored(run)
    assert ("CoCrFeNi", "hardness_vickers", "13", "refused") in before
    done = run("import", "sheet.csv", "--doi", "10.1000/a", "--json").json
    assert (done["added"], done["repeated"], done["completed"]) == (0, 6, 6)
    for options in (
        (),
        ("--doi", "10.1000/a"),
        ("--licence", "CC-BY-4.0"),
        ("--doi", "10.1000/a", "--licence", "CC-BY-4.0"),
    ):
        assert run("import", "sheet.csv", *options, "--json").json["added"] == 0
        assert stored(run) == before
    point = run("show", "CoCrFeNi", "--json").json["materials"][0]["points"][0]
    assert (point["doi"], point["licence"]) == ("10.1000/a", "CC-BY-4.0")
    assert run("withdraw", "1", "--json").json["points"] == 6


def test_a_value_is_corrected_by_its_key(run):
    run("import", "sheet.csv")
    (key,) = keys(run, "MoNbTaW", "yield_strength")
    made = run("check", "correct", key, "1.1 GPa", "--why", "misread", "--json").json["decision"]
    assert (made["who"], made["note"], made["effect"]) == ("A. Person", "misread", "corrected")
    points = run("show", "MoNbTaW", "--json").json["materials"][0]["points"]
    (new,) = [point for point in points if point["property"] == "yield_strength"]
    assert (new["value"], new["uncertainty"]) == (1100.0, 12.0)
    assert run("check", "correct", new["key"], "1.2 ± 0.1 GPa").status == 0
    points = run("show", "MoNbTaW", "--json").json["materials"][0]["points"]
    (new,) = [point for point in points if point["property"] == "yield_strength"]
    assert (new["value"], new["uncertainty"]) == (1200.0, pytest.approx(100.0))
    assert run("check", "correct", new["key"], "1 GPa", "--value", "2 GPa").status == 2
    assert run("check", "reject", "sheet.csv").message.endswith("`quinary withdraw sheet.csv` undoes it")


@pytest.mark.parametrize(("name", "how"), [
    ("out.zip", ("snapshot", "--out")), ("out.jsonl", ("export", "--format", "ultera")),
    ("out.bson", ("export", "--format", "ultera")), ("optimade.jsonl", ("export", "--format", "optimade")),
])  # fmt: skip
def test_a_refused_value_leaves_with_its_mark_and_stays_refused_elsewhere(run, name, how):
    run("import", "sheet.csv")
    (key,) = keys(run, "CoCrFeNi", "hardness_vickers")
    run("check", "reject", key, "--why", "not GPa", "--who", "B. Person")
    before = stored(run)
    assert run(*how, name, "--private").status == 0
    there = ("--db", "there.db")
    assert run(*there, "import", name, "--json").json["refused"] == 1
    assert stored(run, *there) == before
    assert run(*there, "import", "sheet.csv", "--json").json["added"] == 0
    assert stored(run, *there) == before
    decided = [one for one in run(*there, "log", "--json").json["entries"] if one["kind"] == "decision"]
    assert [(one["who"], one["why"]) for one in decided] == [("B. Person", "not GPa")]
    assert run(*there, "check", "accept", key).status == 0
    assert ("CoCrFeNi", "hardness_vickers", "13", "") in stored(run, *there)


def test_the_mark_can_be_read_by_anybody(run, folder):
    run("import", "sheet.csv")
    (key,) = keys(run, "CoCrFeNi", "hardness_vickers")
    run("check", "reject", key, "--why", "not GPa")
    (wrong,) = keys(run, "MoNbTaW", "hardness_vickers")
    run("check", "correct", wrong, "4.5 GPa")
    run("check", "accept", wrong)  # the correction is taken back: nobody states it any more
    run("export", "out.csv", "--private")
    rows = list(csv.DictReader((folder / "out.csv").open(encoding="utf-8")))
    assert [(row["formula"], row["refused_by"], row["why"]) for row in rows if row["status"]] == [
        ("CoCrFeNi", "A. Person", "not GPa")
    ]
    assert len(rows) == 6
    run("snapshot", "--out", "out.zip", "--private")
    with zipfile.ZipFile(folder / "out.zip") as archive:
        lines = [json.loads(line) for line in archive.read("points.jsonl").splitlines()]
    marked = [(line["property"], line["refused_by"], line["why"]) for line in lines if line.get("status") == "refused"]
    assert (len(lines), marked) == (6, [("hardness_vickers", "A. Person", "not GPa")])
    assert run("snapshot", "verify", "out.zip").status == 0


# -- rules that change -------------------------------------------------------------------------------------------------


@pytest.fixture
def newer_rules(monkeypatch):
    """From now on the reader of tables reads hardness in another way, and says so by its version."""

    def begin():
        original = table_reader.TableReader.read

        def read(self, path, options):
            for item in original(self, path, options):
                is_hardness = isinstance(item, DataPoint) and item.property == "hardness_vickers"
                yield halved(item) if is_hardness else item

        monkeypatch.setattr(table_reader.TableReader, "read", read)
        monkeypatch.setattr(table_reader.TableReader, "version", "3")

    return begin


def halved(point):
    from dataclasses import replace

    from quinary.points.point import Value

    return replace(point, value=Value.number(point.value.nominal / 2))


def test_a_store_is_told_of_newer_rules_and_the_file_read_anew_doubles_nothing(run, newer_rules):
    run("import", "sheet.csv")
    before = stored(run)
    newer_rules()
    line = "6 points were read by older rules (table 2; now 3): import sheet.csv again, its points take their place"
    for command in (("show", "MoNbTaW"), ("check",), ("cycle", "--once", "--limit", "0")):
        assert line in " ".join(run(*command).out.split())
    told = run("show", "MoNbTaW", "--json").json["older_rules"]
    assert told == [
        {"reader": "table", "version": "2", "now": "3", "points": 6, "imports": [{"import": 1, "name": "sheet.csv"}]}
    ]
    again = run("import", "sheet.csv", "--json").json
    assert (again["added"], again["repeated"], again["superseded"], "older_rules" in again) == (2, 4, 2, False)
    assert [row for row in stored(run) if row[1] != "hardness_vickers"] == [
        r for r in before if r[1] != "hardness_vickers"
    ]
    assert [row[2] for row in stored(run) if row[1] == "hardness_vickers"] == ["6.5", "2.23"]
    assert "older_rules" not in run("show", "MoNbTaW", "--json").json
    states = [one["state"] for one in run("log", "--json").json["entries"]]
    assert states == ["read anew by import 2", ""]
    run("withdraw", "2")
    assert stored(run) == before


def test_points_of_another_file_by_older_rules_are_told_after_an_import(run, folder, newer_rules):
    run("import", "sheet.csv")
    newer_rules()
    (folder / "more.csv").write_text("formula,density (g/cm^3)\nMoNb,9\n", encoding="utf-8")
    assert "6 points were read by older rules (table 2; now 3)" in " ".join(run("import", "more.csv").out.split())
