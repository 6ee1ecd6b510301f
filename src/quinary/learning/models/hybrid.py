"""Physics first, learning for what is left: a column of physical predictions plus a learned residual."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from quinary.learning.models.fitting import ensemble_spread, fit_weighted

__all__ = ["PhysicsResidual"]


class PhysicsResidual(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """y = a p + b + f(x): p the column of a physical model, a and b a weighted straight line, f learned from the residual.

    The line makes up for a physical model that is right in its ranking and wrong in its scale. f sees all features, p
    among them. `estimator` is any regressor; a ridge regression if none is given.

    Attributes:
        slope_, offset_: a and b.
        estimator_: the fitted f.
    """

    def __init__(self, estimator: Any = None, column: int = 0) -> None:
        self.estimator = estimator
        self.column = column

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> PhysicsResidual:  # noqa: N803 - scikit-learn's name
        """Fit the line, then the residual."""
        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64)
        physics = values[:, self.column]
        centre, mean = np.average(physics, weights=weights), np.average(target, weights=weights)
        variance = np.average((physics - centre) ** 2, weights=weights)
        self.slope_ = (
            float(np.average((physics - centre) * (target - mean), weights=weights) / variance) if variance else 0.0
        )
        self.offset_ = float(mean - self.slope_ * centre)
        residual = target - self._line(values)
        self.estimator_ = fit_weighted(clone(self._chosen()), values, residual, sample_weight)
        return self

    def _chosen(self) -> Any:
        if self.estimator is not None:
            return self.estimator
        from sklearn.linear_model import Ridge

        return Ridge()

    def _line(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.slope_ * values[:, self.column] + self.offset_)

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Values of shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(self._line(values) + self.estimator_.predict(values))

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Spread of f, shape (N,), zero if it is a single model; the line has none."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        spread = ensemble_spread(self.estimator_, values)
        return np.zeros(len(values)) if spread is None else spread
