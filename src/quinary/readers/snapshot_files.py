"""The layout of a snapshot, as a zip file or a folder, and reading it only if it is whole and unchanged.

A snapshot holds `manifest.json` (what it is), `points.jsonl` (one point a line, sorted by what the points state),
`CITATION.txt`, and `SHA256SUMS`, which `sha256sum -c` reads too. The content hash is the SHA-256 of the SHA-256 digests of
all statements in their order: it depends on what the points say alone, on no id and no order of entry.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile

from quinary.border import json_in
from quinary.errors import InputError
from quinary.points.point import DataPoint
from quinary.points.point_json import point_from_document
from quinary.points.properties import in_use, vocabulary
from quinary.points.property import Property
from quinary.points.property_definitions import properties_from
from quinary.readers.parsing import ZIP_MAGIC, check_file

__all__ = [
    "CHECKSUMS", "CITATION", "FORMAT", "MANIFEST", "POINTS", "SCHEMA", "ContentHash", "Snapshot", "is_snapshot",
    "open_snapshot", "snapshot_definitions", "snapshot_points",
]  # fmt: skip

FORMAT: Final = "quinary-snapshot"
SCHEMA: Final = 1
MANIFEST: Final = "manifest.json"
POINTS: Final = "points.jsonl"
CITATION: Final = "CITATION.txt"
CHECKSUMS: Final = "SHA256SUMS"

_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_LONGEST_LINE: Final = 1024 * 1024
_CHUNK: Final = 1024 * 1024
_CHECKSUM_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
# what zipfile raises for a damaged, cut, encrypted or strangely packed archive
_DAMAGED: Final = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class ContentHash:
    """The hash of statements that come in their order; the same statement twice counts once."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._last = b""

    def add(self, statement: bytes) -> None:
        """Count a statement in.

        Raises:
            InputError: it comes before the one given last.
        """
        if statement == self._last:
            return
        if statement < self._last:
            raise InputError("its points are not in the order of their statements")
        self._hash.update(hashlib.sha256(statement).digest())
        self._last = statement

    @property
    def text(self) -> str:
        """The hash as it is cited."""
        return f"sha256:{self._hash.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot whose files have been found to be whole."""

    path: Path
    manifest: dict[str, Any]

    @property
    def content_hash(self) -> str:
        """The hash that the manifest gives; `snapshot_points` holds the points to it."""
        return str(self.manifest["content_hash"])


def is_snapshot(path: Path) -> bool:
    """True for a folder or zip file that holds a manifest of ours, whatever state the rest is in."""
    try:
        if not path.is_dir() and not check_file(path).startswith(ZIP_MAGIC):
            return False
        return f'"{FORMAT}"' in _text(path, MANIFEST)
    except InputError:
        return False


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in a zip file or folder, every checksum verified.

    Raises:
        InputError: it is no snapshot, has a newer schema, lacks a file, or a file was changed or damaged.
    """
    if not path.is_dir() and not check_file(path).startswith(ZIP_MAGIC):
        raise InputError(f"{path} is not a snapshot: it is neither a folder nor a zip file")
    manifest = _manifest(path)
    checksums = dict(_checksums(path))
    for name in (MANIFEST, POINTS, CITATION):
        if name not in checksums:
            raise InputError(f"{path} is not a whole snapshot: {CHECKSUMS} does not name {name}")
        if _sha256(path, name) != checksums[name]:
            raise InputError(f"{path}: {name} does not have the checksum in {CHECKSUMS}; it was changed or damaged")
    return Snapshot(path, manifest)


def _manifest(path: Path) -> dict[str, Any]:
    text = _text(path, MANIFEST)  # whose errors are ValueErrors, too
    try:
        manifest = json_in(text)
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"{path} is not a snapshot: its {MANIFEST} is not one of ours")
    schema = manifest.get("schema")
    if not isinstance(schema, int) or schema < 1:
        raise InputError(f"{path} is not a snapshot: its schema is {schema!r}")
    if schema > SCHEMA:
        made_by = manifest.get("code_version", "newer")
        raise InputError(
            f"{path} has schema {schema}, made by Quinary {made_by}; this version reads up to {SCHEMA}: update Quinary"
        )
    if not isinstance(manifest.get("content_hash"), str):
        raise InputError(f"{path} is not a whole snapshot: its {MANIFEST} gives no content hash")
    return manifest


def _checksums(path: Path) -> Iterator[tuple[str, str]]:
    for line in _text(path, CHECKSUMS).splitlines():
        found = _CHECKSUM_LINE.fullmatch(line)
        if found is None:
            raise InputError(f"{path}: {CHECKSUMS} is damaged at {line[:40]!r}")
        yield found.group(2), found.group(1)


def snapshot_definitions(path: Path) -> list[Property]:
    """The properties that are not built in and of which a snapshot holds points, as its manifest defines them.

    Raises:
        InputError: it is no snapshot, or a definition cannot be used.
    """
    return properties_from(_manifest(path).get("properties", {}), path.name)


def snapshot_points(snapshot: Snapshot) -> Iterator[tuple[int, DataPoint]]:
    """(line, point) in canonical order; at the end the points are held to the content hash.

    Properties that are unknown here are what the manifest says they are.

    Raises:
        InputError: a line cannot be read as a point, or the points do not have the hash that the manifest gives.
    """
    known = vocabulary()
    new = [entry for entry in snapshot_definitions(snapshot.path) if entry.name not in known.entries]
    with in_use(known.extended(new)):
        yield from _checked_points(snapshot)


def _checked_points(snapshot: Snapshot) -> Iterator[tuple[int, DataPoint]]:
    found = ContentHash()
    with _member(snapshot.path, POINTS) as stream:
        for line in count(1):
            raw = stream.readline(_LONGEST_LINE)
            if not raw:
                break
            point = _point(snapshot, line, raw)
            _add(found, point, snapshot)
            yield line, point
    if found.text != snapshot.content_hash:
        raise InputError(f"{snapshot.path}: its points do not have the content hash that its {MANIFEST} gives")


def _point(snapshot: Snapshot, line: int, raw: bytes) -> DataPoint:
    try:
        return point_from_document(json_in(raw))
    except InputError as error:
        raise InputError(f"{snapshot.path}: line {line} of {POINTS}: {error.message}", error.choices) from None
    except ValueError as error:
        raise InputError(f"{snapshot.path}: line {line} of {POINTS} is not JSON: {error}") from None


def _add(found: ContentHash, point: DataPoint, snapshot: Snapshot) -> None:
    try:
        found.add(point.statement.encode())
    except InputError as error:
        raise InputError(f"{snapshot.path}: {error.message}") from None


def _text(path: Path, name: str) -> str:
    with _member(path, name) as stream:
        raw = stream.read(_LARGEST_MANIFEST)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise InputError(f"{path}: {name} is damaged: it is not UTF-8 text") from None


def _sha256(path: Path, name: str) -> str:
    digest = hashlib.sha256()
    with _member(path, name) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """One of the files, opened for reading.

    Raises:
        InputError: it or the snapshot is missing, or the archive is damaged where it stands.
    """
    try:
        if path.is_dir():
            with (path / name).open("rb") as stream:
                yield stream
        else:
            with ZipFile(path) as archive, archive.open(name) as stream:
                yield stream
    except (FileNotFoundError, KeyError):
        if not path.is_dir():
            check_file(path)
        raise InputError(f"{path} is not a whole snapshot: it lacks {name}") from None
    except _DAMAGED as error:
        raise InputError(f"{path} is damaged: {name} cannot be read ({' '.join(str(error).split())})") from None
