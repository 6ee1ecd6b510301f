"""Cheap data for scarce data: several properties in one process, and a dear fidelity learned on top of a cheap one.

Several properties with gaps: intrinsic coregionalisation, k((c, p), (c', q)) = B_pq k(c, c'), a Gaussian process over all
labels at once (Bonilla, Chai, Williams 2007, Multi-task Gaussian process prediction, NIPS). B = L L' + diag is estimated from
the labels with the length of the kernel by marginal likelihood.

Two fidelities: y_dear(c) = rho y_cheap(c) + d(c), with d a process on the residuals (Kennedy, O'Hagan 2000,
10.1093/biomet/87.1.1). Where a cheap value is missing it comes from the process of the cheap data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["JointProcess", "Residual", "fitted_joint", "fitted_residual"]

_JITTER: Final = 1e-6
_MOST_LABELS: Final = 3000  # the process solves a system of that size some hundred times
_FEWEST_LABELS: Final = 8


def matern(first: NDArray[np.float64], second: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Matern kernel of order 5/2 with one length, shape (N, M)."""
    from scipy.spatial.distance import cdist

    distance = cdist(first, second) * (5.0**0.5 / length)
    return np.asarray((1.0 + distance + distance**2 / 3.0) * np.exp(-distance))


@dataclass(frozen=True, slots=True)
class JointProcess:
    """Several properties of N rows as one process.

    Attributes:
        rows: features of each label, shape (n_labels, k), scaled; `tasks`: number of its property, shape (n_labels,).
        weights: K^-1 y, shape (n_labels,).
        relation: B, shape (n_tasks, n_tasks); `correlation` is the same with ones on its diagonal.
        centre, spread: of each property, shape (n_tasks,); `shift`, `scale`: of the features, shape (k,).
    """

    rows: NDArray[np.float64]
    tasks: NDArray[np.int64]
    weights: NDArray[np.float64]
    relation: NDArray[np.float64]
    length: float
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    shift: NDArray[np.float64]
    scale: NDArray[np.float64]

    @property
    def correlation(self) -> NDArray[np.float64]:
        """How alike the properties are after scaling, shape (n_tasks, n_tasks)."""
        own = np.sqrt(np.diag(self.relation))
        return np.asarray(self.relation / np.outer(own, own))

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """All properties, shape (N, n_tasks), for features of shape (N, k)."""
        kernel = matern((features - self.shift) / self.scale, self.rows, self.length)
        found = (kernel * self.weights) @ self.relation[self.tasks]
        return np.asarray(found * self.spread + self.centre)


def fitted_joint(
    features: NDArray[np.float64], targets: NDArray[np.float64], *, is_shared: bool = True
) -> JointProcess:
    """One process for all properties; `targets` has shape (N, n_tasks) with NaN where a label is missing.

    With `is_shared` false the properties are kept apart (B diagonal): what the joint process has to beat.

    Raises:
        InputError: a property with fewer than eight labels, or more than 3000 labels in all.
    """
    from scipy.optimize import minimize

    counts = (~np.isnan(targets)).sum(axis=0)
    if counts.min() < _FEWEST_LABELS:
        raise InputError(
            f"property {int(counts.argmin()) + 1} has {counts.min()} labels; at least {_FEWEST_LABELS} are needed"
        )
    if counts.sum() > _MOST_LABELS:
        raise InputError(f"{counts.sum()} labels are more than one process holds ({_MOST_LABELS}); take a part of them")
    shift, scale = features.mean(axis=0), np.where(features.std(axis=0) > 0, features.std(axis=0), 1.0)
    centre, spread = np.nanmean(targets, axis=0), np.maximum(np.nanstd(targets, axis=0), 1e-300)
    number, tasks = np.nonzero(~np.isnan(targets))
    rows = ((features - shift) / scale)[number]
    labels = ((targets - centre) / spread)[number, tasks]
    problem = _Problem(rows, tasks, labels, targets.shape[1], is_shared)
    best = minimize(problem.loss, problem.start(), method="L-BFGS-B", options={"maxiter": 40})
    relation, length, noise = problem.parts(best.x)
    weights = np.linalg.solve(problem.covariance(relation, length, noise), labels)
    return JointProcess(rows, tasks, weights, relation, length, centre, spread, shift, scale)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The marginal likelihood of the labels as a function of factors of B, the length and a noise for each property."""

    rows: NDArray[np.float64]
    tasks: NDArray[np.int64]
    labels: NDArray[np.float64]
    n_tasks: int
    is_shared: bool

    def start(self) -> NDArray[np.float64]:
        """Equal loads of one common factor, own parts, noises, and a length of the size of the space."""
        common = np.full(self.n_tasks, 0.7 if self.is_shared else 0.0)
        length = np.log(0.7 * self.rows.shape[1] ** 0.5 + 0.3)
        return np.concatenate([common, np.full(self.n_tasks, -0.7), np.full(self.n_tasks, -2.0), [length]])

    def parts(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
        """B, the length, and the variance of the noise of each property."""
        n = self.n_tasks
        common = point[:n] if self.is_shared else np.zeros(n)
        relation = np.outer(common, common) + np.diag(np.exp(np.clip(point[n : 2 * n], -12, 6)))
        noise = np.exp(np.clip(point[2 * n : 3 * n], -12, 3))
        return relation, float(np.exp(np.clip(point[3 * n], -3, 5))), noise

    def covariance(
        self, relation: NDArray[np.float64], length: float, noise: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Of all labels, shape (n_labels, n_labels)."""
        found = relation[np.ix_(self.tasks, self.tasks)] * matern(self.rows, self.rows, length)
        found[np.diag_indices(len(found))] += noise[self.tasks] + _JITTER
        return np.asarray(found)

    def loss(self, point: NDArray[np.float64]) -> float:
        """Negative logarithm of the marginal likelihood."""
        from scipy.linalg import cho_factor, cho_solve

        factor = cho_factor(self.covariance(*self.parts(point)), lower=True, overwrite_a=True)
        fit = 0.5 * float(self.labels @ cho_solve(factor, self.labels))
        return fit + float(np.log(np.diag(factor[0])).sum()) + 0.005 * float((point**2).sum())


@dataclass(frozen=True, slots=True)
class Residual:
    """A dear fidelity on top of a cheap one: y = offset + rho cheap + process of what is left."""

    rho: float
    offset: float
    process: JointProcess

    def predict(self, features: NDArray[np.float64], cheap: NDArray[np.float64]) -> NDArray[np.float64]:
        """Dear values, shape (N,), for features of shape (N, k) and cheap values of shape (N,)."""
        return np.asarray(self.offset + self.rho * cheap + self.process.predict(features)[:, 0])


def fitted_residual(features: NDArray[np.float64], cheap: NDArray[np.float64], dear: NDArray[np.float64]) -> Residual:
    """Rho and offset by least squares, then a process on the residuals; arrays of shape (N, k), (N,) and (N,).

    Raises:
        InputError: fewer than eight rows, or gaps in the cheap values (fill them with a process of the cheap data).
    """
    if not np.isfinite(cheap).all():
        raise InputError("cheap values are missing; predict them from the cheap data first")
    if len(dear) < _FEWEST_LABELS:
        raise InputError(f"{len(dear)} dear values; at least {_FEWEST_LABELS} are needed")
    columns = np.column_stack([cheap, np.ones(len(cheap))])
    rho, offset = np.linalg.lstsq(columns, dear, rcond=None)[0].tolist()
    process = fitted_joint(features, (dear - rho * cheap - offset)[:, None])
    return Residual(rho, offset, process)
