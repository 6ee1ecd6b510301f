"""Baselines that every table of scores carries beside the mean and the nearest neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["GivenColumn"]


class GivenColumn(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Predicts what a column says: a rule of mixtures or a physical model, as it comes. Nothing is fitted.

    Attributes:
        n_features_in_: how many features it was shown.
    """

    def __init__(self, column: int = 0) -> None:
        self.column = column

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GivenColumn:  # noqa: N803 - scikit-learn's name
        """Only checks the shapes."""
        values, _ = validate_data(self, X, y, y_numeric=True)
        _check_sample_weight(sample_weight, values)
        self.is_fitted_ = True
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """The column, shape (N,)."""
        check_is_fitted(self)
        values: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, reset=False)
        return values[:, self.column]

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags
