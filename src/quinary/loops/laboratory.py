"""The lab queue: a sheet of samples to make, with what to weigh in and room for results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.weighing import charge, sample_id
from quinary.errors import InputError
from quinary.points.properties import property_named
from quinary.sheets import write_sheet
from quinary.store.database import Database
from quinary.store.kept import candidates_in

__all__ = ["LabSheet", "lab_sheet", "queued_formulas", "write_lab_sheet"]

_DEFAULT_PROPERTIES: Final = ("hardness_vickers", "density", "lattice_parameter")


@dataclass(frozen=True, slots=True)
class LabSheet:
    """Headings and rows of a sheet, and the samples that could not be put on it: formula and reason."""

    headings: tuple[str, ...]
    rows: list[list[Any]]
    refused: list[dict[str, str]] = field(default_factory=list)


def queued_formulas(database: Database, limit: int | None = None) -> list[str]:
    """The formulas of the stored candidates, each once, newest first."""
    with database.read() as connection:
        return list(dict.fromkeys(str(entry["formula"]) for entry in candidates_in(connection, limit=limit)))


def lab_sheet(
    sources: Iterable[CompositionLike],
    mass: float,
    purities: Mapping[str, float] | None = None,
    properties: Sequence[str] = _DEFAULT_PROPERTIES,
) -> LabSheet:
    """One row a sample: id, formula, ingot mass, grams of each element, then empty cells for results.

    `synthesis` takes `made` or `failed`, `phases` what was found (BCC+Laves); each property has a cell for the value and
    one for its uncertainty, in the unit of its heading. A sample that cannot be weighed in is refused, the rest stays.

    Raises:
        InputError: unknown property, a mass or purity out of range, a purity of an element in no sample, or no sample.
    """
    compositions = list({found.formula: found for found in map(Composition.of, sources)}.values())
    if not compositions:
        raise InputError("no sample: give formulas, or --candidates for those in the store")
    present = {symbol for composition in compositions for symbol in composition.elements}
    strange = sorted(set(purities or {}) - present)
    if strange:
        raise InputError(f"a purity is given for {', '.join(strange)}, which no sample holds", sorted(present))
    charges, refused = {}, []
    for composition in compositions:
        try:
            charges[composition.formula] = charge(composition, mass, purities)
        except InputError as error:
            refused.append({"formula": composition.formula, "reason": error.message})
    if not charges:
        raise InputError(refused[0]["reason"])
    elements = sorted({symbol for weights in charges.values() for symbol in weights})
    headings = _headings(elements, properties)
    rows = [_row(formula, mass, weights, elements, len(headings)) for formula, weights in charges.items()]
    return LabSheet(headings, rows, refused)


def _headings(elements: Sequence[str], properties: Sequence[str]) -> tuple[str, ...]:
    results = []
    for name in properties:
        entry = property_named(name)
        if entry.is_derived or entry.is_categorical:
            raise InputError(f"{name} is not measured as a number: the sheet has a column for phases anyway")
        results += [f"{name} ({entry.unit})" if entry.unit else name, f"uncertainty of {name}"]
    weights = [f"{symbol} (g)" for symbol in elements]
    before = ("id", "formula", "ingot (g)", *weights, "processing", "synthesis", "phases", "temperature (K)")
    return (*before, *results, "doi", "comment")


def _row(formula: str, mass: float, weights: Mapping[str, float], elements: Sequence[str], width: int) -> list[Any]:
    cells: list[Any] = [sample_id(formula), formula, mass]
    cells += [round(weights[symbol], 4) if symbol in weights else None for symbol in elements]
    return cells + [None] * (width - len(cells))


def write_lab_sheet(sheet: LabSheet, out: Path) -> Path:
    """Write a sheet as .xlsx or .csv.

    Raises:
        InputError: another ending.
        WorkError: the file cannot be written.
    """
    return write_sheet(out, "lab", [sheet.headings, *sheet.rows])
