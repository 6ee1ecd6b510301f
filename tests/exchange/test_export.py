"""All points as one table, in three formats."""

import csv
import json
import math

import pandas as pd
import pytest

from quinary.errors import InputError, WorkError
from quinary.exchange.export import EXPORT_COLUMNS, default_name, export_points
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source
from quinary.plugins.sockets import ReadOptions
from quinary.store.database import open_database

TABLE = """formula,hardness (GPa),yield strength (MPa),temperature (K),structure,doi
MoNbTaW,4.46,1058,298,BCC,10.1016/j.intermet.2010.05.014
"HfNbTaTiZr",0.1234567890123456,> 210,1273,BCC+Laves,10.1016/j.jallcom.2011.02.171
MoNb,3.2-3.4,500 ± 12,,,
"""


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "alloys.csv"
    path.write_text(TABLE, encoding="utf-8")
    with open_database(f"sqlite:///{tmp_path / 'alloys.db'}") as opened:
        import_source(opened, str(path), options=ReadOptions(licence="CC-BY-4.0"))
        yield opened


def rows_of(path):
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_dict("records")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def number(cell):
    return math.nan if cell in {None, ""} else float(cell)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_every_point_with_all_that_belongs_to_it(database, tmp_path, ending):
    out = tmp_path / f"out.{ending}"
    done = export_points(database, out)
    rows = rows_of(out)
    assert done.n_points == len(rows) == 8
    assert (done.file_format, done.is_private) == (ending, False)
    assert done.licences == [{"licence": "CC-BY-4.0", "class": "attribution", "points": 8}]
    assert all(tuple(row) == EXPORT_COLUMNS for row in rows)
    assert {(row["licence"], row["licence_class"]) for row in rows} == {("CC-BY-4.0", "attribution")}
    assert {row["origin"] for row in rows} == {"literature"}
    hard = next(row for row in rows if row["property"] == "hardness_vickers" and row["formula"] == "HfNbTaTiZr")
    assert number(hard["low"]) == number(hard["high"]) == float(hard["value"]) == 0.1234567890123456
    assert (hard["unit"], hard["structure"]) == ("GPa", "BCC+Laves")
    assert "temperature=1273" in hard["conditions"]
    strong = next(row for row in rows if row["property"] == "yield_strength" and row["formula"] == "HfNbTaTiZr")
    assert number(strong["low"]) == 210.0
    assert not math.isfinite(number(strong["high"]))
    spread = next(row for row in rows if row["property"] == "yield_strength" and row["formula"] == "MoNb")
    assert number(spread["uncertainty"]) == 12.0
    assert [row["value"] for row in rows if row["property"] == "phases"] == ["BCC", "BCC+Laves"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_predictions_round_trip_to_the_last_digit_and_can_be_left_out(database, tmp_path, ending):
    Cycle(database).once()
    out = tmp_path / f"out.{ending}"
    n_all = export_points(database, out).n_points
    assert export_points(database, out, origin="literature").n_points == 8
    n_predicted = export_points(database, out, origin="prediction").n_points
    assert n_all == 8 + n_predicted
    with database.read() as connection:
        from quinary.store.queries import all_points

        values = [point.value.nominal for point, _ in all_points(connection, origin="prediction")]
    assert [float(row["value"]) for row in rows_of(out)] == values


def test_the_csv_can_be_imported_again(database, tmp_path):
    """What we write we can read, in a form that other programs read too."""
    out = tmp_path / "out.csv"
    export_points(database, out)
    assert out.read_bytes().decode("utf-8").splitlines()[0] == ",".join(EXPORT_COLUMNS)


@pytest.mark.parametrize(
    ("name", "origin", "message"),
    [("out.xls", None, r"unknown file ending '\.xls'"), ("out", None, "unknown file ending 'out'"),
     ("none/out.csv", None, "there is no folder"), ("out.csv", "guess", "unknown origin 'guess'")],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(database, tmp_path, name, origin, message):
    with pytest.raises(InputError, match=message):
        export_points(database, tmp_path / name, origin=origin)
    assert not (tmp_path / name).exists()


def test_a_failed_export_leaves_the_old_file_and_nothing_else(database, tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    out = folder / "out.csv"
    out.write_text("old")

    def break_off(*_):
        raise OSError(28, "No space left on device")

    with database.write() as connection:
        from quinary.store.writing import PointWriter
        from quinary_benchmarks.store import synthetic_points

        PointWriter(connection).add(synthetic_points(1000))
    with pytest.raises(WorkError, match=r"cannot write .*out\.csv: no space left on device"):
        export_points(database, out, progress=break_off)
    assert out.read_text() == "old"
    assert [entry.name for entry in folder.iterdir()] == ["out.csv"]


def test_a_full_disk(database, tmp_path):
    folder = tmp_path / "out.csv"
    folder.mkdir()
    with pytest.raises(WorkError, match=r"cannot write .*out\.csv"):
        export_points(database, folder)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_an_empty_store_gives_a_table_without_rows(tmp_path, ending):
    out = tmp_path / f"out.{ending}"
    with open_database(f"sqlite:///{tmp_path / 'empty.db'}") as database:
        assert export_points(database, out).n_points == 0
    assert rows_of(out) == []


# -- licences ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def unlicensed(database, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("formula,density (g/cm^3)\nMoNbTaW,13.75\nMoNb,9.4\n", encoding="utf-8")
    import_source(database, str(path))
    (tmp_path / "theirs").mkdir()
    theirs = tmp_path / "theirs" / path.name
    theirs.write_text("formula,density (g/cm^3)\nMoNbTaW,13.8\nMoNb,9.5\n", encoding="utf-8")
    import_source(database, str(theirs), options=ReadOptions(licence="CC-BY-NC-4.0", doi="10.1000/other"))
    return database


@pytest.mark.parametrize("file_format", ["csv", "parquet", "jsonl", "ultera", "optimade"])
def test_what_may_not_be_passed_on_stays_unless_it_is_private(unlicensed, tmp_path, file_format):
    out = tmp_path / default_name(file_format)
    with pytest.raises(InputError) as refused:
        export_points(unlicensed, out, file_format=file_format)
    assert refused.value.message.startswith("4 points may not be passed on")
    assert "mine.csv (none given: 2 points)" in refused.value.message
    assert "mine.csv (CC-BY-NC-4.0: 2 points)" in refused.value.message
    assert "\n" not in refused.value.message
    assert not out.exists()
    done = export_points(unlicensed, out, file_format=file_format, is_private=True)
    assert done.is_private
    assert done.n_points == 12
    assert "none given" in out.read_bytes().decode("utf-8", errors="replace")


def test_what_we_computed_ourselves_needs_no_licence_of_others(database, tmp_path):
    Cycle(database).once()
    done = export_points(database, tmp_path / "out.csv", origin="prediction")
    assert [entry["class"] for entry in done.licences] == ["open"]


@pytest.mark.parametrize(
    ("name", "file_format", "message"),
    [("out.csv", "ultera", r"out\.csv does not fit the format ultera, which is written to \.jsonl, \.json, \.bson"),
     ("out.csv", "exel", "unknown format 'exel'")],
)  # fmt: skip
def test_a_format_that_is_unknown_or_does_not_fit_is_refused(database, tmp_path, name, file_format, message):
    with pytest.raises(InputError, match=message):
        export_points(database, tmp_path / name, file_format=file_format)
