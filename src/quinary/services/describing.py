"""The verb `describe`: descriptors of any mixture of formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.bulk import read_formulas
from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.formula_readings import notes_on
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.constants import GAS_CONSTANT
from quinary.curation.plausible import implausible
from quinary.descriptors.reasons import reason_of
from quinary.plugins import AdjustableDescriptorPlugin, DescriptorPlugin, MatrixDescriptorPlugin, plugins
from quinary.points.properties import property_named
from quinary.reference.choices import TableChoice
from quinary.services.arguments import Formulas, formulas_in

__all__ = ["describe", "descriptor_columns"]


@dataclass(frozen=True, slots=True)
class _Part:
    """One descriptor of the rows (positions) that one plug-in covers; `values` has their shape."""

    plugin: DescriptorPlugin
    name: str
    rows: NDArray[np.int64]
    values: NDArray[np.float64]


class _Materials:
    """N materials: their matrix, and a `Composition` of each, made only when somebody asks for it."""

    def __init__(self, sources: Sequence[CompositionLike]) -> None:
        self.matrix: CompositionMatrix
        self._made: dict[int, Composition]
        if set(map(type, sources)) == {str}:
            table = read_formulas(cast("Sequence[str]", sources))
            self.matrix, self._made = table.matrix, dict(table.compositions)
        else:
            self._made = {row: Composition.of(source) for row, source in enumerate(sources)}
            self.matrix = as_matrix(self._made.values())
        self.sources = sources
        # What was read in bulk and has no composition yet is an alloy.
        self.ceramics = [row for row, composition in self._made.items() if composition.is_ceramic]

    def __getitem__(self, row: int) -> Composition:
        if row not in self._made:
            self._made[row] = Composition.of(self.sources[row])
        return self._made[row]

    def label(self, row: int) -> str:
        source = self.sources[row]
        return source if isinstance(source, str) else self[row].formula

    def alloys(self) -> tuple[NDArray[np.int64], CompositionMatrix]:
        """The positions of the alloys and their matrix."""
        rows = np.delete(np.arange(len(self.sources)), self.ceramics)
        if not self.ceramics:
            return rows, self.matrix
        return rows, CompositionMatrix(self.matrix.elements, self.matrix.fractions[rows])


def _parts(materials: _Materials, choice: TableChoice, gas_constant: float) -> list[_Part]:
    """Everything that the plug-ins say of the materials, in the order of the plug-ins."""
    found = []
    for registered in plugins("descriptors").values():
        is_adjustable = isinstance(registered, AdjustableDescriptorPlugin)
        plugin = registered.adjusted(choice, gas_constant) if is_adjustable else registered
        if isinstance(plugin, MatrixDescriptorPlugin):
            rows, matrix = materials.alloys()
            described = plugin.describe_matrix(matrix) if len(rows) else {}
        else:
            rows = np.array([row for row in range(len(materials.sources)) if plugin.covers(materials[row])], dtype=int)
            described = plugin.describe([materials[row] for row in rows.tolist()]) if len(rows) else {}
        found += [_Part(plugin, name, rows, values) for name, values in described.items()]
    return found


def describe(
    formulas: Formulas | None = None,
    *,
    file: str | Path | None = None,
    radii: str = "metallic",
    enthalpies: str = "miedema",
    gas_constant: float = GAS_CONSTANT,
) -> dict[str, Any]:
    """Compute descriptors: entropy, size mismatch, mixing enthalpy, VEC and the rest, each with its unit.

    Args:
        formulas: one composition or several: text, dict, or `Composition` (ours or pymatgen's).
        file: a text file with one more formula a line.
        radii: atomic radii of alloys: `metallic`, `covalent` or `volume`.
        enthalpies: pair enthalpies of alloys: `miedema`, `dft_bcc`, `dft_fcc` or `dft_hcp`.
        gas_constant: R of the descriptors of alloys, J/mol/K; many papers took 8.314.

    Returns:
        `materials`: for each formula `formula` as it was given, `descriptors` (name -> `value`, `unit`, and `reason` where
        the value is None: which element lacks which property and what would work instead, or that nothing opposes mixing)
        `warnings` of what can hardly be, and `notes` on how the formula was read, where it can be read differently.

    Raises:
        InputError: a formula cannot be read, or there is no such table.
    """
    materials, choice = _Materials(formulas_in(formulas, file)), TableChoice(radii, enthalpies)
    found: list[dict[str, Any]] = [{} for _ in materials.sources]
    for part in _parts(materials, choice, gas_constant):
        unit = property_named(part.name).unit
        for row, value in zip(part.rows.tolist(), part.values.tolist(), strict=True):
            found[row][part.name] = {"value": value, "unit": unit}
            if not math.isfinite(value):
                reason = reason_of(part.plugin, part.name, materials[row], value, choice)
                found[row][part.name] = {"value": None, "unit": unit, "reason": reason}
    return {
        "materials": [
            {
                "formula": materials.label(row),
                "descriptors": entries,
                "warnings": implausible(materials[row]),
                "notes": list(notes_on(materials.sources[row])),
            }
            for row, entries in enumerate(found)
        ]
    }


def descriptor_columns(
    formulas: Sequence[CompositionLike], radii: str, enthalpies: str, gas_constant: float
) -> tuple[list[str], dict[str, NDArray[np.float64]]]:
    """(formulas as they were given, descriptor -> values of shape (N,)) of the same, quick for thousands of formulas.

    NaN where a descriptor is not for that kind of material or cannot be computed; `describe` says why.

    Raises:
        InputError: a formula cannot be read, or there is no such table.
    """
    materials = _Materials(formulas)
    columns: dict[str, NDArray[np.float64]] = {}
    for part in _parts(materials, TableChoice(radii, enthalpies), gas_constant):
        values = columns.setdefault(part.name, np.full(len(materials.sources), np.nan))
        values[part.rows] = np.where(np.isfinite(part.values), part.values, np.nan)
    return [materials.label(row) for row in range(len(materials.sources))], columns
