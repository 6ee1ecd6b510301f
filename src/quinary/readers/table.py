"""Any table of materials and properties: delimited text in UTF-8, Excel (.xlsx), Parquet; one row per material."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import FileReading, ReadOptions, Rejection, row_by_row
from quinary.points.conditions import Conditions, ConditionValue, test_named
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Source, Value
from quinary.points.processing import parse_processing
from quinary.readers.parsing import (
    CONDITION_UNITS,
    AmountUnit,
    ConditionColumn,
    DecimalMarks,
    Layout,
    OpenTable,
    Row,
    SplitError,
    Tally,
    ValueColumn,
    begun,
    clean_reference,
    column_readings,
    columns_left_out,
    composition_of_amounts,
    composition_of_formula,
    composition_stated_twice,
    conditions_of,
    depends_on,
    find_layout,
    has_composition,
    is_empty,
    method_named,
    open_table,
    part_of,
    reading_of,
    structure_named,
    table_headings,
    temperature_in,
    value_in,
    without_count,
    written_amounts,
)

__all__ = ["PLUGIN", "TableReader"]

_FEWEST_WORDS: Final = 3  # of a remark
_CACHED_MATERIALS: Final = 16_384
_DOI_INSIDE = re.compile(r"10\.\d{4,9}/[^\s,;]+")


class TableReader:
    """Finds out from the headings which columns hold the composition, the properties with their units, and conditions.

    A number whose column has no unit is refused. An empty cell is no value; one that cannot be used is a rejection, and
    the other cells of its row still count. The columns of a structure give phases points and enter the identity.
    """

    name = "table"
    version = "2"

    def recognises(self, path: Path) -> bool:
        """True if the first row has a heading for the composition; a more special reader, if any, comes first."""
        try:
            return has_composition(table_headings(path, ReadOptions()))
        except InputError:
            return False

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the rows.

        Raises:
            InputError: the file cannot be read, has no composition column, or a column of a property has no unit.
        """
        return begun(self._read(path, options))

    def columns_left_out(self, path: Path, options: ReadOptions) -> dict[str, str]:
        """Heading -> how to have it read, of the columns that `read` with these options takes nothing from.

        Raises:
            InputError: as for `read`.
        """
        headings = table_headings(path, options)
        return columns_left_out(headings, find_layout(headings, options), options)

    def notes(self, path: Path, options: ReadOptions) -> tuple[str, ...]:
        """What was found out about how the file is laid out, and a person should know.

        Raises:
            InputError: as for `read`.
        """
        opened = open_table(path, options)
        return (*opened.notes, *find_layout(opened.headings, options).notes)

    def explained(self, path: Path, options: ReadOptions) -> FileReading:
        """What `read` takes from the file, and from which column, without the points.

        Raises:
            InputError: as for `read`.
        """
        opened = open_table(path, options)
        table = self._table(path, opened, options)
        left_out = columns_left_out(opened.headings, table.layout, options)
        tally, n_read, rejected = Tally(), 0, []
        for item in _items(opened, table, tally):
            if isinstance(item, Rejection):
                rejected.append((item.line, item.reason))
            else:
                n_read += 1
        columns = column_readings(opened.headings, table.layout, left_out, tally)
        return FileReading(columns, n_read, tuple(rejected), (*opened.notes, *table.layout.notes), opened.facts)

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        opened = open_table(path, options)
        yield from _items(opened, self._table(path, opened, options))

    def _table(self, path: Path, opened: OpenTable, options: ReadOptions) -> _Table:
        try:
            layout = find_layout(opened.headings, options)
        except InputError as error:
            raise InputError(f"{path}: {error.message}", error.choices) from None
        kind = "original" if options.doi else "compilation"
        source = Source(path.name, kind, options.licence, clean_reference(options.doi))
        unit = AmountUnit(layout.is_by_weight, _is_percent(layout, opened.headings, options))
        return _Table(layout, source, len(opened.headings), f"{self.name} {self.version}", opened.marks, unit)


def _items(opened: OpenTable, table: _Table, tally: Tally | None = None) -> Iterator[DataPoint | Rejection]:
    """What the table gives, counted column by column where a tally is kept."""
    refused = table.layout.refused
    yield from (Rejection(opened.line, f"{c.reason}; the column is left out: {c.remedy}") for c in refused)
    for row in opened.rows:
        if isinstance(row, Rejection):
            yield row
        else:
            yield from row_by_row(row[0], table.items(*row, tally))


def _is_percent(layout: Layout, headings: Sequence[str], options: ReadOptions) -> bool:
    """True if the headings of the columns of elements, or the user, say that the amounts are percent."""
    texts = [headings[index] for index in layout.elements.values()]
    return layout.is_by_weight or any("%" in text + options.units.get(text, "") for text in texts)


@dataclass(frozen=True, slots=True)
class _Stated:
    """The conditions of a row, its method where a column states one, and condition -> why its cell cannot be read."""

    conditions: tuple[tuple[str, ConditionValue], ...]
    method: Method | None
    unclear: Mapping[str, str]

    def unclear_for(self, column: ValueColumn) -> bool:
        """True if the values of a column depend on a condition that cannot be read, and that the heading does not state."""
        stated = {"temperature"} if column.temperature is not None else set()
        return any(depends_on(column.property.name, condition) for condition in self.unclear.keys() - stated)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose layout is known: turns rows into points."""

    layout: Layout
    source: Source
    n_columns: int
    reader: str
    marks: DecimalMarks
    amount_unit: AmountUnit

    def items(self, line: int, cells: Sequence[Any], tally: Tally | None = None) -> Iterator[DataPoint | Rejection]:
        """What one row gives: points, and a rejection for each cell (or for the row) that cannot be used."""
        try:
            row, stated = self._facts(line, cells)
        except InputError as error:
            yield Rejection(line, _note_in(cells) or error.message)
            return
        filled = [(column, cell) for column in self.layout.values if (cell := _cell(cells, column.index)) is not None]
        for column, cell in filled:
            if stated.unclear_for(column):
                continue
            try:
                number = cell if column.property.is_categorical else self._number(cells, column.index)
                point = _point(row, column, part_of(number, column.part), self._spread(column, cells), stated)
            except SplitError as error:
                if column.part is not None and column.part[0] == 0:  # once for the cell, not for each temperature
                    yield Rejection(line, f"{column.heading}: {error.message}")
                continue
            except InputError as error:
                yield Rejection(line, f"{column.heading}: {error.message}")
                continue
            if tally is not None:
                tally.count(column.index, cell, point)
            yield point
        if tally is not None:
            self._count_places(cells, tally)
        for condition, problem in stated.unclear.items():
            lost = [c.heading for c, _ in filled if stated.unclear_for(c) and depends_on(c.property.name, condition)]
            told = f"left out with it: {', '.join(lost)}" if lost else "no value of the row depends on it"
            yield Rejection(line, f"{problem}; {told}")
        if not filled:
            yield Rejection(line, "the row has no value")

    def _count_places(self, cells: Sequence[Any], tally: Tally) -> None:
        """Count the cells of a row that are no values themselves, but say of what and how the values are."""
        columns = {*self.layout.places.values(), *self.layout.elements.values()}
        columns |= {column.spread[0] for column in self.layout.values if column.spread is not None}
        columns |= {self.layout.structure} if self.layout.structure is not None else set()
        for index in columns - {column.index for column in self.layout.values}:
            if (cell := _cell(cells, index)) is not None:
                tally.count(index, cell)

    def _facts(self, line: int, cells: Sequence[Any]) -> tuple[Row, _Stated]:
        """What all values of the row share; the method only where a column states it.

        Raises:
            InputError: the composition, the reference or the method cannot be read.
        """
        if len(cells) > self.n_columns and any(_cell(cells, i) is not None for i in range(self.n_columns, len(cells))):
            raise InputError(f"the row has {len(cells)} cells, but there are {self.n_columns} headings")
        places = self.layout.places
        lineage: dict[str, str | int | float] = {"file": self.source.name, "line": line, "reader": self.reader}
        reference = _reference(_text(cells, places.get("doi")), _text(cells, places.get("reference")), lineage)
        structure, processing = _structure(_text(cells, self.layout.structure)), _text(cells, places.get("processing"))
        material = _material(self._composition(cells), structure, processing)
        lineage["formula"] = self._written_formula(cells)
        row = Row(material, self.source, reference or self.source.citation, lineage)
        method = _text(cells, places.get("method"))
        return row, self._stated(cells, method_named(method) if method else None)

    def _stated(self, cells: Sequence[Any], method: Method | None) -> _Stated:
        """The conditions of the row; one that cannot be read costs only the values that depend on it."""
        conditions, unclear = [], {}
        for column in self.layout.conditions:
            cell = _cell(cells, column.index)
            if cell is None:
                continue
            try:
                if column.problem:
                    raise InputError(column.problem)
                conditions.append((column.condition, _condition(column, cell)))
            except InputError as error:
                unclear[column.condition] = error.message
        return _Stated(tuple(conditions), method, unclear)

    def _written_formula(self, cells: Sequence[Any]) -> str:
        """The composition as typed; columns of elements are put side by side."""
        if self.layout.formula is not None:
            return _text(cells, self.layout.formula)
        return written_amounts(self._amounts(cells), self.amount_unit)

    def _composition(self, cells: Sequence[Any]) -> Composition:
        layout = self.layout
        if layout.formula is None:
            return composition_of_amounts(self._amounts(cells), self.amount_unit)
        written = _text(cells, layout.formula)
        if not layout.elements:
            return composition_of_formula(written, layout.formula_share)
        share = (layout.share, layout.formula_share)
        return composition_stated_twice(written, self._amounts(cells), share, is_percent=self.amount_unit.is_percent)

    def _amounts(self, cells: Sequence[Any]) -> list[tuple[str, Any]]:
        return [(symbol, self._number(cells, index)) for symbol, index in self.layout.elements.items()]

    def _number(self, cells: Sequence[Any], index: int) -> Any:
        """A cell with a number in it: its comma read as those of the other rows, no word on how often it was measured.

        Raises:
            InputError: its point is one between thousands, or one by mistake.
        """
        return self.marks.plain(without_count(_cell(cells, index)), index)

    def _spread(self, column: ValueColumn, cells: Sequence[Any]) -> tuple[object, str] | None:
        """The cell with the uncertainty of a value, and its unit."""
        if column.spread is None:
            return None
        cell = self._number(cells, column.spread[0])
        return None if cell is None else (cell, column.spread[1])


def _note_in(cells: Sequence[Any]) -> str:
    """What is wrong with a row that holds one sentence and nothing else: it is a remark below the table, or within it."""
    texts = [cell for cell in cells if not is_empty(cell)]
    is_note = len(texts) == 1 and isinstance(texts[0], str) and len(texts[0].split()) >= _FEWEST_WORDS
    return f"a remark, and no row of the table: {texts[0].strip()[:60]!r}" if is_note else ""


def _cell(cells: Sequence[Any], index: int) -> Any:
    """The cell, or None where it is empty or the row is too short."""
    cell = cells[index] if index < len(cells) else None
    return None if is_empty(cell) else cell


def _text(cells: Sequence[Any], index: int | None) -> str:
    cell = None if index is None else _cell(cells, index)
    return "" if cell is None else str(cell).strip()


def _point(
    row: Row,
    column: ValueColumn,
    cell: Any,
    spread: tuple[object, str] | None,
    stated: _Stated,
) -> DataPoint:
    entry, method = column.property, stated.method or column.method
    if entry.is_categorical:
        return row.point(entry.name, _categories(entry.name, cell), method)
    reading = reading_of(entry, cell, column.unit, spread)
    load = column.load if reading.load is None else reading.load
    return row.point(
        entry.name, reading.value, method, uncertainty=reading.uncertainty,
        conditions=_conditions(entry.name, column.test, load, column.temperature, stated.conditions),
    )  # fmt: skip


def _categories(name: str, cell: object) -> Value:
    if name != "phases":  # the classes of other properties are words of their own: `parabolic`, `A+B`
        return Value.category(*filter(None, (part.strip() for part in str(cell).split("+"))))
    if _is_label(str(cell)):
        raise InputError(f"{cell!r} names no phase: write names such as FCC+B2")
    return Value.category(*structure_named(str(cell)))


def _is_label(text: str) -> bool:
    """True for a number in a cell of phases: only the authors know what it means."""
    return text.replace(".", "", 1).isdigit()


@functools.lru_cache(maxsize=4096)
def _structure(text: str) -> tuple[str, ...]:
    """The phases of a structure cell, none where it names none: its own column says why."""
    try:
        return () if not text or _is_label(text) else structure_named(text)
    except InputError:
        return ()


@functools.lru_cache(maxsize=4096)
def _conditions(
    name: str,
    test: str | None,
    load: float | None,
    temperature: float | None,
    stated: tuple[tuple[str, ConditionValue], ...],
) -> Conditions:
    """The conditions of a value; a temperature in its heading counts before that of the row."""
    told = {"test": test, "load": load, **dict(stated)}
    return conditions_of(name, told if temperature is None else {**told, "temperature": temperature})


def _condition(column: ConditionColumn, cell: object) -> ConditionValue:
    try:
        if column.condition == "test":
            return test_named(str(cell))
        if column.unit is None:
            return str(cell).strip()
        if column.condition == "temperature":
            return temperature_in(cell, column.unit)
        return value_in(cell, column.unit, CONDITION_UNITS[column.condition] or "")[0].nominal
    except InputError as error:
        raise InputError(f"{column.heading}: {error.message}") from None


@functools.lru_cache(maxsize=_CACHED_MATERIALS)
def _material(composition: Composition, structure: tuple[str, ...], processing: str) -> Material:
    return Material(composition, structure, parse_processing(processing))


def _reference(doi: str, reference: str, lineage: dict[str, str | int | float]) -> str:
    """The DOI of the row: from its own column, or out of a free reference, which is kept as it stands."""
    if doi:
        return _cleaned(doi)
    if not reference:
        return ""
    lineage["reference"] = reference
    inside = _DOI_INSIDE.search(reference)
    return inside.group().rstrip(".)") if inside else ""


@functools.lru_cache(maxsize=4096)
def _cleaned(reference: str) -> str:
    return clean_reference(reference)


PLUGIN: Final = TableReader()
