"""The sheet with which people contribute to ULTERA, version 4: an Excel workbook with its headings in row 9."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.material import Material
from quinary.points.point import DataPoint, Source
from quinary.points.processing import parse_processing
from quinary.readers.parsing import (
    ZIP_MAGIC,
    Row,
    begun,
    check_file,
    clean_reference,
    lineage_of,
    method_named,
    reported_structure,
    suspicious_amount,
    value_in,
    workbook_rows,
    workbook_start,
)
from quinary.readers.ultera_terms import Measurement, measured_property, row_items

__all__ = ["PLUGIN", "UlteraSheetReader"]

_HEADINGS: Final = (
    "id/nickname", "Composition", "Structure", "Processing", "Material Comment", "Name", "Source",
    "Property Parameters", "Temperature [K]", "Value [SI]", "Uncertainty [SI]", "Unit [SI]", "Pointer", "DOI",
)  # fmt: skip
_LAST_GUIDE_ROW: Final = 20  # the headings are in row 9; a few more or fewer lines of metadata do no harm

# No alloy dissolves this much of a gas; the letter is what remains of another symbol, as in MoNTaW for MoNbTaW.
_GASES: Final = ("H", "N", "O", "F", "Cl")
_LARGEST_GAS_FRACTION: Final = 0.05


class UlteraSheetReader:
    """Reads the sheet row by row; everything wrong in a row is said at once, under the number of the row."""

    name = "ultera_sheet"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if an Excel workbook has the headings of the sheet in one of its first rows."""
        try:
            if not check_file(path).startswith(ZIP_MAGIC):
                return False
            return any(_is_heading(cells) for _, cells in workbook_start(path))
        except InputError:
            return False

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the rows.

        Raises:
            InputError: the file is not an Excel workbook, or has no row with the headings of the sheet.
        """
        return begun(self._read(path, options))

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        source = Source(path.name, "compilation", options.licence, options.doi)
        headings: list[str] = []
        for line, cells in workbook_rows(path):
            if headings:
                row = {name: _tidy(cell) for name, cell in zip(headings, cells, strict=False) if name in _HEADINGS}
                if any(cell is not None for cell in row.values()):
                    yield from row_by_row(line, _items(row, source, lineage_of(path, line, self), line))
            elif _is_heading(cells):
                headings = [str(cell or "").strip() for cell in cells]
            elif line > _LAST_GUIDE_ROW:
                break
        if not headings:
            raise InputError(f"{path} is not ULTERA's contribution sheet: no row has the headings {_HEADINGS[1:4]}")


def _is_heading(cells: Sequence[Any]) -> bool:
    names = {str(cell).strip() for cell in cells if cell is not None}
    return {"Composition", "Structure", "Processing", "Value [SI]", "DOI"} <= names


def _tidy(cell: object) -> object:
    """A cell without outer blanks; blank text is an empty cell."""
    return (cell.strip() or None) if isinstance(cell, str) else cell


def _items(
    cells: Mapping[str, Any], source: Source, lineage: dict[str, str | int | float], line: int
) -> Iterator[DataPoint | Rejection]:
    problems: list[str] = []
    for check in (_check_composition, _check_reference, _check_measurement):
        try:
            check(cells)
        except InputError as error:
            problems.append(error.message)
    if problems:
        yield Rejection(line, "; ".join(problems))
        return
    material = Material(
        Composition.of(str(cells["Composition"])),
        reported_structure(_text(cells, "Structure")),
        parse_processing(_text(cells, "Processing")),
    )
    measurement = _measurement(cells)
    if measurement is None and not material.structure:
        yield Rejection(line, "the row has neither a property nor a usable structure")
        return
    remarks = {"formula": "Composition", "id": "id/nickname", "pointer": "Pointer", "comment": "Material Comment"}
    lineage.update({key: text for key, name in remarks.items() if (text := _text(cells, name))})
    yield from row_items(Row(material, source, clean_reference(_text(cells, "DOI")), lineage), measurement, line)


def _text(cells: Mapping[str, Any], name: str) -> str:
    cell = cells.get(name)
    return "" if cell is None else str(cell)


def _check_composition(cells: Mapping[str, Any]) -> None:
    formula = _text(cells, "Composition")
    if not formula:
        raise InputError("the composition is missing")
    composition = Composition.of(formula)
    problem = suspicious_amount(formula)
    if problem:
        raise InputError(f"composition {formula!r}: {problem}")
    fractions = {} if composition.is_ceramic else composition.atomic_fractions
    for symbol in _GASES:
        if fractions.get(symbol, 0.0) > _LARGEST_GAS_FRACTION:
            share = f"{100 * fractions[symbol]:.3g} at.% of {symbol}"
            raise InputError(f"composition {formula!r}: no alloy holds {share}: is another element meant?")


def _check_reference(cells: Mapping[str, Any]) -> None:
    clean_reference(_text(cells, "DOI"))


def _check_measurement(cells: Mapping[str, Any]) -> None:
    """Refuse a property that is half stated, or whose number has no unit where ULTERA fixes none."""
    name, value = _text(cells, "Name"), cells.get("Value [SI]")
    if not name:
        if value is not None:
            raise InputError("there is a value, but the name of its property is missing")
        return
    entry = measured_property(name)
    if value is None:
        raise InputError(f"{name!r} has no value (a formula that was never calculated counts as none)")
    if not _text(cells, "Source"):
        raise InputError(f"{name!r} has no source: write EXP, DFT, ML, EM or THM")
    method_named(_text(cells, "Source"))
    if entry.unit and _unit(cells) is None and entry.unit != "%":
        raise InputError(f"{name!r} has a number without a unit: write the unit, such as {_example(entry.unit)}")
    if cells.get("Temperature [K]") is not None:
        value_in(cells["Temperature [K]"], "K", "K")


def _example(unit: str) -> str:
    return "Pa" if unit in {"MPa", "GPa"} else unit


def _unit(cells: Mapping[str, Any]) -> str | None:
    return _text(cells, "Unit [SI]") or None


def _measurement(cells: Mapping[str, Any]) -> Measurement | None:
    name, temperature = _text(cells, "Name"), cells.get("Temperature [K]")
    if not name:
        return None
    return Measurement(
        name=name, value=cells["Value [SI]"], unit=_unit(cells), method=method_named(_text(cells, "Source")),
        uncertainty=cells.get("Uncertainty [SI]"), parameters=cells.get("Property Parameters"),
        temperature=None if temperature is None else value_in(temperature, "K", "K")[0].nominal,
    )  # fmt: skip


PLUGIN: Final = UlteraSheetReader()
