"""The sheet of wanted values, filled in by people: one row a value, with its property and unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.conditions import Conditions, ConditionValue, test_named
from quinary.points.material import Material
from quinary.points.phases import parse_phases
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.processing import parse_processing
from quinary.points.properties import Property, property_named
from quinary.readers.parsing import Reading, clean_reference, has_headings, reading_of, sheet_rows, temperature_in

__all__ = ["PLUGIN", "WantedSheetReader"]

_NEEDED: Final = ("formula", "property", "unit", "value")
_OF_EXPORTS: Final = frozenset({"origin", "method", "licence_class"})  # headings that only our own exports have


class WantedSheetReader:
    """Reads back what `quinary voids --sheet` wrote (.xlsx or .csv). Rows without a value stay wanted and are passed over."""

    name = "wanted"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the headings are those of a wanted sheet."""
        return has_headings(path, _NEEDED, str.lower)

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """One point for every row with a value.

        Raises:
            InputError: the file cannot be read or its headings are not those of a wanted sheet.
        """
        if has_headings(path, _OF_EXPORTS, str.lower):
            raise InputError(
                f"{path.name} is a table that `quinary export` wrote for people: who measured what would be lost; carry "
                "points from store to store with `quinary snapshot`"
            )
        for entry in sheet_rows(path, _NEEDED, "a sheet of wanted values", str.lower):
            if isinstance(entry, Rejection):
                yield entry
                continue
            line, row = entry
            if row.get("value"):
                yield from row_by_row(line, _points(row, options, path.name, line))


def _points(row: Mapping[str, str], options: ReadOptions, file: str, line: int) -> Iterator[DataPoint]:
    entry = property_named(row.get("property", ""))
    material = Material(
        Composition.of(row.get("formula", "")),
        parse_phases(row.get("structure")),
        parse_processing(row.get("processing") or None),
    )
    reading = _reading(row, entry)
    conditions: dict[str, ConditionValue | None] = {
        "test": test_named(row["test"]) if row.get("test") else None, "load": reading.load,
    }  # fmt: skip
    if row.get("temperature (k)") and not entry.is_categorical:
        conditions["temperature"] = temperature_in(row["temperature (k)"], "K")
    yield DataPoint(
        material=material,
        property=entry.name,
        value=reading.value,
        method=Method.MEASURED,
        origin=Origin.LITERATURE,
        source=Source("entered by a person", "original", options.licence),
        uncertainty=reading.uncertainty,
        conditions=Conditions.of(conditions),
        doi=clean_reference(row.get("doi") or options.doi),
        detail=row.get("comment", ""),
        lineage={"file": file, "line": line, "formula": row.get("formula", "")},
    )


def _reading(row: Mapping[str, str], entry: Property) -> Reading:
    if entry.is_categorical:
        return Reading(Value.category(*parse_phases(row["value"])), None, None)
    written = row.get("unit", "")
    if entry.unit and not written:
        raise InputError(f"{row['value']} has no unit; write one, such as {entry.unit}")
    stated = row.get("uncertainty")
    return reading_of(entry, row["value"], written, (stated, written) if stated else None)


PLUGIN: Final = WantedSheetReader()
