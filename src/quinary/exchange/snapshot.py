"""Snapshots: everything that counts in a store as one citable, verifiable file that is equal for equal points.

The points stand in the order of what they state, never of their ids. What the file says is checked on reading
(`quinary.readers.snapshot_files`, where the layout is described).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from quinary.errors import InputError, WorkError
from quinary.exchange.citation import citation_text
from quinary.exchange.release import SourceShare, licence_counts, released_sources
from quinary.files import folder_written_whole, written_whole
from quinary.points.point import DataPoint, Source
from quinary.points.point_json import canonical_json, point_document
from quinary.points.property_definitions import definition
from quinary.progress import Progress, silent
from quinary.readers.snapshot_files import (
    CHECKSUMS,
    CITATION,
    FORMAT,
    MANIFEST,
    POINTS,
    SCHEMA,
    ContentHash,
    is_snapshot,
)
from quinary.store.database import Database
from quinary.store.own_properties import used_own_properties
from quinary.store.queries import all_points

__all__ = ["Written", "write_snapshot"]

_NAMED_BY: Final = 12  # digits of the hash in the name of a file
_FIRST_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold: an archive must not know the time


@dataclass(frozen=True, slots=True)
class Written:
    """A snapshot that was written: where, and its manifest."""

    path: Path
    manifest: dict[str, Any]


@dataclass(slots=True)
class _Tally:
    """What is counted while the points pass by."""

    n_points: int = 0
    materials: set[str] = field(default_factory=set)
    compositions: set[str] = field(default_factory=set)
    by_property: Counter[str] = field(default_factory=Counter)
    by_origin: Counter[str] = field(default_factory=Counter)
    studies: dict[Source, set[str]] = field(default_factory=dict)

    def count(self, point: DataPoint) -> None:
        """Count a point in."""
        self.n_points += 1
        self.materials.add(point.material.key)
        self.compositions.add(point.material.composition_key)
        self.by_property[point.property] += 1
        self.by_origin[point.origin.value] += 1
        studies = self.studies.setdefault(point.source, set())
        if point.doi:
            studies.add(point.doi)


def write_snapshot(
    database: Database,
    out: Path | None = None,
    *,
    title: str = "",
    is_private: bool = False,
    progress: Progress = silent,
) -> Written:
    """Write every point that still counts to a zip file (a name that ends in .zip) or a folder; whole or not at all.

    Without `out` the file is called after its content: `snapshot-<digits of the hash>.zip` in the working folder.

    Raises:
        InputError: points may not be passed on and the snapshot is not private, or the place is taken by something else.
        WorkError: the files cannot be written.
    """
    if out is not None:
        _check_place(out)
    try:
        with tempfile.TemporaryDirectory(prefix="quinary-snapshot-") as name:
            folder = Path(name)
            with database.read() as connection:
                shares = released_sources(connection, is_private=is_private)
                tally, content_hash = _write_points(folder, (p for p, _ in all_points(connection)), progress)
                own = [entry for entry in used_own_properties(connection) if entry.name in tally.by_property]
            manifest = _manifest(tally, shares, content_hash, title=title, is_private=is_private)
            if own:
                manifest["properties"] = {entry.name: definition(entry) for entry in own}
            _write_rest(folder, manifest)
            place = out or Path(f"snapshot-{content_hash.partition(':')[2][:_NAMED_BY]}.zip")
            (_pack if place.suffix.lower() == ".zip" else _move)(folder, place)
    except OSError as error:
        raise WorkError(f"cannot write the snapshot: {(error.strerror or str(error)).lower()}") from error
    return Written(place, manifest)


def _check_place(out: Path) -> None:
    if not out.absolute().parent.is_dir():
        raise InputError(f"cannot write {out}: there is no folder {out.parent}")
    if out.suffix.lower() == ".zip":
        if out.is_dir():
            raise InputError(f"cannot write {out}: it is a folder")
    elif out.exists() and not (out.is_dir() and (is_snapshot(out) or not any(out.iterdir()))):
        raise InputError(
            f"cannot write {out}: it exists and is no snapshot; name a new folder or a file ending in .zip"
        )


def _write_points(folder: Path, points: Iterator[DataPoint], progress: Progress) -> tuple[_Tally, str]:
    """Write `points.jsonl` in canonical order: lines are set down as they come, then copied as their statements sort."""
    tally, places = _Tally(), []
    as_they_come = folder / "unsorted"
    with as_they_come.open("wb") as stream:
        offset = 0
        for point in points:
            line = canonical_json(point_document(point)) + b"\n"
            stream.write(line)
            places.append((point.statement.encode(), offset, len(line)))
            offset += len(line)
            tally.count(point)
            if tally.n_points % 1000 == 0:
                progress("taking a snapshot", tally.n_points, 0)
    places.sort()
    content = ContentHash()
    with as_they_come.open("rb") as unsorted, (folder / POINTS).open("wb") as target:
        for statement, offset, length in places:
            content.add(statement)
            unsorted.seek(offset)
            target.write(unsorted.read(length))
    as_they_come.unlink()
    return tally, content.text


def _manifest(
    tally: _Tally, shares: Sequence[SourceShare], content_hash: str, *, title: str, is_private: bool
) -> dict[str, Any]:
    withheld = sum(share.n_points for share in shares if not share.licence.may_be_passed_on)
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "code_version": version("quinary"),
        "title": title,
        "content_hash": content_hash,
        "private": is_private and withheld > 0,
        "counts": {
            "points": tally.n_points,
            "materials": len(tally.materials),
            "compositions": len(tally.compositions),
            "sources": len(shares),
            "studies": len(set().union(*tally.studies.values())),
            "may_not_be_passed_on": withheld,
            "by_property": dict(sorted(tally.by_property.items())),
            "by_origin": dict(sorted(tally.by_origin.items())),
        },
        "licences": licence_counts(shares),
        "sources": [_source_entry(share, tally.studies.get(share.source, set())) for share in _ordered(shares)],
    }


def _ordered(shares: Sequence[SourceShare]) -> list[SourceShare]:
    return sorted(shares, key=lambda s: (s.source.name, s.source.kind, s.source.licence, s.source.citation))


def _source_entry(share: SourceShare, studies: set[str]) -> dict[str, Any]:
    source = share.source
    return {
        "name": source.name,
        "kind": source.kind,
        "licence": share.licence.name,
        "class": share.licence.kind.value,
        "citation": source.citation,
        "points": share.n_points,
        "studies": sorted(studies),
    }


def _write_rest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, the citation and, last, the checksums of everything."""
    (folder / MANIFEST).write_bytes(canonical_json(manifest) + b"\n")
    (folder / CITATION).write_text(citation_text(manifest), encoding="utf-8", newline="\n")
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in sorted((CITATION, MANIFEST, POINTS))]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _pack(folder: Path, out: Path) -> None:
    """One zip file with the same bytes for the same content: fixed order, no times, no owner, no rights of this machine."""
    with written_whole(out) as partial, ZipFile(partial, "w") as archive:
        for name in (MANIFEST, CITATION, CHECKSUMS, POINTS):
            entry = ZipInfo(name, _FIRST_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            entry.file_size = (folder / name).stat().st_size  # decides on the large-file form of the header
            with (folder / name).open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)


def _move(folder: Path, out: Path) -> None:
    """The files as a folder, which takes the place of an older snapshot once all files are there."""
    with folder_written_whole(out) as made:
        for name in (MANIFEST, CITATION, CHECKSUMS, POINTS):
            shutil.copyfile(folder / name, made / name)
