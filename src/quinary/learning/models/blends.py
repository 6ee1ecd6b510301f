"""Several models as one: plain averages, averages with learned weights (stacking), and classes weighed evenly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from quinary.learning.models.equations import balanced
from quinary.learning.models.fitting import ensemble_spread, fit_weighted

__all__ = ["BalancedClassifier", "BlendClassifier", "BlendRegressor"]


def _members(given: Any, default: Any) -> list[Any]:
    return [default] if given is None else [clone(member) for member in given]


class BlendRegressor(RegressorMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Weighted average of regressors.

    With `n_folds` = 0 all weigh the same, which is hard to beat with few rows. Else the weights are the non-negative
    least squares of held-out predictions, scaled to sum to one (stacking, Breiman 1996, 10.1007/BF00117832); folds keep
    `groups` together if given.

    Attributes:
        members_: the fitted regressors; `weights_` of shape (n_members,).
    """

    def __init__(self, members: Any = None, n_folds: int = 0, seed: int = 0) -> None:
        self.members = members
        self.n_folds = n_folds
        self.seed = seed

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> BlendRegressor:  # noqa: N803 - scikit-learn's name
        """Fit every member, and the weights if they are learned."""
        from sklearn.linear_model import Ridge

        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        members = _members(self.members, Ridge())
        self.weights_ = np.full(len(members), 1.0 / len(members))
        if self.n_folds > 1 and len(members) > 1:
            held_out = self._held_out(members, values, target, sample_weight, groups)
            self.weights_ = _simplex_weights(held_out, target)
        self.members_ = [fit_weighted(member, values, target, sample_weight) for member in members]
        return self

    def _held_out(
        self, members: list[Any], x: NDArray[np.float64], y: NDArray[np.float64], weights: Any, groups: Any
    ) -> NDArray[np.float64]:
        """Held-out predictions, shape (N, n_members)."""
        from quinary.learning.data import group_folds

        folds = group_folds(np.arange(len(y)) if groups is None else np.asarray(groups), self.n_folds, self.seed)
        predicted = np.empty((len(y), len(members)))
        for fold in range(self.n_folds):
            train, test = folds != fold, folds == fold
            some = None if weights is None else np.asarray(weights)[train]
            for number, member in enumerate(members):
                predicted[test, number] = fit_weighted(clone(member), x[train], y[train], some).predict(x[test])
        return predicted

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Values of shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(self.weights_ @ np.array([member.predict(values) for member in self.members_]))

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """sqrt(sum_k w_k (s_k^2 + (m_k - m)^2)): own spread of the members, and their disagreement; shape (N,)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        means = np.array([member.predict(values) for member in self.members_])
        spreads = [ensemble_spread(member, values) for member in self.members_]
        own = np.array([np.zeros(len(values)) if one is None else one for one in spreads])
        return np.asarray(np.sqrt(self.weights_ @ (own**2 + (means - self.weights_ @ means) ** 2)))


def _simplex_weights(predicted: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.optimize import nnls

    found, _ = nnls(predicted, target)
    total = found.sum()
    return np.asarray(found / total) if total > 0 else np.full(predicted.shape[1], 1.0 / predicted.shape[1])


class BlendClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Average of the class probabilities of several classifiers.

    Attributes:
        members_: the fitted classifiers.
        classes_: names of the classes, in the order of the columns of `predict_proba`.
    """

    def __init__(self, members: Any = None) -> None:
        self.members = members

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> BlendClassifier:  # noqa: N803 - scikit-learn's name
        """Fit every member."""
        from sklearn.linear_model import LogisticRegression

        values, target = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(target)
        self.classes_ = np.unique(target)
        members = _members(self.members, LogisticRegression())
        self.members_ = [fit_weighted(member, values, target, sample_weight) for member in members]
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Probabilities of shape (N, n_classes)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(np.mean([member.predict_proba(values) for member in self.members_], axis=0))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """The most probable class, shape (N,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class BalancedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Probabilities as if every class were equally frequent: p(class | x) / p(class), scaled to sum to one.

    The decision that is best for balanced accuracy, reached without throwing away or copying rows: a rare class (HCP among
    alloys) is named as soon as it is more probable than its share. `natural_proba` has the probabilities
    that hold for the mixture of classes in the data.

    Attributes:
        estimator_: the fitted classifier; `prior_` the shares of the classes in training, shape (n_classes,).
    """

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> BalancedClassifier:  # noqa: N803 - scikit-learn's name
        """Fit the classifier and count the classes."""
        values, target = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(target)
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64)
        self.classes_, numbers = np.unique(target, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("the target has one class; classifiers need at least two")
        shares = np.bincount(numbers, weights=weights)
        self.prior_ = shares / shares.sum()
        self.estimator_ = fit_weighted(clone(self._chosen()), values, target, sample_weight)
        return self

    def _chosen(self) -> Any:
        if self.estimator is not None:
            return self.estimator
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression()

    def natural_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Probabilities for classes as frequent as in the data, shape (N, n_classes)."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(validate_data(self, X, dtype=np.float64, reset=False)))

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Probabilities for equally frequent classes, shape (N, n_classes)."""
        return balanced(self.natural_proba(X), self.prior_)

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """The most probable class for equally frequent classes, shape (N,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])
