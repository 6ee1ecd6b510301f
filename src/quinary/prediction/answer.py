"""Answers: predicted values of one quantity for many materials, all with intervals of one level."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from quinary.plugins import PredictorPlugin
    from quinary.points.quantity import Quantity

__all__ = ["CONFIDENCE", "SIGMAS", "Answer", "interval_of"]

CONFIDENCE: Final = 0.9  # of every interval and every set of classes
# Half the interval over the uncertainty. Learned models have conformal intervals, and their uncertainty is made to fit.
SIGMAS: Final = NormalDist().inv_cdf(0.5 + 0.5 * CONFIDENCE)


@dataclass(frozen=True, slots=True)
class Answer:
    """Values of one quantity; arrays of shape (N,), NaN where there is none, and then `reasons` says why.

    Attributes:
        uncertainties: one standard deviation, in the unit of the quantity.
        details: how each value was obtained, in words.
        by: who answered each row: a position in `predictors`; of a row without a value who was asked last, -1 for nobody.
    """

    quantity: Quantity
    values: NDArray[np.float64]
    uncertainties: NDArray[np.float64]
    is_in_domain: NDArray[np.bool_]
    details: tuple[str, ...]
    reasons: tuple[str, ...]
    predictors: tuple[PredictorPlugin, ...]
    by: NDArray[np.int64]
    methods: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    def interval(self, row: int) -> tuple[float, float]:
        """The interval of 90 % of one row, in the unit of the quantity."""
        return interval_of(self.quantity, float(self.values[row]), float(self.uncertainties[row]))

    def predictor(self, row: int) -> PredictorPlugin | None:
        """Who answered a row; None for a closed form of the composition, or nobody."""
        place = int(self.by[row])
        return self.predictors[place] if place >= 0 else None


def interval_of(quantity: Quantity, value: float, uncertainty: float) -> tuple[float, float]:
    """Value -+ 1.645 standard deviations, cut at what the quantity allows: a strength is not negative.

    NaN to both sides where the uncertainty is not known.
    """
    low, high = quantity.bounds
    if np.isnan(uncertainty):
        return float("nan"), float("nan")
    half = SIGMAS * uncertainty
    return max(low, value - half), min(high, value + half)
