"""Weights for any estimator, and the disagreement inside any ensemble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ensemble_spread", "fit_weighted", "takes_weights"]


def takes_weights(estimator: Any) -> bool:
    """True when `fit` of the estimator, or of the last step of a pipeline, has weights of rows."""
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    return bool(has_fit_parameter(last, "sample_weight"))


def fit_weighted(estimator: Any, X: Any, y: Any, weights: Any = None) -> Any:  # noqa: N803 - scikit-learn's name
    """The estimator after fitting, with the weights where it can use them."""
    from sklearn.pipeline import Pipeline

    if weights is None or not takes_weights(estimator):
        return estimator.fit(X, y)
    name = f"{estimator.steps[-1][0]}__sample_weight" if isinstance(estimator, Pipeline) else "sample_weight"
    return estimator.fit(X, y, **{name: weights})


def ensemble_spread(model: Any, X: Any) -> NDArray[np.float64] | None:  # noqa: N803 - scikit-learn's name
    """Standard deviation between the members of an ensemble, or of a process, shape (N,); None for a single model.

    Looks through pipelines.
    """
    from sklearn.pipeline import Pipeline

    if isinstance(model, Pipeline):
        return ensemble_spread(model.steps[-1][1], model[:-1].transform(X))
    if hasattr(model, "predict_spread"):
        return np.asarray(model.predict_spread(X))
    members = getattr(model, "estimators_", None)
    if members is None or not hasattr(model, "max_samples"):
        return None
    values = np.asarray(X, dtype=np.float32)
    return np.asarray(np.std([tree.predict(values) for tree in members], axis=0))
