"""The first searcher is people: a sheet of what is wanted, to be filled in and imported again."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from quinary.constants import ROOM_TEMPERATURE
from quinary.errors import InputError, WorkError
from quinary.materials.voids import Void
from quinary.points.material import state_of_key
from quinary.points.phases import processing_in_words
from quinary.points.properties import property_named

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
        writers = {".xlsx": _write_xlsx, ".csv": _write_csv}
        if out.suffix.lower() not in writers:
            raise InputError(f"cannot write the sheet {out.name}: name it .xlsx or .csv", writers)
        partial = out.with_name(f".{out.name}.partial")
        try:
            writers[out.suffix.lower()](partial, rows)
            os.replace(partial, out)  # noqa: PTH105 - the only call that replaces atomically on every system
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise WorkError(f"cannot write {out}: {error.strerror}") from error
        return out


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


def _write_csv(path: Path, rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(WANTED_COLUMNS)
        writer.writerows(rows)


def _write_xlsx(path: Path, rows: list[list[Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("wanted")
    sheet.append(WANTED_COLUMNS)
    for row in rows:
        sheet.append(row)
    content = BytesIO()  # openpyxl leaves its own files half-written and complains if the disk fails it
    book.save(content)
    path.write_bytes(content.getvalue())


PLUGIN: Final = PeopleSearcher()
