"""The equations of fitted models, as functions of arrays: what the estimators and their saved forms both compute.

Free of scikit-learn, which takes a second to import: a kept model answers without it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "balanced",
    "kernel_of",
    "margin_probabilities",
    "network_outputs",
    "process_geometry",
    "process_kernel",
    "process_spread",
    "with_products",
]

_SMALLEST_VARIANCE: Final = 1e-8  # in standardised units: rounding can bring the difference below zero


def balanced(probabilities: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    """P / prior scaled to rows that sum to one, shape (N, n_classes)."""
    odds = probabilities / prior
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def process_kernel(
    first: NDArray[np.float64], second: NDArray[np.float64], parameters: NDArray[np.float64]
) -> NDArray[np.float64]:
    """k(x, x') = s^2 (1 + r + r^2 / 3) exp(-r) + b^2 x.x' / n with r = sqrt(5 / n) |x - x'| / l, shape (N, M).

    Matern kernel of smoothness 5/2 plus a linear one, of n standardised features; `parameters` holds the natural
    logarithms of s^2, l, b^2 and the noise. Source: Rasmussen, Williams 2006, Gaussian Processes for Machine Learning,
    equation 4.17.
    """
    return kernel_of(*process_geometry(first, second), parameters)


def process_geometry(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """sqrt(5 / n) |x - x'| and x.x' / n, both of shape (N, M)."""
    n_features = first.shape[1]
    dot = first @ second.T
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :] - 2.0 * dot
    return np.sqrt(5.0 * np.maximum(squares, 0.0) / n_features), dot / n_features


def kernel_of(
    distance: NDArray[np.float64], dot: NDArray[np.float64], parameters: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`process_kernel` from what `process_geometry` gives, which is the same for all parameters that are tried."""
    signal, length, linear, _ = np.exp(parameters)
    r = distance / length
    return np.asarray(signal * (1.0 + r * (1.0 + r / 3.0)) * np.exp(-r) + linear * dot)


def process_spread(
    scaled: NDArray[np.float64],
    support: NDArray[np.float64],
    lower: NDArray[Any],
    parameters: NDArray[np.float64],
) -> NDArray[np.float64]:
    """sqrt(k(x, x) - k(x)^T K^-1 k(x)) in standardised units, shape (N,); `lower` is the Cholesky factor of K."""
    from scipy.linalg import solve_triangular

    signal, _, linear, _ = np.exp(parameters)
    prior = signal + linear * (scaled**2).sum(axis=1) / scaled.shape[1]
    known = solve_triangular(lower, process_kernel(support, scaled, parameters), lower=True)
    return np.asarray(np.sqrt(np.maximum(prior - (known**2).sum(axis=0), _SMALLEST_VARIANCE)))


def network_outputs(
    layers: list[tuple[NDArray[np.float64], NDArray[np.float64]]], inputs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Outputs of M networks with smooth rectifiers x / (1 + exp(-x)), shape (M, N, n_out), for inputs of shape (N, n_in).

    `layers` are pairs of matrices (M, n_in, n_out) and biases (M, 1, n_out).
    """
    hidden = np.broadcast_to(inputs, (len(layers[0][0]), *inputs.shape))
    for number, (matrix, bias) in enumerate(layers):
        hidden = hidden @ matrix + bias
        if number < len(layers) - 1:
            hidden = hidden / (1.0 + np.exp(-np.clip(hidden, -40.0, 40.0)))
    return np.asarray(hidden)


def with_products(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns x_i, then the products 4 x_i x_j of each two columns; shape (N, n + n (n - 1) / 2).

    The factor 4 makes the product one for an equal mixture of two elements, as in the regular solution.
    """
    first, second = np.triu_indices(values.shape[1], 1)
    return np.hstack([values, 4.0 * values[:, first] * values[:, second]])


def margin_probabilities(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """exp(m_k) / sum_j exp(m_j) of one margin a class, shape (N, n_classes); of (N,) two classes with margins -m, m.

    A ranking of certainty, not a calibrated frequency: that is what the conformal sets are for.
    """
    each = np.column_stack([-margins, margins]) if margins.ndim == 1 else margins
    odds = np.exp(each - each.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
