"""Uniform points of one sublattice where some of the elements are present and all have the same range.

Every choice of k elements then has the same volume: draw k, the elements, and a point of the box of k coordinates.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.spaces.boxes import draw_box
from quinary.spaces.count import count_by_components
from quinary.spaces.limits import SiteLimits, SpaceLimits

__all__ = ["draw_palettes", "palette_sizes"]

_MOST_PALETTES: Final = 200_000
_LEAST_ROOM: Final = 1e-9


def palette_sizes(site: SiteLimits, step: float) -> dict[int, int]:
    """Number of components -> its weight, the number of its lattice points; empty if `draw_palettes` cannot draw the space.

    Sizes without volume are left out, as nothing could be drawn from them. A space of one size needs no weights; with
    several, edges and faces have no common measure, and the lattice stands in for one.
    """
    ranges = {site.bounds(symbol) for symbol in site.elements}
    if len(ranges) > 1 or next(iter(ranges))[0] > 0:
        return {}
    high = next(iter(ranges))[1]
    counts = count_by_components(SpaceLimits((site,), step))[0]
    sizes = {
        k: n for k, n in counts.items() if k == 1 or k * site.smallest < 1 - _LEAST_ROOM < 1 + _LEAST_ROOM < k * high
    }
    n_palettes = max((math.comb(len(site.elements), k) for k in sizes), default=0)
    return sizes if n_palettes <= _MOST_PALETTES else {}


def draw_palettes(
    site: SiteLimits, sizes: dict[int, int], n_points: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """`n_points` points, shape (n_points, n_elements), of a space that `palette_sizes` gave the `sizes` of."""
    total = sum(sizes.values())
    n_each = rng.multinomial(n_points, [n / total for n in sizes.values()])
    points = np.zeros((n_points, len(site.elements)))
    high = site.bounds(site.elements[0])[1]
    last = 0
    for size, n_drawn in zip(sizes, n_each.tolist(), strict=True):
        first, last = last, last + n_drawn
        palettes = np.array(list(combinations(range(len(site.elements)), size)))
        chosen = palettes[rng.integers(len(palettes), size=n_drawn)]
        inside = (
            np.ones((n_drawn, 1))
            if size == 1
            else draw_box(np.full(size, site.smallest), np.full(size, high), n_drawn, rng)
        )
        np.put_along_axis(points[first:last], chosen, inside, axis=1)
    # Points of one size lie side by side: mix them.
    return points if len(sizes) == 1 else np.take(points, rng.permutation(n_points), axis=0)
