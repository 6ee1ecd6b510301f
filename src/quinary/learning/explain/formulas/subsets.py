"""Least squares over every subset of a few columns: the exhaustive part of a search for sparse formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fit", "best_subset", "fitted", "orthonormal", "projected"]

_SINGULAR: Final = 1e-6  # share of a column that is not explained by the others, below which the two are one


@dataclass(frozen=True, slots=True)
class Fit:
    """Least squares on chosen columns.

    Attributes:
        coefficients, errors: with their standard errors, those of the base first, shape (n_base + n_chosen,).
        residual: sum of the squares of the residuals.
    """

    coefficients: NDArray[np.float64]
    errors: NDArray[np.float64]
    residual: float


def fitted(columns: NDArray[np.float64], target: NDArray[np.float64]) -> Fit:
    """Least squares, columns of shape (N, k); errors are sqrt(diag((X'X)^-1) RSS / (N - k)), zero where N = k."""
    scale = np.linalg.norm(columns, axis=0)
    scale[scale == 0] = 1.0
    left, sizes, right = np.linalg.svd(columns / scale, full_matrices=False)
    kept = sizes > sizes.max(initial=0.0) * 1e-12
    inverse = np.where(kept, 1.0 / np.where(kept, sizes, 1.0), 0.0)
    coefficients = right.T @ (inverse * (left.T @ target)) / scale
    residual = float(((target - columns @ coefficients) ** 2).sum())
    n_free = len(target) - columns.shape[1]
    variance = residual / n_free if n_free > 0 else 0.0
    errors = np.sqrt(variance * ((right.T * inverse) ** 2).sum(axis=1)) / scale
    return Fit(coefficients, errors, residual)


def orthonormal(base: NDArray[np.float64]) -> NDArray[np.float64]:
    """An orthonormal basis, shape (N, rank), of what the columns of the base, shape (N, k), span."""
    if base.shape[1] == 0:
        return base
    left, sizes, _ = np.linalg.svd(base / np.linalg.norm(base, axis=0), full_matrices=False)
    return np.asarray(left[:, sizes > sizes.max() * 1e-10])


def projected(columns: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns, shape (N, B) or (N,), less what the base, shape (N, k), explains of them."""
    left = orthonormal(base)
    return np.asarray(columns - left @ (left.T @ columns))


def best_subset(
    columns: NDArray[np.float64],
    target: NDArray[np.float64],
    costs: NDArray[np.float64],
    n_chosen: int,
    length: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> tuple[float, tuple[int, ...]]:
    """The subset of one to three columns for which length(RSS) + sum of costs is smallest, and that sum.

    Columns, shape (N, B), and target have the base projected out; `costs` has shape (B,); `length` turns sums of squared
    residuals into a loss that grows with them. Columns that repeat each other are never chosen together; without a subset
    the sum is infinite.
    """
    norms = np.linalg.norm(columns, axis=0)
    usable = np.flatnonzero(norms > 0)
    scaled = columns[:, usable] / norms[usable]
    problem = _Normal(scaled.T @ scaled, scaled.T @ target, float(target @ target), costs[usable])
    loss, chosen = _best(problem, n_chosen, length)
    return loss, tuple(int(usable[number]) for number in chosen)


@dataclass(frozen=True, slots=True)
class _Normal:
    """Normal equations of columns of norm one, less what the columns chosen before explain; `spent` is their cost."""

    gram: NDArray[np.float64]
    moments: NDArray[np.float64]
    total: float
    costs: NDArray[np.float64]
    spent: float = 0.0

    def given(self, number: int) -> _Normal:
        """The columns after this one, with this one projected out."""
        later = slice(number + 1, None)
        own, shared = self.gram[number, number], self.gram[number, later]
        slope = self.moments[number] / own
        return _Normal(
            self.gram[later, later] - np.outer(shared, shared) / own,
            self.moments[later] - slope * shared,
            self.total - slope * self.moments[number],
            self.costs[later],
            self.spent + float(self.costs[number]),
        )


def _best(
    problem: _Normal, n_chosen: int, length: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> tuple[float, tuple[int, ...]]:
    n_columns = len(problem.moments)
    if n_columns < n_chosen:
        return math.inf, ()
    if n_chosen > 2:
        found = []
        for number in range(n_columns - n_chosen + 1):
            if problem.gram[number, number] > _SINGULAR:
                loss, rest = _best(problem.given(number), n_chosen - 1, length)
                found.append((loss, (number, *(number + 1 + one for one in rest))))
        return min(found, default=(math.inf, ()))
    losses = _singles(problem, length) if n_chosen == 1 else _pairs(problem, length)
    place = int(np.argmin(losses))
    chosen = np.unravel_index(place, losses.shape)
    smallest = float(losses[chosen])
    return (smallest, tuple(int(one) for one in chosen)) if math.isfinite(smallest) else (math.inf, ())


def _singles(problem: _Normal, length: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
    own = np.diag(problem.gram)
    is_sound = own > _SINGULAR
    residual = problem.total - problem.moments**2 / np.where(is_sound, own, 1.0)
    return np.where(is_sound, length(residual) + problem.costs + problem.spent, np.inf)


def _pairs(problem: _Normal, length: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Loss of each pair above the diagonal, shape (B, B): RSS = t - (m_i^2 g_jj - 2 m_i m_j g_ij + m_j^2 g_ii) / det."""
    own, moments = np.diag(problem.gram), problem.moments
    determinant = np.outer(own, own) - problem.gram**2
    is_sound = np.triu(determinant > _SINGULAR, 1)
    crossed = np.outer(moments**2, own)
    explained = crossed + crossed.T - 2.0 * np.outer(moments, moments) * problem.gram
    residual = problem.total - explained / np.where(is_sound, determinant, 1.0)
    said = problem.costs[:, None] + problem.costs + problem.spent
    return np.where(is_sound, length(residual) + said, np.inf)
