"""Opening files for the readers: checks with clear errors, and delimited text as a stream of rows."""

from __future__ import annotations

import csv
import functools
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from zipfile import BadZipFile

from quinary.errors import InputError
from quinary.outgoing import unguarded
from quinary.plugins import Rejection

__all__ = [
    "PARQUET_MAGIC",
    "ZIP_MAGIC",
    "begun",
    "check_file",
    "csv_records",
    "csv_rows",
    "further_sheets",
    "text_start",
    "workbook_rows",
    "workbook_start",
]

ZIP_MAGIC: Final = b"PK\x03\x04"
PARQUET_MAGIC: Final = b"PAR1"
_LEGACY_EXCEL_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_HEAD_BYTES: Final = 65536
_START_ROWS: Final = 20

Item = TypeVar("Item")


def begun(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, with the first one already fetched: a file that cannot be read fails here, not at first use."""
    start = list(itertools.islice(items, 1))
    return itertools.chain(start, items)


def check_file(path: Path) -> bytes:
    """The first 64 KiB of a file that exists, can be opened and is not empty.

    Raises:
        InputError: there is no such file, it is a folder, it is empty, or it cannot be opened.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file")
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except OSError as error:
        raise InputError(f"cannot open {path}: {error.strerror or error}") from None
    if not head:
        raise InputError(f"{path} is empty")
    return head


def text_start(path: Path) -> str:
    """The first 64 KiB as text, or an empty string where the file is missing, a folder, empty or not UTF-8 text."""
    try:
        head = check_file(path)
    except InputError:
        return ""
    if b"\0" in head:
        return ""
    text = head.decode("utf-8-sig", errors="replace")
    return "" if "\ufffd" in text[:-3] else text  # the cut at 64 KiB may split the last character


def csv_rows(path: Path, delimiter: str = ",") -> Iterator[tuple[int, list[str]] | Rejection]:
    """(line of the file, cells) of each row that is not blank; quoted cells may span lines, which count from the first.

    Raises:
        InputError: the file cannot be opened, is binary, or is not UTF-8; the message names the byte and its line.
    """
    if b"\0" in check_file(path):
        raise InputError(f"{path} is not a text file: save the table as CSV in UTF-8")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except UnicodeDecodeError:
                raise _wrong_byte(path) from None
            except csv.Error as error:
                yield Rejection(line, f"cannot be split into cells ({error}): is a closing quote missing?")
                continue
            if cells is None:
                return
            if any(cells):
                yield line, [unguarded(cell) for cell in cells] if any(cell[:1] == "'" for cell in cells) else cells


def csv_records(path: Path, needed: Sequence[str], what: str) -> Iterator[tuple[int, dict[str, str]] | Rejection]:
    """(line, heading -> cell) of each row of a published table, comma-separated; a short row has fewer entries.

    Raises:
        InputError: as for `csv_rows`, or a needed heading is missing.
    """
    headings: list[str] = []
    for item in csv_rows(path):
        if isinstance(item, Rejection):
            yield item
        elif headings:
            yield item[0], dict(zip(headings, item[1], strict=False))
        else:
            headings = item[1]
            missing = next((name for name in needed if name not in headings), None)
            if missing is not None:
                raise InputError(f"{path} is not {what}: it lacks the column {missing!r}; try the format table")


def _wrong_byte(path: Path) -> InputError:
    """The error that names the first byte that is not UTF-8, found by reading the file again line by line."""
    with path.open("rb") as stream:
        for line, raw in enumerate(stream, start=1):
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = raw[error.start]
                return InputError(f"{path} is not UTF-8 text: byte 0x{byte:02x} in line {line}; save the file as UTF-8")
    return InputError(f"{path} is not UTF-8 text: it ends inside a character; save the file as UTF-8")


def workbook_rows(path: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(row number, cell values) of the first sheet of an Excel workbook; formulas give the value they had when saved.

    Raises:
        InputError: the file is not an .xlsx workbook, or it is damaged.
    """
    head = check_file(path)
    if head.startswith(_LEGACY_EXCEL_MAGIC):
        raise InputError(f"{path} has the old Excel format: save it as .xlsx")
    if not head.startswith(ZIP_MAGIC):
        raise InputError(f"{path} is not an Excel workbook (.xlsx)")
    from openpyxl import load_workbook

    with path.open("rb") as stream:  # given a stream, openpyxl judges the content and not the ending of the name
        try:
            sheets = load_workbook(stream, read_only=True, data_only=True).worksheets
            if not sheets:
                raise InputError(f"{path} has no sheet")
            yield from enumerate(sheets[0].iter_rows(values_only=True), start=1)
        except InputError:
            raise
        # SyntaxError is what both XML parsers raise for damaged sheets
        except (BadZipFile, KeyError, ValueError, EOFError, SyntaxError, OSError) as error:
            raise InputError(f"{path} is not an Excel workbook (.xlsx), or is damaged: {_one_line(error)}") from None


def workbook_start(path: Path) -> tuple[tuple[int, tuple[Any, ...]], ...]:
    """The first 20 rows of `workbook_rows`: what readers look at to recognise a workbook, opened once for all of them.

    Raises:
        InputError: as for `workbook_rows`.
    """
    try:
        found = path.stat()
    except OSError:
        return tuple(itertools.islice(workbook_rows(path), _START_ROWS))  # which says what is wrong
    return _remembered_start(path, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=8)
def _remembered_start(path: Path, _mtime_ns: int, _n_bytes: int) -> tuple[tuple[int, tuple[Any, ...]], ...]:
    return tuple(itertools.islice(workbook_rows(path), _START_ROWS))


def further_sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets behind the first one that hold anything; the readers leave them aside.

    Raises:
        InputError: the file is not an .xlsx workbook, or it is damaged.
    """
    from openpyxl import load_workbook

    with path.open("rb") as stream:
        try:
            sheets = load_workbook(stream, read_only=True, data_only=True).worksheets[1:]
            return tuple(
                sheet.title
                for sheet in sheets
                if any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)
            )
        except (BadZipFile, KeyError, ValueError, EOFError, SyntaxError, OSError) as error:
            raise InputError(f"{path} is not an Excel workbook (.xlsx), or is damaged: {_one_line(error)}") from None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
