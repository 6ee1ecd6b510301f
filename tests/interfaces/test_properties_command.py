"""`quinary properties`, and a property of one's own through import, show, voids and a snapshot."""

import pytest

from quinary.interfaces.cli.main import main

TABLE = "formula,TC (W/m·K),CTE (foo/K)\nMoNbTaW,52 ± 3,7\nMoNb,61,8\n"


def test_the_list(run):
    rows = {row["name"]: row for row in run("properties", "--json").json["properties"]}
    assert len(rows) > 80
    assert {"name", "unit", "kind", "predictors", "from"} <= set(rows["shear_modulus"])
    assert [row["name"] for row in run("properties", "pilling", "--json").json["properties"]] == [
        "pilling_bedworth_ratio"
    ]
    assert {row["kind"] for row in run("properties", "--kind", "derived", "--json").json["properties"]} == {"derived"}


def test_the_list_fits_80_columns(run, monkeypatch):
    monkeypatch.setattr("quinary.interfaces.cli.shared.tables._PIPED_WIDTH", 80)
    shown = run("properties").out
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "│ shear_modulus" in shown  # as a table


def test_from_adding_to_a_snapshot(run, folder):
    (folder / "mine.csv").write_text(TABLE, encoding="utf-8")
    (folder / "policy.toml").write_text(
        '[[want]]\norigin = "literature"\nmaterials = "all"\nproperties = ["lattice_thermal_conductivity"]\n'
    )
    added = run(
        "properties", "add", "lattice_thermal_conductivity", "--unit", "W/m/K", "--alias", "TC", "--who", "A. Person"
    )
    assert (added.status, added.out) == (0, "added lattice_thermal_conductivity (W/m/K), also called TC\n")
    report = run("import", "mine.csv", "--licence", "CC-BY-4.0", "--json").json
    assert (report["added"], [row["line"] for row in report["rejected"]]) == (2, [1])
    assert "unknown unit 'foo/K'" in report["rejected"][0]["reason"]
    assert [entry["column"] for entry in report["columns_left_out"]] == ["CTE (foo/K)"]
    (point,) = run("show", "MoNbTaW", "--json").json["materials"][0]["points"]
    assert (point["property"], point["value"], point["unit"], point["uncertainty"]) == (
        "lattice_thermal_conductivity", 52.0, "W/m/K", 3.0,
    )  # fmt: skip
    assert "52 ± 3 W/m/K" in run("show", "MoNbTaW").out
    (folder / "more.csv").write_text("formula,YS (MPa)\nMoNb,500\nTaW,600\n")
    run("import", "more.csv", "--licence", "CC-BY-4.0")
    wanted = run("voids", "--policy", "policy.toml", "--json").json["voids"]
    assert [(void["formula"], void["property"]) for void in wanted] == [("TaW", "lattice_thermal_conductivity")]
    assert run("check", "--json").status == 0
    assert run("snapshot", "--out", "s.zip").status == 0
    assert run("import", "s.zip", "--db", "other.db", "--json").json["added"] == 4
    found = run("properties", "lattice_thermal_conductivity", "--db", "other.db", "--json").json["properties"]
    assert [(row["from"], row["aliases"]) for row in found] == [("store", ["TC"])]
    assert "2 points" in run("properties", "remove", "lattice_thermal_conductivity").message


def test_a_folder_with_definitions_beside_its_tables(run, folder):
    many = folder / "many"
    many.mkdir()
    (many / "a.csv").write_text("formula,TC (W/m/K)\nMoNb,61\n")
    (many / "a.properties.toml").write_text('[lattice_thermal_conductivity]\nunit = "W/m/K"\naliases = ["TC"]\n')
    found = run("import", "many", "--json")
    assert (found.status, found.json["added"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add",), "name the property"),
        (("add", "own", "--unit", "bananas"), "unknown unit 'bananas'"),
        (("add", "density", "--unit", "g/cm^3"), "density already"),
        (("add", "own", "--unit", "K", "--kind", "measured"), "--kind belongs to `quinary properties list`"),
        (("list", "--unit", "K"), "--unit belongs to `quinary properties add`"),
        (("--kind", "guessed"), "unknown kind of property"),
        (("remove", "own"), "no database"),
    ],
)
def test_mistakes_are_one_clear_line(run, folder, arguments, words):
    found = run("properties", *arguments)
    assert found.status == 2
    assert words in found.message
    assert not (folder / "quinary.db").exists()


def test_one_store_does_not_leak_into_the_next_command(run):
    assert run("properties", "add", "own_one", "--unit", "K", "--db", "a.db").status == 0
    assert run("properties", "own_one", "--db", "a.db", "--json").json["properties"]
    assert run("properties", "own_one", "--json").json["properties"] == []
    with pytest.raises(SystemExit):
        main(["predict", "MoNb", "--property", "own_one"])
