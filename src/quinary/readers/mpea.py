"""The MPEA table of Borg et al.: phases and mechanical properties of multi-principal-element alloys.

Source: C. K. H. Borg et al., Sci. Data 7 (2020) 430, 10.1038/s41597-020-00768-9, CC-BY-4.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.conditions import AMBIENT, Conditions, test_named
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Source
from quinary.points.processing import parse_processing
from quinary.points.properties import property_named
from quinary.readers.parsing import (
    MECHANICAL_TEST_PROPERTIES,
    Row,
    begun,
    clean_reference,
    conditions_of,
    csv_records,
    lineage_of,
    reported_structure,
    text_start,
    value_in,
)

__all__ = ["PLUGIN", "MpeaReader"]


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    property: str
    unit: str
    method: Method = Method.MEASURED


_COLUMNS: Final = (
    _Column("PROPERTY: Exp. Density (g/cm$^3$)", "density", "g/cm^3"),
    _Column("PROPERTY: Calculated Density (g/cm$^3$)", "density", "g/cm^3", Method.CALCULATED),
    _Column("PROPERTY: HV", "hardness_vickers", "HV"),
    _Column("PROPERTY: YS (MPa)", "yield_strength", "MPa"),
    _Column("PROPERTY: UTS (MPa)", "ultimate_tensile_strength", "MPa"),
    _Column("PROPERTY: Elongation (%)", "elongation", "%"),
    _Column("PROPERTY: Elongation plastic (%)", "plastic_elongation", "%"),
    _Column("PROPERTY: Exp. Young modulus (GPa)", "youngs_modulus", "GPa"),
    _Column("PROPERTY: Calculated Young modulus (GPa)", "youngs_modulus", "GPa", Method.CALCULATED),
    _Column("PROPERTY: grain size ($\\mu$m)", "grain_size", "um"),
    _Column("PROPERTY: O content (wppm)", "oxygen_content", "wppm"),
    _Column("PROPERTY: N content (wppm)", "nitrogen_content", "wppm"),
    _Column("PROPERTY: C content (wppm)", "carbon_content", "wppm"),
)
_FORMULA: Final = "FORMULA"
_MICROSTRUCTURE: Final = "PROPERTY: Microstructure"
_COARSE_STRUCTURE: Final = "PROPERTY: BCC/FCC/other"
_PROCESSING: Final = "PROPERTY: Processing method"
_TEST: Final = "PROPERTY: Type of test"
_TEMPERATURE: Final = "PROPERTY: Test temperature ($^\\circ$C)"
_REFERENCE: Final = "REFERENCE: doi"
_NEEDED: Final = (_FORMULA, _MICROSTRUCTURE, _COARSE_STRUCTURE, _PROCESSING, _TEST, _TEMPERATURE, _REFERENCE)

_CITATION: Final = "10.1038/s41597-020-00768-9"
_CALCULATED_DETAIL: Final = "calculated by the compilers from the composition"


class MpeaReader:
    """Reads the table as published. Temperature and kind of test belong to the tensile and compressive values alone.

    The column BCC/FCC/other only coarsens the microstructure; it is used where the microstructure is empty.
    """

    name = "mpea"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the first line has the column headings of the table."""
        first_line = text_start(path).partition("\n")[0]
        return _FORMULA in first_line and _MICROSTRUCTURE in first_line and _COARSE_STRUCTURE in first_line

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the file.

        Raises:
            InputError: the file cannot be read, or lacks columns of the table.
        """
        return begun(self._read(path, options))

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        source = Source("Borg 2020 MPEA", "compilation", options.licence or "CC-BY-4.0", options.doi or _CITATION)
        needed = (*_NEEDED, *(column.heading for column in _COLUMNS))
        for item in csv_records(path, needed, "the MPEA table"):
            if isinstance(item, Rejection):
                yield item
            else:
                line, cells = item
                yield from row_by_row(line, _points(cells, source, lineage_of(path, line, self), line))


def _points(
    cells: Mapping[str, str], source: Source, lineage: Mapping[str, str | int | float], line: int
) -> Iterator[DataPoint | Rejection]:
    try:
        written = {**lineage, "formula": cells.get(_FORMULA, "").strip()}
        row = Row(_material(cells), source, clean_reference(cells.get(_REFERENCE)), written)
        test = _test_conditions(cells)
    except InputError as error:
        yield Rejection(line, error.message)
        return
    if row.material.structure:
        yield row.phases_point()
    for column in _COLUMNS:
        cell = cells.get(column.heading, "").strip()
        if cell:
            conditions = test if column.property in MECHANICAL_TEST_PROPERTIES else AMBIENT
            yield _point(row, column, cell, conditions, line)


def _point(row: Row, column: _Column, cell: str, conditions: Conditions, line: int) -> DataPoint | Rejection:
    try:
        value, spread = value_in(cell, column.unit, property_named(column.property).unit)
        detail = _CALCULATED_DETAIL if column.method is Method.CALCULATED else ""
        return row.point(
            column.property, value, column.method, uncertainty=spread, conditions=conditions, detail=detail
        )
    except InputError as error:
        return Rejection(line, f"{column.heading}: {error.message}")


def _material(cells: Mapping[str, str]) -> Material:
    composition = Composition.of(cells.get(_FORMULA, ""))
    return Material(composition, _structure(cells), parse_processing(cells.get(_PROCESSING)))


def _structure(cells: Mapping[str, str]) -> tuple[str, ...]:
    detailed = cells.get(_MICROSTRUCTURE, "").strip()
    return reported_structure(detailed or cells.get(_COARSE_STRUCTURE))


def _test_conditions(cells: Mapping[str, str]) -> Conditions:
    temperature, test = cells.get(_TEMPERATURE, "").strip(), cells.get(_TEST, "").strip()
    stated = {
        "temperature": value_in(temperature, "C", "K")[0].nominal if temperature else None,
        "test": test_named(test) if test else None,
    }
    return conditions_of("yield_strength", stated)


PLUGIN: Final = MpeaReader()
