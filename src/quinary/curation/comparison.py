"""One's own values beside published ones: of the same material under like conditions, else of the nearest material.

The same material is one whose atomic fractions agree within half a percent, since papers round; structure and processing do
not tell apart what many of them do not state. Conditions are alike where temperatures lie within 20 K of each other and the
kinds of test, if both are stated, are the same.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.constants import ROOM_TEMPERATURE
from quinary.points.point import DataPoint, Method

__all__ = ["Comparison", "Published", "compared"]

_SAME: Final = 0.005 + 1e-9  # of an atomic fraction: papers give them to a percent
_LIKE_TEMPERATURE: Final = 20.0  # K
_ENOUGH: Final = 5  # values from which their own scatter is better known than the usual one
_USUAL: Final = 0.1  # relative scatter of a property that is nowhere published twice
_LEAST_SCATTER: Final = 0.02  # relative: below it papers round
_TO_SIGMA: Final = 1.4826  # of a median absolute deviation, for normal errors
_NO_EVIDENCE: Final = frozenset({Method.CALCULATED, Method.EMPIRICAL, Method.LEARNED})


@dataclass(frozen=True, slots=True)
class Published:
    """Values of one material under like conditions, in the unit of the property: median, range, number, and who reports them.

    Of classes, such as phases, `median` is the one that most report, and there is no range. `formula` is the material as
    published; `distance` is the share of atoms in which it differs, 0 for the same.
    """

    formula: str
    distance: float
    median: float | str
    low: float | None
    high: float | None
    n: int
    spread: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value and what is published of the same material; where nothing is, of the nearest.

    `z` is (own - median)/s in robust standard deviations. s is 1.4826 times the median absolute deviation of five values or
    more; of fewer it is the usual scatter of the property, pooled over all materials that are published more than once and
    relative to the median, 10 % where there is none. It is never below 2 %.
    """

    point: DataPoint
    same: Published | None
    nearest: Published | None

    @property
    def z(self) -> float | None:
        """Robust standard deviations from the median; None of classes, and where the same material is not published."""
        if self.same is None or self.same.spread is None or isinstance(self.same.median, str):
            return None
        return (self.point.value.nominal - self.same.median) / self.same.spread


def compared(own: Iterable[DataPoint], literature: Iterable[DataPoint]) -> list[Comparison]:
    """Each of one's own values, in their order, beside the literature; values that were calculated are no literature."""
    known: dict[str, list[DataPoint]] = defaultdict(list)
    for point in _once(point for point in literature if point.method not in _NO_EVIDENCE):
        known[point.property].append(point)
    shelves = {name: _Shelf(points) for name, points in known.items()}
    return [_beside(point, shelves.get(point.property)) for point in own]


def _once(points: Iterable[DataPoint]) -> Iterable[DataPoint]:
    """Each statement once, whichever tables repeat it: the same value of the same paper, material and conditions."""
    seen = set()
    for point in points:
        study = point.doi.lower() or point.source.name
        what = study, point.material.key, point.property, point.conditions.key, str(point.value)
        if what not in seen:
            seen.add(what)
            yield point


class _Shelf:
    """All published values of one property, by composition."""

    def __init__(self, points: Sequence[DataPoint]) -> None:
        self.points = points
        found = [_amounts(point.material.composition) for point in points]
        self.places = {
            symbol: n for n, symbol in enumerate(sorted({symbol for amounts in found for symbol in amounts}))
        }
        self.amounts = np.zeros((len(points), len(self.places)))
        for row, amounts in enumerate(found):
            for symbol, share in amounts.items():
                self.amounts[row, self.places[symbol]] = share
        self.is_ceramic = np.array([point.material.composition.is_ceramic for point in points], dtype=bool)
        self.scatter = _usual_scatter(points)

    def differences(self, composition: Composition) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(largest difference of an atomic fraction, share of atoms that differ) for each point."""
        own = np.zeros(len(self.places))
        foreign = 0.0  # what no published material has
        for symbol, share in _amounts(composition).items():
            if symbol in self.places:
                own[self.places[symbol]] = share
            else:
                foreign = max(foreign, share)
        apart = np.abs(self.amounts - own)
        return np.maximum(apart.max(axis=1), foreign), apart.sum(axis=1) / 2 + foreign / 2


def _amounts(composition: Composition) -> Mapping[str, float]:
    return composition.atomic_fractions


def _beside(point: DataPoint, shelf: _Shelf | None) -> Comparison:
    if shelf is None:
        return Comparison(point, None, None)
    composition = point.material.composition
    largest, distances = shelf.differences(composition)
    is_like = np.array([_are_alike(point, other) for other in shelf.points]) & (
        shelf.is_ceramic == composition.is_ceramic
    )
    same = np.flatnonzero(is_like & (largest <= _SAME))
    if len(same):
        return Comparison(point, _published(shelf, same, 0.0), None)
    candidates = np.flatnonzero(is_like)
    if not len(candidates):
        return Comparison(point, None, None)
    nearest = candidates[int(np.argmin(distances[candidates]))]
    key = shelf.points[nearest].material.composition_key
    rows = [row for row in candidates.tolist() if shelf.points[row].material.composition_key == key]
    return Comparison(point, None, _published(shelf, rows, float(distances[nearest])))


def _are_alike(point: DataPoint, other: DataPoint) -> bool:
    test, other_test = point.conditions.get("test"), other.conditions.get("test")
    return _near(_temperature(point), _temperature(other)) and (test == other_test or not (test and other_test))


def _temperature(point: DataPoint) -> float:
    stated = point.conditions.temperature
    return ROOM_TEMPERATURE if stated is None else stated


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _LIKE_TEMPERATURE


def _published(shelf: _Shelf, rows: Iterable[int], distance: float) -> Published:
    points = [shelf.points[row] for row in rows]
    formula = Counter(point.material.composition.formula for point in points).most_common(1)[0][0]
    sources = tuple(dict.fromkeys(point.doi or point.source.name for point in points))
    if points[0].value.categories:
        labels = Counter("+".join(point.value.categories) for point in points)
        return Published(formula, distance, labels.most_common(1)[0][0], None, None, len(points), None, sources)
    values = np.array([point.value.nominal for point in points])
    median = float(np.median(values))
    spread = (
        _TO_SIGMA * float(np.median(np.abs(values - median))) if len(values) >= _ENOUGH else shelf.scatter * abs(median)
    )
    least = _LEAST_SCATTER * abs(median)
    low, high = float(values.min()), float(values.max())
    return Published(formula, distance, median, low, high, len(points), max(spread, least) or None, sources)


def _usual_scatter(points: Sequence[DataPoint]) -> float:
    """1.4826 times the median of |value/median - 1| over all materials that are published twice or more, alike."""
    groups: dict[tuple[str, int, object], list[float]] = defaultdict(list)
    for point in points:
        if not point.value.categories and math.isfinite(point.value.nominal):
            step = round(_temperature(point) / (2 * _LIKE_TEMPERATURE))
            groups[point.material.composition_key, step, point.conditions.get("test")].append(point.value.nominal)
    deviations: list[float] = []
    for values in groups.values():
        median = float(np.median(values))
        if len(values) > 1 and median:
            deviations += [abs(value / median - 1) for value in values]
    return max(_TO_SIGMA * float(np.median(deviations)), _LEAST_SCATTER) if deviations else _USUAL
