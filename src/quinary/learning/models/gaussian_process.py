"""A Gaussian process for compositions: smooth and linear parts, and noise that differs from row to row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from quinary.learning.models.equations import kernel_of, process_geometry, process_kernel, process_spread

__all__ = ["CompositionProcess"]

_JITTER: Final = 1e-8
_BOUNDS: Final = ((-4.0, 4.0), (-2.0, 4.0), (-8.0, 4.0), (-7.0, 2.0))  # natural logarithms, of standardised quantities
_STARTS: Final = ((0.0, 0.7, -2.0, -1.5), (0.0, 2.0, -4.0, -0.5))


class CompositionProcess(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Exact Gaussian process with the kernel of `process_kernel`; weights of rows set their noise: variance / weight.

    Features are standardised inside. The four parameters maximise the marginal likelihood from two fixed starts. Above
    `max_rows` rows a random part is taken, since the cost grows with the cube.

    Attributes:
        parameters_: logarithms of signal variance, length, linear variance, noise variance (of the standardised target).
        support_: standardised features of the rows that were learned, shape (M, n_features).
        dual_: K^-1 y, shape (M,).
    """

    def __init__(self, max_rows: int = 1500, seed: int = 0) -> None:
        self.max_rows = max_rows
        self.seed = seed

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> CompositionProcess:  # noqa: N803 - scikit-learn's name
        """Fit parameters and dual coefficients."""
        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64)
        chosen = np.flatnonzero(weights > 0)
        if len(chosen) > self.max_rows:
            chosen = np.random.default_rng(self.seed).choice(chosen, self.max_rows, replace=False)
        values, target = values[chosen], target[chosen]
        self.centre_, self.scale_ = values.mean(axis=0), _spread(values)
        self.target_mean_, self.target_scale_ = float(target.mean()), float(_spread(target[:, None])[0])
        self.support_ = (values - self.centre_) / self.scale_
        scaled = (target - self.target_mean_) / self.target_scale_
        relative_noise = weights[chosen].mean() / weights[chosen]
        self.parameters_ = _most_likely(self.support_, scaled, relative_noise)
        geometry = process_geometry(self.support_, self.support_)
        self.lower_ = np.linalg.cholesky(_covariance(geometry, relative_noise, self.parameters_))
        self.dual_ = np.linalg.solve(self.lower_.T, np.linalg.solve(self.lower_, scaled))
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Mean of the process, shape (N,)."""
        check_is_fitted(self)
        scaled = (validate_data(self, X, dtype=np.float64, reset=False) - self.centre_) / self.scale_
        predicted = process_kernel(scaled, self.support_, self.parameters_) @ self.dual_
        return np.asarray(predicted * self.target_scale_ + self.target_mean_)

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Standard deviation of the process without the noise of a measurement, shape (N,)."""
        check_is_fitted(self)
        scaled = (validate_data(self, X, dtype=np.float64, reset=False) - self.centre_) / self.scale_
        return process_spread(scaled, self.support_, self.lower_, self.parameters_) * self.target_scale_


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std(axis=0)
    return np.where(spread > _JITTER * np.maximum(1.0, np.abs(values).max(axis=0)), spread, 1.0)


def _covariance(
    geometry: tuple[NDArray[np.float64], NDArray[np.float64]],
    relative_noise: NDArray[np.float64],
    parameters: NDArray[np.float64],
) -> NDArray[np.float64]:
    covariance = kernel_of(*geometry, parameters)
    covariance.flat[:: len(covariance) + 1] += np.exp(parameters[3]) * relative_noise + _JITTER
    return covariance


def _most_likely(
    support: NDArray[np.float64], target: NDArray[np.float64], relative_noise: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The parameters of highest marginal likelihood (Rasmussen, Williams 2006, equation 2.30)."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.optimize import minimize

    geometry = process_geometry(support, support)

    def misfit(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        covariance = _covariance(geometry, relative_noise, parameters)
        factor = cho_factor(covariance, lower=True, check_finite=False)
        dual = cho_solve(factor, target, check_finite=False)
        inverse = cho_solve(factor, np.eye(len(target)), check_finite=False)
        slopes = _slopes(geometry, relative_noise, parameters)
        gradient = [0.5 * float((inverse * slope).sum() - dual @ slope @ dual) for slope in slopes[:3]]
        gradient.append(0.5 * float(np.diag(inverse) @ slopes[3] - dual @ (slopes[3] * dual)))
        return float(0.5 * target @ dual + np.log(np.diag(factor[0])).sum()), np.array(gradient)

    found = [
        minimize(misfit, start, jac=True, bounds=_BOUNDS, method="L-BFGS-B", options={"maxiter": 25})
        for start in _STARTS
    ]
    return np.asarray(min(found, key=lambda one: one.fun).x)


def _slopes(
    geometry: tuple[NDArray[np.float64], NDArray[np.float64]],
    relative_noise: NDArray[np.float64],
    parameters: NDArray[np.float64],
) -> list[NDArray[np.float64]]:
    """Derivatives of the covariance by the logarithms of s^2, l and b^2, and the diagonal of that by the noise."""
    signal, length, linear, noise = np.exp(parameters)
    r = geometry[0] / length
    decay = signal * np.exp(-r)
    return [
        decay * (1.0 + r * (1.0 + r / 3.0)),
        decay * r**2 * (1.0 + r) / 3.0,
        linear * geometry[1],
        noise * relative_noise,
    ]
