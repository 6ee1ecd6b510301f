"""A workbook looked over before it is parsed: how much it unpacks to, how its sheets are built, which cells are merged.

What parses workbooks makes an object of every element and a row of every number up to the highest: here the elements only
pass by. What no spreadsheet program writes is refused, for it would cost hours or gigabytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from quinary.errors import InputError
from quinary.readers.opening.budgets import (
    DENSEST_XML,
    MOST_COLUMNS,
    MOST_COMPRESSED_AT_WILL,
    MOST_MERGED_COLUMNS,
    MOST_NESTED,
    MOST_SHEET_ROWS,
    MOST_STRINGS,
    MOST_STYLE_ELEMENTS,
    MOST_XML_BYTES,
)

__all__ = ["Merged", "SheetFacts", "checked_sheets"]

_CHUNK: Final = 2**20
_NEVER_READ: Final = re.compile(
    r"/(?:drawings|media|charts|chartsheets|pivotCache|pivotTables|comments|threadedComments|embeddings|printerSettings"
    r"|calcChain|vbaProject)|/tables/"
)
_OF_A_STRING: Final = frozenset({"t", "r", "rPr", "sz", "color", "rFont", "family", "scheme", "charset", "vertAlign"})
_SHEET: Final = re.compile(r"^/?xl/worksheets/[^/]+\.xml$")
_RANGE: Final = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$")


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that were made one: rows count from 1, as a spreadsheet shows them, columns from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def is_tall(self) -> bool:
        """True if it spans several rows."""
        return self.last_row > self.first_row

    def __str__(self) -> str:
        return f"{_letters(self.first_column)}{self.first_row}:{_letters(self.last_column)}{self.last_row}"


@dataclass(slots=True)
class SheetFacts:
    """What a sheet holds: its merged cells, and how many cells have anything in them."""

    merged: list[Merged] = field(default_factory=list)
    n_filled: int = 0


def checked_sheets(archive: ZipFile) -> dict[str, SheetFacts]:
    """Part of the archive -> what the sheet in it holds, of a workbook that may be parsed.

    Raises:
        InputError: it unpacks to more than 512 MB, or 100 times its size; a sheet has more rows or columns than Excel
            allows, or XML that no spreadsheet program writes. The message does not name the file.
    """
    parts = [part for part in archive.infolist() if _is_read(part.filename)]
    _check_sizes(parts)
    found = {}
    for part in parts:
        is_sheet = _SHEET.match(part.filename) is not None
        looked = _Look(part.filename, is_sheet)
        _pass_by(archive, part, looked)
        if is_sheet:
            found[part.filename.lstrip("/")] = looked.facts
    return found


def _is_read(name: str) -> bool:
    return name.endswith((".xml", ".rels")) and not _NEVER_READ.search(name)


def _check_sizes(parts: list[ZipInfo]) -> None:
    """Sizes are those of the directory: more than it states is never unpacked."""
    total, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if total > MOST_XML_BYTES:
        raise InputError(f"it unpacks to {total / 2**20:,.0f} MB; {MOST_XML_BYTES // 2**20} MB are the most")
    if total > MOST_COMPRESSED_AT_WILL and total > DENSEST_XML * packed:
        raise InputError(
            f"it unpacks to {total / max(packed, 1):,.0f} times its size; {DENSEST_XML} times are the most"
        )


class _Look:
    """Counts the elements of one part as they pass by."""

    def __init__(self, part: str, is_sheet: bool) -> None:
        self.facts = SheetFacts()
        self._part, self._is_sheet = part, is_sheet
        self._most = MOST_STRINGS if "sharedStrings" in part else MOST_STYLE_ELEMENTS
        self._n_counted = self._depth = self._n_rows = self._n_cells = self._n_merged_columns = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(":")[2]
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise InputError(f"{self._part} has elements nested more than {MOST_NESTED} deep")
        if self._is_sheet:
            self._in_sheet(name, attributes)
            return
        self._n_counted += name not in _OF_A_STRING
        if self._n_counted > self._most:
            raise InputError(f"{self._part} has more than {self._most:,} elements")

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._depth -= 1

    def _in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._n_cells += 1
            if self._n_cells > MOST_COLUMNS:
                raise InputError(f"{self._part} has a row of more than {MOST_COLUMNS:,} cells")
        elif name in {"v", "is"}:
            self.facts.n_filled += 1
        elif name == "row":
            self._row(attributes.get("r", ""))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _row(self, stated: str) -> None:
        self._n_cells = 0
        self._n_rows += 1
        try:
            number = float(stated or 0)
        except ValueError:
            raise InputError(f"{self._part} has a row with the number {stated[:20]!r}") from None
        if not 0 <= number <= MOST_SHEET_ROWS or self._n_rows > MOST_SHEET_ROWS:
            number = max(number, self._n_rows)
            raise InputError(f"{self._part} has a row {number:,.0f}; a sheet ends with row {MOST_SHEET_ROWS:,}")

    def _merge(self, text: str) -> None:
        found = _RANGE.match(text)
        if found is None:
            return
        left, top, right, bottom = found.groups()
        merged = Merged(int(top), int(bottom or top), _column(left), _column(right or left))
        self._n_merged_columns += max(0, merged.last_column - merged.first_column) + 1
        if self._n_merged_columns > MOST_MERGED_COLUMNS:
            raise InputError(f"{self._part} has merged cells over more than {MOST_MERGED_COLUMNS:,} columns in all")
        if merged.last_row > merged.first_row or merged.last_column > merged.first_column:
            self.facts.merged.append(merged)


def _column(letters: str) -> int:
    """The number of a column, from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _letters(column: int) -> str:
    """The name of a column, from 0: 26 is AA."""
    name, number = "", column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _pass_by(archive: ZipFile, part: ZipInfo, looked: _Look) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = looked.start, looked.end
    parser.StartDoctypeDeclHandler = _refuse_document_type
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _refuse_document_type(*_: object) -> None:
    raise InputError("it has a document type, which no spreadsheet program writes: it may define entities without end")
