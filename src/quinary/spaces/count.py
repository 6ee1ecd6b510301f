"""How many compositions a space has, without listing them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from quinary.spaces.lattice import exact_ways, site_lattices

if TYPE_CHECKING:
    from quinary.spaces.limits import SpaceLimits

__all__ = ["count_by_components", "count_points"]


def count_points(limits: SpaceLimits) -> int:
    """The exact number of lattice points: palettes, ranges, smallest fraction and number of components counted.

    Linear limits are not part of the count (no closed form exists): it is then an upper bound, and
    `quinary.spaces.sample.estimate_count` gives the number with its standard error.
    """
    return math.prod(exact_ways((lattice,)).n_points for lattice in site_lattices(limits))


def count_by_components(limits: SpaceLimits) -> tuple[dict[int, int], ...]:
    """For each sublattice: number of components -> exact number of lattice points; empty sizes are left out."""
    tables = []
    for lattice in site_lattices(limits):
        fewest, most = lattice.n_present
        sizes = range(fewest, min(most, len(lattice.low), lattice.n_steps) + 1)
        counts = {size: exact_ways((replace(lattice, n_present=(size, size)),)).n_points for size in sizes}
        tables.append({size: count for size, count in counts.items() if count})
    return tuple(tables)
