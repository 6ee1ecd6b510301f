"""Support vectors with probabilities, from a logistic curve on the margins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from quinary.learning.models.equations import margin_probabilities
from quinary.learning.models.fitting import fit_weighted

__all__ = ["MarginClassifier"]


class MarginClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Gives a classifier with `decision_function` the probabilities of `margin_probabilities`.

    Attributes:
        estimator_: the fitted classifier.
    """

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MarginClassifier:  # noqa: N803 - scikit-learn's name
        """Fit the classifier."""
        from sklearn.svm import SVC

        values, target = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(target)
        chosen = SVC() if self.estimator is None else clone(self.estimator)
        self.estimator_ = fit_weighted(chosen, values, target, sample_weight)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Probabilities of shape (N, n_classes)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        return margin_probabilities(self.estimator_.decision_function(values))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """The class of the largest margin, shape (N,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])
