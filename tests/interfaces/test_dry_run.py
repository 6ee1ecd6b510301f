"""`import --dry-run`: what would be read from every column, and nothing stored."""

from pathlib import Path

import pytest
from openpyxl import Workbook

import quinary

SHEET = "Probe;Alloy;HV;density (g/cm³);YS (MPa)\n1;MoNb;300,5;9,1;1,200\n2;MoTa;soft;12,1;450,46\n"


@pytest.fixture
def sheet():
    Path("sheet.csv").write_bytes(SHEET.encode("cp1252"))
    return "sheet.csv"


def test_a_dry_run_shows_every_column_and_stores_nothing(run, sheet):
    done = run("import", sheet, "--dry-run", "--json").json
    told = {column["column"]: (column["role"], column["property"], column["values"]) for column in done["columns"]}
    assert told == {
        "Probe": ("", "", 0),
        "Alloy": ("composition", "", 2),
        "HV": ("value", "hardness_vickers", 1),
        "density (g/cm³)": ("value", "density", 2),
        "YS (MPa)": ("value", "yield_strength", 2),
    }
    assert (done["dry_run"], done["read"], done["reader"]) == (True, 5, "table")
    assert [row["line"] for row in done["rejected"]] == [3]
    assert done["layout"] == {"encoding": "cp1252", "delimiter": ";", "headings": "1", "decimal": ","}
    assert "cp1252" in done["notes"][0]
    assert not Path("quinary.db").exists()
    assert quinary.import_file(sheet, dry_run=True) == done
    shown = run("import", sheet, "--dry-run").out
    for word in ("hardness_vickers", "not read", "cp1252", "nothing is stored", "'soft'"):
        assert word in shown


def test_a_dry_run_tells_what_an_import_reads(run, sheet):
    dry, done = run("import", sheet, "--dry-run", "--json").json, run("import", sheet, "--json").json
    assert dry["read"] == done["read"] == done["added"]
    assert dry["rejected"] == done["rejected"]
    assert dry["notes"] == done["notes"]
    assert dry["notes"][0] in run("import", sheet).out


def test_a_dry_run_of_a_folder_tells_each_file(run, sheet):
    Path("in").mkdir()
    Path(sheet).rename("in/sheet.csv")
    Path("in/other.csv").write_text("Alloy,HV\nMoW,400\n")
    Path("in/bad.txt").write_text("nothing in here\n")
    done = run("import", "in", "--dry-run", "--json").json
    assert [Path(file["source"]).name for file in done["files"]] == ["other.csv", "sheet.csv"]
    assert [Path(row["file"]).name for row in done["failed"]] == ["bad.txt"]


def test_a_dry_run_of_a_known_table_tells_its_properties(run):
    columns = run("import", "borg2020_mpea", "--dry-run", "--json").json["columns"]
    assert {"yield_strength", "phases"} <= {column["property"] for column in columns}


def test_another_sheet_can_be_named(run):
    book = Workbook()
    for row in (("Alloy", "HV"), ("MoNb", 300)):
        book.active.append(row)
    second = book.create_sheet("Batch 2")
    for row in (("Alloy", "HV"), ("MoTa", 300), ("MoW", 300)):
        second.append(row)
    book.save("two.xlsx")
    assert run("import", "two.xlsx", "--json").json["added"] == 1
    assert run("import", "two.xlsx", "--sheet", "Batch 2", "--json").json["added"] == 2
    assert len(quinary.read("two.xlsx", sheet=2)) == 2


@pytest.mark.parametrize(
    "option", [("--sheet", "1"), ("--encoding", "klingon"), ("--header", "9"), ("--delimiter", "xx")]
)
def test_what_does_not_suit_the_file_is_one_line(run, sheet, option):
    done = run("import", sheet, *option)
    assert done.status == 2
    assert option[1] in done.message
    assert not Path("quinary.db").exists()


def test_the_layout_of_a_known_table_cannot_be_stated(run):
    assert "--header says nothing about it" in run("import", "borg2020_mpea", "--header", "2").message
