"""Steps before a model that must be fitted inside the cross-validation: they have seen no row that is tested."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["CorrelationFilter"]

_NO_SPREAD: Final = 1e-12


class CorrelationFilter(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Leaves out features that are constant, and one of every two whose Pearson correlation exceeds a bound in size.

    Features are taken in their order, so of two copies the first stays. Source: Zhang et al. 2023,
    10.1016/j.cossms.2023.101057, equation 8 and the bound of 0.9.

    Attributes:
        kept_: numbers of the features that stay.
    """

    def __init__(self, threshold: float = 0.9) -> None:
        self.threshold = threshold

    def fit(self, X: Any, y: Any = None) -> CorrelationFilter:  # noqa: ARG002, N803 - scikit-learn's interface
        """Choose the features; `X` has shape (N, n_features)."""
        values = validate_data(self, X, dtype=np.float64)
        spread = values.std(axis=0)
        candidates = np.flatnonzero(spread > _NO_SPREAD * np.maximum(1.0, np.abs(values).max(axis=0)))
        if candidates.size == 0:
            candidates = np.array([0])
        scaled = (values[:, candidates] - values[:, candidates].mean(axis=0)) / np.maximum(
            spread[candidates], _NO_SPREAD
        )
        correlation = np.abs(scaled.T @ scaled) / len(values)
        self.kept_ = candidates[_uncorrelated(correlation, self.threshold)]
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """The features that stay, shape (N, n_kept)."""
        check_is_fitted(self)
        values: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, reset=False)
        return values[:, self.kept_]


def _uncorrelated(correlation: NDArray[np.float64], threshold: float) -> list[int]:
    kept: list[int] = []
    for number in range(len(correlation)):
        if not kept or correlation[number, kept].max() <= threshold:
            kept.append(number)
    return kept
