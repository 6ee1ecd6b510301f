"""What the other points lead one to expect of a value: composition, phases, temperature and test, and the paper's own level.

A random forest on log10 of the value (out-of-bag, so that no value vouches for itself) says what such a material has; the
median of the paper's other deviations, weighted n/(n + 2), says how the paper differs from others. What remains is divided
by its robust spread (1.4826 times the median absolute deviation).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quinary.curation.dataset import Dataset, Entry, fraction_matrix
from quinary.points.conditions import ROOM_TEMPERATURE
from quinary.points.point import DataPoint, Method

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Deviation", "deviations", "numbers_of"]

_LEAST_POINTS: Final = 30
_MOST_TRAINING: Final = 20_000
_LEAST_SPREAD: Final = 0.02  # in log10: 5 %, below which papers round
_TREES: Final = 60
_PHASES: Final = ("BCC", "FCC", "HCP", "B2", "Laves", "amorphous")


@dataclass(frozen=True, slots=True)
class Deviation:
    """A value and what was expected of it: `z` robust standard deviations from `expected` (same unit as the value)."""

    entry: Entry
    place: int
    point: DataPoint
    expected: float
    spread: float
    z: float
    n_paper: int


def numbers_of(data: Dataset) -> dict[str, list[tuple[Entry, int, DataPoint]]]:
    """Property -> (entry, place, point) of every positive measured or computed number; calculated columns are left out."""
    found: dict[str, list[tuple[Entry, int, DataPoint]]] = defaultdict(list)
    for entry in data.entries:
        for place, point in enumerate(entry.points):
            if not point.value.categories and point.value.nominal > 0 and point.method is not Method.CALCULATED:
                found[point.property].append((entry, place, point))
    return found


def deviations(data: Dataset) -> dict[str, list[Deviation]]:
    """Property -> the deviation of each of its values; properties with fewer than 30 values are left out."""
    return {
        name: _of_property(values) for name, values in sorted(numbers_of(data).items()) if len(values) >= _LEAST_POINTS
    }


def _of_property(values: Sequence[tuple[Entry, int, DataPoint]]) -> list[Deviation]:
    import numpy as np

    logs = np.array([math.log10(point.value.nominal) for _, _, point in values])
    expected = _forest(_features(values), logs)
    residuals = logs - expected
    offsets, counts = _paper_offsets(values, residuals)
    rest = residuals - offsets
    spread = max(1.4826 * float(np.median(np.abs(rest - np.median(rest)))), _LEAST_SPREAD)
    return [
        Deviation(entry, place, point, float(10 ** (logs[i] - rest[i])), spread, float(rest[i]) / spread, counts[i])
        for i, (entry, place, point) in enumerate(values)
    ]


def _features(values: Sequence[tuple[Entry, int, DataPoint]]) -> NDArray[np.float64]:
    """Fractions of the elements, temperature (K), flags of test and phases; shape (n_points, n_features)."""
    import numpy as np

    fractions = fraction_matrix([entry for entry, _, _ in values]).fractions
    more = [
        [
            point.conditions.temperature or ROOM_TEMPERATURE,
            float(point.conditions.get("test") == "tension"),
            len(point.material.structure),
            *(float(phase in point.material.structure) for phase in _PHASES),
            *(float(step in point.material.processing) for step in ("AC", "A", "W", "PM")),
        ]
        for _, _, point in values
    ]
    return np.hstack([fractions, np.array(more, dtype=float)])


def _forest(features: NDArray[np.float64], logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Out-of-bag predictions; targets beyond four robust deviations are drawn in, since an error must not teach."""
    import numpy as np
    from sklearn.ensemble import RandomForestRegressor

    middle = np.median(logs)
    reach = 4 * max(1.4826 * float(np.median(np.abs(logs - middle))), _LEAST_SPREAD)
    targets = np.clip(logs, middle - reach, middle + reach)
    chosen = np.arange(len(logs))
    if len(logs) > _MOST_TRAINING:
        chosen = np.sort(np.random.default_rng(0).choice(len(logs), _MOST_TRAINING, replace=False))
    forest = RandomForestRegressor(
        _TREES, min_samples_leaf=2, max_features=0.5, oob_score=True, bootstrap=True, random_state=0, n_jobs=1
    )
    forest.fit(features[chosen], targets[chosen])
    expected = np.asarray(forest.predict(features), dtype=float)
    expected[chosen] = forest.oob_prediction_
    return expected


def _paper_offsets(
    values: Sequence[tuple[Entry, int, DataPoint]], residuals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[int]]:
    """The level of each value's paper, from its other values, and their number."""
    import numpy as np

    papers: dict[str, list[int]] = defaultdict(list)
    for place, (entry, _, _) in enumerate(values):
        papers[entry.paper].append(place)
    offsets, counts = np.zeros(len(values)), [0] * len(values)
    for name, places in papers.items():
        if not name:
            continue
        for place in places:
            others = residuals[[other for other in places if other != place]]
            counts[place] = len(others)
            if len(others):
                offsets[place] = float(np.median(others)) * len(others) / (len(others) + 2)
    return offsets, counts
