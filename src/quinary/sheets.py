"""Rows as a file for a spreadsheet, CSV or an Excel workbook, in which text stays text: no cell is computed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError
from quinary.files import write_whole
from quinary.outgoing import guarded, visible

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

__all__ = ["SHEET_ENDINGS", "csv_rows_to", "write_sheet"]

SHEET_ENDINGS: Final = (".xlsx", ".csv")


def csv_rows_to(stream: io.TextIOBase, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write headings and rows to a text stream that was opened with `newline=""`; returns the number of rows."""
    writer = csv.writer(stream)
    writer.writerow([guarded(name) for name in columns])
    n_rows = 0
    for row in rows:
        writer.writerow([_safe(row.get(name)) for name in columns])
        n_rows += 1
    return n_rows


def write_sheet(out: Path, title: str, rows: Iterable[Sequence[Any]]) -> Path:
    """Write rows, the headings first, to `out`: a workbook with one sheet of that title (.xlsx), or CSV.

    Raises:
        InputError: another ending.
        WorkError: the file cannot be written.
    """
    ending = out.suffix.lower()
    if ending not in SHEET_ENDINGS:
        raise InputError(f"cannot write the sheet {out.name}: name it .xlsx or .csv", SHEET_ENDINGS)
    return write_whole(out, _workbook(title, rows) if ending == ".xlsx" else _csv(rows))


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([_safe(cell) for cell in row] for row in rows)
    return stream.getvalue().encode()


def _safe(cell: Any) -> Any:
    return guarded(cell) if isinstance(cell, str) else cell


def _workbook(title: str, rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_as_text(sheet, cell) for cell in row])
    content = io.BytesIO()  # openpyxl leaves its own files half-written and complains if the disk fails it
    book.save(content)
    return content.getvalue()


def _as_text(sheet: WriteOnlyWorksheet, cell: Any) -> Any:
    """A text that would be a formula as a cell of the kind text, which also stays one when a person edits it."""
    if not isinstance(cell, str):
        return cell
    if guarded(cell) == cell:
        return visible(cell)  # a workbook holds no control characters
    from openpyxl.cell import WriteOnlyCell

    made = WriteOnlyCell(sheet, visible(cell))
    made.data_type = "s"
    made.quotePrefix = True
    return made
