"""Weights for any estimator, and the disagreement inside any ensemble."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError

__all__ = ["ensemble_spread", "fit_or_refuse", "fit_weighted", "takes_weights"]


def takes_weights(estimator: Any) -> bool:
    """True when `fit` of the estimator, or of the last step of a pipeline, has weights of rows."""
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    return bool(has_fit_parameter(last, "sample_weight"))


def fit_weighted(
    estimator: Any,
    X: Any,  # noqa: N803 - scikit-learn's name
    y: Any,
    weights: Any = None,
    systems: Any = None,
) -> Any:
    """The estimator after fitting, with the weights where it can use them; a number of neighbours is bounded by the rows.

    `systems`: chemical system of each row, for the estimators whose `fit` asks for it.

    Raises:
        ValueError: it cannot be fitted on these rows; what scikit-learn asks of its estimators, which call this.
    """
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    last_name, last = estimator.steps[-1] if isinstance(estimator, Pipeline) else ("", estimator)
    if getattr(last, "n_neighbors", 0) > len(y):
        last.set_params(n_neighbors=len(y))
    given = {}
    if weights is not None and not _say_nothing(weights, len(y)) and takes_weights(estimator):
        given = {f"{last_name}__sample_weight" if last_name else "sample_weight": weights}
    if systems is not None and has_fit_parameter(estimator, "systems"):
        given["systems"] = systems
    return estimator.fit(X, y, **given)


def _say_nothing(weights: Any, n_rows: int) -> bool:
    """Whether every row has a weight of one: gradient boosting on histograms takes five times as long with such weights."""
    values = np.asarray(weights)
    return values.shape == (n_rows,) and bool(np.allclose(values, 1.0, rtol=1e-12, atol=0.0))


def fit_or_refuse(estimator: Any, X: Any, y: Any, *more: Any) -> Any:  # noqa: N803 - scikit-learn's name
    """`fit_weighted`, with the same arguments, for those who fit on a user's rows.

    Raises:
        InputError: it cannot be fitted on these rows, such as for a class of one row.
    """
    try:
        return fit_weighted(estimator, X, y, *more)
    except InputError:
        raise
    except ValueError as error:  # scikit-learn's, whose messages have several lines at times
        said = str(error).partition("\n")[0]
        name = type(getattr(estimator, "steps", [("", estimator)])[-1][1]).__name__
        raise InputError(f"{name} cannot be fitted on {len(y)} rows: {said}") from error


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
