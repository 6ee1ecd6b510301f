"""The sheet of wanted values, filled in by people: one row a value, with its property and unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.points.conditions import Conditions, ConditionValue
from quinary.points.material import Material
from quinary.points.phases import parse_phases, parse_processing
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.properties import property_named
from quinary.readers.rows import clean_reference, spread_in, test_named, value_in
from quinary.readers.table_files import first_row, table_rows

__all__ = ["PLUGIN", "WantedSheetReader"]

_NEEDED: Final = ("formula", "property", "unit", "value")
_OF_EXPORTS: Final = frozenset({"origin", "method", "licence_class"})  # headings that only our own exports have


class WantedSheetReader:
    """Reads back what `quinary voids --sheet` wrote (.xlsx or .csv). Rows without a value stay wanted and are passed over."""

    name = "wanted"
    version = "1"

    def recognises(self, path: Path) -> bool:
        """True if the headings are those of a wanted sheet."""
        try:
            first = first_row(path)
        except InputError:
            return False
        return first is not None and not isinstance(first, Rejection) and set(_NEEDED) <= set(_headings(first[1]))

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """One point for every row with a value.

        Raises:
            InputError: the file cannot be read or its headings are not those of a wanted sheet.
        """
        rows = table_rows(path)
        first = next(rows, None)
        if first is None or isinstance(first, Rejection) or not set(_NEEDED) <= set(_headings(first[1])):
            raise InputError(
                f"{path.name} is not a sheet of wanted values: it needs the columns {', '.join(_NEEDED)}", _NEEDED
            )
        headings = _headings(first[1])
        if set(headings) >= _OF_EXPORTS:
            raise InputError(
                f"{path.name} is a table that `quinary export` wrote for people: who measured what would be lost; carry "
                "points from store to store with `quinary snapshot`"
            )
        for entry in rows:
            if isinstance(entry, Rejection):
                yield entry
                continue
            line, cells = entry
            row = {name: _text(cell) for name, cell in zip(headings, cells, strict=False)}
            if row.get("value"):
                try:
                    yield _point(row, options, path.name, line)
                except InputError as error:
                    yield Rejection(line, error.message)


def _headings(cells: Sequence[Any]) -> list[str]:
    return [_text(cell).lower() for cell in cells]


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _point(row: Mapping[str, str], options: ReadOptions, file: str, line: int) -> DataPoint:
    entry = property_named(row.get("property", ""))
    material = Material(
        Composition.of(row.get("formula", "")),
        parse_phases(row.get("structure")),
        parse_processing(row.get("processing") or None),
    )
    value, spread = _value(row, entry.unit, is_categorical=entry.is_categorical)
    conditions: dict[str, ConditionValue | None] = {"test": test_named(row["test"]) if row.get("test") else None}
    if row.get("temperature (k)") and not entry.is_categorical:
        conditions["temperature"] = _temperature(row["temperature (k)"])
    return DataPoint(
        material=material,
        property=entry.name,
        value=value,
        method=Method.MEASURED,
        origin=Origin.LITERATURE,
        source=Source("entered by a person", "original", options.licence),
        uncertainty=spread,
        conditions=Conditions.of(conditions),
        doi=clean_reference(row.get("doi") or options.doi),
        detail=row.get("comment", ""),
        lineage={"file": file, "line": line, "formula": row.get("formula", "")},
    )


def _temperature(text: str) -> float:
    try:
        kelvin = float(text)
    except ValueError:
        raise InputError(f"the temperature {text!r} is not a number in K") from None
    if kelvin < 0:
        raise InputError(f"the temperature is {kelvin:g} K; it must be zero or more")
    return kelvin


def _value(row: Mapping[str, str], unit: str, *, is_categorical: bool) -> tuple[Value, float | None]:
    if is_categorical:
        return Value.category(*parse_phases(row["value"])), None
    written = row.get("unit", "")
    if unit and not written:
        raise InputError(f"{row['value']} has no unit; write one, such as {unit}")
    value, spread = value_in(row["value"], written, unit)
    stated = row.get("uncertainty")
    return value, (spread_in(stated, written, unit) if stated else spread)


PLUGIN: Final = WantedSheetReader()
