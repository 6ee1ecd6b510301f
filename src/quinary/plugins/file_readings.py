"""How a reader understood a file: what it takes from every column, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from quinary.plugins.sockets import ReadOptions, TableReaderPlugin

__all__ = ["ColumnReading", "ExplainingReaderPlugin", "FileReading"]


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What is read from one column.

    `role` is `composition`, `amount`, `value`, `uncertainty`, a condition or another place, and empty where nothing is read:
    then `reason` says why, or what would have it read. `unit` is that of the cells; `conditions` and `method` are those of
    `example`, the first cell that was read, and `n_values` counts such cells.
    """

    column: str
    role: str = ""
    property: str = ""
    unit: str = ""
    conditions: str = ""
    method: str = ""
    n_values: int = 0
    example: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The column as a document."""
        return {
            "column": self.column, "role": self.role, "property": self.property, "unit": self.unit,
            "conditions": self.conditions, "method": self.method, "values": self.n_values, "example": self.example,
            "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a reader takes from a file: `n_read` points, and `rejected` rows as (line, reason).

    `layout` has what was found out about the file: sheet, sheets, encoding, delimiter, decimal, headings (their rows).
    """

    columns: tuple[ColumnReading, ...]
    n_read: int
    rejected: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    layout: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class ExplainingReaderPlugin(TableReaderPlugin, Protocol):
    """A reader of tables that says how it understood a file: what it found out by itself, and column by column."""

    def notes(self, path: Path, options: ReadOptions) -> Sequence[str]:
        """What was found out about the layout of the file, each in a sentence: sheets, encoding, merged cells.

        Raises:
            InputError: the file as a whole cannot be read.
        """
        ...

    def explained(self, path: Path, options: ReadOptions) -> FileReading:
        """What `read` takes from the file, and from which column, without the points.

        Raises:
            InputError: the file as a whole cannot be read.
        """
        ...
