"""Excel workbooks (.xlsx) as streams of rows: which sheets there are, their first rows, and what their merged cells hold."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from quinary.errors import InputError
from quinary.readers.opening.budgets import MOST_SHEET_ROWS, MOST_SHEETS
from quinary.readers.opening.files import check_file
from quinary.readers.opening.workbook_guard import Merged, SheetFacts, checked_sheets

__all__ = ["ZIP_MAGIC", "Sheet", "SheetRow", "sheets_of", "unmerged", "workbook_rows", "workbook_start"]

SheetRow = tuple[int, tuple[Any, ...]]  # the number of the row, from 1, and its cells

ZIP_MAGIC: Final = b"PK\x03\x04"
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_START_ROWS: Final = 25


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as far as it can be told without reading it whole: name, first rows, merged cells, whether it is hidden."""

    name: str
    number: int
    is_hidden: bool
    start: tuple[SheetRow, ...]
    merged: tuple[Merged, ...]
    n_filled: int


def workbook_rows(path: Path, sheet: int = 1) -> Iterator[SheetRow]:
    """The rows of one sheet of a workbook, the first unless told; formulas give the value they had when saved.

    Raises:
        InputError: the file is not an .xlsx workbook, it is damaged or encrypted, or it unpacks to more than any table.
    """
    sheets_of(path)  # looked over, before anything is parsed
    with _opened(path) as workbook:
        yield from _rows(workbook.worksheets[sheet - 1])


def workbook_start(path: Path) -> tuple[SheetRow, ...]:
    """The first rows of the first sheet: what readers look at to recognise a workbook, opened once for all of them.

    Raises:
        InputError: as for `workbook_rows`.
    """
    return sheets_of(path)[0].start


def sheets_of(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a workbook, at least one, as they stand in it.

    Raises:
        InputError: as for `workbook_rows`.
    """
    head = check_file(path)
    if head.startswith(_OLE_MAGIC):
        raise InputError(f"{path} has the old Excel format or a password: save it as .xlsx without one")
    if not head.startswith(ZIP_MAGIC):
        raise InputError(f"{path} is not an Excel workbook (.xlsx)")
    found = path.stat()
    return _remembered_sheets(path, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=8)
def _remembered_sheets(path: Path, _mtime_ns: int, _n_bytes: int) -> tuple[Sheet, ...]:
    with _damage_told(path), ZipFile(path) as archive:
        facts = checked_sheets(archive)
    with _opened(path) as workbook:
        sheets = workbook.worksheets
        if not sheets:
            raise InputError(f"{path} has no sheet")
        if len(sheets) > MOST_SHEETS:
            raise InputError(f"{path} has {len(sheets):,} sheets; {MOST_SHEETS} are the most")
        return tuple(_sheet(number, sheet, facts) for number, sheet in enumerate(sheets, start=1))


def _sheet(number: int, sheet: Any, facts: dict[str, SheetFacts]) -> Sheet:
    found = facts.get(sheet._worksheet_path.lstrip("/"), SheetFacts())
    start = tuple(itertools.islice(_rows(sheet), _START_ROWS))
    return Sheet(
        sheet.title, number, sheet.sheet_state != "visible", start, tuple(found.merged), found.n_filled
    )  # fmt: skip


def _rows(sheet: Any) -> Iterator[SheetRow]:
    sheet.reset_dimensions()  # what a sheet says of its size may be wrong, and would pad each row
    yield from enumerate(sheet.iter_rows(values_only=True, max_row=MOST_SHEET_ROWS), start=1)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The workbook, read row by row as it is asked for; given a stream, the content is judged and not the name."""
    from openpyxl import load_workbook

    with _damage_told(path), path.open("rb") as stream:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are no concern of a table
            workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            yield workbook
        finally:
            workbook.close()


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Whatever the libraries raise on a damaged workbook is one line: they raise nearly anything, from deep inside."""
    try:
        yield
    except InputError as error:
        told = error.message if str(path) in error.message else f"{path}: {error.message}"
        raise InputError(told, error.choices) from None
    except MemoryError:
        raise
    except Exception as error:
        is_locked = "encrypted" in str(error)
        problem = "has a password: save it without one" if is_locked else f"is damaged: {_one_line(error)}"
        raise InputError(f"{path} is not an Excel workbook (.xlsx), or {problem}") from error


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def unmerged(rows: Iterator[SheetRow], merged: tuple[Merged, ...]) -> Iterator[SheetRow]:
    """The rows, with the content of each cell that spans several rows in all of them, in its first column."""
    waiting = sorted((cells for cells in merged if cells.is_tall), key=lambda cells: -cells.first_row)
    held: dict[int, tuple[int, Any]] = {}  # column -> (its last row, what it holds)
    for line, cells in rows:
        held = {column: entry for column, entry in held.items() if entry[0] >= line} if held else held
        if held:
            width = max(len(cells), 1 + max(held))
            filled = [*cells, *[None] * (width - len(cells))]
            for column, (_, content) in held.items():
                if filled[column] is None:
                    filled[column] = content
            cells = tuple(filled)  # noqa: PLW2901 - the row as it is meant
        while waiting and waiting[-1].first_row <= line:
            block = waiting.pop()
            content = cells[block.first_column] if block.first_column < len(cells) else None
            if block.first_row == line and content is not None:
                held[block.first_column] = (block.last_row, content)
        yield line, cells
