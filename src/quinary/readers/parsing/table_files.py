"""The rows of any table file as they come: delimited text, Excel, Parquet, told apart by their first bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError
from quinary.plugins import Rejection
from quinary.readers.parsing.files import (
    PARQUET_MAGIC,
    ZIP_MAGIC,
    check_file,
    csv_rows,
    further_sheets,
    workbook_rows,
    workbook_start,
)

__all__ = ["TableRow", "first_row", "table_rows"]

TableRow = tuple[int, Sequence[Any]] | Rejection

_DELIMITERS: Final = ",;\t|"
_EXCEL_ENDINGS: Final = frozenset({".xlsx", ".xlsm", ".xls"})
_PARQUET_ENDINGS: Final = frozenset({".parquet", ".pq"})
_BATCH_ROWS: Final = 8192


def table_rows(path: Path) -> Iterator[TableRow]:
    """(line, cells) of each row, the headings first; lines starting with # above the headings are left out.

    Lines are those of the text file or the rows of the sheet; in Parquet rows count from 1, headings are 0.

    Raises:
        InputError: the file cannot be opened or is not what its name says.
    """
    head, ending = check_file(path), path.suffix.lower()
    if head.startswith(PARQUET_MAGIC) or ending in _PARQUET_ENDINGS:
        return _parquet_rows(path)
    if head.startswith(ZIP_MAGIC) or ending in _EXCEL_ENDINGS:
        return _sheet_rows(path)
    return _after_comments(csv_rows(path, _delimiter(head, ending)))


def first_row(path: Path) -> TableRow | None:
    """The first row of `table_rows`, or None where there is none; a workbook is not opened again for each reader that asks.

    Raises:
        InputError: as for `table_rows`.
    """
    if check_file(path).startswith(ZIP_MAGIC) and path.suffix.lower() not in _PARQUET_ENDINGS:
        return next(((line, cells) for line, cells in workbook_start(path) if any(c is not None for c in cells)), None)
    return next(table_rows(path), None)


def _sheet_rows(path: Path) -> Iterator[TableRow]:
    """The rows of the first sheet, and at the end a word on each sheet that was not read."""
    last = 0
    for line, cells in workbook_rows(path):
        last = line
        if any(cell is not None for cell in cells):
            yield line, cells
    for name in further_sheets(path):
        yield Rejection(last, f"the sheet {name!r} is not read; only the first is: save it as a file of its own")


def _after_comments(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    is_above = True
    for row in rows:
        if is_above and not isinstance(row, Rejection) and str(row[1][0]).lstrip().startswith("#"):
            continue
        is_above = False
        yield row


def _delimiter(head: bytes, ending: str) -> str:
    """The delimiter that occurs most often in the first line that is no comment, outside quotes."""
    if ending == ".tsv":
        return "\t"
    lines = (line for line in head.decode("utf-8", errors="replace").splitlines() if line.strip() and line[0] != "#")
    unquoted = "".join(next(lines, "").split('"')[::2])
    return max(_DELIMITERS, key=unquoted.count)


def _parquet_rows(path: Path) -> Iterator[TableRow]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            yield 0, table.schema_arrow.names
            line = 0
            for batch in table.iter_batches(batch_size=_BATCH_ROWS):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    yield line, cells
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} is not a Parquet file, or is damaged: {' '.join(str(error).split())[:200]}") from None
