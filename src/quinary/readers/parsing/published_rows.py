"""What the readers of single published tables share: records of CSV and Excel files, claims, and a reader made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Source, Value
from quinary.points.properties import property_named
from quinary.readers.opening import ZIP_MAGIC, begun, check_file, csv_records, text_start, workbook_rows, workbook_start
from quinary.readers.parsing.rows import Row, lineage_of, value_in

__all__ = ["MULTI_PHASE", "Claim", "PublishedTable", "Record", "bracket_problem", "number_in", "text_in"]

Record = Mapping[str, Any]

# What a table says that calls a ceramic multi-phase and names no phase: its main phase and something else.
MULTI_PHASE: Final = ("secondary", "unknown")


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that a row states: a number in `unit`, or phases; `doi` only where it is not that of the table."""

    material: Material
    property: str
    value: float | tuple[str, ...]
    method: Method
    unit: str = ""
    detail: str = ""
    conditions: Conditions = AMBIENT
    doi: str = ""

    def point(self, source: Source, lineage: Mapping[str, str | int | float]) -> DataPoint:
        """The claim as a point of the literature.

        Raises:
            InputError: the value is outside what the property allows.
        """
        row = Row(self.material, source, self.doi or source.citation, lineage)
        if isinstance(self.value, tuple):
            value = Value.category(*self.value)
        else:
            value = value_in(self.value, self.unit, property_named(self.property).unit)[0]
        return row.point(self.property, value, self.method, conditions=self.conditions, detail=self.detail)


@dataclass(eq=False)
class PublishedTable:
    """Reads one published table with known columns, a CSV file or the first sheet of an Excel workbook.

    Attributes:
        title: what the table is called in the source of its points.
        doi: of the article, where the registry of data sets does not say.
        headings: sets of columns; a file that has all of one of them is such a table.
        claims: what a record states: (line, record) -> claims, none for a record that states nothing.
    """

    name: str
    title: str
    doi: str
    headings: tuple[frozenset[str], ...]
    claims: Callable[[int, Record], Sequence[Claim]]
    version: str = "2"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the first row has the columns of the table."""
        try:
            found = _first_row(path)
        except InputError:
            return False
        return any(wanted <= found for wanted in self.headings)

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the file.

        Raises:
            InputError: the file cannot be read, or lacks columns of the table.
        """
        return begun(self._read(path, options))

    def records(self, path: Path) -> Iterator[tuple[int, Record] | Rejection]:
        """(line, heading -> cell) of each row.

        Raises:
            InputError: the file cannot be read, or lacks columns of the table.
        """
        check_file(path)
        if not self.recognises(path):
            wanted = " or ".join(", ".join(sorted(names)) for names in self.headings)
            _first_row(path)  # a damaged file says so itself
            raise InputError(f"{path} is not the table {self.title}: it lacks the columns {wanted}")
        return _records(path)

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        source = Source(self.title, "compilation", options.licence or "none given", options.doi or self.doi)
        for item in self.records(path):
            if isinstance(item, Rejection):
                yield item
            else:
                yield from row_by_row(item[0], self._points(*item, source, lineage_of(path, item[0], self)))

    def _points(
        self, line: int, record: Record, source: Source, lineage: Mapping[str, str | int | float]
    ) -> Iterator[DataPoint | Rejection]:
        try:
            claims = self.claims(line, record)
        except InputError as error:
            yield Rejection(line, error.message)
            return
        for claim in claims:
            try:
                yield claim.point(source, lineage)
            except InputError as error:
                yield Rejection(line, error.message)


def _first_row(path: Path) -> frozenset[str]:
    if check_file(path).startswith(ZIP_MAGIC):
        row = next(iter(workbook_start(path)), (1, ()))[1]
        return frozenset(str(cell) for cell in row if cell is not None)
    line = text_start(path).partition("\n")[0]
    if not line:
        raise InputError(f"{path} is neither a CSV file nor an Excel workbook (.xlsx)")
    return frozenset(cell.strip().strip('"') for cell in line.split(","))


def _records(path: Path) -> Iterator[tuple[int, Record] | Rejection]:
    if not check_file(path).startswith(ZIP_MAGIC):
        yield from csv_records(path, (), "such a table")
        return
    headings: tuple[str, ...] = ()
    for line, cells in workbook_rows(path):
        if not headings:
            headings = tuple("" if cell is None else str(cell) for cell in cells)
        elif any(cell is not None for cell in cells):
            yield line, dict(zip(headings, cells, strict=False))


def number_in(record: Record, heading: str) -> float:
    """The number of a cell.

    Raises:
        InputError: the row has no such cell, or it holds no finite number.
    """
    return value_in(record.get(heading), "", "")[0].nominal


def text_in(record: Record, heading: str) -> str:
    """The text of a cell without blanks at its ends, no-break spaces included.

    Raises:
        InputError: the cell is empty.
    """
    text = str(record.get(heading) or "").replace("\xa0", " ").strip()
    if not text:
        raise InputError(f"the column {heading!r} is empty")
    return text


_BRACKET = re.compile(r"\(([^()]*)\)")
_AMOUNT = re.compile(r"[A-Z][a-z]?(\d*\.?\d*)")
_NEAR_ONE: Final = (0.95, 1.05)


def bracket_problem(formula: str) -> str:
    """Why the fractions of a bracket cannot be (they do not sum to one), or an empty text.

    Only brackets in which every amount is written and one is below one hold fractions; `(HfZrCeY0.25)` holds ratios.
    """
    for inside in _BRACKET.findall(formula):
        texts = _AMOUNT.findall(inside)
        if all(texts) and any(float(text) < 1 for text in texts):
            total = sum(float(text) for text in texts)
            if not _NEAR_ONE[0] <= total <= _NEAR_ONE[1]:
                return f"the fractions in ({inside}) sum to {total:g}, not to 1"
    return ""
