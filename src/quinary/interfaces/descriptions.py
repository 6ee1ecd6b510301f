"""Descriptors of any mixture of formulas: as a table for Python, as documents for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from quinary.chemistry.bulk import read_formulas
from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.descriptors.reasons import reason_of
from quinary.plugins.registry import plugins
from quinary.plugins.sockets import AdjustableDescriptorPlugin, DescriptorPlugin, MatrixDescriptorPlugin
from quinary.points.properties import property_named
from quinary.reference.choices import TableChoice
from quinary.units import GAS_CONSTANT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["describe", "describe_documents", "listed"]


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
        import numpy as np

        rows = np.delete(np.arange(len(self.sources)), self.ceramics)
        if not self.ceramics:
            return rows, self.matrix
        return rows, CompositionMatrix(self.matrix.elements, self.matrix.fractions[rows])


def _parts(materials: _Materials, choice: TableChoice, gas_constant: float) -> list[_Part]:
    """Everything that the plug-ins say of the materials, in the order of the plug-ins."""
    import numpy as np

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


def describe_documents(
    formulas: Sequence[CompositionLike],
    radii: str = "metallic",
    enthalpies: str = "miedema",
    gas_constant: float = GAS_CONSTANT,
) -> list[dict[str, Any]]:
    """For each formula the descriptors of its kind of material: name -> value and unit.

    A value that is not a finite number is null, and `reason` says why: which element lacks which property and what would
    work instead, or that the ratio has no bound because nothing opposes mixing. `radii` and `enthalpies` name the tables
    (`quinary.reference.choices`) and `gas_constant` is R, J/mol/K, of the descriptors of alloys.

    Raises:
        InputError: a formula cannot be read, or there is no such table.
    """
    materials = _Materials(formulas)
    choice = TableChoice(radii, enthalpies)
    found: list[dict[str, Any]] = [{} for _ in formulas]
    for part in _parts(materials, choice, gas_constant):
        unit = property_named(part.name).unit
        for row, value in zip(part.rows.tolist(), part.values.tolist(), strict=True):
            found[row][part.name] = {"value": value, "unit": unit}
            if not math.isfinite(value):
                reason = reason_of(part.plugin, part.name, materials[row], value, choice)
                found[row][part.name] = {"value": None, "unit": unit, "reason": reason}
    return [{"formula": materials.label(row), "descriptors": entries} for row, entries in enumerate(found)]


def listed(sources: CompositionLike | Iterable[CompositionLike]) -> list[CompositionLike]:
    """One composition as a list of one, several as a list."""
    is_one = isinstance(sources, str | Mapping | Composition) or hasattr(sources, "get_el_amt_dict")
    return [sources] if is_one or not isinstance(sources, Iterable) else list(sources)


def describe(
    formulas: CompositionLike | Iterable[CompositionLike],
    radii: str = "metallic",
    enthalpies: str = "miedema",
    gas_constant: float = GAS_CONSTANT,
) -> pd.DataFrame:
    """Descriptors as a table: one row a formula, one column a descriptor (units: `quinary.points.properties`).

    NaN where a descriptor is not for that kind of material or cannot be computed; `describe_documents` says why, and has
    the same options.

    Raises:
        InputError: a formula cannot be read, or there is no such table.
    """
    import numpy as np
    import pandas as pd

    materials = _Materials(listed(formulas))
    columns: dict[str, NDArray[np.float64]] = {}
    for part in _parts(materials, TableChoice(radii, enthalpies), gas_constant):
        values = columns.setdefault(part.name, np.full(len(materials.sources), np.nan))
        values[part.rows] = np.where(np.isfinite(part.values), part.values, np.nan)
    labels = [materials.label(row) for row in range(len(materials.sources))]
    return pd.DataFrame(columns, index=pd.Index(labels, name="formula"))
