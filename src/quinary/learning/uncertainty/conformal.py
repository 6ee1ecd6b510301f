"""Intervals and class sets calibrated on chemical systems that the model has not seen.

The residuals that set the width come from held-out predictions with whole groups held out, each row counted once. Coverage
is kept in the mean over rows of such systems. It is not promised for the next system as a whole: rows of one group are
correlated, large groups weigh more, and where group sizes differ much the mean over new groups lies a few percent lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError

__all__ = ["ClassSets", "Intervals", "calibrated_intervals", "calibrated_sets"]

_FEWEST: Final = 20  # with fewer residuals the 90 % quantile is the largest of them
_FLOOR_QUANTILE: Final = 50.0


@dataclass(frozen=True, slots=True)
class Intervals:
    """Calibrated half widths: quantile of |error| / difficulty, difficulty = spread + floor.

    Attributes:
        scores: sorted normalised errors of the held-out rows.
        floor: added to the spread, so that an ensemble that agrees by chance gets no interval of zero width.
    """

    scores: NDArray[np.float64]
    floor: float

    def half_width(self, spread: NDArray[np.float64], confidence: float = 0.9) -> NDArray[np.float64]:
        """Half width of the interval, shape (N,), in the unit of the target.

        Raises:
            InputError: the confidence is not between zero and one.
        """
        return np.asarray(_quantile(self.scores, confidence) * (spread + self.floor))


def calibrated_intervals(errors: NDArray[np.float64], spread: NDArray[np.float64]) -> Intervals:
    """Intervals from held-out errors, shape (N,), and the spread of the ensemble at the same rows.

    The floor is the median spread: difficulty then varies by a factor of a few at most, which measured errors bear out.

    Raises:
        InputError: fewer than 20 errors.
    """
    if len(errors) < _FEWEST:
        raise InputError(f"{len(errors)} held-out errors cannot set an interval; at least {_FEWEST} are needed")
    floor = float(np.percentile(spread, _FLOOR_QUANTILE)) or float(np.median(np.abs(errors))) or 1.0
    return Intervals(np.sort(np.abs(errors) / (spread + floor)), floor)


@dataclass(frozen=True, slots=True)
class ClassSets:
    """Classes that cannot be ruled out: those with 1 - p(class) within the quantile of the held-out rows.

    Attributes:
        scores: sorted 1 - p(true class) of the held-out rows.
        classes: names, in the order of the columns of the probabilities.
    """

    scores: NDArray[np.float64]
    classes: NDArray[Any]

    def members(self, probabilities: NDArray[np.float64], confidence: float = 0.9) -> NDArray[np.bool_]:
        """True where a class is in the set, shape (N, n_classes).

        The most probable class is always in: an empty set is no answer. Coverage can only rise by that.

        Raises:
            InputError: the confidence is not between zero and one.
        """
        inside = 1.0 - probabilities <= _quantile(self.scores, confidence)
        inside[np.arange(len(inside)), probabilities.argmax(axis=1)] = True
        return np.asarray(inside)


def calibrated_sets(probabilities: NDArray[np.float64], truth: NDArray[Any], classes: NDArray[Any]) -> ClassSets:
    """Sets from held-out probabilities, shape (N, n_classes), and the classes that were true, shape (N,).

    Source: Sadinle, Lei, Wasserman 2019, 10.1080/01621459.2017.1395341 (the smallest sets on average).

    Raises:
        InputError: fewer than 20 rows.
    """
    if len(truth) < _FEWEST:
        raise InputError(f"{len(truth)} held-out rows cannot set a class set; at least {_FEWEST} are needed")
    position = np.searchsorted(classes, truth)
    return ClassSets(np.sort(1.0 - probabilities[np.arange(len(truth)), position]), classes)


def _check_confidence(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence is {confidence:g}; it must be between 0 and 1, such as 0.9")


def _quantile(scores: NDArray[np.float64], confidence: float) -> float:
    """The ceil((n + 1) confidence)-th smallest score, infinite where there are too few for this confidence."""
    _check_confidence(confidence)
    rank = int(np.ceil((len(scores) + 1) * confidence))
    return float(scores[rank - 1]) if rank <= len(scores) else float("inf")
