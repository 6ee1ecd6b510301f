"""How many more training rows would it take: a power law through a learning curve, with its range over resamples.

    error(n) = a + b n^-c,   a >= 0, b > 0, 0.05 <= c <= 1

with a the error that more rows of the same kind never remove. Source: Hestness et al. 2017, arXiv:1712.00409; Viering, Loog
2023, 10.1109/TPAMI.2022.3220744, who also show how far such curves may be trusted: not far beyond the data.

The range is what came out when whole chemical systems were drawn again, from its 5th to its 95th percentile. It is no
confidence interval: over simulated tables of 60 systems (three rows each; elements, pairs, a value of the system and noise)
it held the true error at the last point in about nine of ten tables, at twice the rows in 88 % for nearest neighbours, 62 %
for trees and 20 % for a ridge regression on pairs, whose curve bends down where the rows outnumber its terms and is no
power law. It says how the data at hand scatter, and nothing of a law that does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.data import Split, make_splits
from quinary.learning.judging.evaluation import held_out, main_score
from quinary.learning.judging.scores import SCORES

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable

__all__ = ["CurvePoint", "ErrorCurve", "Need", "fitted_curve", "learning_points"]

FURTHEST: Final = 4.0  # times the training rows of the last point: no answer beyond
_EXPONENTS: Final = np.linspace(0.05, 1.0, 39)
_FEWEST_POINTS: Final = 4
_FEWEST_DRAWS: Final = 2
_N_RESAMPLES: Final = 400
_N_LAST: Final = 3  # points whose distance from the law says how far a law can be trusted beyond them
_PERCENTILES: Final = (5.0, 95.0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Error on unseen groups after training on part of the others.

    Attributes:
        n_training_rows: mean over folds and draws. With every other group in training this is about four fifths of the
            table, since a fold is held out.
        value: error over all folds and draws.
        resamples: the same with whole groups drawn again, shape (n_resamples,); entry k of every point of a curve belongs
            to the same resample.
    """

    n_training_rows: float
    value: float
    resamples: NDArray[np.float64]

    @property
    def spread(self) -> float:
        """Standard deviation over the resamples."""
        return float(self.resamples.std())


@dataclass(frozen=True, slots=True)
class Need:
    """How many training rows are needed.

    Attributes:
        n_training_rows: in all; None where the law does not reach the error within four times those of the last point.
        percentile_5, percentile_95: ends of the range over resamples; None where that end lies beyond.
        reason: why there is no number, or empty.
    """

    wanted: float
    n_training_rows: float | None
    percentile_5: float | None
    percentile_95: float | None
    reason: str = ""

    @property
    def text(self) -> str:
        """The answer in a sentence."""
        if self.n_training_rows is None:
            return self.reason
        first = f"{self.percentile_5:.0f}" if self.percentile_5 is not None else "more than can be said"
        last = f"{self.percentile_95:.0f}" if self.percentile_95 is not None else "more than can be said"
        return (
            f"an error of {self.wanted:.4g} would take {self.n_training_rows:.0f} training rows in all "
            f"(range over resamples: {first} to {last})"
        )


@dataclass(frozen=True, slots=True)
class ErrorCurve:
    """A fitted power law, and the laws of the resamples.

    Attributes:
        floor, scale, exponent: a, b, c.
        laws: the same of a law for each resample of the groups, widened by the distance of the last points from the
            fitted law, shape (n_resamples, 3).
        n_training_rows: of the last point.
    """

    points: tuple[CurvePoint, ...]
    floor: float
    scale: float
    exponent: float
    laws: NDArray[np.float64]
    n_training_rows: float

    def error_at(self, n_training_rows: float) -> tuple[float, float, float]:
        """(expected error, 5th and 95th percentile of its range over resamples) after training on so many rows.

        Raises:
            InputError: beyond four times the training rows of the last point: no curve can be trusted so far.
        """
        if n_training_rows > FURTHEST * self.n_training_rows:
            raise InputError(
                f"{n_training_rows:.0f} rows are more than {FURTHEST:g} times the {self.n_training_rows:.0f} that were "
                "trained on; measure some of them, then ask again"
            )
        values = self.laws[:, 0] + self.laws[:, 1] * n_training_rows ** -self.laws[:, 2]
        first, last = np.percentile(values, _PERCENTILES)
        return self.floor + self.scale * n_training_rows**-self.exponent, float(first), float(last)

    def need(self, wanted: float) -> Need:
        """How many training rows would reach an error."""
        furthest = FURTHEST * self.n_training_rows
        expected = _rows_for(wanted, self.floor, self.scale, self.exponent)
        if expected > furthest:
            least = self.error_at(furthest)[0]
            reason = (
                f"an error of {wanted:.4g} is not reached with {FURTHEST:g} times the {self.n_training_rows:.0f} rows that "
                f"were trained on (expected there: {least:.4g}); beyond that the curve says nothing"
            )
            return Need(wanted, None, None, None, reason)
        needs = np.array([_rows_for(wanted, *law) for law in self.laws.tolist()])
        ends = [float(np.percentile(needs, one, method="nearest")) for one in _PERCENTILES]
        first, last = (end if end <= furthest else None for end in ends)
        return Need(wanted, expected, first, last)

    def document(self, wanted: Sequence[float] = ()) -> dict[str, Any]:
        """The curve as it goes into JSON, with what each wanted error would take."""
        needs = [self.need(value) for value in wanted]
        return {
            "points": [
                {"n_training_rows": p.n_training_rows, "value": p.value, "spread": p.spread} for p in self.points
            ],
            "law": {"floor": self.floor, "scale": self.scale, "exponent": self.exponent},
            "needs": [
                {
                    "wanted": n.wanted,
                    "n_training_rows": n.n_training_rows,
                    "range_over_resamples": [n.percentile_5, n.percentile_95],
                    "text": n.text,
                }
                for n in needs
            ],
        }


def _rows_for(wanted: float, floor: float, scale: float, exponent: float) -> float:
    if wanted <= floor or scale <= 0:
        return math.inf if wanted <= floor else 1.0
    logarithm = math.log(scale / (wanted - floor)) / exponent
    return math.exp(logarithm) if logarithm < 700 else math.inf


def learning_points(
    make: Any,
    features: NDArray[np.float64],
    table: LearningTable,
    shares: Sequence[float] = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0),
    n_draws: int = 4,
    seed: int = 0,
) -> list[CurvePoint]:
    """Error on the same unseen systems after training on a growing share of the other systems.

    `make` is an unfitted estimator. Each draw has folds of its own and an order of its own in which systems join the training
    rows, so that the full share scatters too. A resample draws the tested systems and the draws with replacement, the
    same for every share. The error of classes is 1 - balanced accuracy.

    Raises:
        InputError: a share outside 0 to 1, fewer than two draws, or too few systems for folds.
    """
    if not all(0.0 < share <= 1.0 for share in shares):
        raise InputError("the shares of a learning curve lie above 0 and up to 1")
    if n_draws < _FEWEST_DRAWS:
        raise InputError(f"{n_draws} draws have no scatter; take at least {_FEWEST_DRAWS}")
    drawn = [_one_draw(make, features, table, shares, seed + number) for number in range(n_draws)]
    sizes = np.mean([one[0] for one in drawn], axis=0)
    parts = np.array([one[1] for one in drawn])
    whole = _errors(table, parts.sum(axis=(0, 2)))
    random, n_systems = np.random.default_rng(seed), parts.shape[2]
    resamples = []
    for _ in range(_N_RESAMPLES):
        counts = np.bincount(random.integers(n_systems, size=n_systems), minlength=n_systems)
        weights = np.bincount(random.integers(n_draws, size=n_draws), minlength=n_draws)
        resamples.append(_errors(table, np.einsum("d,g,dsgp->sp", weights, counts, parts)))
    return [
        CurvePoint(float(size), value, redrawn)
        for size, value, redrawn in zip(sizes, whole.tolist(), np.array(resamples).T, strict=True)
    ]


def _one_draw(
    make: Any, features: NDArray[np.float64], table: LearningTable, shares: Sequence[float], seed: int
) -> tuple[list[float], NDArray[np.float64]]:
    """Mean numbers of training rows, and sums of the parts of the score, shape (n_shares, n_systems, n_parts)."""
    random = np.random.default_rng(seed)
    splits = make_splits("system", table, seed=seed)
    orders = [random.permutation(np.unique(table.groups["system"][split.train])) for split in splits]
    names, system_of = np.unique(table.groups["system"], return_inverse=True)
    sizes, sums = [], []
    for share in shares:
        smaller = [_part(table, split, order, share) for split, order in zip(splits, orders, strict=True)]
        found = held_out(make, features, table, smaller)
        parts = SCORES[main_score(table)].parts(table.target[found.rows], found.predicted)
        total = np.zeros((len(names), parts.shape[1]))
        np.add.at(total, system_of[found.rows], parts)
        sizes.append(float(np.mean([len(split.train) for split in smaller])))
        sums.append(total)
    return sizes, np.array(sums)


def _part(table: LearningTable, split: Split, order: NDArray[Any], share: float) -> Split:
    kept = np.isin(table.groups["system"][split.train], order[: max(2, round(share * len(order)))])
    return Split(split.train[kept], split.test, split.label)


def _errors(table: LearningTable, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Error of each share from its sums, shape (n_shares, n_parts)."""
    score = SCORES[main_score(table)]
    values = np.array([float(score.value(one)) for one in sums])
    return 1.0 - values if score.is_better_high else values


def fitted_curve(points: Sequence[CurvePoint], seed: int = 0) -> ErrorCurve:
    """The power law through the points, weighted by their spread, and a law through each resample of them.

    Raises:
        InputError: fewer than four points, or an error that does not fall with more rows: then more of the same rows
            would not help, and no law says how many.
    """
    if len(points) < _FEWEST_POINTS:
        raise InputError(f"{len(points)} points do not make a curve; at least {_FEWEST_POINTS} are needed")
    rows = np.array([point.n_training_rows for point in points])
    values = np.array([point.value for point in points])
    spreads = np.array([max(point.spread, 1e-3 * abs(point.value) + 1e-300) for point in points])
    floor, scale, exponent = _laws(rows, values[None, :], spreads)[0].tolist()
    if scale <= 0:
        raise InputError(
            "the error does not fall with more rows; other features or other systems are needed, not more rows"
        )
    laws = _laws(rows, np.array([point.resamples for point in points]).T, spreads)
    misfit = (values - floor - scale * rows**-exponent) / values
    widening = float(np.sqrt(np.mean(misfit[-_N_LAST:] ** 2)))
    laws[:, :2] *= np.exp(widening * np.random.default_rng(seed).normal(size=len(laws)))[:, None]
    return ErrorCurve(tuple(points), floor, scale, exponent, laws, float(rows.max()))


def _laws(rows: NDArray[np.float64], values: NDArray[np.float64], spreads: NDArray[np.float64]) -> NDArray[np.float64]:
    """(a, b, c) of the weighted least squares of each row of values, shape (n_laws, n_points); the answer is (n_laws, 3).

    For each exponent a and b follow in closed form: both if neither is negative, else the better of one alone.
    """
    weights, powers = spreads**-2, rows ** -_EXPONENTS[:, None]
    s_1, s_x, s_xx = weights.sum(), powers @ weights, powers**2 @ weights
    s_y, s_xy = values @ weights, values @ (powers * weights).T
    s_y, s_x, s_xx = s_y[:, None], s_x[None, :], s_xx[None, :]
    determinant = s_1 * s_xx - s_x**2
    floor, scale = (s_xx * s_y - s_x * s_xy) / determinant, (s_1 * s_xy - s_x * s_y) / determinant
    only_scale, only_floor = np.maximum(s_xy / s_xx, 0.0), np.broadcast_to(np.maximum(s_y / s_1, 0.0), s_xy.shape)
    is_both, is_scale = (floor >= 0) & (scale >= 0), only_scale * s_xy > only_floor * s_y  # the larger gain fits better
    floor = np.where(is_both, floor, np.where(is_scale, 0.0, only_floor))
    scale = np.where(is_both, scale, np.where(is_scale, only_scale, 0.0))
    misfit = values[:, None, :] - floor[..., None] - scale[..., None] * powers
    best = (misfit**2 @ weights).argmin(axis=1)
    chosen = np.arange(len(values))
    return np.column_stack([floor[chosen, best], scale[chosen, best], _EXPONENTS[best]])
