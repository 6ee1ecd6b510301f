"""Uniform points of {low <= x <= high, sum x = total}: the continuous space of one sublattice whose elements are all present.

Two ways, both exact, and a short trial chooses between them:

- Uniform points of a simplex that holds the box (from the lower bounds, or mirrored from the upper ones), those outside
  rejected: almost free of loss where one kind of bound hardly binds.
- All coordinates but one from exp(-slope x) cut off at their bounds, the last one being what is missing. On the plane
  sum x = total that density depends on the last coordinate alone, and a rejection takes that out. The slope puts the mean
  of the sum at the total, so about 1/sqrt(2 pi n) of the draws stay, however tight the ranges are and however many elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import WorkError
from quinary.spaces.limits import SiteLimits

if TYPE_CHECKING:
    Draw = Callable[[int, np.random.Generator], tuple[NDArray[np.float64], NDArray[np.bool_]]]

__all__ = ["draw_box", "is_box"]

_BATCH: Final = 16_384
_TRIAL: Final = 2_048
_SIMPLEX_IS_QUICKER: Final = 1.5  # time of one tilted draw over that of one from the simplex
_LEAST_ROOM: Final = 1e-9  # a smaller space is a point
_SHARE_OF_DESPAIR: Final = 1e-5


def is_box(site: SiteLimits) -> bool:
    """True if only ranges limit a sublattice, so that all its elements are present, and the ranges leave some room."""
    bounds = [site.bounds(symbol) for symbol in site.elements]
    fewest, most = site.n_components
    n_all = sum(high > 0 for _, high in bounds)
    n_obligatory = sum(low > 0 for low, _ in bounds)
    is_free = fewest <= max(1, n_obligatory) or fewest == n_all
    room = min(1 - math.fsum(low for low, _ in bounds), math.fsum(high for _, high in bounds) - 1)
    n_movable = sum(high > low for low, high in bounds)
    return site.smallest == 0 and most >= n_all and is_free and room > _LEAST_ROOM and n_movable > 1


def draw_box(
    low: NDArray[np.float64], high: NDArray[np.float64], n_points: int, rng: np.random.Generator, total: float = 1.0
) -> NDArray[np.float64]:
    """`n_points` uniform points, shape (n_points, n_coordinates); `low` and `high` have shape (n_coordinates,).

    Coordinates lie within the bounds and sum to `total`, both within 1e-15 or so.

    Raises:
        WorkError: nearly every draw was rejected, which only ranges of almost no volume can cause.
    """
    draw, share = _best_way(low, high, total, rng)
    found = np.empty((n_points, len(low)))
    n_found = 0
    while n_found < n_points:
        n_batch = min(_BATCH, math.ceil(1.1 * (n_points - n_found) / share) + 16)
        points, is_inside = draw(n_batch, rng)
        kept = np.flatnonzero(is_inside)[: n_points - n_found]
        np.clip(points[:, kept].T, low, high, out=found[n_found : n_found + len(kept)])
        n_found += len(kept)
    return found


def _best_way(
    low: NDArray[np.float64], high: NDArray[np.float64], total: float, rng: np.random.Generator
) -> tuple[Draw, float]:
    """The way with the most points a second, and the share of its draws that stay, both from a trial."""
    ways: list[Draw] = [_simplex(low, high, total), _tilted(low, high, total)]
    n_kept = [max(int(way(_TRIAL, rng)[1].sum()), 0) for way in ways]
    if max(n_kept) < _SHARE_OF_DESPAIR * _TRIAL or max(n_kept) == 0:
        raise WorkError("the ranges leave almost no room: widen one of them or draw lattice points")
    best = 0 if n_kept[0] * _SIMPLEX_IS_QUICKER >= n_kept[1] else 1
    return ways[best], n_kept[best] / _TRIAL


def _simplex(low: NDArray[np.float64], high: NDArray[np.float64], total: float) -> Draw:
    """Points low + room * (uniform on the unit simplex), or high - room * ..., whichever room is the smaller one."""
    above, below = total - float(low.sum()), float(high.sum()) - total
    width = (high - low)[:, None]
    corner, room = (low[:, None], above) if above <= below else (high[:, None], -below)

    def draw(n_points: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        shares = rng.standard_exponential((len(low), n_points))
        shares *= room / shares.sum(axis=0)
        is_inside = np.logical_and.reduce((shares if room > 0 else -shares) <= width, axis=0)
        shares += corner
        return shares, is_inside

    return draw


def _tilted(low: NDArray[np.float64], high: NDArray[np.float64], total: float) -> Draw:
    """Points with all coordinates but the widest from cut-off exponentials; see the head of this file."""
    slope = _slope(low, high, total)
    last = int(np.argmax(high - low))
    others = np.delete(np.arange(len(low)), last)
    # What the last coordinate can be at all: the rejection need not allow for more.
    least = max(low[last], total - float(high[others].sum()))
    most = min(high[last], total - float(low[others].sum()))
    origin = least if slope > 0 else most
    start, width = (low, high - low) if slope > 0 else (high, low - high)
    reach = (1.0 - np.exp(-abs(slope) * np.abs(width[others])))[:, None]
    is_flat = float((abs(slope) * np.abs(width)).max()) < 1e-6

    def draw(n_points: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        points = np.empty((len(low), n_points))
        heights = rng.random((len(others), n_points))
        if is_flat:
            points[others] = start[others, None] + heights * width[others, None]
        else:
            points[others] = start[others, None] - np.log(1.0 - heights * reach) / slope
        points[last] = 0.0
        points[last] = total - points.sum(axis=0)
        chance = np.exp(np.minimum(-slope * (points[last] - origin), 0.0))
        is_inside = np.logical_and(points[last] >= least, points[last] <= most)
        is_inside &= rng.random(n_points) < chance
        return points, is_inside

    return draw


def _slope(low: NDArray[np.float64], high: NDArray[np.float64], total: float) -> float:
    """The slope at which coordinates with density exp(-slope x) between their bounds have the mean sum `total`."""
    width = high - low
    largest = 700.0 / float(width.max())
    bottom, top = -largest, largest
    for _ in range(60):
        middle = (bottom + top) / 2
        half = middle * width / 2
        # mean of a cut-off exponential: the centre less width/2 (coth(half) - 1/half), which is half/3 near zero
        safe = np.where(np.abs(half) < 1e-4, 1.0, half)
        shift = np.where(np.abs(half) < 1e-4, half / 3, 1 / np.tanh(safe) - 1 / safe)
        mean = float((low + width / 2 * (1 - shift)).sum())
        bottom, top = (middle, top) if mean > total else (bottom, middle)
    return (bottom + top) / 2
