"""Kernel ridge regression of several properties on the fractions, with gradients: exact to solve, nothing to train.

With the Matern kernel of order 5/2, k(r) = (1 + r + r^2 / 3) exp(-r) and r = sqrt(5) |c - c'| / length (Rasmussen and
Williams 2006, Gaussian Processes for Machine Learning, equation 4.17), whose gradient is
-(5 / (3 length^2)) (1 + r) exp(-r) (c - c').
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KernelRidge"]

_BLOCK: Final = 4_000_000  # kernel values held at once


@dataclass(frozen=True, eq=False, slots=True)
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
        unfitted = cls(known, np.zeros_like(values), mean, length)
        kernel, _ = unfitted._kernel(known)
        kernel[np.diag_indices(len(known))] += ridge
        return cls(known, cho_solve(cho_factor(kernel, overwrite_a=True), values - mean), mean, length)

    def values(self, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values, shape (N, n_properties), of compositions of shape (N, n_elements)."""
        found = np.empty((len(fractions), self.weights.shape[1]))
        for part in self._blocks(len(fractions)):
            found[part] = self._kernel(fractions[part])[0] @ self.weights
        return found + self.mean

    def slopes(self, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Derivatives by each fraction, shape (N, n_properties, n_elements)."""
        n_elements, n_properties = self.known.shape[1], self.weights.shape[1]
        moments = np.column_stack(
            [self.weights, (self.weights[:, :, None] * self.known[:, None, :]).reshape(len(self.known), -1)]
        )
        found = np.empty((len(fractions), n_properties, n_elements))
        for part in self._blocks(len(fractions)):
            sums = self._kernel(fractions[part])[1] @ moments
            pulled = sums[:, n_properties:].reshape(-1, n_properties, n_elements)
            found[part] = pulled - sums[:, :n_properties, None] * fractions[part][:, None, :]
        return found * (5.0 / (3.0 * self.length**2))

    def _blocks(self, n_rows: int) -> list[slice]:
        size = max(1, _BLOCK // len(self.known))
        return [slice(start, start + size) for start in range(0, n_rows, size)]

    def _kernel(self, fractions: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The kernel, and (1 + r) exp(-r), both of shape (N, M)."""
        squares = (fractions**2).sum(axis=1)[:, None] + (self.known**2).sum(axis=1) - 2.0 * fractions @ self.known.T
        distance = np.sqrt(np.maximum(squares, 0.0) * (5.0 / self.length**2))
        fading = np.exp(-distance)
        slope = (1.0 + distance) * fading
        return slope + distance**2 / 3.0 * fading, slope
