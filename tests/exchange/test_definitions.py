"""Properties of a store go with its points: in snapshots, OPTIMADE lines, and beside tables; other stores take them over."""

import json
import tomllib
from pathlib import Path

import pytest

from quinary.errors import InputError
from quinary.exchange.export import export_points
from quinary.exchange.snapshot import write_snapshot
from quinary.exchange.snapshot_diff import snapshot_diff
from quinary.loops.literature.importing import import_source, read_points
from quinary.points.properties import find_property
from quinary.points.property_definitions import property_from
from quinary.store.own_properties import add_own_properties, own_properties

TABLE = "formula,TC (W/m·K),oxidation law,YS (MPa)\nMoNbTaW,52 ± 3,parabolic,1058\nMoNb,61,linear,\n"
OWN = (
    property_from(
        "lattice_thermal_conductivity", {"unit": "W/m/K", "symbol": "k", "aliases": ["TC"], "bounds": [0, None]}, "x"
    ),
    property_from("oxidation_law", {"is_categorical": True, "label": "Law of oxidation"}, "x"),
    property_from("never_used", {"unit": "K"}, "x"),
)


@pytest.fixture
def filled(empty, tmp_path):
    """A store with own properties and points of two of them."""
    database = empty()
    with database.write() as connection:
        add_own_properties(connection, OWN, "A. Person")
    (tmp_path / "mine.csv").write_text(TABLE, encoding="utf-8")
    (report,) = import_source(database, str(tmp_path / "mine.csv"))
    assert (report.n_added, report.rejected) == (5, [])
    return database


def definitions(database):
    with database.read() as connection:
        return {
            found.entry.name: (found.entry.unit, found.entry.aliases, found.entry.bounds, found.entry.is_categorical)
            for found in own_properties(connection)
        }


def test_a_snapshot_restores_them(filled, empty, points_in, tmp_path):
    made = write_snapshot(filled, tmp_path / "s.zip", is_private=True)
    assert sorted(made.manifest["properties"]) == ["lattice_thermal_conductivity", "oxidation_law"]
    target = empty()
    (report,) = import_source(target, str(tmp_path / "s.zip"))
    assert (report.n_added, report.rejected) == (5, [])
    assert definitions(target) == {name: kept for name, kept in definitions(filled).items() if name != "never_used"}
    with filled.read():
        expected = {point.statement for point in points_in(filled)}
    assert {point.statement for point in points_in(target)} == expected
    again = write_snapshot(target, tmp_path / "again.zip", is_private=True)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "s.zip").read_bytes()
    assert again.manifest == made.manifest


def test_without_own_properties_a_snapshot_says_nothing_of_them(empty, tmp_path):
    database = empty()
    (tmp_path / "plain.csv").write_text("formula,YS (MPa)\nMoNbTaW,1058\n")
    import_source(database, str(tmp_path / "plain.csv"))
    assert "properties" not in write_snapshot(database, tmp_path / "s.zip", is_private=True).manifest
    assert export_points(database, tmp_path / "e.csv", is_private=True).definitions is None
    assert not (tmp_path / "e.properties.toml").exists()


def test_snapshots_are_read_and_compared_without_a_store(filled, tmp_path):
    write_snapshot(filled, tmp_path / "s.zip", is_private=True)
    filled.close()
    units = {point.property: point.unit for point in read_points(tmp_path / "s.zip")}
    assert units["lattice_thermal_conductivity"] == "W/m/K"
    found = snapshot_diff(tmp_path / "s.zip", tmp_path / "s.zip")
    assert (found["equal"], found["unchanged"]) == (True, 5)
    assert find_property("lattice_thermal_conductivity") is None


def test_optimade_lines_restore_them(filled, empty, points_in, tmp_path):
    export_points(filled, tmp_path / "o.jsonl", file_format="optimade", is_private=True)
    header, info = (json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()[:2])
    assert list(header["x-optimade"]["meta"]["_quinary_own_properties"]) == [
        "lattice_thermal_conductivity",
        "oxidation_law",
    ]
    assert info["properties"]["_quinary_lattice_thermal_conductivity"]["unit"] == "W/m/K"
    target = empty()
    import_source(target, str(tmp_path / "o.jsonl"))
    assert set(definitions(target)) == {"oxidation_law", "lattice_thermal_conductivity"}
    assert len(points_in(target)) == 5


@pytest.mark.parametrize("name", ["e.csv", "e.parquet", "e.jsonl"])
def test_tables_have_them_beside_them(filled, tmp_path, name):
    found = export_points(filled, tmp_path / name, is_private=True)
    assert found.definitions == tmp_path / "e.properties.toml"
    assert found.as_dict()["definitions"] == str(tmp_path / "e.properties.toml")
    tables = tomllib.loads((tmp_path / "e.properties.toml").read_text(encoding="utf-8"))
    assert tables["lattice_thermal_conductivity"]["unit"] == "W/m/K"
    assert tables["oxidation_law"]["is_categorical"] is True


def test_a_table_brings_the_properties_defined_beside_it(empty, tmp_path):
    (tmp_path / "mine.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "mine.properties.toml").write_text(
        '[lattice_thermal_conductivity]\nunit = "W/m/K"\naliases = ["TC"]\n\n[oxidation_law]\nis_categorical = true\n'
    )
    assert len(list(read_points(tmp_path / "mine.csv"))) == 5
    target = empty()
    (report,) = import_source(target, str(tmp_path / "mine.csv"))
    assert (report.n_added, report.rejected, report.columns_left_out) == (5, [], {})
    assert set(definitions(target)) == {"oxidation_law", "lattice_thermal_conductivity"}


def test_another_meaning_is_refused_and_nothing_is_written(filled, empty, points_in, tmp_path):
    write_snapshot(filled, tmp_path / "s.zip", is_private=True)
    target = empty()
    with target.write() as connection:
        add_own_properties(connection, [property_from("lattice_thermal_conductivity", {"unit": "K"}, "x")])
    before = definitions(target)
    with pytest.raises(InputError, match=r"lattice_thermal_conductivity is here .*and the file means"):
        import_source(target, str(tmp_path / "s.zip"))
    assert points_in(target) == []
    assert definitions(target) == before


def test_a_damaged_definition_beside_a_table_is_named(empty, tmp_path):
    (tmp_path / "mine.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "mine.properties.toml").write_text('[lattice_thermal_conductivity]\nunit = "bananas"\n')
    with pytest.raises(InputError, match=r"mine.properties.toml: lattice_thermal_conductivity: unknown unit 'bananas'"):
        import_source(empty(), str(Path(tmp_path / "mine.csv")))
