"""Definitions of properties that come with a file: inside it, or beside it (`mine.csv` and `mine.properties.toml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from quinary.plugins import DefiningReaderPlugin, ReaderPlugin
from quinary.points.property import Property
from quinary.points.property_definitions import properties_in_file

__all__ = ["definitions_beside", "definitions_of", "is_definitions"]

_ENDING: Final = ".properties.toml"


def definitions_beside(path: Path) -> Path:
    """Where the definitions of a file stand that has no room for them."""
    return path.with_name(path.stem + _ENDING)


def is_definitions(path: Path) -> bool:
    """True for a file that defines properties of the file beside it, and holds no points."""
    return path.name.endswith(_ENDING)


def definitions_of(reader: ReaderPlugin, path: Path) -> list[Property]:
    """The properties that a file brings; what is defined beside it goes first.

    Raises:
        InputError: a definition cannot be read.
    """
    beside = definitions_beside(path)
    found = properties_in_file(beside) if beside.is_file() else []
    inside = reader.definitions(path) if isinstance(reader, DefiningReaderPlugin) else ()
    names = {entry.name for entry in found}
    return [*found, *(entry for entry in inside if entry.name not in names)]
