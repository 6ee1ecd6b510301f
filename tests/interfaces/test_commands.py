"""What the commands answer: the contract that other people's scripts rely on."""

import json
import shlex
from pathlib import Path

import pytest
from openpyxl import load_workbook

from quinary.interfaces.cli.main import app

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)
STIFF = ("--range", "shear_modulus=100:120", "--elements", "Mo,Nb,Ta,W", "--generator", "random")


# -- help --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_and_gives_an_example_that_can_be_run(run, name):
    found = run(name, "--help")
    text = " ".join(found.out.split())
    assert found.status == 0
    assert f"Example: quinary {name}" in text
    command = next(entry for entry in app.registered_commands if (entry.name or entry.callback.__name__) == name)
    assert command.callback.__doc__
    for word in shlex.split(command.epilog.removeprefix("Example: ")):
        if word.startswith("--"):
            assert word in text


def test_help_names_every_command(run):
    text = run("--help").out
    assert all(f" {name} " in text for name in COMMANDS)
    assert run("-h").status == 0
    assert run("--version").out.startswith("quinary ")


ARGUMENTS = {
    "show": ["MoNbTaW"],
    "withdraw": ["1", "--dry-run"],
    "describe": ["MoNbTaW"],
    "predict": ["MoNbTaW"],
    "cycle": ["status"],
    "validate": ["MoNbTaW", "--with", "rules"],
    "efa": ["(HfNbTa)C", "--structures", "10"],
    "phases": ["CoCr", "--from", "1500", "--to", "1600", "--step", "100"],
    "path": ["MoNbTaW", "HfNbTaTi", "--steps", "2"],
    "effects": ["MoNbTaW"],
    "screen": ["--elements", "Mo,Nb,W", "--step", "0.25", "--rank", "density"],
    "map": ["--elements", "Mo,Nb,W", "--step", "0.25", "--property", "density"],
    "design": [*STIFF, "-n", "1", "--dry-run"],
    "dft": ["MoNbTaW", "--out", "dft"],
    "lab": ["sheet", "MoNbTaW", "--mass", "50", "--out", "sheet.xlsx"],
    "reproduce": ["--list"],
    "learn": ["hardness_vickers", "--models", "lasso", "--data", "hardness.csv"],
    "explain": ["hardness_vickers", "--model", "lasso", "--data", "hardness.csv"],
    "clusters": ["hardness_vickers", "--data", "hardness.csv"],
}


# -- common options ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hardness_table():
    """Sixty alloys whose hardness follows a rule of mixtures, as the commands that learn take it."""
    elements, values = ("Cr", "Mo", "Nb", "Ta", "Ti"), (6.0, 5.0, 2.0, 4.0, 1.5)
    lines = ["formula,hardness (GPa),doi"]
    for number in range(60):
        amounts = [1 + (number * (place + 3) + place) % 7 for place in range(5)]
        amounts[number % 5] = 0
        mean = sum(a * v for a, v in zip(amounts, values, strict=True)) / sum(amounts)
        formula = "".join(f"{s}{a}" for s, a in zip(elements, amounts, strict=True) if a)
        lines.append(f"{formula},{mean + 0.01 * (number % 3):.4f},10.1016/j.alloys.2015.01.00{number % 9}")
    Path("hardness.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("hardness_table")
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"demo", "bench", "export"}])
def test_common_options_stand_before_or_after_the_command(run, store, alloys, name):
    arguments = ARGUMENTS.get(name, [alloys] if name in {"import", "compare"} else [])
    after = run(name, *arguments, "--db", f"sqlite:///{store}", "--json")
    before = run("--db", f"sqlite:///{store}", "--json", name, *arguments)
    assert (after.status, before.status) == (0, 0)
    assert after.json.keys() == before.json.keys()


def test_a_database_may_be_named_by_the_environment_and_without_sqlite(run, store, folder, monkeypatch):
    assert run("materials", "--db", store, "--json").json["total"] == 2
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("QUINARY_DB", f"sqlite:///{folder / store}")
    assert run("materials", "--json").json["total"] == 2


@pytest.mark.parametrize(
    "arguments",
    [("describe", "MoNbTaW"), ("predict", "MoNbTaW"), ("validate", "MoNbTaW", "--with", "rules"), ("plugins",)],
)
def test_commands_that_only_compute_make_no_database(run, folder, arguments):
    assert run(*arguments, "--json").status == 0
    assert run(*arguments).status == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("materials",), ("show", "MoNb"), ("voids",), ("cycle", "--once"), ("export", "a.csv")]
)
def test_commands_that_look_make_no_database(run, folder, arguments):
    found = run(*arguments)
    assert found.status == 2
    assert "there is no database at quinary.db; import something first" in found.message
    assert list(folder.iterdir()) == []


# -- JSON --------------------------------------------------------------------------------------------------------------


def test_import(run, alloys):
    first, again = run("import", alloys, "--json").json, run("import", alloys, "--json").json
    assert first == {
        "read": 6,
        "added": 6,
        "repeated": 0,
        "repeated_in_file": 0,
        "licensed": 0,
        "completed": 0,
        "superseded": 0,
        "refused": 0,
        "withdrawn": [],
        "import": 1,
        "imports": [1],
        "notes": [],
        "columns_left_out": [],
        "rejected": [{"line": 4, "reason": first["rejected"][0]["reason"]}],
    }
    assert "soft" in first["rejected"][0]["reason"]
    assert (again["added"], again["repeated"]) == (0, 6)


def test_import_of_a_folder_names_the_files(run, alloys, folder):
    many = folder / "many"
    many.mkdir()
    (many / "a.csv").write_bytes(alloys.read_bytes())
    (many / "b.csv").write_text("formula,density (g/cm^3)\nMoNbTaW,13.75\n")
    found = run("import", many, "--json").json
    assert (found["read"], found["added"]) == (7, 7)
    assert [entry["source"].rsplit("/", 1)[1] for entry in found["files"]] == ["a.csv", "b.csv"]


def test_import_with_columns_and_units(run, folder):
    (folder / "odd.csv").write_text("Probe,Härte\nMoNbTaW,450\n", encoding="utf-8")
    options = (
        "--column",
        "formula=Probe",
        "--column",
        "hardness_vickers=Härte",
        "--unit",
        "Härte=HV",
        "--doi",
        "10.1000/x1",
    )
    assert run("import", "odd.csv", *options, "--json").json["added"] == 1
    point = run("show", "MoNbTaW", "--json").json["materials"][0]["points"][0]
    assert point["value"] == pytest.approx(450 * 0.00980665)
    assert point["doi"] == "10.1000/x1"


def test_describe(run):
    document = run("describe", "CoCrFeMnNi", "MoNbTaW", "--json").json
    assert set(document) == {"materials"}
    first = document["materials"][0]
    assert set(first) == {"formula", "descriptors", "warnings", "notes"}
    assert first["formula"] == "CoCrFeMnNi"
    assert first["descriptors"]["mixing_entropy"] == {"value": pytest.approx(13.38, abs=0.01), "unit": "J/mol/K"}
    assert all(set(entry) == {"value", "unit"} for entry in first["descriptors"].values())


def test_predict(run):
    document = run("predict", "MoNbTaW", "--json").json
    assert set(document) == {"predictions", "notes"}
    keys = {
        "formula",
        "property",
        "value",
        "unit",
        "uncertainty",
        "interval",
        "conditions",
        "method",
        "model",
        "in_domain",
    }
    assert all(set(entry) == keys for entry in document["predictions"])
    names = [entry["property"] for entry in document["predictions"]]
    assert len(set(names)) == len(names) >= 11
    for entry in document["predictions"]:
        if entry["property"] == "phases":
            assert entry["value"] in entry["interval"]  # a class, and the set of classes
            continue
        low, high = entry["interval"]
        assert low < entry["value"] < high


def test_predict_ceramics_beside_alloys(run):
    formulas = ("(HfNbTaTiZr)C", "MoNbTaW", "TiC", "(TiZr)N")
    found = run("predict", *formulas, "--property", "bulk_modulus,density", "--json").json["predictions"]
    assert [entry["formula"] for entry in found] == [*formulas, *formulas]
    assert [entry["property"] for entry in found] == ["bulk_modulus"] * 4 + ["density"] * 4
    assert found[0]["model"].startswith("ceramic_mixture")
    assert found[1]["model"].startswith("linear_combination")
    whole = run("predict", "(HfNbTaTiZr)C", "--json").json["predictions"]
    hardness = next(entry for entry in whole if entry["property"] == "hardness_vickers")
    assert hardness["unit"] == "GPa"
    assert "load-free hardness by Tian" in hardness["method"]
    chen = run("predict", "TiC", "--model", "chen", "--at", "load=9.8", "--json").json["predictions"]
    assert [(entry["property"], round(entry["value"], 2)) for entry in chen] == [("hardness_vickers", 25.6)]
    assert "does not depend on load" in chen[0]["method"]


def test_predict_from_a_file_at_conditions(run, folder):
    (folder / "list.txt").write_text("MoNbTaW\n\nHfNbTaTiZr\n", encoding="utf-8")
    found = run(
        "predict", "--file", "list.txt", "--property", "density,price", "--at", "temperature=1273", "--json"
    ).json
    assert [(entry["formula"], entry["property"]) for entry in found["predictions"]] == [
        ("MoNbTaW", "density"), ("HfNbTaTiZr", "density"), ("MoNbTaW", "price"), ("HfNbTaTiZr", "price"),
    ]  # fmt: skip
    assert found["predictions"][0]["conditions"] == {}
    assert "does not depend on temperature" in found["predictions"][0]["method"]
    hot = run("predict", "MoNbTaW", "--property", "yield_strength", "--at", "temperature=1273", "--json").json
    assert hot["predictions"][0]["conditions"] == {"temperature": 1273.0}


def test_validate(run):
    document = run("validate", "MoNbTaW", "(HfNbTaTiZr)C", "--with", "rules,calphad", "--json").json
    assert set(document) == {"verdicts"}
    keys = {"formula", "rung", "outcome", "values", "seconds", "reason"}
    assert all(keys <= set(entry) for entry in document["verdicts"])
    assert [(entry["rung"], entry["outcome"]) for entry in document["verdicts"]][2:] == [
        ("rules", "skipped"), ("calphad", "skipped"),
    ]  # fmt: skip


def test_design(run):
    found = run("design", *STIFF, "--limit", "W=:0.3", "--components", "2:4", "-n", "6", "--seed", "3", "--json")
    document = found.json
    assert {"candidates", "request", "generator"} <= set(document)
    assert document["generator"] == "random"
    assert len(document["candidates"]) == 6
    keys = {"id", "formula", "composition", "properties", "novelty", "generator", "seed"}
    for entry in document["candidates"]:
        assert keys <= set(entry)
        assert sum(entry["composition"].values()) == pytest.approx(1.0, abs=1e-9)
        assert set(entry["composition"]) <= {"Mo", "Nb", "Ta", "W"}
        assert 2 <= len(entry["composition"]) <= 4
        assert entry["composition"].get("W", 0.0) <= 0.3 + 1e-9
        shear = entry["properties"]["shear_modulus"]
        assert set(shear) == {"value", "unit", "uncertainty", "method", "in_domain"}
        assert 100.0 <= shear["value"] <= 120.0
    assert document["request"]["ranges"] == {"shear_modulus": [100.0, 120.0], "price": [None, 500.0]}
    assert len(document["decided"]) == 1
    assert len({entry["id"] for entry in document["candidates"]}) == 6


def test_design_names_the_nearest_top_performer(run):
    best = "MoNbTaW"
    value = run("predict", best, "--property", "shear_modulus", "--json").json["predictions"][0]["value"]
    asked = ("--target", f"shear_modulus={value!r}", "--elements", "Mo,Nb,Ta,W", "--limit", "W=0.2:0.3")
    for entry in run("design", *asked, "-n", "3", "--generator", "random", "--dry-run", "--json").json["candidates"]:
        assert entry["novelty"] <= entry["top_performer_distance"] <= 1
        assert entry["top_performer"]
    assert "performer" in run("design", *asked, "-n", "1", "--generator", "random", "--dry-run").out


def test_design_again_with_the_same_seed(run):
    first, again, other = (run("design", *STIFF, "-n", "3", "--seed", seed, "--json").json for seed in (5, 5, 6))
    assert first["candidates"] == again["candidates"]
    assert first["candidates"] != other["candidates"]


def test_a_dry_run_stores_nothing(run, folder):
    run("design", *STIFF, "-n", "2", "--dry-run")
    assert not (folder / "quinary.db").exists()
    run("design", *STIFF, "-n", "2")
    assert [entry["is_generated"] for entry in run("materials", "--json").json["materials"]] == [True, True]


@pytest.mark.physics
def test_an_impossible_request(run):
    """Chong et al. 2021 (10.1088/1361-648X/ac0195): the largest shear modulus of the six elements is 216.35 GPa."""
    found = run("design", "--range", "shear_modulus=250:", "--elements", "W,Re,Ru,Ir,Mo,Ta", "--json")
    assert found.status == 1
    assert found.json["candidates"] == []
    assert set(found.json["impossible"]) == {"property", "bound", "composition", "binding", "certain"}
    assert found.json["impossible"]["bound"] == pytest.approx(216.35, abs=0.01)
    assert "cannot be reached" in found.message


@pytest.mark.slow
def test_design_with_the_trained_network(run):
    """Trains as users do; the second call finds the network."""
    first = run("design", "--range", "shear_modulus=110:120", "-n", "4", "--json")
    again = run("design", "--range", "shear_modulus=110:120", "-n", "4", "--json", "--db", "sqlite:///other.db")
    assert first.status == 0
    assert first.json["generator"] == "palette-mixture"
    assert first.json["candidates"] == again.json["candidates"]
    assert all(110.0 <= entry["properties"]["shear_modulus"]["value"] <= 120.0 for entry in first.json["candidates"])
    assert all(entry["properties"]["price"]["value"] <= 500.0 for entry in first.json["candidates"])
    assert all(len(entry["composition"]) <= 6 for entry in first.json["candidates"])


@pytest.mark.usefixtures("store")
def test_from_import_to_verdicts(run):
    before = run("voids", "--json").json
    assert before["counts"]["prediction"]["shear_modulus"] == 2
    assert before["total"] == sum(n for names in before["counts"].values() for n in names.values())
    run("design", *STIFF, "-n", "1")
    report = run("cycle", "--once", "--json").json
    assert [(loop["loop"], loop["materials"]) for loop in report["loops"]] == [("prediction", 3), ("validation", 1)]
    assert not report["did_nothing"]
    assert run("cycle", "--once", "--json").json["did_nothing"]
    assert run("voids", "--loop", "prediction", "--json").json["total"] == 0
    (material,) = run("show", "NbMoWTa", "--json").json["materials"]
    assert {"formula", "composition", "structure", "processing", "points", "voids", "verdicts"} <= set(material)
    assert {entry["origin"] for entry in material["points"]} == {"literature", "prediction"}
    status = run("cycle", "status", "--json").json
    assert {"counter", "waiting", "voids"} <= set(status)


@pytest.mark.usefixtures("store")
def test_what_is_wanted_of_people(run):
    wanted = run("voids", "--loop", "literature", "--sheet", "wanted.xlsx", "--json").json
    rows = list(load_workbook("wanted.xlsx").active.iter_rows(values_only=True))
    assert wanted["sheet_rows"] == len(rows) - 1 == wanted["total"]
    empty = run("import", "wanted.xlsx", "--json").json
    assert [empty[name] for name in ("read", "added", "repeated", "rejected", "columns_left_out")] == [0, 0, 0, [], []]


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
@pytest.mark.usefixtures("store")
def test_export(run, folder, ending):
    found = run("export", f"out.{ending}", "--json").json
    assert (found["file"], found["format"], found["points"], found["private"]) == (f"out.{ending}", ending, 6, False)
    assert (folder / f"out.{ending}").stat().st_size > 0


@pytest.mark.usefixtures("store")
def test_materials_by_element(run):
    found = run("materials", "--elements", "Mo,W", "--json").json
    assert [entry["formula"] for entry in found["materials"]] == ["MoNbTaW"]
    assert found["total"] == 2
    assert len(run("materials", "--limit", "1", "--json").json["materials"]) == 1


def test_plugins(run):
    rows = run("plugins", "--json").json["plugins"]
    assert {row["kind"] for row in rows} == {
        "readers",
        "searchers",
        "descriptors",
        "predictors",
        "generators",
        "validators",
    }
    assert all(row["version"] for row in rows)


def test_bench(run):
    document = run("bench", "store", "--size", "300", "--json").json
    assert {"name", "machine", "rows"} <= set(document)


# -- tables for people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("describe", "MoNbTaW"), "mixing_entropy"),
        (("predict", "MoNbTaW", "--property", "shear_modulus"), "87.35"),
        (("validate", "MoNbTaW", "--with", "rules"), "passed"),
        (("materials",), "HfNbTaTiZr"),
        (("show", "MoNbTaW"), "missing (prediction)"),
        (("voids",), "shear_modulus"),
        (("cycle", "--once"), "prediction"),
        (("cycle", "status"), "change counter"),
        (("plugins",), "rule_of_mixtures"),
        (("design", *STIFF, "-n", "2"), "stored as generated materials"),
        (("bench", "store", "--size", "400"), "points/s"),
    ],
)
@pytest.mark.usefixtures("store")
def test_tables(run, arguments, shown):
    found = run(*arguments)
    assert (found.status, found.err) == (0, "")
    assert shown in found.out


# -- as a program ------------------------------------------------------------------------------------------------------


def test_the_program_itself(program, alloys):
    found = program("--json", "import", alloys)
    assert (found.status, found.err) == (0, "")
    assert json.loads(found.out)["added"] == 6
    assert program("show", "MoNbTaW").status == 0
    wrong = program("shwo", "MoNbTaW")
    assert (wrong.status, wrong.out) == (2, "")
    assert "shwo" in wrong.message


def test_the_program_answers_quickly_and_without_noise(program):
    import time

    started = time.perf_counter()
    found = program("predict", "MoNbTaW", "--json")
    assert time.perf_counter() - started < 20
    assert (found.status, found.err) == (0, "")
    assert found.out.count("\n") == 1


def test_a_licence_is_given_later(run, alloys):
    first = run("import", alloys, "--json").json
    assert run("export", "all.csv").status == 2
    again = run("import", alloys, "--licence", "CC-BY-4.0", "--json").json
    assert (again["added"], again["repeated"], again["licensed"]) == (0, first["added"], first["added"])
    assert run("export", "all.csv").status == 0
    assert "points that had no licence" not in run("import", alloys, "--licence", "CC-BY-4.0").out
    refused = run("import", alloys, "--licence", "CC0-1.0")
    assert refused.status == 2
    assert "CC-BY-4.0" in refused.message
    assert "CC0-1.0" in refused.message


def test_import_names_the_columns_that_it_does_not_read_and_what_the_file_repeats(run, folder):
    head = "formula,YS,Yield at 1000C (MPa),sigma_y 25C (MPa),Lattice a (Å),Remark,Al"
    rows = ["MoNbTaW,1058,500,1050,3.2,x,0", "CoCrFeNi,200,,,,,", "MoNbTaW,1058,500,1050,3.2,y,0"]
    (folder / "t.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    done = run("import", "t.csv", "--unit", "YS=MPa", "--json").json
    assert (done["added"], done["repeated"], done["repeated_in_file"]) == (2, 1, 1)
    assert {entry["column"]: entry["suggestion"] for entry in done["columns_left_out"]} == {
        "Yield at 1000C (MPa)": "--column 'yield_strength=Yield at 1000C (MPa)'",
        "sigma_y 25C (MPa)": "--column 'yield_strength=sigma_y 25C (MPa)'",
        "Lattice a (Å)": "--column 'lattice_parameter=Lattice a (Å)'",
        "Remark": "",
    }  # fmt: skip
    again = " ".join(run("import", "t.csv", "--unit", "YS=MPa", "--unit", "Remark=-").out.split())
    assert "0 points added, 1 repeated in the file, 2 already there" in again
    assert "3 columns not read: 'Yield at 1000C (MPa)'" in again
    assert "--column NAME=HEADING" in again


@pytest.mark.parametrize("words", [(), ("--json",), ("--db", "here.db"), ("--verbose",), ("--log-file", "voids")])
def test_only_the_command_that_is_named_is_assembled_and_options_before_it_still_count(words, run):
    found = run(*words, "describe", "MoW")
    assert (found.status, found.message if found.status else "") == (0, "")
    assert "mixing" in found.out


def test_help_before_a_command_is_of_all_commands(run):
    shown = run("--help", "describe").out
    assert "design" in shown
    assert "screen" in shown
