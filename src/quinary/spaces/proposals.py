"""What one sublattice proposes: lattice points, or points between them, with a known weight exp(-eta . steps)."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from quinary.spaces.count import count_by_components
from quinary.spaces.hypersimplex import draw_hypersimplex, log_volume
from quinary.spaces.lattice import site_lattices
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.weighted_draws import Ranges, TiltedWays

__all__ = ["CellProposal", "LatticeProposal", "Proposal", "n_cells"]

# Bounds are taken as multiples of 1e-5 at the finest; finer ones are drawn in.
_MOST_CELLS: Final = 100_000
_MOST_CELLS_FOR_TILTING: Final = 10_000


class Proposal(Protocol):
    """Draws of one sublattice.

    Attributes:
        log_total: log of the weight of all points; -inf if there are none.
    """

    log_total: float

    def draw(self, n_points: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Whole steps (the part that the weight depends on) and the fractions, both (n_points, n_elements)."""


def n_cells(limits: SpaceLimits, fewest: float = 1.0) -> int:
    """Cells from 0 to 1, at least `fewest`, such that every bound lies between two of them."""
    values = [site.smallest for site in limits.sublattices]
    values += [bound for site in limits.sublattices for symbol in site.elements for bound in site.bounds(symbol)]
    n_parts = math.lcm(*(Fraction(value).limit_denominator(_MOST_CELLS).denominator for value in values))
    n_parts = min(n_parts, _MOST_CELLS)
    return n_parts * math.ceil(max(min(fewest, _MOST_CELLS_FOR_TILTING), 1.0) / n_parts)


class LatticeProposal:
    """Lattice points of one sublattice, each with weight exp(-eta . steps)."""

    def __init__(self, site: SiteLimits, n_steps: int, eta: NDArray[np.float64]) -> None:
        lattice = site_lattices(SpaceLimits((site,), 1 / n_steps))[0]
        self._n_steps = n_steps
        fewest, most = lattice.n_present
        most = min(most, len(lattice.low))
        ranges = Ranges(lattice.low, lattice.high, lattice.is_optional, most if lattice.is_counted else None, n_steps)
        self._ways = TiltedWays(ranges, eta)
        self._sizes = np.arange(fewest, most + 1) if lattice.is_counted else np.zeros(1, dtype=np.int64)
        self._weights = np.array([self._ways.log_weight(int(size), n_steps) for size in self._sizes])
        self.log_total = _log_sum(self._weights)

    def draw(self, n_points: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Steps and steps / n_steps."""
        sizes = self._sizes[_pick(self._weights, n_points, rng)]
        steps, _ = self._ways.draw(sizes, np.full(n_points, self._n_steps), rng)
        return steps, steps / self._n_steps


class CellProposal:
    """Points of one sublattice's continuous space, uniform but for a weight exp(-eta . steps) on the cell that holds them.

    x = (m + f) / n with whole m and 0 <= f <= 1: the cells m with sum m = n - j are hypersimplices {f : sum f = j} of known
    volume, and the ranges are whole numbers of cells. So: draw (number of components k, j) from the counts of cells times
    the volume, then m from the lattice, then f. Palette sizes k have the weights of their lattice points at the space's step
    (a continuous space has no common measure for edges and faces); where neither the number of components nor the smallest
    fraction is limited, every element is present.
    """

    def __init__(self, site: SiteLimits, limits: SpaceLimits, n_steps: int, eta: NDArray[np.float64]) -> None:
        self._n_steps = n_steps
        lattice = site_lattices(SpaceLimits((site,), 1 / self._n_steps))[0]
        least = [0 if site.bounds(s)[0] <= 0 and site.smallest == 0 else low for s, low in _lows(site, lattice)]
        is_free = np.array([low < high for low, high in zip(least, lattice.high, strict=True)])
        is_fixed = ~is_free & ~np.array(lattice.is_optional)
        self._fixed = np.where(is_fixed, least, 0)
        n_free, self._n_fixed = int(is_free.sum()), int(is_fixed.sum())
        (fewest, most), n_all = site.n_components, n_free + self._n_fixed
        is_full = site.smallest == 0 and most >= n_all
        is_full &= fewest <= max(1, lattice.is_optional.count(False)) or fewest == n_all
        free = self._free = np.flatnonzero(is_free)
        self._n_left = self._n_steps - int(self._fixed.sum())
        self._sizes = [n_free] if is_full else list(_free_sizes(site, self._n_fixed, n_free))
        self._is_full = is_full
        ranges = Ranges(
            tuple(least[i] for i in free),
            tuple(lattice.high[i] - 1 for i in free),
            tuple(not is_full and lattice.is_optional[i] for i in free),
            None if is_full else max(self._sizes, default=0),
            max(self._n_left, 0),
        )
        self._kinds, self._weights, self._ways = _weighed(
            ranges, eta[free], self._sizes, self._palette_weights(site, limits)
        )
        self.log_total = _log_sum(self._weights) - float(eta @ self._fixed) if len(self._kinds) else -np.inf

    def _palette_weights(self, site: SiteLimits, limits: SpaceLimits) -> dict[int, float]:
        """Number of free components -> log of its weight: its lattice points at the space's step."""
        if self._is_full:
            return dict.fromkeys(self._sizes, 0.0)
        counts = count_by_components(SpaceLimits((site,), limits.step))[0]
        return {size - self._n_fixed: math.log(count) for size, count in counts.items()}

    def draw(self, n_points: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Whole cells below each point, and the points."""
        n_each = rng.multinomial(n_points, np.exp(self._weights - _log_sum(self._weights)))
        sizes, levels = np.repeat(np.array(self._kinds), n_each, axis=0).T
        states = np.zeros_like(sizes) if self._is_full else sizes
        cells, is_present = self._ways.draw(states, self._n_left - levels, rng)
        inside = np.zeros(cells.shape)
        last = 0
        for (size, level), n_kind in zip(self._kinds, n_each, strict=True):
            first, last = last, last + n_kind
            _fill(inside[first:last], is_present[first:last], draw_hypersimplex(size, level, n_kind, rng))
        # Draws of one kind lie side by side: mix them.
        mixed = rng.permutation(n_points)
        steps = np.tile(self._fixed, (n_points, 1))
        steps[:, self._free] = np.take(cells, mixed, axis=0)
        fractions = steps.astype(float)
        fractions[:, self._free] += np.take(inside, mixed, axis=0)
        return steps, fractions / self._n_steps


def _fill(inside: NDArray[np.float64], is_present: NDArray[np.bool_], values: NDArray[np.float64]) -> None:
    """Put the values of the components that are present into their columns."""
    if values.shape[1] == inside.shape[1]:
        inside[:] = values
    else:
        inside[is_present] = values.ravel()


def _lows(site: SiteLimits, lattice: Any) -> zip[tuple[str, int]]:
    return zip(site.elements, lattice.low, strict=True)


def _free_sizes(site: SiteLimits, n_fixed: int, n_free: int) -> range:
    fewest, most = site.n_components
    return range(max(fewest - n_fixed, 1), min(most - n_fixed, n_free) + 1)


def _weighed(
    ranges: Ranges, eta: NDArray[np.float64], sizes: list[int], palettes: dict[int, float]
) -> tuple[list[tuple[int, int]], NDArray[np.float64], TiltedWays]:
    """Kinds (number of free components, j) with their log weights: a palette's weight times its share of its volume."""
    if not ranges.low:
        return [], np.empty(0), None  # type: ignore[return-value]
    ways = TiltedWays(ranges, eta)
    plain = TiltedWays(ranges, np.zeros(len(eta))) if np.any(eta) else ways
    kinds, weights = [], []
    for size in sizes:
        state = 0 if ranges.n_present is None else size
        levels = range(1, max(size, 2))
        volumes = [log_volume(size, j) + plain.log_weight(state, ranges.n_steps - j) for j in levels]
        whole = _log_sum(np.array(volumes))
        if size not in palettes or whole == -np.inf:
            continue
        for level in levels:
            weight = log_volume(size, level) + ways.log_weight(state, ranges.n_steps - level)
            if weight > -np.inf:
                kinds.append((size, level))
                weights.append(weight + palettes[size] - (0.0 if len(sizes) == 1 else whole))
    return kinds, np.array(weights), ways


def _log_sum(logs: NDArray[np.float64]) -> float:
    """Log of the sum of exponentials."""
    largest = float(logs.max(initial=-np.inf))
    return largest if largest == -np.inf else largest + math.log(float(np.exp(logs - largest).sum()))


def _pick(logs: NDArray[np.float64], n_points: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Random indices with these log weights."""
    heights = np.cumsum(np.exp(logs - logs.max()))
    picked: NDArray[np.int64] = np.searchsorted(heights, rng.random(n_points) * heights[-1], side="right")
    return np.minimum(picked, len(logs) - 1)
