"""Kernel ridge regression of several properties on the fractions, with gradients: exact to solve, nothing to train.

With the Matern kernel of order 5/2, k(r) = (1 + r + r^2 / 3) exp(-r) and r = sqrt(5) |c - c'| / length (Rasmussen and
Williams 2006, Gaussian Processes for Machine Learning, equation 4.17), whose gradient is
-(5 / (3 length^2)) (1 + r) exp(-r) (c - c').
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["KernelRidge"]

_BLOCK: Final = 100_000  # kernel values held at once


@dataclass(frozen=True, eq=False)
class KernelRidge:
    """Several properties of compositions, learned from rows of fractions.

    Attributes:
        known: fractions of the training rows, shape (M, n_elements).
        weights: of each row for each property, shape (M, n_properties).
        mean: of each property, shape (n_properties,).
        length: of the kernel, in Euclidean distance of fractions.
    """

    known: NDArray[np.float64]
    weights: NDArray[np.float64]
    mean: NDArray[np.float64]
    length: float

    @classmethod
    def fitted(
        cls, known: NDArray[np.float64], values: NDArray[np.float64], length: float = 0.8, ridge: float = 1e-4
    ) -> KernelRidge:
        """Fit values of shape (M, n_properties) to compositions of shape (M, n_elements)."""
        from scipy.linalg import cho_factor, cho_solve

        mean = values.mean(axis=0)
        kernel, _ = _kernels(known, known, length)
        kernel[np.diag_indices(len(known))] += ridge
        return cls(known, cho_solve(cho_factor(kernel, overwrite_a=True), values - mean), mean, length)

    def values(self, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values, shape (N, n_properties), of compositions of shape (N, n_elements)."""
        found = np.empty((len(fractions), self.weights.shape[1]))
        for part in self._blocks(len(fractions)):
            found[part] = _kernels(fractions[part], self.known, self.length)[0] @ self.weights
        return found + self.mean

    def linearised(self, fractions: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Values, and derivatives by each fraction, shape (N, n_properties, n_elements).

        Worked out in single precision, from the same distances: for the steps of a search, whose end `values` judges.
        """
        n_elements, n_properties = self.known.shape[1], self.weights.shape[1]
        known, moments = self._single
        values = np.empty((len(fractions), n_properties))
        slopes = np.empty((len(fractions), n_properties, n_elements))
        for part in self._blocks(len(fractions)):
            here = (fractions[part] - self._centre).astype(np.float32)
            kernel, fading = _kernels(here, known, self.length)
            sums = (fading @ moments).astype(np.float64)
            values[part] = kernel @ moments[:, :n_properties]
            pulled = sums[:, n_properties:].reshape(-1, n_properties, n_elements)
            slopes[part] = pulled - sums[:, :n_properties, None] * here[:, None, :]
        return values + self.mean, slopes * (5.0 / (3.0 * self.length**2))

    @functools.cached_property
    def _single(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Known rows counted from their mean, and their weights beside the products of both, in single precision."""
        known = self.known - self._centre
        products = (self.weights[:, :, None] * known[:, None, :]).reshape(len(known), -1)
        return known.astype(np.float32), np.column_stack([self.weights, products]).astype(np.float32)

    @functools.cached_property
    def _centre(self) -> NDArray[np.float64]:
        return np.asarray(self.known.mean(axis=0))

    def _blocks(self, n_rows: int) -> list[slice]:
        size = max(1, _BLOCK // len(self.known))
        return [slice(start, start + size) for start in range(0, n_rows, size)]


def _kernels(here: Any, known: Any, length: float) -> tuple[Any, Any]:
    """The kernel, and (1 + r) exp(-r), both of shape (N, M), in the precision of the rows."""
    squares = here @ known.T
    squares *= -2.0
    squares += (here**2).sum(axis=1)[:, None]
    squares += (known**2).sum(axis=1)
    np.maximum(squares, 0.0, out=squares)
    squares *= 5.0 / length**2
    distance = np.sqrt(squares)
    slope = np.exp(-distance)
    squares *= slope
    squares /= 3.0
    distance += 1.0
    slope *= distance
    squares += slope
    return squares, slope
