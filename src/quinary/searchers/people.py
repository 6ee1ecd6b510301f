"""The first searcher is people: a sheet of what is wanted, to be filled in and imported again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from quinary.constants import ROOM_TEMPERATURE
from quinary.materials.voids import Void
from quinary.points.material import state_of_key
from quinary.points.processing import processing_in_words
from quinary.points.properties import property_named
from quinary.sheets import write_sheet

__all__ = ["PLUGIN", "WANTED_COLUMNS", "PeopleSearcher"]

WANTED_COLUMNS: Final = (
    "formula", "structure", "processing", "property", "unit", "temperature (K)", "test", "value",
    "uncertainty", "doi", "comment",
)  # fmt: skip


class PeopleSearcher:
    """Writes wanted values as a sheet (.xlsx or .csv); the columns value, uncertainty, doi and comment are for people.

    A value may be a number, `> 1100` or `3.2-3.4`; rows left empty stay wanted.
    """

    name = "people"
    version = "1"

    def search(self, voids: Iterable[Void], formulas: Mapping[str, str], out: Path) -> Path:
        """Write one row for each void, most wanted first; the file appears whole or not at all."""
        rows = [
            _row(void, formulas)
            for void in sorted(voids, key=lambda void: (void.priority, void.property, void.material_key))
        ]
        return write_sheet(out, "wanted", [WANTED_COLUMNS, *rows])


def _row(void: Void, formulas: Mapping[str, str]) -> list[Any]:
    structure, processing = state_of_key(void.material_key)
    conditions = dict(part.split("=", 1) for part in void.conditions_key.split(";") if part)
    return [
        formulas[void.material_key],
        "+".join(structure),
        processing_in_words(processing),
        void.property,
        property_named(void.property).unit,
        float(conditions.get("temperature", ROOM_TEMPERATURE)),
        conditions.get("test", ""),
        None,
        None,
        None,
        None,
    ]


PLUGIN: Final = PeopleSearcher()
