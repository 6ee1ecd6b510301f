"""The verbs that take data out of a store: `export`, `snapshot`; a snapshot is verified and compared without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quinary.exchange.export import Portion, default_name, export_view
from quinary.exchange.snapshot import write_snapshot
from quinary.exchange.snapshot_diff import snapshot_diff as difference
from quinary.materials.views import view_named
from quinary.progress import Progress, silent
from quinary.readers.snapshot_files import open_snapshot, snapshot_points
from quinary.services.arguments import path_in
from quinary.services.stores import Store, needed_store

__all__ = ["export", "snapshot", "snapshot_diff", "snapshot_verify"]


def export(
    out: str | Path | None = None,
    *,
    format: str = "auto",
    origin: str = "",
    view: str = "all",
    private: bool = False,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write all points, each with unit, conditions, method, source, DOI and licence: a table, ULTERA or OPTIMADE.

    Args:
        out: the file; None: `points.csv`, `ultera.jsonl` or `optimade.jsonl`.
        format: `csv`, `parquet`, `jsonl`, `ultera` or `optimade`; `auto`: by the ending of the file.
        origin: only points of `literature`, `prediction` or `validation`.
        view: a view of the points instead of all.
        private: take along what no licence allows to pass on.
        db: the store.
        progress: told how far the work has come.

    Returns:
        The file, its format, how many `points` (or rows of a view) under which licences, and whether it is private.

    Raises:
        InputError: points may not be passed on, or a format, origin, view or store cannot be used.
        WorkError: the file cannot be written.
    """
    portion, place = Portion(view_named(view), origin or None), path_in(out) or default_name(format)
    with needed_store(db) as database:
        done = export_view(database, place, portion, file_format=format, is_private=private, progress=progress)
    return done.as_dict()


def snapshot(
    *,
    out: str | Path | None = None,
    title: str = "",
    private: bool = False,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Take a citable snapshot of all points.

    Args:
        out: a file ending in .zip, or a new folder; None: named after its content.
        title: what the snapshot is called in its citation.
        private: take along what no licence allows to pass on.
        db: the store.
        progress: told how far the work has come.

    Returns:
        `file` and the manifest: `counts`, `licences`, `sources`, `content_hash`, `private` and the rest.

    Raises:
        InputError: points may not be passed on, the place is taken, or there is no store.
        WorkError: the files cannot be written.
    """
    with needed_store(db) as database:
        done = write_snapshot(database, path_in(out), title=title, is_private=private, progress=progress)
    sources = [{**entry, "studies": len(entry["studies"])} for entry in done.manifest["sources"]]
    return {"file": str(done.path), **done.manifest, "sources": sources}


def snapshot_verify(file: str | Path) -> dict[str, Any]:
    """See that a snapshot is whole.

    Args:
        file: the snapshot.

    Returns:
        `file`, `valid`, `content_hash` and `points`.

    Raises:
        InputError: it is no snapshot, or something in it was changed.
    """
    found = open_snapshot(Path(file))
    n_points = sum(1 for _ in snapshot_points(found))
    return {"file": str(file), "valid": True, "content_hash": found.content_hash, "points": n_points}


def snapshot_diff(old: str | Path, new: str | Path) -> dict[str, Any]:
    """Compare two snapshots.

    Args:
        old, new: the snapshots.

    Returns:
        How many points were `added`, `removed`, `changed`, `relicensed` and are `unchanged`, `by_property`, `by_source`,
        and whether the contents are `equal`.

    Raises:
        InputError: one is no snapshot, or something in it was changed.
    """
    return difference(Path(old), Path(new))
