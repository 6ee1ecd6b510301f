"""How many more measurements would it take: a power law through a learning curve, with its interval.

    error(n) = a + b n^-c,   a >= 0, b > 0, 0.05 <= c <= 1

with a the error that more rows of the same kind never remove. Source: Hestness et al. 2017, arXiv:1712.00409; Viering, Loog
2023, 10.1109/TPAMI.2022.3220744, who also show how far such curves may be trusted: not far beyond the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.errors import InputError
from quinary.learning.evaluation import held_out, main_score
from quinary.learning.scores import SCORES
from quinary.learning.splits import Split, make_splits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.learning.table import LearningTable

__all__ = ["CurvePoint", "ErrorCurve", "Need", "fitted_curve", "learning_points"]

FURTHEST: Final = 4.0  # times the rows there are: no answer beyond
_EXPONENTS: Final = np.linspace(0.05, 1.0, 39)
_FEWEST_POINTS: Final = 4
_N_DRAWS: Final = 400
_TAILS: Final = (5.0, 95.0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Error on unseen groups after training on part of the others: mean over draws, and the standard error of that mean."""

    n_rows: float
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Need:
    """How many rows are needed.

    Attributes:
        n_rows: in all; None where the law does not reach the error within four times the rows there are.
        low, high: of the 90 % interval; None where that end lies beyond.
        reason: why there is no number, or empty.
    """

    wanted: float
    n_rows: float | None
    low: float | None
    high: float | None
    reason: str = ""

    @property
    def text(self) -> str:
        """The answer in a sentence."""
        if self.n_rows is None:
            return self.reason
        high = "more than can be said" if self.high is None else f"{self.high:.0f}"
        return (
            f"an error of {self.wanted:.4g} would take {self.n_rows:.0f} rows in all (90 %: {self.low:.0f} to {high})"
        )


@dataclass(frozen=True, slots=True)
class ErrorCurve:
    """A fitted power law, and what the scatter of the points allows beside it.

    Attributes:
        floor, scale, exponent: a, b, c.
        draws: the same of laws fitted to points redrawn within their errors, shape (n_draws, 3).
        n_rows: the largest number of rows that was tried.
    """

    points: tuple[CurvePoint, ...]
    floor: float
    scale: float
    exponent: float
    draws: NDArray[np.float64]
    n_rows: float

    def error_at(self, n_rows: float) -> tuple[float, float, float]:
        """(expected error, low and high of its 90 % interval) after training on so many rows.

        Raises:
            InputError: beyond four times the rows there are: no curve can be trusted so far.
        """
        if n_rows > FURTHEST * self.n_rows:
            raise InputError(
                f"{n_rows:.0f} rows are more than {FURTHEST:g} times the {self.n_rows:.0f} there are; "
                "measure some of them, then ask again"
            )
        values = self.draws[:, 0] + self.draws[:, 1] * n_rows ** -self.draws[:, 2]
        low, high = np.percentile(values, _TAILS)
        return self.floor + self.scale * n_rows**-self.exponent, float(low), float(high)

    def need(self, wanted: float) -> Need:
        """How many rows would reach an error."""
        furthest = FURTHEST * self.n_rows
        expected = _rows_for(wanted, self.floor, self.scale, self.exponent)
        if expected > furthest:
            least = self.error_at(furthest)[0]
            reason = (
                f"an error of {wanted:.4g} is not reached with {FURTHEST:g} times the rows there are (expected there: "
                f"{least:.4g}); beyond that the curve says nothing"
            )
            return Need(wanted, None, None, None, reason)
        needs = np.array([_rows_for(wanted, *law) for law in self.draws.tolist()])
        low, high = (float(np.percentile(needs, tail, method="nearest")) for tail in _TAILS)
        return Need(wanted, expected, min(low, furthest), high if high <= furthest else None)

    def document(self, wanted: Sequence[float] = ()) -> dict[str, Any]:
        """The curve as it goes into JSON, with what each wanted error would take."""
        needs = [self.need(value) for value in wanted]
        return {
            "points": [{"n_rows": p.n_rows, "value": p.value, "error": p.error} for p in self.points],
            "law": {"floor": self.floor, "scale": self.scale, "exponent": self.exponent},
            "needs": [
                {"wanted": n.wanted, "n_rows": n.n_rows, "low": n.low, "high": n.high, "text": n.text} for n in needs
            ],
        }


def _rows_for(wanted: float, floor: float, scale: float, exponent: float) -> float:
    if wanted <= floor:
        return math.inf
    logarithm = math.log(scale / (wanted - floor)) / exponent
    return math.exp(logarithm) if logarithm < 700 else math.inf


def learning_points(
    make: Any,
    features: NDArray[np.float64],
    table: LearningTable,
    shares: Sequence[float] = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0),
    n_draws: int = 3,
    seed: int = 0,
) -> list[CurvePoint]:
    """Error on the same unseen systems after training on a growing share of the other systems.

    `make` is an unfitted estimator. Each share is drawn `n_draws` times; the error of classes is 1 - balanced accuracy.

    Raises:
        InputError: a share outside 0 to 1, or too few systems for folds.
    """
    if not all(0.0 < share <= 1.0 for share in shares):
        raise InputError("the shares of a learning curve lie above 0 and up to 1")
    splits = make_splits("system", table, seed=seed)
    random, points = np.random.default_rng(seed), []
    for share in shares:
        values, sizes = [], []
        for _ in range(n_draws if share < 1.0 else 1):
            part = [Split(_part(table, split, share, random), split.test, split.label) for split in splits]
            values.append(_fold_errors(make, features, table, part))
            sizes.append(np.mean([len(split.train) for split in part]))
        errors = np.array(values)
        # Folds differ for reasons that all shares have in common; draws and folds together bound what is left.
        spread = float(errors.mean(axis=1).std(ddof=1)) if len(errors) > 1 else 0.0
        points.append(CurvePoint(float(np.mean(sizes)), float(errors.mean()), spread / len(errors) ** 0.5))
    typical = max(
        float(np.median([point.error for point in points if point.error > 0] or [0.0])), 1e-3 * points[-1].value
    )
    return [CurvePoint(p.n_rows, p.value, max(p.error, typical)) for p in points]


def _part(table: LearningTable, split: Split, share: float, random: np.random.Generator) -> NDArray[np.int64]:
    systems = table.groups["system"][split.train]
    names = random.permutation(np.unique(systems))
    kept = np.isin(systems, names[: max(2, round(share * len(names)))])
    return np.asarray(split.train[kept])


def _fold_errors(
    make: Any, features: NDArray[np.float64], table: LearningTable, splits: Sequence[Split]
) -> NDArray[np.float64]:
    score = SCORES[main_score(table)]
    found = []
    for split in splits:
        one = held_out(make, features, table, [split])
        value = float(score.value(score.parts(table.target[one.rows], one.predicted).sum(axis=0)))
        found.append(1.0 - value if score.is_better_high else value)
    return np.array(found)


def fitted_curve(points: Sequence[CurvePoint], seed: int = 0) -> ErrorCurve:
    """The power law through the points, weighted by their errors, and laws through points redrawn within their errors.

    Raises:
        InputError: fewer than four points, or an error that does not fall with more rows: then more of the same rows
            would not help, and no law says how many.
    """
    if len(points) < _FEWEST_POINTS:
        raise InputError(f"{len(points)} points do not make a curve; at least {_FEWEST_POINTS} are needed")
    rows = np.array([point.n_rows for point in points])
    values = np.array([point.value for point in points])
    errors = np.array([max(point.error, 1e-9 * abs(point.value) + 1e-300) for point in points])
    floor, scale, exponent = _law(rows, values, errors)
    if scale <= 0:
        raise InputError(
            "the error does not fall with more rows; other features or other systems are needed, not more rows"
        )
    random = np.random.default_rng(seed)
    drawn = [_law(rows, values + errors * random.normal(size=len(values)), errors) for _ in range(_N_DRAWS)]
    return ErrorCurve(tuple(points), floor, scale, exponent, np.array(drawn), float(rows.max()))


def _law(
    rows: NDArray[np.float64], values: NDArray[np.float64], errors: NDArray[np.float64]
) -> tuple[float, float, float]:
    """(a, b, c) of the least squares: for each exponent a and b follow from two non-negative numbers."""
    from scipy.optimize import nnls

    best = (math.inf, (0.0, 0.0, 1.0))
    for exponent in _EXPONENTS:
        columns = np.column_stack([np.ones(len(rows)), rows**-exponent]) / errors[:, None]
        (floor, scale), residual = nnls(columns, values / errors)
        best = min(best, (float(residual), (float(floor), float(scale), float(exponent))))
    return best[1]
