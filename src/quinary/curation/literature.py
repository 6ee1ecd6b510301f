"""The published values that come with the packages: what values of one's own can be compared with where no store is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from quinary.errors import WorkError
from quinary.points.point import DataPoint
from quinary.readers.embedded import EMBEDDED, embedded_points

__all__ = ["published_beside", "published_values"]

_VALUES: Final = "borg2020_mpea"  # the embedded table with numbers; the other one has phases


def published_values() -> tuple[DataPoint, ...]:
    """The points of the embedded table of measured values; none where its package is missing."""
    try:
        return embedded_points(_VALUES)
    except WorkError:
        return ()


def published_beside(points: Iterable[DataPoint]) -> list[DataPoint]:
    """The published values of the properties that some points have numbers of; none beside the table itself."""
    names, files = set(), set()
    for point in points:
        files.add(str(point.lineage.get("file", point.source.name)))
        if not point.value.categories:
            names.add(point.property)
    if not names or _file_name() in files:
        return []
    return [point for point in published_values() if point.property in names]


def _file_name() -> str:
    try:
        return EMBEDDED[_VALUES].find().name
    except WorkError:
        return ""
