"""Sheets that Quinary wrote and people filled in: told by their headings, read row by row as text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from quinary.errors import InputError
from quinary.plugins import Rejection
from quinary.readers.parsing.table_files import first_row, table_rows

__all__ = ["has_headings", "sheet_rows"]


def has_headings(path: Path, needed: Collection[str], fold: Callable[[str], str] = str) -> bool:
    """True if the file can be read and its first row has all these headings, each passed through `fold`."""
    try:
        first = first_row(path)
    except InputError:
        return False
    return first is not None and not isinstance(first, Rejection) and set(needed) <= {fold(_text(c)) for c in first[1]}


def sheet_rows(
    path: Path, needed: Collection[str], kind: str, fold: Callable[[str], str] = str
) -> Iterator[tuple[int, dict[str, str]] | Rejection]:
    """(line, heading -> text) of each row below the headings, and what of the file cannot be read.

    Raises:
        InputError: the file cannot be opened, or is not a sheet of this kind: one of the headings is not there.
    """
    rows = table_rows(path)
    first = next(rows, None)
    headings = [] if first is None or isinstance(first, Rejection) else [fold(_text(cell)) for cell in first[1]]
    if not set(needed) <= set(headings):
        raise InputError(f"{path.name} is not {kind}: it needs the columns {', '.join(needed)}", needed)
    for entry in rows:
        if isinstance(entry, Rejection):
            yield entry
        else:
            yield entry[0], {name: _text(cell) for name, cell in zip(headings, entry[1], strict=False)}


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
