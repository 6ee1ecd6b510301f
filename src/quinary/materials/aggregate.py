"""Which point counts: the choice among several values of one property of one material under the same conditions.

Every value is kept; the choice only says which one stands for the cell. Direct methods come before indirect ones, an
original study before a review before a compilation, a stated uncertainty before none, a number before a bound. Among
equals the latest entered counts, so that a newer version of a model replaces the older.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from quinary.points.point import DataPoint, Method, Origin

__all__ = ["CellKey", "best_points", "cell_key", "rank"]

_METHOD_RANK: Final = {
    Method.MEASURED: 6,
    Method.DFT: 5,
    Method.POTENTIAL: 4,
    Method.CALPHAD: 3,
    Method.EMPIRICAL: 2,
    Method.LEARNED: 2,
}
_SOURCE_RANK: Final = {"original": 3, "review": 2, "compilation": 1}


@dataclass(frozen=True, slots=True)
class CellKey:
    """The place of a value in the table of a material: property, conditions, origin."""

    property: str
    conditions_key: str
    origin: Origin


def cell_key(point: DataPoint) -> CellKey:
    """The cell that a point belongs to."""
    return CellKey(point.property, point.conditions.key, point.origin)


def rank(point: DataPoint) -> int | None:
    """How much a point counts in its cell (higher is better), or None if it fills no cell.

    Values that a compilation calculated itself (method `calculated`) are kept and shown, but fill no void and train no
    model.
    """
    method = _METHOD_RANK.get(point.method)
    if method is None:
        return None
    certainty = 2 * (not point.value.is_bound) + (point.uncertainty is not None)
    return 100 * method + 10 * _SOURCE_RANK.get(point.source.kind, 0) + certainty


def best_points(points: Iterable[DataPoint]) -> dict[CellKey, DataPoint]:
    """Cell -> the point that stands for it, from the points of one material in the order in which they were entered."""
    chosen: dict[CellKey, tuple[int, DataPoint]] = {}
    for point in points:
        worth = rank(point)
        key = cell_key(point)
        if worth is not None and (key not in chosen or worth >= chosen[key][0]):
            chosen[key] = (worth, point)
    return {key: point for key, (_, point) in chosen.items()}
