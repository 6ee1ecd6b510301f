"""The record of an import: from which file, by whom, how it was read; and what follows from it for imports before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from quinary.curation.values import refuse_as_marked
from quinary.errors import InputError
from quinary.plugins import ReadOptions, plugins
from quinary.points.point import DataPoint
from quinary.readers.data_sets import registered_sets
from quinary.readers.embedded import EMBEDDED
from quinary.readers.parsing import clean_reference
from quinary.store.completing import References
from quinary.store.marks import Mark, without_mark
from quinary.store.withdrawing import count_points, recognise_older, replace_older, retire_anew
from quinary.store.work import ImportRecord, counting_imports, imports, is_older, log_import, withdrawn_imports
from quinary.store.writing import Added, PointWriter

__all__ = [
    "Marks",
    "OlderRules",
    "Recorded",
    "digest_of",
    "options_told",
    "read_by_older_rules",
    "record",
    "references",
]

_CHUNK = 1024 * 1024


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, or of the names and contents of a folder.

    Raises:
        InputError: it cannot be read.
    """
    try:
        if not (path.is_dir() or path.is_file()):  # a pipe has no end; its reader refuses it
            return ""
        if path.is_file():
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        found = hashlib.sha256()
        for entry in sorted(one for one in path.rglob("*") if one.is_file()):
            found.update(f"{entry.relative_to(path)}\0{digest_of(entry)}\n".encode())
        return found.hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def options_told(options: ReadOptions, file_format: str) -> dict[str, Any]:
    """What was said of a file, as a record keeps it: what differs from saying nothing."""
    nothing = ReadOptions()
    told = {one.name: getattr(options, one.name) for one in fields(options)}
    found = {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in told.items()
        if value != getattr(nothing, name)
    }
    return {**found, **({} if file_format == "auto" else {"format": file_format})}


def references(connection: Connection, digest: str, options: ReadOptions) -> References:
    """The DOI that a file is imported with now, and those that it was imported with before."""
    before = {str(one["options"].get("doi", "")) for one in imports(connection) if one["digest"] == digest}
    return References(clean_reference(options.doi), frozenset(map(clean_reference, before)))


class Marks:
    """Sets aside, while points pass by, which of them were refused where they come from."""

    def __init__(self) -> None:
        self.found: dict[bytes, Mark] = {}

    def taken_off(self, entry: DataPoint) -> DataPoint:
        """The point without its mark, which is kept here."""
        plain, mark = without_mark(entry)
        if mark is not None:
            self.found[plain.content_hash] = mark
        return plain


@dataclass(frozen=True, slots=True)
class Recorded:
    """What follows from an import: its id, how many older points are superseded, and refused as they were elsewhere.

    `withdrawn` is the record of the withdrawal where the same file, read in the same way, is withdrawn.
    """

    import_id: int
    n_superseded: int = 0
    n_refused: int = 0
    withdrawn: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """As the report of an import gives it."""
        gone = self.withdrawn
        told = None if gone is None else {name: gone[name] for name in ("who", "why", "made_at")}
        return {
            "import": self.import_id, "superseded": self.n_superseded, "refused": self.n_refused, "withdrawn": told,
        }  # fmt: skip


def record(
    writer: PointWriter, about: ImportRecord, added: Added, rejected: list[dict[str, Any]], marks: Marks
) -> Recorded:
    """Keep the record of an import that has been added, and bring up to date what counts."""
    connection = writer.connection
    identifier = log_import(connection, about, added, rejected, writer.completed)
    recognise_older(connection, identifier)
    replace_older(connection, identifier, is_set=about.name in EMBEDDED or about.name in registered_sets())
    n_superseded = retire_anew(writer)  # and what was withdrawn counts again where it is stated anew
    n_refused = refuse_as_marked(connection, marks.found)
    return Recorded(identifier, n_superseded, n_refused, withdrawn_imports(connection).get(identifier))


@dataclass(frozen=True, slots=True)
class OlderRules:
    """Points that a reader read by older rules than it has now, and the imports that brought them."""

    reader: str
    version: str
    now: str
    n_points: int
    imports: tuple[tuple[int, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """As documents give it."""
        named = [{"import": one, "name": name} for one, name in self.imports]
        return {
            "reader": self.reader, "version": self.version, "now": self.now, "points": self.n_points, "imports": named,
        }  # fmt: skip


def read_by_older_rules(connection: Connection) -> Iterator[OlderRules]:
    """What counts in a store and was read by older rules, reader by reader; importing the files again puts it right."""
    older: dict[tuple[str, str], list[tuple[int, str]]] = {}
    counting = counting_imports(connection)
    readers = plugins("readers") if counting else {}
    for entry in counting:
        reader = readers.get(entry["reader"])
        if reader is not None and is_older(entry["version"], reader.version):
            older.setdefault((reader.name, entry["version"]), []).append((entry["id"], entry["name"]))
    for (name, version), found in older.items():
        n_points = count_points(connection, [one for one, _ in found])
        if n_points:
            yield OlderRules(name, version, readers[name].version, n_points, tuple(found))
