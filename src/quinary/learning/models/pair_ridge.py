"""Pair-additive ridge regression: a value for each element and one for each pair of elements."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from quinary.learning.models.equations import with_products

__all__ = ["PairRidge"]


class PairRidge(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """y = b + sum_i a_i c_i + 4 sum_{i<j} w_ij c_i c_j with the squares of a and w held small; features are fractions c.

    Solved in the dual form, so the cost follows the number of rows and not the number of pairs.

    Attributes:
        coef_: a and w, shape (n + n (n - 1) / 2,).
        intercept_: b.
    """

    def __init__(self, alpha: float = 0.1) -> None:
        self.alpha = alpha

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> PairRidge:  # noqa: N803 - scikit-learn's name
        """Fit the coefficients; `X` has shape (N, n_elements)."""
        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64)
        terms = with_products(values)
        root = np.sqrt(weights)[:, None]
        centre = np.average(terms, axis=0, weights=weights)
        mean = float(np.average(target, weights=weights))
        scaled = (terms - centre) * root
        gram = scaled @ scaled.T
        gram.flat[:: len(gram) + 1] += self.alpha
        self.coef_ = scaled.T @ np.linalg.solve(gram, (target - mean) * root[:, 0])
        self.intercept_ = mean - float(centre @ self.coef_)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Values of shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        predicted: NDArray[np.float64] = with_products(values) @ self.coef_ + self.intercept_
        return predicted
