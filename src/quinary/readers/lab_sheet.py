"""The lab sheet, filled in: one row a sample, with what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.chemistry.weighing import sample_id
from quinary.errors import InputError, unknown_name
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.material import Material
from quinary.points.phases import parse_phases
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.processing import parse_processing
from quinary.points.properties import properties, property_named
from quinary.readers.parsing import (
    Reading,
    clean_reference,
    conditions_of,
    depends_on,
    has_headings,
    lineage_of,
    reading_of,
    sheet_rows,
    temperature_in,
)

__all__ = ["PLUGIN", "LabSheetReader"]

_NEEDED: Final = ("id", "formula", "ingot (g)", "synthesis")
_OUTCOMES: Final = ("made", "failed")
_HEADING = re.compile(r"^(\w+)(?:\s*\((.+)\))?$")


@dataclass(frozen=True, slots=True)
class _Line:
    """One row by heading, and where it stands."""

    cells: Mapping[str, str]
    path: Path
    number: int
    options: ReadOptions


class LabSheetReader:
    """Reads back what `quinary lab sheet` wrote (.xlsx or .csv): values, phases, and whether the sample could be made.

    A row without any result is passed over. A row whose id does not belong to its formula is rejected, a cell that cannot
    be read costs only itself. Points are validation points: the queue asked for them.
    """

    name = "lab"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the headings are those of a lab sheet."""
        return has_headings(path, _NEEDED)

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """The points of every row with a result.

        Raises:
            InputError: the file cannot be read, or its headings are not those of a lab sheet.
        """
        for entry in sheet_rows(path, _NEEDED, "a lab sheet"):
            if isinstance(entry, Rejection):
                yield entry
            else:
                number, row = entry
                yield from row_by_row(number, _points(_Line(row, path, number, options)))


def _points(line: _Line) -> Iterator[DataPoint | Rejection]:
    results = _results(line.cells)
    stated = [name for name in ("synthesis", "phases") if line.cells.get(name)]
    if not results and not stated:
        return
    try:
        material = _material(line.cells)
        reference = clean_reference(line.cells.get("doi") or line.options.doi)
    except InputError as error:
        yield Rejection(line.number, error.message)
        return
    for name, heading in [*((name, name) for name in stated), *results]:
        try:
            yield _point(line, material, reference, name, heading)
        except InputError as error:
            yield Rejection(line.number, f"{heading}: {error.message}")


def _results(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """(property, heading) of the cells with a value."""
    found = []
    for heading, cell in cells.items():
        match = _HEADING.match(heading)
        if cell and match and match[1] in properties() and match[1] not in {"synthesis", "phases"}:
            found.append((match[1], heading))
    return found


def _material(cells: Mapping[str, str]) -> Material:
    formula = cells.get("formula", "")
    if not formula:
        raise InputError("the row has no formula")
    composition = Composition.of(formula)
    expected = sample_id(composition)
    if cells.get("id") != expected:
        raise InputError(f"unknown id {cells.get('id', '')!r}: {composition.formula} was given the id {expected}")
    return Material(composition, parse_phases(cells.get("phases")), parse_processing(cells.get("processing") or None))


def _point(line: _Line, material: Material, reference: str, name: str, heading: str) -> DataPoint:
    reading = _reading(line.cells, name, heading)
    is_tested = depends_on(name, "temperature") and not property_named(name).is_categorical
    conditions = conditions_of(name, {**(_stated(line.cells) if is_tested else {}), "load": reading.load})
    return DataPoint(
        material=material,
        property=name,
        value=reading.value,
        method=Method.MEASURED,
        origin=Origin.VALIDATION,
        source=Source("our laboratory", "original", line.options.licence),
        uncertainty=reading.uncertainty,
        conditions=conditions,
        doi=reference,
        detail=line.cells.get("comment", ""),
        lineage={**lineage_of(line.path, line.number, PLUGIN), "sample": line.cells["id"]},
    )


def _reading(cells: Mapping[str, str], name: str, heading: str) -> Reading:
    if name == "synthesis":
        outcome = cells[heading].lower()
        if outcome not in _OUTCOMES:
            raise unknown_name("outcome of a synthesis", cells[heading], _OUTCOMES)
        return Reading(Value.category(outcome), None, None)
    if name == "phases":
        found = parse_phases(cells[heading])
        if not found:
            raise InputError(f"{cells[heading]!r} names no phase")
        return Reading(Value.category(*found), None, None)
    entry = property_named(name)
    match = _HEADING.match(heading)
    written = match[2] if match and match[2] else ""
    if entry.unit and not written:
        raise InputError(f"the heading has no unit; write one, such as {name} ({entry.unit})")
    stated = cells.get(f"uncertainty of {name}")
    return reading_of(entry, cells[heading], written, (stated, written) if stated else None)


def _stated(cells: Mapping[str, str]) -> dict[str, float | str | None]:
    text = cells.get("temperature (K)", "")
    if not text:
        return {}
    return {"temperature": temperature_in(text, "K")}


PLUGIN: Final = LabSheetReader()
