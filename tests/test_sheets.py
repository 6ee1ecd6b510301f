"""Rows for spreadsheets: text stays text, and our readers find it as it was."""

import pytest
from openpyxl import load_workbook

from quinary.errors import InputError
from quinary.readers.opening import csv_rows, workbook_rows
from quinary.sheets import write_sheet

ROWS = [["name", "value"], ["=HYPERLINK(1)", -3.5], ["@x", 2], ["-2+3", 4], ["'=x", 1], ["MoNbTaW", -0.25]]


def test_a_workbook_holds_texts_and_no_formula(tmp_path):
    path = write_sheet(tmp_path / "rows.xlsx", "rows", ROWS)
    cells = [cell for row in load_workbook(path)["rows"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert cells[2].quotePrefix
    assert [list(row) for _, row in workbook_rows(path)] == ROWS


def test_csv_begins_no_cell_as_a_formula_and_is_read_back(tmp_path):
    path = write_sheet(tmp_path / "rows.csv", "rows", ROWS)
    assert path.read_text().splitlines()[1] == "'=HYPERLINK(1),-3.5"
    assert [row for _, row in csv_rows(path)] == [["" if cell is None else str(cell) for cell in row] for row in ROWS]


def test_control_characters_do_not_stop_a_workbook(tmp_path):
    path = write_sheet(tmp_path / "rows.xlsx", "rows", [["a\x1bb"], ["=\x00"]])
    assert [row for _, row in workbook_rows(path)] == [(r"a\x1bb",), (r"=\x00",)]


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.xlsx or \.csv"):
        write_sheet(tmp_path / "rows.ods", "rows", ROWS)
