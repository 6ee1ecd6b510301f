"""Which point counts: the choice among several values of one property of one material under the same conditions.

Every value is kept; the choice only says which one stands for the cell. Direct methods come before indirect ones, an
original study before a review before a compilation, a stated uncertainty before none, a number before a bound. Among
equals the latest entered counts, so that a newer version of a model replaces the older.

A source has a kind, and so has the study behind a DOI once somebody has looked it up. What a source took from a review or
a compilation counts as no better than that; a compilation's copy of such a study counts less than its copy of an original.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from quinary.points.point import DataPoint, Method, Origin

__all__ = ["CellKey", "best_points", "cell_key", "rank", "why_better"]

_METHOD_RANK: Final = {
    Method.MEASURED: 6,
    Method.DFT: 5,
    Method.POTENTIAL: 4,
    Method.CALPHAD: 3,
    Method.EMPIRICAL: 2,
    Method.LEARNED: 2,
}
_SOURCE_RANK: Final = {"original": 3, "review": 2, "compilation": 1}
_SECOND_HAND: Final = 4  # more than certainty can make up for, less than a kind of source
_NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CellKey:
    """The place of a value in the table of a material: property, conditions, origin."""

    property: str
    conditions_key: str
    origin: Origin


def cell_key(point: DataPoint) -> CellKey:
    """The cell that a point belongs to."""
    return CellKey(point.property, point.conditions.key, point.origin)


def rank(point: DataPoint, study_kind: str = "") -> int | None:
    """How much a point counts in its cell (higher is better), or None if it fills no cell.

    `study_kind` is what the study of its DOI is known to be: original, review, compilation, or empty. Values that a
    compilation calculated itself (method `calculated`) are kept and shown, but fill no void and train no model.
    """
    method = _METHOD_RANK.get(point.method)
    if method is None:
        return None
    return 100 * method + _directness(point, study_kind) + _certainty(point)


def _directness(point: DataPoint, study_kind: str) -> int:
    """How close the source stands to the measurement: 34 at most, in steps that certainty (0 to 3) cannot make up for."""
    of_source = 10 * _SOURCE_RANK.get(point.source.kind, 0)
    of_study = 10 * _SOURCE_RANK.get(study_kind, 3)
    if of_study < of_source:
        return of_study
    is_copy_of_copy = point.source.kind == "compilation" and study_kind in {"review", "compilation"}
    return of_source - _SECOND_HAND if is_copy_of_copy else of_source


def _certainty(point: DataPoint) -> int:
    return 2 * (not point.value.is_bound) + (point.uncertainty is not None)


def why_better(best: DataPoint, other: DataPoint, kinds: Mapping[str, str] = _NOTHING_KNOWN) -> str:
    """Why one point stands for a cell and another that could does not, in words; `kinds` as in `best_points`."""
    if _METHOD_RANK[best.method] != _METHOD_RANK[other.method]:
        return f"{_in_words(best.method)} before {_in_words(other.method)}"
    kind, other_kind = kinds.get(best.doi, ""), kinds.get(other.doi, "")
    if _directness(best, kind) != _directness(other, other_kind):
        return f"{_source_in_words(best, kind)} before {_source_in_words(other, other_kind)}"
    if best.value.is_bound != other.value.is_bound:
        return "a number before a bound"
    if (best.uncertainty is None) != (other.uncertainty is None):
        return "a stated uncertainty before none"
    return "the latest entered of equal ones"


def _in_words(method: Method) -> str:
    return {Method.DFT: "DFT", Method.CALPHAD: "CALPHAD"}.get(method, method.value)


def _source_in_words(point: DataPoint, study_kind: str) -> str:
    of_study = "" if study_kind in {"", "original"} else f" of a {study_kind}"
    names = {"original": "original study", "computed": "our own computation"}
    name = names.get(point.source.kind, point.source.kind)
    if point.source.kind == "original" and of_study:
        return study_kind
    return f"{name}{of_study}" if point.source.kind == "compilation" else name


def best_points(points: Iterable[DataPoint], kinds: Mapping[str, str] = _NOTHING_KNOWN) -> dict[CellKey, DataPoint]:
    """Cell -> the point that stands for it, from the points of one material in the order in which they were entered.

    `kinds` maps DOIs, as the points give them, to what their studies are known to be: review, compilation or original.
    """
    chosen: dict[CellKey, tuple[int, DataPoint]] = {}
    for point in points:
        worth = rank(point, kinds.get(point.doi, ""))
        key = cell_key(point)
        if worth is not None and (key not in chosen or worth >= chosen[key][0]):
            chosen[key] = (worth, point)
    return {key: point for key, (_, point) in chosen.items()}
