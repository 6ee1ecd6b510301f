"""The verbs on public data sets: `data_list`, `data_get`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quinary.errors import InputError, unknown_name
from quinary.files import cache_folder
from quinary.progress import Progress, silent
from quinary.readers.data_sets import DataSet
from quinary.readers.embedded import EMBEDDED
from quinary.readers.fetching import cached, chosen_mirror, fetch, known_sets
from quinary.reference.licences import licence_named
from quinary.services.arguments import path_in

__all__ = ["data_get", "data_list"]


def data_list(*, mirror: str | Path | None = None) -> dict[str, Any]:
    """List public data sets with licence and DOI.

    Args:
        mirror: a folder that stands for the network; None: that of `QUINARY_MIRROR`, if set.

    Returns:
        `sets`, each with `name`, `title`, `licence`, `licence_class`, `doi`, `files`, `bytes`, `reader`, `home`, `part_of`,
        `note` and `state`, and the folder of the `cache`.

    Raises:
        InputError: the mirror cannot be read.
    """
    known = known_sets(chosen_mirror(path_in(mirror))).values()
    rows = {entry.name: _row(entry, is_cached=cached(entry) is not None) for entry in known}
    for name, table in EMBEDDED.items():
        row = rows.get(name) or _row(DataSet(name, ()), is_cached=False)
        rows[name] = {**row, "licence": table.licence, "doi": table.doi, "reader": table.reader, "state": "installed"}
    sets = [{**rows[name], "licence_class": licence_named(rows[name]["licence"]).kind.value} for name in sorted(rows)]
    return {"sets": sets, "cache": str(cache_folder("data"))}


def data_get(name: str, *, mirror: str | Path | None = None, progress: Progress = silent) -> dict[str, Any]:
    """Fetch a data set and verify its checksums; then `import_file(name)` reads it.

    Args:
        name: the data set.
        mirror: a folder that stands for the network; None: that of `QUINARY_MIRROR`, if set.
        progress: told how far the work has come.

    Returns:
        What `data_list` says of it, `from` where it was taken, and `folder`.

    Raises:
        InputError: there is no such data set, or it is installed already.
        WorkError: it cannot be fetched, or a checksum is wrong.
    """
    place = chosen_mirror(path_in(mirror))
    sets = known_sets(place)
    if name not in sets:
        if name in EMBEDDED:
            raise InputError(f"{name} is installed with Quinary: import it with `quinary import {name}`")
        raise unknown_name("data set", name, {*sets, *EMBEDDED})
    found = fetch(name, place, progress)
    return {**_row(found.data_set, is_cached=True), "from": found.origin, "folder": str(found.folder)}


def _row(entry: DataSet, *, is_cached: bool) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "licence": entry.licence,
        "doi": entry.doi or "; ".join(file.doi for file in entry.files if file.doi),
        "files": [
            {"path": f.path, "bytes": f.n_bytes, "sha256": f.sha256, "reader": f.reader} for f in entry.files
        ],
        "bytes": entry.n_bytes,
        "reader": entry.reader,
        "home": entry.home,
        "part_of": entry.part_of,
        "note": entry.note,
        "state": "fetched" if is_cached else "",
    }  # fmt: skip
