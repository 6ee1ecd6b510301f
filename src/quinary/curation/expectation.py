"""What the other points lead one to expect of a value: composition, phases, temperature and test, and the paper's own level.

A kernel regression on log10 of the value (leaving each out in turn, so that no value vouches for itself), or for more than
2,000 values a random forest (out-of-bag), says what such a material has; the median of the paper's other deviations, weighted
n/(n + 2), says how the paper differs from others. What remains is divided by its robust spread (1.4826 times the median
absolute deviation).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import ROOM_TEMPERATURE
from quinary.curation.dataset import Dataset, Entry, fraction_matrix
from quinary.points.point import DataPoint, Method
from quinary.points.processing import step_of
from quinary.threads import one_blas_thread

__all__ = ["Deviation", "deviations", "numbers_of"]

_LEAST_POINTS: Final = 30
_MOST_LEVEL: Final = 3.0
_MOST_TRAINING: Final = 20_000
_LEAST_SPREAD: Final = 0.02  # in log10: 5 %, below which papers round
_TREES: Final = 60
_MOST_NEIGHBOURS: Final = 2_000  # values of a property up to which the kernel is used
_MOST_CHOOSING: Final = 250  # of them choose its length and noise: an inverse takes the cube of their number
_LENGTHS: Final = (0.5, 1.0, 2.0, 4.0)
_NOISES: Final = (0.1, 0.3, 1.0)
_USUAL_HEATING: Final = 500.0  # K that count as much as another element in place of half of the atoms
_FLAG_WEIGHT: Final = 0.2
_PHASES: Final = ("BCC", "FCC", "HCP", "B2", "Laves", "amorphous")
_STEPS: Final = ("AC", "A", "W", "PM")
_OF_THE_SAMPLE: Final = frozenset(
    {"grain_size", "porosity", "relative_density"}
)  # and traces: no composition foretells them
_TRACES: Final = "wppm"


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


def numbers_of(data: Dataset) -> dict[tuple[str, str], list[tuple[Entry, int, DataPoint]]]:
    """(property, kind) -> (entry, place, point) of every positive measured or computed number but calculated columns.

    What tells of the sample and not of the composition (grain size, porosity, traces) is left out.

    The kind is that of `Entry.kind`: a carbide of 25 GPa is no outlier for being harder than the alloys around it.
    """
    found: dict[tuple[str, str], list[tuple[Entry, int, DataPoint]]] = defaultdict(list)
    for entry in data.entries:
        for place, point in enumerate(entry.points):
            if point.value.categories or point.property in _OF_THE_SAMPLE or point.unit == _TRACES:
                continue
            if point.value.nominal > 0 and point.method is not Method.CALCULATED:
                found[point.property, entry.kind].append((entry, place, point))
    return found


def deviations(data: Dataset) -> dict[tuple[str, str], list[Deviation]]:
    """(property, kind) -> the deviation of each of its values; what has fewer than 30 values is left out."""
    with one_blas_thread():
        return {
            what: _of_property(values)
            for what, values in sorted(numbers_of(data).items())
            if len(values) >= _LEAST_POINTS
        }


def _of_property(values: Sequence[tuple[Entry, int, DataPoint]]) -> list[Deviation]:
    logs = np.array([math.log10(point.value.nominal) for _, _, point in values])
    features, targets = _features(values), _clipped(logs)
    expected = (_neighbourly if len(logs) <= _MOST_NEIGHBOURS else _forest)(features, targets)
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
    fractions = fraction_matrix([entry for entry, _, _ in values]).fractions
    more = [
        [
            point.conditions.temperature or ROOM_TEMPERATURE,
            float(point.conditions.get("test") == "tension"),
            len(point.material.structure),
            *(float(phase in point.material.structure) for phase in _PHASES),
            *(float(code in {step_of(step).code for step in point.material.processing}) for code in _STEPS),
        ]
        for _, _, point in values
    ]
    return np.hstack([fractions, np.array(more, dtype=float)])


def _clipped(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms with the far ends brought to four robust standard deviations: an error should not teach much."""
    middle = np.median(logs)
    reach = 4 * max(1.4826 * float(np.median(np.abs(logs - middle))), _LEAST_SPREAD)
    return np.asarray(np.clip(logs, middle - reach, middle + reach))


def _neighbourly(features: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each value from all others by kernel ridge regression, the length and the noise with the least error of that.

    The kernel is exp(-d/length), d the L1 distance of fractions, and of temperature and flags in their usual spreads. What
    n - 1 values say of the one left out follows from one inverse: y_i - (K^-1 y)_i / (K^-1)_ii. As good as the
    forest, without the seconds that loading and growing it take.
    """
    distances, centred = _distances(features), targets - np.median(targets)
    some = np.arange(len(targets))
    if len(targets) > _MOST_CHOOSING:
        some = np.sort(np.random.default_rng(0).choice(len(targets), _MOST_CHOOSING, replace=False))
    settings = [(length, noise) for length in _LENGTHS for noise in _NOISES]
    if len(some) < len(targets):
        among = distances[np.ix_(some, some)]
        errors = [_usual_error(_left_out(among, length, noise, centred[some])) for length, noise in settings]
        settings = [settings[int(np.argmin(errors))]]
    left_out = [_left_out(distances, length, noise, centred) for length, noise in settings]
    return np.asarray(targets - min(left_out, key=_usual_error))


def _distances(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """L1 distances of all pairs, shape (n_points, n_points).

    |a - b| is a + b - 2 min(a, b), and the smaller of two fractions is zero unless both alloys have the element.
    """
    n_elements = features.shape[1] - 3 - len(_PHASES) - len(_STEPS)
    fractions = features[:, :n_elements]
    overlap = np.zeros((len(features), len(features)))
    for column in fractions.T:
        having = np.flatnonzero(column)
        overlap[np.ix_(having, having)] += np.minimum.outer(column[having], column[having])
    sums = fractions.sum(axis=1)
    total: NDArray[np.float64] = sums[:, None] + sums[None, :] - 2 * overlap
    for column in _scaled(features[:, n_elements:]).T:
        if np.ptp(column):
            total += np.abs(column[:, None] - column[None, :])
    return total


def _scaled(others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Temperature and flags in parts of what counts as another element in place of half of the atoms."""
    return np.hstack([others[:, :1] / _USUAL_HEATING, others[:, 1:] * _FLAG_WEIGHT])


def _usual_error(left_out: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(left_out)))


def _left_out(
    distances: NDArray[np.float64], length: float, noise: float, targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What each target is more than the others predict, shape (n_points,)."""
    inverse = np.linalg.inv(np.exp(-distances / length) + noise * np.eye(len(targets)))
    return np.asarray(inverse @ targets / np.diag(inverse), dtype=np.float64)


def _forest(features: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the other points lead one to expect, out-of-bag; the forest is trained on at most 20,000 values."""
    from sklearn.ensemble import RandomForestRegressor

    chosen = np.arange(len(targets))
    if len(targets) > _MOST_TRAINING:
        chosen = np.sort(np.random.default_rng(0).choice(len(targets), _MOST_TRAINING, replace=False))
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
    """The level of each value's paper, from its other values, and their number.

    Papers differ by a few times the usual residual at most: one value ten times too high is no level of the others.
    """
    reach = _MOST_LEVEL * max(1.4826 * float(np.median(np.abs(residuals))), _LEAST_SPREAD)
    levels = np.clip(residuals, -reach, reach)
    papers: dict[str, list[int]] = defaultdict(list)
    for place, (entry, _, _) in enumerate(values):
        papers[entry.paper].append(place)
    offsets, counts = np.zeros(len(values)), [0] * len(values)
    for name, places in papers.items():
        if not name:
            continue
        for place in places:
            others = levels[[other for other in places if other != place]]
            counts[place] = len(others)
            if len(others):
                offsets[place] = float(np.median(others)) * len(others) / (len(others) + 2)
    return offsets, counts
