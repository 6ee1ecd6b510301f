"""Draws of condition vectors: some fixed by the user, the others as the data have them next to the fixed ones.

Kernel density sampling (Silverman 1986, Density Estimation for Statistics and Data Analysis, section 6.4): pick a row
of the data, with a weight that falls as a Gaussian of its distance to the fixed values, then jitter what is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, unknown_name

__all__ = ["draw_conditions"]

_BANDWIDTH: Final = 0.2  # of the weights, in standard deviations
_JITTER: Final = 0.1  # in standard deviations: widens the data's own spread by half a per cent
_N_NEAR: Final = 20  # far from the data the bandwidth grows until this many rows lie within two of it


def draw_conditions(
    known: NDArray[np.float64], names: tuple[str, ...], fixed: Mapping[str, float], n: int, seed: int
) -> NDArray[np.float64]:
    """Draw `n` condition vectors, shape (n, p), from known ones, shape (rows, p), in the units of the known ones.

    Conditions named in `fixed` have exactly the value given. The others come from rows weighted with
    exp(-d^2 / 2 h^2), d the z-scored distance to the fixed values, counted from that of the nearest row, and h = 0.2
    or, where the data are thin, half the d of the twentieth nearest row. They are jittered with a tenth of their
    conditional standard deviation (normal approximation, so correlated conditions stay correlated) and kept inside the
    range of the data.

    Raises:
        InputError: an unknown condition name, a value that is not finite, or n < 0.
    """
    _check(names, fixed, n)
    random = np.random.default_rng(seed)
    is_fixed = np.array([name in fixed for name in names])
    wanted = np.array([fixed.get(name, 0.0) for name in names])
    rows = known[random.choice(len(known), size=n, p=_row_weights(known, is_fixed, wanted))]
    noise = random.standard_normal((n, int((~is_fixed).sum())))
    drawn = np.where(is_fixed, wanted, rows)
    jittered = rows[:, ~is_fixed] + _JITTER * noise @ _conditional_root(known, is_fixed).T
    drawn[:, ~is_fixed] = np.clip(jittered, known.min(axis=0)[~is_fixed], known.max(axis=0)[~is_fixed])
    return drawn


def _check(names: tuple[str, ...], fixed: Mapping[str, float], n: int) -> None:
    for name, value in fixed.items():
        if name not in names:
            raise unknown_name("condition", name, names)
        if not np.isfinite(value):
            raise InputError(f"condition {name} must be a finite number, got {value!r}")
    if n < 0:
        raise InputError(f"the number of condition vectors must not be negative, got {n}")


def _row_weights(
    known: NDArray[np.float64], is_fixed: NDArray[np.bool_], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probability of each known row, shape (rows,); uniform if nothing is fixed."""
    if not is_fixed.any():
        return np.full(len(known), 1.0 / len(known))
    off = ((known - wanted) / known.std(axis=0))[:, is_fixed]
    distance = np.sqrt((off**2).sum(axis=1))
    # Counted from the nearest row, so that a wish far off the data still tells near rows from far ones.
    excess = distance - distance.min()
    n_near = min(_N_NEAR, len(known))
    bandwidth = max(_BANDWIDTH, 0.5 * np.partition(excess, n_near - 1)[n_near - 1])
    weights = np.exp(-0.5 * (excess / bandwidth) ** 2)
    return np.asarray(weights / weights.sum())


def _conditional_root(known: NDArray[np.float64], is_fixed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A square root of the covariance of the free conditions given the fixed ones (Schur complement)."""
    covariance = np.atleast_2d(np.cov(known, rowvar=False))
    free = covariance[np.ix_(~is_fixed, ~is_fixed)]
    if is_fixed.any():
        across = covariance[np.ix_(~is_fixed, is_fixed)]
        free = free - across @ np.linalg.pinv(covariance[np.ix_(is_fixed, is_fixed)], hermitian=True) @ across.T
    values, vectors = np.linalg.eigh(free)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
