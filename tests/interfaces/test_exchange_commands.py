"""Export, snapshot and data sets as commands."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def no_mirror(monkeypatch):
    monkeypatch.delenv("QUINARY_MIRROR", raising=False)


# -- export ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("file_format", "name"), [("ultera", "ultera.jsonl"), ("optimade", "optimade.jsonl")])
def test_export_and_import_into_an_empty_store(run, file_format, name):
    found = run("export", "--format", file_format, "--json").json
    assert (found["file"], found["points"]) == (name, 6)
    assert run("import", name, "--db", "other.db", "--json").json["added"] == 6
    hashes = [run("snapshot", "--db", db, "--json").json["content_hash"] for db in ("quinary.db", "other.db")]
    assert hashes[0] == hashes[1]


def test_points_without_licence_need_a_word(run, alloys, folder):
    run("import", alloys)
    for command in (("export",), ("snapshot",)):
        found = run(*command, "--json")
        assert found.status == 2
        assert "alloys.csv (none given: 6 points)" in found.json["error"]["message"]
        assert found.json["error"]["choices"] == ["--private"]
    assert sorted(entry.name for entry in folder.iterdir()) == ["alloys.csv", "quinary.db"]
    assert run("export", "--private", "--json").json["private"]
    assert run("snapshot", "--private", "--json").json["private"]


@pytest.mark.usefixtures("store")
def test_of_two_exports_to_one_place_at_once_one_is_left_whole(run, program, folder):
    """One writes all points and one those of predictions, of which there are none."""
    run("export", "all.csv")
    run("export", "none.csv", "--origin", "prediction")
    wholes = {(folder / name).read_bytes() for name in ("all.csv", "none.csv")}
    assert len(wholes) == 2
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda more: program("export", "out.csv", *more), [(), ("--origin", "prediction")]))
    assert [one.status for one in found] == [0, 0]
    assert (folder / "out.csv").read_bytes() in wholes
    assert [entry.name for entry in folder.iterdir() if entry.name.startswith(".")] == []


def test_a_text_that_looks_like_a_formula_leaves_guarded(run, folder):
    (folder / "a.csv").write_text("formula,hardness (GPa),processing\nMoNbTaW,4.5,=SUM(1)\n", encoding="utf-8")
    run("import", "a.csv")
    run("export", "out.csv", "--private")
    (row,) = list(csv.DictReader((folder / "out.csv").open(encoding="utf-8", newline="")))
    assert row["processing"][:2] == "'="
    run("voids", "--sheet", "wanted.csv")
    assert {row["processing"][:2] for row in csv.DictReader((folder / "wanted.csv").open(encoding="utf-8"))} == {"'="}


# -- snapshot ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_two_snapshots_are_equal_and_can_be_compared(run, folder):
    first = run("snapshot", "--out", "a.zip", "--title", "Alloys", "--json").json
    second = run("snapshot", "--out", "b.zip", "--title", "Alloys", "--json").json
    assert first["content_hash"] == second["content_hash"]
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()
    assert first["counts"]["points"] == 6
    verified = run("snapshot", "verify", "a.zip", "--json").json
    assert verified == {"file": "a.zip", "valid": True, "content_hash": first["content_hash"], "points": 6}
    found = run("snapshot", "diff", "a.zip", "b.zip", "--json").json
    assert (found["equal"], found["unchanged"], found["added"]) == (True, 6, 0)
    assert "equal content" in run("snapshot", "diff", "a.zip", "b.zip").out


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("arguments", [("verify",), ("diff", "a.zip"), ("make",), ("verify", "a.zip", "b.zip")])
def test_wrong_words_are_refused(run, arguments):
    found = run("snapshot", *arguments)
    assert found.status == 2
    assert "quinary snapshot diff OLD NEW" in found.message


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("arguments", [("verify", "no.zip"), ("verify", "alloys.csv"), ("diff", "no.zip", "no.zip")])
def test_what_is_no_snapshot_is_refused(run, arguments):
    found = run("snapshot", *arguments)
    assert found.status == 2
    assert "no file" in found.message or "is not a snapshot" in found.message


# -- data sets ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_mirror")
def test_the_list_of_data_sets(run, folder):
    found = run("data", "list", "--json").json
    sets = {entry["name"]: entry for entry in found["sets"]}
    assert len(sets) == 17
    assert sets["borg2020_mpea"]["state"] == sets["chizhevskiy2026"]["state"] == "installed"
    assert sets["ultera_sample"]["reader"] == "ultera"
    assert sets["carbon_vacancy"]["licence_class"] == "none given"
    assert all(len(f["sha256"]) == 64 for entry in sets.values() for f in entry["files"])
    assert "ultera_sample" in run("data").out
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_a_data_set_is_fetched_and_imported(run, mirror, monkeypatch):
    monkeypatch.delenv("QUINARY_MIRROR")
    found = run("data", "get", "ultera_sample", "--mirror", mirror, "--json").json
    assert (found["name"], found["from"], found["licence"]) == ("ultera_sample", "mirror", "MIT")
    assert run("import", "ultera_sample", "--json").json["read"] == 510
    part = run("data", "get", "jaafreh2022_hardness", "--mirror", mirror, "--json").json
    assert (part["name"], part["part_of"]) == ("jaafreh2022_hardness_part", "jaafreh2022_hardness")
    assert "a part of" in run("data", "get", "jaafreh2022_hardness", "--mirror", mirror).out


@pytest.mark.usefixtures("no_mirror")
@pytest.mark.parametrize(
    ("arguments", "text"),
    [(("get",), "quinary data get NAME"), (("take", "x"), "quinary data list"),
     (("get", "ultera_sampl"), "did you mean ultera_sample"), (("get", "chizhevskiy2026"), "is installed"),
     (("get", "ultera_sample", "--mirror", "nowhere"), "there is no mirror folder nowhere")],
)  # fmt: skip
def test_what_cannot_be_fetched_is_refused(run, arguments, text):
    found = run("data", *arguments, "--json")
    assert found.status == 2
    assert text in json.loads(found.out)["error"]["message"]
