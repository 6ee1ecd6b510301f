"""What an import would take from a source, told before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quinary.border import reading
from quinary.loops.literature.importing import check_heard, reader_of
from quinary.loops.literature.sources import Place, located
from quinary.plugins import ColumnReading, ExplainingReaderPlugin, FileReading, ReadOptions, Rejection
from quinary.points.point import DataPoint
from quinary.points.properties import in_use, vocabulary
from quinary.readers.parsing import definitions_of

__all__ = ["Preview", "preview_source"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What one file would give, and which reader would read it."""

    source: str
    reader: str
    found: FileReading

    def as_dict(self) -> dict[str, Any]:
        """The preview as the command line prints it."""
        return {
            "source": self.source,
            "reader": self.reader,
            "read": self.found.n_read,
            "rejected": [{"line": line, "reason": reason} for line, reason in self.found.rejected],
            "notes": list(self.found.notes),
            "layout": dict(self.found.layout),
            "columns": [column.as_dict() for column in self.found.columns],
        }


def preview_source(source: str, *, file_format: str = "auto", options: ReadOptions | None = None) -> list[Preview]:
    """What an import of this source would take, file by file; no store is touched.

    Raises:
        InputError: nothing by that name, or a file that no reader can read.
        WorkError: the download failed.
    """
    found = []
    with located(source) as places:
        for place in places:
            name = source if len(places) == 1 else f"{source}/{place.path.name}"
            found.append(_preview(place, name, place.reader or file_format, options or ReadOptions()))
    return found


def _preview(place: Place, name: str, file_format: str, given: ReadOptions) -> Preview:
    reader, options, known = reader_of(place.path, file_format), place.options(given), vocabulary()
    check_heard(reader, place.path, given)
    with reading(place.path):
        new = [entry for entry in definitions_of(reader, place.path) if entry.name not in known.entries]
    with in_use(known.extended(new)), reading(place.path):
        if isinstance(reader, ExplainingReaderPlugin):
            return Preview(name, reader.name, reader.explained(place.path, options))
        return Preview(name, reader.name, _by_property(reader.read(place.path, options)))


def _by_property(items: Iterable[DataPoint | Rejection]) -> FileReading:
    """What a reader of one kind of file gives, by property: its columns are known, and need no telling."""
    n_read: Counter[str] = Counter()
    first: dict[str, DataPoint] = {}
    rejected = []
    for item in items:
        if isinstance(item, Rejection):
            rejected.append((item.line, item.reason))
        else:
            n_read[item.property] += 1
            first.setdefault(item.property, item)
    columns = tuple(
        ColumnReading(
            column="", role="value", property=name, unit=point.unit, conditions=point.conditions.key,
            method=point.method.value, n_values=n_read[name], example=str(point.value),
        )
        for name, point in first.items()
    )  # fmt: skip
    return FileReading(columns, n_read.total(), tuple(rejected))
