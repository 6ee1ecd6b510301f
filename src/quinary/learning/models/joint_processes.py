"""Processes that also learn from other labels: of another method, or of another property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from quinary.learning.models.multi_fidelity import JointProcess, Residual, fitted_joint, fitted_residual

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable, OtherLabels, Split

__all__ = ["CorrectedRegressor", "JointRegressor"]

_MOST_OWN: Final = 800  # labels; beyond, a random part is taken, since the cost grows with the cube


class _Process(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """What both share: the labels that they may see."""

    def __init__(self, others: OtherLabels | None = None, seed: int = 0) -> None:
        self.others = others
        self.seed = seed

    def outside(self, table: LearningTable, split: Split) -> Any:
        """The same model, unfitted, that sees only the other labels that it may when tested on a split of the table."""
        return type(self)(None if self.others is None else self.others.outside(table, split), self.seed)

    def _own(self, X: Any, y: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:  # noqa: N803
        """Features and targets of the rows that are learned from, and which rows they are."""
        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        rows = np.sort(np.random.default_rng(self.seed).permutation(len(values))[:_MOST_OWN])
        return values[rows], target[rows], rows

    def _other(self) -> tuple[OtherLabels, ...]:
        return () if self.others is None else self.others.taken(self.seed)


class JointRegressor(_Process):
    """The property and the other labels as one process (`fitted_joint`); without other labels a process of its own.

    Attributes:
        process_: the fitted process; the property is its first.
    """

    def fit(self, X: Any, y: Any) -> JointRegressor:  # noqa: N803 - scikit-learn's name
        """Fit the process."""
        values, target, _ = self._own(X, y)
        parts = [(values, target), *((one.features, one.targets) for one in self._other())]
        targets = np.full((sum(len(labels) for _, labels in parts), len(parts)), np.nan)
        start = 0
        for task, (_, labels) in enumerate(parts):
            targets[start : start + len(labels), task] = labels
            start += len(labels)
        self.process_: JointProcess = fitted_joint(np.vstack([features for features, _ in parts]), targets)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Values of shape (N,)."""
        check_is_fitted(self)
        return np.asarray(self.process_.predict(validate_data(self, X, dtype=np.float64, reset=False))[:, 0])

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Standard deviation of the process, shape (N,)."""
        check_is_fitted(self)
        return self.process_.predict_spread(validate_data(self, X, dtype=np.float64, reset=False))


class CorrectedRegressor(_Process):
    """y(c) = rho y_cheap(c) + offset + d(c): a process of the first other kind of labels, and one of what it leaves.

    The model is asked about systems without cheap labels, where the cheap process is unsure. Rho and the offset are therefore
    estimated from cheap values of that quality: those of the training rows, from the cheap process without the labels of their
    system. The residuals d are those of the cheap values as they are known, labels included: taken from the unsure values
    too, they would carry its errors, and predictions get worse (by 8 and 13 % on planted data). Without other labels it is a
    process of its own.

    Attributes:
        cheap_: the process of the cheap labels; None where there are fewer than eight.
        rest_: rho, offset and the process of the residuals.
    """

    def fit(self, X: Any, y: Any, systems: Any = None) -> CorrectedRegressor:  # noqa: N803 - scikit-learn's name
        """Fit both.

        `systems`: chemical system of each row, shape (N,); without them only the labels at the very composition are set
        aside.
        """
        values, target, rows = self._own(X, y)
        found = self._other()
        self.cheap_: JointProcess | None = None
        if not found:
            self.rest_ = Residual(0.0, 0.0, fitted_joint(values, target[:, None]))
            return self
        labels = found[0]
        self.cheap_ = fitted_joint(labels.features, labels.targets[:, None])
        own, other = (
            _same_features(values, labels.features) if systems is None else (np.asarray(systems)[rows], labels.systems)
        )
        unseen = self.cheap_.predict_unseen(values, own, other)
        self.rest_ = fitted_residual(values, self.cheap_.predict(values)[:, 0], target, unseen)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Values of shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        cheap = np.zeros(len(values)) if self.cheap_ is None else self.cheap_.predict(values)[:, 0]
        return self.rest_.predict(values, cheap)

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Standard deviation of the sum of both, shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        rest = self.rest_.process.predict_spread(values)
        return rest if self.cheap_ is None else np.hypot(self.rest_.rho * self.cheap_.predict_spread(values), rest)


def _same_features(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of the rows of both, equal where all features are."""
    numbers = np.unique(np.vstack([first, second]), axis=0, return_inverse=True)[1].reshape(-1)
    return numbers[: len(first)], numbers[len(first) :]
