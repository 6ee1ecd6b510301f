"""Any table file, told apart by its first bytes: delimited text, Excel, Parquet; with its headings found, and its rows."""

from __future__ import annotations

import itertools
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError, unknown_name
from quinary.plugins import ReadOptions, Rejection
from quinary.readers.opening import (
    PARQUET_MAGIC,
    ZIP_MAGIC,
    Merged,
    Sheet,
    TextEncoding,
    cell_problem,
    check_file,
    check_width,
    csv_rows,
    parquet_rows,
    sheets_of,
    text_encoding,
    unmerged,
    workbook_rows,
)
from quinary.readers.parsing.decimal_marks import DecimalMarks, marks_in, stated_mark
from quinary.readers.parsing.heading_rows import HeadingBlock, Row, block_at, find_block, heading_text, likely_block
from quinary.readers.parsing.table_layout import has_composition

__all__ = ["OpenTable", "TableRow", "first_row", "open_table", "table_headings", "table_rows"]

TableRow = tuple[int, Sequence[Any]] | Rejection

_DELIMITERS: Final = ",;\t|"
_DELIMITER_NAMES: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "bar": "|"}
_EXCEL_ENDINGS: Final = frozenset({".xlsx", ".xlsm", ".xls"})
_PARQUET_ENDINGS: Final = frozenset({".parquet", ".pq"})
_START_ROWS: Final = 25  # in which the headings are looked for
_SAMPLE_ROWS: Final = 500  # in which numbers show their decimal mark
_LISTED: Final = 3


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table whose headings are known: `line` of the last of them, `rows` below it, and `notes` on how it was opened."""

    line: int
    headings: list[str]
    rows: Iterator[TableRow]
    marks: DecimalMarks
    notes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Opened:
    """Rows from the top of a file; `start` are the first of them as headings are written: merged cells are filled."""

    start: Sequence[Row]
    rows: Iterator[TableRow]
    notes: list[str]
    facts: dict[str, str]
    merged: tuple[Merged, ...] = ()


def open_table(path: Path, options: ReadOptions) -> OpenTable:
    """The table of a file, opened as the options say, or as its bytes and first rows tell.

    Raises:
        InputError: the file cannot be opened or is not what its name says, has no row of headings, or an option does not
            suit it.
    """
    opened = _opened(path, options)
    block, start = _block(path, opened.start, options), opened.start
    first, last = start[block.start][0], start[block.start + block.depth - 1][0]
    rows = _below(opened.rows, last)
    sample = list(itertools.islice(rows, _SAMPLE_ROWS))
    marks = (
        stated_mark(options.decimal)
        if options.decimal
        else marks_in(r[1] for r in sample if not isinstance(r, Rejection))
    )
    notes = [*opened.notes, *_notes_on_headings(start, block), *_notes_on_merged(opened.merged, last)]
    if marks.of_table == ",":
        notes.append("numbers have decimal commas")
    facts = {**opened.facts, "headings": f"{first}" if first == last else f"{first}-{last}"}
    facts |= {"decimal": marks.of_table} if marks.of_table else {}
    return OpenTable(last, block.headings, itertools.chain(sample, rows), marks, tuple(notes), facts)


def table_headings(path: Path, options: ReadOptions) -> list[str]:
    """The headings of `open_table`, without looking at more than the first rows.

    Raises:
        InputError: as for `open_table`.
    """
    return _block(path, _opened(path, options).start, options).headings


def table_rows(path: Path) -> Iterator[TableRow]:
    """(line, cells) of each row, the headings first; lines starting with # above the headings are left out.

    Lines are those of the text file or the rows of the first sheet; in Parquet rows count from 1, headings are 0.

    Raises:
        InputError: the file cannot be opened or is not what its name says.
    """
    if not _is_workbook(path, check_file(path)):
        return _opened(path, ReadOptions()).rows
    sheets = sheets_of(path)
    others = (f"the sheet {sheet.name!r} is not read; only the first is" for sheet in sheets[1:] if sheet.n_filled)
    return itertools.chain(_opened(path, ReadOptions(sheet="1")).rows, (Rejection(1, told) for told in others))


def first_row(path: Path) -> TableRow | None:
    """The first row of `table_rows`, or None where there is none; a workbook is not opened again for each reader that asks.

    Raises:
        InputError: as for `table_rows`.
    """
    if _is_workbook(path, check_file(path)):
        return next((row for row in sheets_of(path)[0].start if _is_filled(row[1])), None)
    return next(table_rows(path), None)


def _is_workbook(path: Path, head: bytes) -> bool:
    ending = path.suffix.lower()
    return ending not in _PARQUET_ENDINGS and (head.startswith(ZIP_MAGIC) or ending in _EXCEL_ENDINGS)


def _opened(path: Path, options: ReadOptions) -> _Opened:
    head = check_file(path)
    if _is_workbook(path, head):
        _refuse_options(path, "a workbook", options, ("encoding", "delimiter"))
        return _of_sheet(path, _chosen_sheet(path, options), sheets_of(path))
    _refuse_options(path, "no workbook", options, ("sheet",))
    if head.startswith(PARQUET_MAGIC) or path.suffix.lower() in _PARQUET_ENDINGS:
        _refuse_options(path, "a Parquet file", options, ("encoding", "delimiter", "header"))
        return _of_rows(parquet_rows(path))
    return _of_text(path, options)


def _refuse_options(path: Path, kind: str, options: ReadOptions, names: Sequence[str]) -> None:
    given = next((name for name in names if getattr(options, name)), None)
    if given:
        raise InputError(f"{path} is {kind}: --{given} {getattr(options, given)} says nothing about it")


def _of_rows(rows: Iterator[TableRow]) -> _Opened:
    start = list(itertools.islice(rows, _START_ROWS))
    looked_at = [row for row in start if not isinstance(row, Rejection)]
    return _Opened(looked_at, _within_budget(itertools.chain(start, rows)), [], {})


def _within_budget(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    for row in rows:
        problem = "" if isinstance(row, Rejection) else cell_problem(row[1])
        yield Rejection(row[0], problem) if problem and not isinstance(row, Rejection) else row


def _of_text(path: Path, options: ReadOptions) -> _Opened:
    encoding = text_encoding(path, options.encoding)

    def split_at(delimiter: str) -> _Opened:
        """The file as if this were its delimiter."""
        return _of_rows(_after_comments(csv_rows(path, delimiter, encoding)))

    stated = _stated_delimiter(options.delimiter)
    likely = [stated] if stated else _delimiters(path, encoding)
    judge = _judge(options)
    tried = ((delimiter, split_at(delimiter)) for delimiter in likely) if len(likely) > 1 else ()
    found = next((each for each in tried if find_block(each[1].start, judge)), None)
    delimiter, opened = found or (likely[0], split_at(likely[0]))
    notes = [f"{encoding.note}: --encoding says otherwise"] if encoding.note else []
    facts = {"encoding": encoding.name.removesuffix("-sig"), "delimiter": "tab" if delimiter == "\t" else delimiter}
    return _Opened(opened.start, opened.rows, notes, facts)


def _after_comments(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    is_above = True
    for row in rows:
        if is_above and not isinstance(row, Rejection) and str(row[1][0]).lstrip().startswith("#"):
            continue
        is_above = False
        yield row


def _stated_delimiter(text: str) -> str:
    """The delimiter that a user states, itself or in words; empty where none is stated.

    Raises:
        InputError: it is none.
    """
    found = _DELIMITER_NAMES.get(text.strip().lower(), text)
    if len(found) > 1 or found in {'"', "\n", "\r", "\0"}:
        raise unknown_name("delimiter", text, _DELIMITER_NAMES)
    return found


def _delimiters(path: Path, encoding: TextEncoding) -> list[str]:
    """Those that the first lines have outside quotes; first the one that most lines have, equally often, then most often."""
    if path.suffix.lower() == ".tsv":
        return ["\t"]
    with path.open(encoding=encoding.name, errors="replace", newline=None) as stream:
        text = stream.read(65536)
    unquoted = "".join(text.split('"')[::2])
    lines = [line for line in unquoted.splitlines()[:50] if line.strip() and not line.startswith("#")]

    def agreement(delimiter: str) -> tuple[int, int]:
        """(lines that have it equally often, how often)."""
        counts = Counter(line.count(delimiter) for line in lines if delimiter in line)
        return max(((n_lines, often) for often, n_lines in counts.items()), default=(0, 0))

    present = [delimiter for delimiter in _DELIMITERS if agreement(delimiter) > (0, 0)]
    return sorted(present, key=agreement, reverse=True) or [","]


def _chosen_sheet(path: Path, options: ReadOptions) -> Sheet:
    """The sheet that the options name by name or number; else the first that is shown and has a table, or is filled.

    Raises:
        InputError: there is no such sheet.
    """
    sheets = sheets_of(path)
    if options.sheet:
        by_name = next((sheet for sheet in sheets if sheet.name.strip() == options.sheet.strip()), None)
        by_number = next((sheet for sheet in sheets if str(sheet.number) == options.sheet.strip()), None)
        found = by_name or by_number
        if found is None:
            raise unknown_name("sheet", options.sheet, [sheet.name for sheet in sheets])
        return found
    shown = [sheet for sheet in sheets if sheet.n_filled and not sheet.is_hidden] or list(sheets)
    return next((sheet for sheet in shown if _has_table(sheet, options)), shown[0])


def _has_table(sheet: Sheet, options: ReadOptions) -> bool:
    return find_block(_heading_rows(sheet), _judge(options)) is not None


def _of_sheet(path: Path, sheet: Sheet, sheets: Sequence[Sheet]) -> _Opened:
    filled = (row for row in workbook_rows(path, sheet.number) if _is_filled(row[1]))
    others = [other for other in sheets if other is not sheet and other.n_filled]
    notes = [_note_on_sheets(sheet, others)] if others else []
    facts = {"sheet": sheet.name, "sheets": ", ".join(each.name for each in sheets)}
    return _Opened(_heading_rows(sheet), _within_budget(unmerged(filled, sheet.merged)), notes, facts, sheet.merged)


def _note_on_sheets(sheet: Sheet, others: Sequence[Sheet]) -> str:
    named = ", ".join(f"{other.name!r}" for other in others[:_LISTED]) + (", ..." if len(others) > _LISTED else "")
    return (
        f"{len(others) + 1} sheets: {sheet.name!r} is read, {named} not: --sheet {shlex.quote(others[0].name)} reads it"
    )


def _heading_rows(sheet: Sheet) -> list[Row]:
    """The first rows that hold anything, with the content of each merged cell in all of its cells."""
    rows = {line: list(cells) for line, cells in sheet.start}
    for block in sheet.merged:
        top = rows.get(block.first_row)
        if top is None or block.first_column >= len(top):
            continue
        for line in range(block.first_row, min(block.last_row, max(rows)) + 1):
            _fill(rows[line], block, top[block.first_column])
    return [(line, cells) for line, cells in rows.items() if _is_filled(cells)]


def _fill(cells: list[Any], block: Merged, content: Any) -> None:
    cells.extend([None] * (block.last_column + 1 - len(cells)))
    cells[block.first_column : block.last_column + 1] = [content] * (block.last_column + 1 - block.first_column)


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(cell is not None for cell in cells)


def _block(path: Path, start: Sequence[Row], options: ReadOptions) -> HeadingBlock:
    """The rows of headings: those that the user names, those that say what a table says, or those that look like it.

    Raises:
        InputError: there is no row of headings.
    """
    if options.header:
        return block_at(start, *_stated_lines(options.header))
    if not start:
        raise InputError(f"{path} has no row of headings")
    found = find_block(start, _judge(options)) or likely_block(start)
    check_width(path, len(found.headings))
    return found


def _judge(options: ReadOptions) -> Any:
    """What takes headings for those of a table: they hold a composition, or what the user says that they hold."""
    named = set(options.columns.values())
    return lambda headings: has_composition(headings) or bool(named and named <= set(headings))


def _stated_lines(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    try:
        found = int(first), int(last or first)
    except ValueError:
        raise InputError(f"the rows of the headings are {text!r}; write them as 2, or 2-3") from None
    return found


def _below(rows: Iterator[TableRow], last: int) -> Iterator[TableRow]:
    return itertools.dropwhile(lambda row: not isinstance(row, Rejection) and row[0] <= last, rows)


def _notes_on_headings(start: Sequence[Row], block: HeadingBlock) -> list[str]:
    notes = []
    if block.start:
        above = heading_text(next((cell for cell in start[0][1] if heading_text(cell)), ""))[:60]
        rows = "the row above the headings is" if block.start == 1 else f"{block.start} rows above the headings are"
        notes.append(f"{rows} not read: {above!r}" + ("" if block.start == 1 else ", ..."))
    if block.depth > 1:
        lines = [start[index][0] for index in range(block.start, block.start + block.depth)]
        notes.append(f"the headings stand in rows {lines[0]} to {lines[-1]}, joined column by column")
    return notes


def _notes_on_merged(merged: Sequence[Merged], last: int) -> list[str]:
    tall = (block for block in merged if block.is_tall and block.last_row > last)
    below = sorted(tall, key=lambda block: (block.first_row, block.first_column))
    if not below:
        return []
    named = ", ".join(f"{block}" for block in below[:_LISTED]) + (", ..." if len(below) > _LISTED else "")
    return [f"{len(below)} merged {'cell holds' if len(below) == 1 else 'cells hold'} for all rows they span: {named}"]
