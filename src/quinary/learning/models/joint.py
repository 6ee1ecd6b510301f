"""Processes that also learn from other labels: of another method, or of another property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from quinary.errors import InputError
from quinary.learning.multi_fidelity import JointProcess, fitted_joint, fitted_residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.learning.other_labels import OtherLabels

__all__ = ["CorrectedRegressor", "JointRegressor"]

_MOST_OWN: Final = 800  # labels; beyond, a random part is taken, since the cost grows with the cube
_MOST_OTHER: Final = 800
_FEWEST: Final = 8


class _Process(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """What both share: the labels that they may see."""

    def __init__(self, others: OtherLabels | None = None, seed: int = 0) -> None:
        self.others = others
        self.seed = seed

    def without(self, systems: NDArray[Any]) -> Any:
        """The same model, unfitted, that sees no label of these chemical systems."""
        return type(self)(None if self.others is None else self.others.without(systems), self.seed)

    def _drawn(self, n_rows: int, most: int) -> NDArray[np.int64]:
        chosen = np.random.default_rng(self.seed).permutation(n_rows)[:most]
        return np.sort(chosen)

    def _own(self, X: Any, y: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # noqa: N803
        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        rows = self._drawn(len(values), _MOST_OWN)
        return values[rows], target[rows]

    def _other(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Features and labels of each kind that has enough of them."""
        if self.others is None:
            return []
        rows = self._drawn(len(self.others.targets), _MOST_OTHER)
        features, targets, kinds = self.others.features[rows], self.others.targets[rows], self.others.kinds[rows]
        found = [(features[kinds == kind], targets[kinds == kind]) for kind in range(len(self.others.names))]
        return [one for one in found if len(one[1]) >= _FEWEST]


class JointRegressor(_Process):
    """The property and the other labels as one process (`fitted_joint`); without other labels a process of its own.

    Attributes:
        process_: the fitted process; the property is its first.
    """

    def fit(self, X: Any, y: Any) -> JointRegressor:  # noqa: N803 - scikit-learn's name
        """Fit the process."""
        parts = [self._own(X, y), *self._other()]
        targets = np.full((sum(len(labels) for _, labels in parts), len(parts)), np.nan)
        start = 0
        for task, (_, labels) in enumerate(parts):
            targets[start : start + len(labels), task] = labels
            start += len(labels)
        self.process_: JointProcess = fitted_joint(np.vstack([values for values, _ in parts]), targets)
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

    The cheap value of a composition is always what its process says, for learning as for asking, so that both are alike.

    Attributes:
        cheap_: the process of the cheap labels.
        rest_: rho, offset and the process of the residuals.
    """

    def fit(self, X: Any, y: Any) -> CorrectedRegressor:  # noqa: N803 - scikit-learn's name
        """Fit both.

        Raises:
            InputError: there are too few other labels.
        """
        values, target = self._own(X, y)
        found = self._other()
        if not found:
            raise InputError(
                f"fewer than {_FEWEST} other labels are outside the systems held out; leave out this model"
            )
        features, labels = found[0]
        self.cheap_: JointProcess = fitted_joint(features, labels[:, None])
        self.rest_ = fitted_residual(values, self.cheap_.predict(values)[:, 0], target)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Values of shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        return self.rest_.predict(values, self.cheap_.predict(values)[:, 0])

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Standard deviation of the sum of both, shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        cheap = self.rest_.rho * self.cheap_.predict_spread(values)
        return np.asarray(np.hypot(cheap, self.rest_.process.predict_spread(values)))
