"""Cheap data for scarce data: several properties in one process, and a dear fidelity learned on top of a cheap one.

Several properties with gaps: k((c, p), (c', q)) = a_p a_q k_0(c, c') + delta_pq b_p k_p(c, c'), a process that all share and
one that each has for itself, over all labels at once (a linear model of coregionalisation; Bonilla, Chai, Williams 2007,
Multi-task Gaussian process prediction, NIPS). Each k has a length of its own: with one length for all, a plentiful property
makes the scarce one as smooth as itself, and unrelated labels do harm. Loads, variances, lengths and noises are estimated
from the labels by marginal likelihood.

Two fidelities: y_dear(c) = rho y_cheap(c) + d(c), with d a process on the residuals (Kennedy, O'Hagan 2000,
10.1093/biomet/87.1.1). The cheap value comes from the process of the cheap data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError

__all__ = ["JointProcess", "Residual", "fitted_joint", "fitted_residual", "matern", "remaining_spread"]

_JITTER: Final = 1e-6
_MOST_LABELS: Final = 3000  # the process solves a system of that size some fifty times
_FEWEST_LABELS: Final = 8
_PULL: Final = 0.005
_LENGTH_PULL: Final = 0.5  # a normal distribution of the logarithm with a deviation of one
_RELATED: Final = 0.7  # loads to begin with: of properties that are much alike, and that are strangers
_STRANGE: Final = 0.1


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
        weights: K^-1 y, shape (n_labels,); `lower`: Cholesky factor of K, shape (n_labels, n_labels).
        load, own: a and b, shape (n_tasks,).
        lengths: of the shared process, then of each property's own, shape (n_tasks + 1,).
        centre, spread: of each property, shape (n_tasks,); `shift`, `scale`: of the features, shape (k,).
    """

    rows: NDArray[np.float64]
    tasks: NDArray[np.int64]
    weights: NDArray[np.float64]
    lower: NDArray[np.float64]
    load: NDArray[np.float64]
    own: NDArray[np.float64]
    lengths: NDArray[np.float64]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    shift: NDArray[np.float64]
    scale: NDArray[np.float64]

    @property
    def correlation(self) -> NDArray[np.float64]:
        """How alike the properties are after scaling, shape (n_tasks, n_tasks)."""
        relation = np.outer(self.load, self.load) + np.diag(self.own)
        deviation = np.sqrt(np.diag(relation))
        return np.asarray(relation / np.outer(deviation, deviation))

    def kernel(self, features: NDArray[np.float64], task: int) -> NDArray[np.float64]:
        """k((c, task), label) for features of shape (N, k): shape (N, n_labels)."""
        scaled = (features - self.shift) / self.scale
        found = matern(scaled, self.rows, float(self.lengths[0])) * (self.load[task] * self.load[self.tasks])
        same = np.flatnonzero(self.tasks == task)
        found[:, same] += self.own[task] * matern(scaled, self.rows[same], float(self.lengths[task + 1]))
        return np.asarray(found)

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """All properties, shape (N, n_tasks), for features of shape (N, k)."""
        found = [self.kernel(features, task) @ self.weights for task in range(len(self.load))]
        return np.asarray(np.column_stack(found) * self.spread + self.centre)

    def predict_unseen(
        self, features: NDArray[np.float64], groups: NDArray[Any], label_groups: NDArray[Any]
    ) -> NDArray[np.float64]:
        """The first property of N rows as if no label of their own group were known, shape (N,).

        Without the labels I the weights are a - K^-1_{.I} (K^-1_II)^-1 a_I, which is zero at I. Loads, lengths, noises and the
        centre stay those of all labels. Source: the deletion formula of Rasmussen, Williams 2006, section 5.4.2, for groups.

        Args:
            features: shape (N, k).
            groups: of the rows, shape (N,).
            label_groups: of the labels, shape (n_labels,).
        """
        from scipy.linalg import cho_solve

        inverse = cho_solve((self.lower, True), np.eye(len(self.weights)))
        kernel = self.kernel(features, 0)
        found = kernel @ self.weights
        for group in np.unique(groups):
            hidden, rows = label_groups == group, groups == group
            if hidden.any():
                lost = np.linalg.solve(inverse[np.ix_(hidden, hidden)], self.weights[hidden])
                weights = np.where(hidden, 0.0, self.weights - inverse[:, hidden] @ lost)
                found[rows] = kernel[rows] @ weights
        return np.asarray(found * self.spread[0] + self.centre[0])

    def predict_spread(self, features: NDArray[np.float64], task: int = 0) -> NDArray[np.float64]:
        """Standard deviation of one property without the noise of its labels, shape (N,)."""
        variance = float(self.load[task] ** 2 + self.own[task])
        return remaining_spread(self.kernel(features, task), self.lower, variance) * float(self.spread[task])


def remaining_spread(kernel: NDArray[np.float64], lower: NDArray[np.float64], variance: float) -> NDArray[np.float64]:
    """sqrt(variance - k^T K^-1 k), shape (N,), of kernel rows k, shape (N, n_labels), and K = lower lower^T."""
    from scipy.linalg import solve_triangular

    known = solve_triangular(lower, kernel.T, lower=True)
    return np.asarray(np.sqrt(np.maximum(variance - (known**2).sum(axis=0), _JITTER)))


def fitted_joint(
    features: NDArray[np.float64], targets: NDArray[np.float64], *, is_shared: bool = True
) -> JointProcess:
    """One process for all properties; `targets` has shape (N, n_tasks) with NaN where a label is missing.

    With `is_shared` false the properties are kept apart (no loads): what the joint process has to beat.

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
    problem = _Problem.of(rows, tasks, labels, targets.shape[1])
    given = {"jac": True, "method": "L-BFGS-B", "options": {"maxiter": 40}}
    loads = (_RELATED, _STRANGE) if is_shared and targets.shape[1] > 1 else (0.0,)
    found = [minimize(problem.loss, problem.start(load), bounds=problem.bounds(load), **given) for load in loads]
    point = min(found, key=lambda one: float(one.fun)).x
    lower = np.asarray(np.linalg.cholesky(problem.covariance(point)), dtype=np.float64)
    weights = np.asarray(np.linalg.solve(lower.T, np.linalg.solve(lower, labels)), dtype=np.float64)
    load, own, _, lengths = problem.parts(point)
    return JointProcess(rows, tasks, weights, lower, load, own, lengths, centre, spread, shift, scale)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The marginal likelihood of the labels as a function of loads, own variances, noises and lengths.

    Attributes:
        distance: between the rows of the labels, shape (n_labels, n_labels).
        tasks: number of the property of each label; `members`: the labels of each property.
    """

    distance: NDArray[np.float64]
    tasks: NDArray[np.int64]
    labels: NDArray[np.float64]
    members: tuple[NDArray[np.int64], ...]
    n_features: int

    @classmethod
    def of(
        cls, rows: NDArray[np.float64], tasks: NDArray[np.int64], labels: NDArray[np.float64], n_tasks: int
    ) -> _Problem:
        """The problem of scaled rows, the number of the property of each, and scaled labels."""
        from scipy.spatial.distance import cdist

        members = tuple(np.flatnonzero(tasks == task) for task in range(n_tasks))
        return cls(cdist(rows, rows), tasks, labels, members, rows.shape[1])

    def start(self, load: float) -> NDArray[np.float64]:
        """Equal loads, own parts, noises, and lengths of the size of the space."""
        n = len(self.members)
        length = np.log(0.7 * self.n_features**0.5 + 0.3)
        return np.concatenate([np.full(n, load), np.full(n, -0.7), np.full(n, -2.0), np.full(n + 1, length)])

    def bounds(self, load: float) -> list[tuple[float, float]]:
        """Of the loads (none if the start has none), and of the logarithms of own parts, noises and lengths."""
        n = len(self.members)
        shared = (-10.0, 10.0) if load else (0.0, 0.0)
        return [shared] * n + [(-12.0, 6.0)] * n + [(-12.0, 3.0)] * n + [(-3.0, 5.0)] * (n + 1)

    def parts(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Loads, own variances, variances of the noise, each of shape (n_tasks,), and lengths, shape (n_tasks + 1,)."""
        n = len(self.members)
        return point[:n], np.exp(point[n : 2 * n]), np.exp(point[2 * n : 3 * n]), np.exp(point[3 * n :])

    def covariance(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of all labels, shape (n_labels, n_labels)."""
        load, own, noise, lengths = self.parts(point)
        found = _kernel_and_growth(self.distance, lengths[0])[0] * np.outer(load[self.tasks], load[self.tasks])
        for task, rows in enumerate(self.members):
            block = np.ix_(rows, rows)
            found[block] += own[task] * _kernel_and_growth(self.distance[block], lengths[task + 1])[0]
        found[np.diag_indices(len(found))] += noise[self.tasks] + _JITTER
        return np.asarray(found)

    def loss(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Negative logarithm of the marginal likelihood and of what is expected, and its slopes.

        Source: Rasmussen, Williams 2006, Gaussian Processes for Machine Learning, equations 2.30 and 5.9.
        """
        from scipy.linalg import cho_factor, cho_solve

        factor = cho_factor(self.covariance(point), lower=True, overwrite_a=True)
        dual = cho_solve(factor, self.labels)
        misfit = cho_solve(factor, np.eye(len(dual))) - np.outer(dual, dual)
        value = 0.5 * float(self.labels @ dual) + float(np.log(np.diag(factor[0])).sum())
        pull, away = self._pull(point)
        return value + float(pull @ away**2), self._slopes(point, misfit) + 2.0 * pull * away

    def _pull(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How strongly each parameter is drawn to where it is expected, and how far it is from there.

        Lengths are expected to be of the size of the space within a factor of e: few labels fit a very long length with a
        huge variance about as well, which predicts worse.
        """
        n, expected = len(self.members), np.zeros(len(point))
        expected[3 * n :] = self.start(0.0)[3 * n :]
        return np.repeat([_PULL, _PULL, _PULL, _LENGTH_PULL], [n, n, n, n + 1]), point - expected

    def _slopes(self, point: NDArray[np.float64], misfit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half the sums of `misfit` = K^-1 - a a^T times the derivatives of the covariance."""
        load, own, noise, lengths = self.parts(point)
        kernel, growth = _kernel_and_growth(self.distance, lengths[0])
        loads = load[self.tasks]
        shared = np.bincount(self.tasks, (misfit * kernel) @ loads, len(load))
        by_length = [0.5 * float(loads @ (misfit * growth) @ loads)]
        by_own = []
        for task, rows in enumerate(self.members):
            block = np.ix_(rows, rows)
            kernel, growth = _kernel_and_growth(self.distance[block], lengths[task + 1])
            by_own.append(0.5 * own[task] * float((misfit[block] * kernel).sum()))
            by_length.append(0.5 * own[task] * float((misfit[block] * growth).sum()))
        by_noise = 0.5 * noise * np.bincount(self.tasks, np.diag(misfit), len(load))
        return np.concatenate([shared, by_own, by_noise, by_length])


def _kernel_and_growth(distance: NDArray[np.float64], length: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The Matern kernel of distances, and its derivative by the logarithm of the length."""
    scaled = distance * (5.0**0.5 / length)
    decay = np.exp(-scaled)
    return (1.0 + scaled * (1.0 + scaled / 3.0)) * decay, scaled**2 * (1.0 + scaled) / 3.0 * decay


@dataclass(frozen=True, slots=True)
class Residual:
    """A dear fidelity on top of a cheap one: y = offset + rho cheap + process of what is left."""

    rho: float
    offset: float
    process: JointProcess

    def predict(self, features: NDArray[np.float64], cheap: NDArray[np.float64]) -> NDArray[np.float64]:
        """Dear values, shape (N,), for features of shape (N, k) and cheap values of shape (N,)."""
        return np.asarray(self.offset + self.rho * cheap + self.process.predict(features)[:, 0])


def fitted_residual(
    features: NDArray[np.float64],
    cheap: NDArray[np.float64],
    dear: NDArray[np.float64],
    unseen: NDArray[np.float64] | None = None,
) -> Residual:
    """Rho and offset by least squares, then a process on the residuals; arrays of shape (N, k), (N,) and (N,).

    `unseen`, shape (N,), are the cheap values as they would be predicted without a label there. Rho and offset are then
    estimated from them: what a process only knows at its labels, such as their noise, cannot be had where it is asked. The
    residuals are always those of `cheap`, the best that is known.

    Raises:
        InputError: fewer than eight rows, or gaps in the cheap values (fill them with a process of the cheap data).
    """
    if not np.isfinite(cheap).all():
        raise InputError("cheap values are missing; predict them from the cheap data first")
    if len(dear) < _FEWEST_LABELS:
        raise InputError(f"{len(dear)} dear values; at least {_FEWEST_LABELS} are needed")
    columns = np.column_stack([cheap if unseen is None else unseen, np.ones(len(cheap))])
    rho, offset = np.linalg.lstsq(columns, dear, rcond=None)[0].tolist()
    process = fitted_joint(features, (dear - rho * cheap - offset)[:, None])
    return Residual(rho, offset, process)
