"""Which candidates come first: by the probability that they meet the request, errors of prediction counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.points.quantity import quantity_named
from quinary.requests import Request

__all__ = ["far_apart", "first_fronts", "probability_of_meeting", "spread_fronts"]

# A single wanted value has no width of its own: whoever measures within this of it has met it.
TARGET_WIDTH: Final = 0.1


def probability_of_meeting(
    request: Request, values: Mapping[str, NDArray[np.float64]], spreads: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Probability that N candidates lie in every range, and within 10 % of every target, shape (N,).

    Errors of prediction are taken as normal with the stated standard deviations, and as independent between properties.
    A property without a stated spread counts as certain.
    """
    from scipy.special import ndtr

    total = np.ones(len(next(iter(values.values()))) if values else 0)
    for name in request.wanted:
        low, high = _counted_as_met(request, name)
        if _is_probability(name) and (low <= 0.0 or high >= 1.0):  # the value is itself how likely it is
            total = total * (values[name] if high >= 1.0 else 1.0 - values[name])
            continue
        spread = np.nan_to_num(spreads[name], nan=0.0)
        is_certain = spread <= 1e-12 * np.maximum(np.abs(values[name]), 1e-12)
        scale = np.where(is_certain, 1.0, spread)
        chance = ndtr((high - values[name]) / scale) - ndtr((low - values[name]) / scale)
        total = total * np.where(is_certain, (values[name] >= low) & (values[name] <= high), chance)
    return total


def _is_probability(name: str) -> bool:
    quantity = quantity_named(name)
    return bool(quantity.category) or quantity.property == "single_phase_probability"


def _counted_as_met(request: Request, name: str) -> tuple[float, float]:
    """The range, or what counts as having met a target: 10 %, the tolerance if that is wider, for a target of zero 0.1."""
    if name not in request.targets:
        return request.interval(name)
    target = float(request.targets[name])
    width = max(TARGET_WIDTH, request.tolerance) * (abs(target) or 1.0)
    low, high = request.ranges.get(name, (-math.inf, math.inf))
    return max(low, target - width), min(high, target + width)


def far_apart(
    fractions: NDArray[np.float64],
    order: Sequence[int],
    distance: float,
    n: int,
    earlier: Sequence[NDArray[np.float64]] = (),
) -> list[int]:
    """Up to `n` rows in the given order, each at least `distance` (half the sum of differences) from those before it.

    `earlier` are compositions, each of shape (n_elements,), that were chosen before from elsewhere.
    """
    chosen: list[int] = []
    taken = list(earlier)
    for row in order:
        if len(chosen) == n:
            break
        if distance <= 0 or not taken or (np.abs(np.array(taken) - fractions[row]).sum(axis=1) / 2).min() >= distance:
            chosen.append(row)
            taken.append(fractions[row])
    return chosen


def first_fronts(costs: NDArray[np.float64], n_enough: int | None = None) -> NDArray[np.intp]:
    """The Pareto front of each row, 0 for those that no other row beats; costs (N, n_objectives), small is good.

    Once `n_enough` rows are in fronts the others are not told apart: they are all in the next.
    """
    front = np.full(len(costs), -1, dtype=np.intp)
    left = np.arange(len(costs))
    number = 0
    while left.size:
        if n_enough is not None and len(costs) - left.size >= n_enough:
            front[left] = number
            break
        part = costs[left]
        is_as_good = np.logical_and.reduce(part[None, :] <= part[:, None], axis=2)
        is_better = np.logical_or.reduce(part[None, :] < part[:, None], axis=2)
        is_beaten: NDArray[np.bool_] = np.logical_or.reduce(is_as_good & is_better, axis=1)
        front[left[~is_beaten]] = number
        left = left[is_beaten]
        number += 1
    return front


def spread_fronts(costs: NDArray[np.float64], n_most: int | None = None) -> tuple[list[int], NDArray[np.intp]]:
    """Rows front by front, each spread over its front: any first few of them stand for the whole of it; the front of each.

    `costs` has shape (N, n_objectives), small is good. A front begins with its best in the first objective; next comes the
    row that is farthest, in units of the ranges of the objectives, from all before it (Gonzalez 1985,
    10.1016/0304-3975(85)90224-5). Of more rows than `n_most` only that many come in this order, and no others.
    """
    n_most = len(costs) if n_most is None else n_most
    front = first_fronts(costs, n_most)
    if not len(costs):
        return [], front
    spread = np.ptp(costs, axis=0)
    scaled = (costs - costs.min(axis=0)) / np.where(spread > 0, spread, 1.0)
    order: list[int] = []
    for number in range(int(front.max()) + 1):
        rows = np.flatnonzero(front == number)
        places = scaled[rows]
        chosen = int(places[:, 0].argmin())
        apart = np.full(len(rows), np.inf)
        for _ in rows[: n_most - len(order)]:
            order.append(int(rows[chosen]))
            apart = np.minimum(apart, ((places - places[chosen]) ** 2).sum(axis=1))
            apart[chosen] = -1.0
            chosen = int(apart.argmax())
    return order, front
