"""Snapshots of another store: points with origin, uncertainty, conditions, lineage and licence as they were there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from quinary.plugins import ReadOptions, Rejection
from quinary.points.point import DataPoint
from quinary.points.property import Property
from quinary.readers.parsing import begun
from quinary.readers.snapshot_files import is_snapshot, open_snapshot, snapshot_definitions, snapshot_points

__all__ = ["PLUGIN", "SnapshotReader"]


class SnapshotReader:
    """Reads a snapshot, zip file or folder. Nothing is added and nothing lost: a snapshot of what was read is equal.

    It is read whole or not at all: a line that cannot be used is an error and no rejection, because the points would no
    longer be those that the content hash names. What options say of DOI and licence does not apply: each point has its own.
    """

    name = "snapshot"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if there is a manifest of ours."""
        return is_snapshot(path)

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:  # noqa: ARG002 - see above
        """The points in canonical order, once all checksums are verified.

        Raises:
            InputError: it is not a whole, unchanged snapshot of a schema that is known here.
        """
        return begun(point for _, point in snapshot_points(open_snapshot(path)))

    def definitions(self, path: Path) -> Sequence[Property]:
        """The properties of the snapshot that are not built in.

        Raises:
            InputError: it is no snapshot, or a definition cannot be used.
        """
        return snapshot_definitions(path)


PLUGIN: Final = SnapshotReader()
