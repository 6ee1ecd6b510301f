"""What was taken for granted in the formulas of a file, as one note for each kind, with a number and an example."""

from __future__ import annotations

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_readings import read_formula
from quinary.errors import InputError
from quinary.points.point import DataPoint

__all__ = ["FormulaNotes"]


class FormulaNotes:
    """Listens to the points of an import; each formula counts once."""

    def __init__(self) -> None:
        self._heard: set[str] = set()
        self._found: dict[str, tuple[int, str, str]] = {}

    def heard(self, point: DataPoint) -> None:
        """Take note of how the formula of the point was read, if its material is what the formula alone says."""
        formula = point.lineage.get("formula")
        if not isinstance(formula, str) or formula in self._heard:
            return
        self._heard.add(formula)
        try:
            reading = read_formula(formula)
        except InputError:
            return  # its unit stood elsewhere
        if reading.notes and Composition(reading.sublattices) == point.material.composition:
            for note in reading.notes:
                self._add(formula, note)

    def _add(self, formula: str, note: str) -> None:
        kind = note.partition(":")[0]
        n_formulas, example, first = self._found.get(kind, (0, formula, note))
        self._found[kind] = (n_formulas + 1, example, first)

    def told(self) -> tuple[str, ...]:
        """A sentence for each kind of note, in the order in which they were met."""
        return tuple(
            f"{n_formulas:,} formula{'s' if n_formulas > 1 else ''}, such as {example}: {note}"
            for n_formulas, example, note in self._found.values()
        )
