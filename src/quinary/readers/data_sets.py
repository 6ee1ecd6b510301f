"""The registry of public data sets: what there is, where it is kept, under which licence, and which reader reads it.

A mirror is a folder that stands for the network: the files of a set lie at NAME/PATH, and a `registry.json` may add sets,
among them parts of sets of ours (`part_of`), which are taken where the whole is missing.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from quinary.border import json_in
from quinary.errors import InputError

if TYPE_CHECKING:
    from quinary.plugins import ReadOptions

__all__ = ["DataFile", "DataSet", "mirrored_sets", "registered_sets", "set_from_entry"]

_HOME: Final = "https://raw.githubusercontent.com/{repository}/{commit}/"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a set: its path there, size, checksum, and how it is read (`reader` empty: not at all)."""

    path: str
    n_bytes: int
    sha256: str
    reader: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    doi: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A set of files with one home, one licence and, mostly, one article.

    `home` is the address before the paths; it is empty for sets that only a mirror has. `note` says what a user should know.
    """

    name: str
    files: tuple[DataFile, ...]
    title: str = ""
    licence: str = ""
    doi: str = ""
    home: str = ""
    reader: str = ""
    note: str = ""
    part_of: str = ""

    @property
    def n_bytes(self) -> int:
        """Size of all files."""
        return sum(entry.n_bytes for entry in self.files)

    def options_for(self, entry: DataFile) -> ReadOptions:
        """What a reader must know of a file beyond what it says itself."""
        from quinary.plugins import ReadOptions  # with it comes numpy, which a list of data sets does without

        return ReadOptions(units=entry.units, doi=entry.doi or self.doi, licence=self.licence)


@functools.cache
def registered_sets() -> Mapping[str, DataSet]:
    """The sets that Quinary knows, by name."""
    table = tomllib.loads((files("quinary.readers") / "data_sets.toml").read_text(encoding="utf-8"))
    return {name: set_from_entry(name, entry) for name, entry in table.items()}


def mirrored_sets(mirror: Path) -> dict[str, DataSet]:
    """The sets that the registry of a mirror adds. One that has a name of ours is left out: what we know of it counts.

    Raises:
        InputError: there is no such folder, or its `registry.json` cannot be used.
    """
    if not mirror.is_dir():
        raise InputError(f"there is no mirror folder {mirror}")
    path = mirror / "registry.json"
    if not path.exists():
        return {}
    try:
        table = json_in(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"the registry of the mirror, {path}, cannot be read: {error}") from None
    if not isinstance(table, dict):
        raise InputError(f"the registry of the mirror, {path}, is no JSON object of sets by name")
    return {name: set_from_entry(name, entry) for name, entry in table.items() if name not in registered_sets()}


def set_from_entry(name: str, entry: Any) -> DataSet:
    """The set of a registry entry; a part reads as the whole does, file by file.

    Raises:
        InputError: the entry lacks something, or a name or path could lead out of its folder.
    """
    try:
        whole = registered_sets().get(entry["part_of"]) if entry.get("part_of") else None
        reader = str(entry.get("reader", whole.reader if whole else ""))
        found = DataSet(
            name=_checked(name, _NAME, "the name of the set"),
            files=tuple(_file(file, reader, whole) for file in entry["files"]),
            title=str(entry.get("title") or (f"part of: {whole.title}" if whole else "")),
            licence=str(entry.get("licence", "")),
            doi=str(entry.get("doi", "")),
            home=_HOME.format(repository=entry["repository"], commit=entry["commit"]) if "repository" in entry else "",
            reader=reader,
            note=str(entry.get("note", "")),
            part_of=str(entry.get("part_of", "")),
        )
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"the registry entry of the data set {name!r} cannot be used: {error!r}") from None
    if not found.files:
        raise InputError(f"the registry entry of the data set {name!r} names no file")
    return found


def _file(entry: Mapping[str, Any], reader: str, whole: DataSet | None) -> DataFile:
    path = entry["path"]
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\\" in path:
        raise ValueError(f"the path {path!r} leads out of the folder of the set")
    same = next((file for file in whole.files if file.path == path), None) if whole else None
    return DataFile(
        path=path,
        n_bytes=int(entry["bytes"]),
        sha256=_checked(entry["sha256"], _SHA256, "the checksum"),
        reader=str(entry.get("reader", same.reader if same else reader)),
        units=dict(entry.get("units", same.units if same else {})),
        doi=str(entry.get("doi", same.doi if same else "")),
    )


def _checked(text: Any, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(text, str) or pattern.fullmatch(text) is None:
        raise ValueError(f"{what} is {text!r}")
    return text
