"""Uniform samples of a space, exact in every case: no point is rejected for a range, a component count or a sublattice.

Linear limits are met by rejection from a tilted proposal: points are drawn with weight exp(-theta . A c), which leans into the
allowed side, and kept with probability exp(theta . (A c - b)), which makes them uniform again. theta minimises
log Z(theta) + theta . b, and the minimum is the log of (allowed points / acceptance): the best acceptance of the family. For
a half-space it stays above about 1/sqrt(2 pi n) however small the allowed corner is; for a thin slab it falls with its width.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, WorkError
from quinary.spaces.boxes import draw_box, is_box
from quinary.spaces.contradictions import impossible, is_empty
from quinary.spaces.count import count_points
from quinary.spaces.grid import Grid
from quinary.spaces.lattice import LARGEST_COUNT, exact_ways, site_lattices
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.palettes import draw_palettes, palette_sizes
from quinary.spaces.proposals import CellProposal, LatticeProposal, Proposal, n_cells
from quinary.spaces.weighted_draws import LARGEST_TILT

if TYPE_CHECKING:
    # (sublattice, steps from 0 to 1, eta) -> proposal; and the steps that a tilt theta . A of a given size calls for
    Make = Callable[[SiteLimits, int, NDArray[np.float64]], Proposal]
    Fineness = Callable[[float], int]

__all__ = ["estimate_count", "sample", "sample_lattice"]

_BATCH: Final = 32_768
_GOOD_ACCEPTANCE: Final = 0.2
_MOST_IN_VAIN: Final = 4_000_000
_LEAST_ACCEPTANCE: Final = 1e-5
# A cell is so small that the weight of a point inside it is known within exp(1/2); coarser while theta is looked for.
_CELLS_PER_TILT: Final = 2.0
_COARSE_TILT: Final = 100.0
_OUT_OF_REACH: Final = 1e9


def sample_lattice(limits: SpaceLimits, n_points: int, seed: int) -> NDArray[np.float64]:
    """Uniform draws (with replacement) from the lattice points of a space, shape (n_points, n_columns).

    Without linear limits a random place in the grid is looked up, if the grid has fewer than 4e18 points; else columns are
    drawn one by one from weights with a relative rounding error below 1e-11.

    Raises:
        ImpossibleRequestError: no composition meets the limits (proven).
        WorkError: the linear limits leave so little that four million draws found nothing.
        InputError: a negative number of points.
    """
    rng = np.random.default_rng(seed)
    if not limits.linear and 0 < count_points(limits) <= LARGEST_COUNT and _fits(limits):
        grid = Grid(limits)
        return grid.at(rng.integers(grid.n_points, size=_checked(n_points))) / limits.n_steps
    return _lattice_sampler(limits, rng).points(_checked(n_points))


def sample(limits: SpaceLimits, n_points: int, seed: int) -> NDArray[np.float64]:
    """Uniform draws from the continuous space, shape (n_points, n_columns); rows sum to 1 on each sublattice.

    Ranges are exact where nothing else limits the composition or where all elements have one (`quinary.spaces.boxes`,
    `quinary.spaces.palettes`), else to 1e-5; the step plays no part but
    for the weights of palettes of different size (see `quinary.spaces.proposals.CellProposal`). A space without volume (the
    ranges leave single points) gives its lattice points.

    Raises:
        ImpossibleRequestError: no composition meets the limits (proven).
        WorkError: the linear limits leave so little that four million draws found nothing.
        InputError: a negative number of points.
    """
    rng = np.random.default_rng(seed)
    quick = None if limits.linear else _quick_sample(limits, _checked(n_points), rng)
    if quick is not None:
        return quick

    def proposal(site: SiteLimits, n_steps: int, eta: NDArray[np.float64]) -> Proposal:
        cells = CellProposal(site, limits, n_steps, eta)
        return cells if cells.log_total > -math.inf else LatticeProposal(site, n_steps, eta)

    def fineness(tilt: float) -> int:
        return n_cells(limits, _CELLS_PER_TILT * tilt)

    return _Sampler(limits, proposal, fineness, rng).points(_checked(n_points))


def _quick_sample(limits: SpaceLimits, n_points: int, rng: np.random.Generator) -> NDArray[np.float64] | None:
    """Points of a space whose sublattices are all boxes or have one range for all elements, else None."""
    sizes = [{} if is_box(site) else palette_sizes(site, limits.step) for site in limits.sublattices]
    if not all(weights or is_box(site) for site, weights in zip(limits.sublattices, sizes, strict=True)):
        return None
    drawn = []
    for site, weights in zip(limits.sublattices, sizes, strict=True):
        low, high = np.array([site.bounds(symbol) for symbol in site.elements]).T
        is_whole = not weights
        drawn.append(draw_box(low, high, n_points, rng) if is_whole else draw_palettes(site, weights, n_points, rng))
    return drawn[0] if len(drawn) == 1 else np.concatenate(drawn, axis=1)


def estimate_count(limits: SpaceLimits, n_draws: int, seed: int) -> tuple[float, float]:
    """The number of lattice points that meet every limit, linear ones too, and its standard error.

    From the share of tilted draws that are kept: N = Z(theta) exp(theta . b) <kept>; unbiased.

    Raises:
        ImpossibleRequestError: no composition meets the limits (proven).
    """
    if not limits.linear:
        return float(count_points(limits)), 0.0
    rng = np.random.default_rng(seed)
    sampler = _lattice_sampler(limits, rng)
    chances = np.concatenate([sampler.proposed(min(_BATCH, n_draws - n))[1] for n in range(0, n_draws, _BATCH)])
    scale = math.exp(sampler.log_scale)
    return scale * float(chances.mean()), scale * float(chances.std()) / math.sqrt(n_draws)


def _lattice_sampler(limits: SpaceLimits, rng: np.random.Generator) -> _Sampler:
    return _Sampler(limits, LatticeProposal, lambda _: limits.n_steps, rng)


def _fits(limits: SpaceLimits) -> bool:
    return exact_ways(site_lattices(limits)).before[0].dtype == np.int64


def _checked(n_points: int) -> int:
    if n_points < 0:
        raise InputError(f"{n_points} points cannot be drawn")
    return n_points


class _Sampler:
    """Draws of a whole space: one proposal a sublattice, tilted together where linear limits call for it."""

    def __init__(self, limits: SpaceLimits, make: Make, fineness: Fineness, rng: np.random.Generator) -> None:
        self._limits, self._make, self._fineness, self._rng = limits, make, fineness, rng
        self._is_lattice = make is LatticeProposal
        self._rows, self._sides = limits.linear_rows()
        self._slices = limits.slices
        if not _is_feasible(limits):
            raise impossible(limits, self._is_lattice)
        self._tilt(np.zeros(len(self._sides)))
        if len(self._sides) and self.proposed(4096)[1].mean() < _GOOD_ACCEPTANCE:
            self._tilt(self._best_tilt())

    def points(self, n_points: int) -> NDArray[np.float64]:
        """`n_points` draws that meet every limit."""
        found = [np.empty((0, len(self._limits.columns)))]
        n_found = n_drawn = 0
        while n_found < n_points:
            share = max(n_found, 1) / max(n_drawn, 1) if n_drawn else 1.0
            n_batch = min(_BATCH, math.ceil(1.1 * (n_points - n_found) / share) + 16)
            fractions, chance = self.proposed(n_batch)
            kept = fractions[self._rng.random(n_batch) < chance]
            found.append(kept)
            n_found, n_drawn = n_found + len(kept), n_drawn + n_batch
            if n_drawn >= _MOST_IN_VAIN and n_found < _LEAST_ACCEPTANCE * n_drawn:
                if not n_found and is_empty(self._limits, self._is_lattice):
                    raise impossible(self._limits, self._is_lattice)
                raise WorkError(
                    f"the linear limits kept {n_found} of {n_drawn:,} draws: they leave almost nothing, widen them"
                )
        return np.concatenate(found)[:n_points]

    def proposed(self, n_points: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Proposals and the probability to keep each: (N, n_columns) and (N,)."""
        drawn = [proposal.draw(n_points, self._rng) for proposal in self._proposals]
        steps = np.concatenate([part[0] for part in drawn], axis=1)
        fractions = np.concatenate([part[1] for part in drawn], axis=1)
        chance = np.exp(np.minimum(steps @ self._eta - self._ceiling, 0.0))
        return fractions, np.where(self._limits.allows(fractions), chance, 0.0)

    def _tilt(self, theta: NDArray[np.float64]) -> None:
        n_steps = self._fineness(float(np.abs(theta @ self._rows).sum()))
        self._proposals = self._proposals_at(theta, n_steps)
        if not theta.any() and any(proposal.log_total == -math.inf for proposal in self._proposals):
            raise impossible(self._limits, self._is_lattice)
        self._eta = theta @ self._rows / n_steps
        # The largest eta . steps of an allowed point: theta . b, plus what may lie between a cell's corner and the point.
        parts = zip(self._proposals, self._slices, strict=True)
        between = -sum(float(np.minimum(self._eta[c], 0).sum()) for p, c in parts if isinstance(p, CellProposal))
        slack = 1e-7 * float(theta @ np.abs(self._rows).max(axis=1, initial=0.0))
        self._ceiling = float(theta @ self._sides) + slack + between
        self.log_scale = sum(proposal.log_total for proposal in self._proposals) + self._ceiling

    def _proposals_at(self, theta: NDArray[np.float64], n_steps: int) -> list[Proposal]:
        weights = theta @ self._rows / n_steps
        sites = zip(self._limits.sublattices, self._slices, strict=True)
        return [self._make(site, n_steps, weights[columns]) for site, columns in sites]

    def _best_tilt(self) -> NDArray[np.float64]:
        """The theta >= 0 that minimises log Z(theta) + theta . b, a convex function, within what floats can hold."""
        from scipy.optimize import minimize

        spans = np.ptp(self._rows, axis=1)
        spans = np.where(spans > 0, spans, 1.0)

        n_steps = self._fineness(_COARSE_TILT)

        def log_bound(scaled: NDArray[np.float64]) -> float:
            theta = scaled / spans
            total = sum(p.log_total for p in self._proposals_at(theta, n_steps))
            # Weights too small for a float: no place to go.
            return total + float(theta @ self._sides) if total > -math.inf else _OUT_OF_REACH

        limit = LARGEST_TILT / len(spans)
        start = np.full(len(spans), min(5.0, limit))
        solution = minimize(
            log_bound,
            start,
            method="L-BFGS-B",
            bounds=[(0.0, limit)] * len(spans),
            options={"maxiter": 25, "eps": 1e-4},
        )
        theta: NDArray[np.float64] = np.clip(solution.x, 0.0, limit) / spans
        return theta


def _is_feasible(limits: SpaceLimits) -> bool:
    """False if ranges and linear limits exclude each other, by a linear program (the number of components left out)."""
    from scipy.optimize import linprog

    rows, sides = limits.linear_rows()
    if not len(rows):
        return True
    sums = np.zeros((len(limits.sublattices), rows.shape[1]))
    for number, columns in enumerate(limits.slices):
        sums[number, columns] = 1.0
    bounds = [site.bounds(symbol) for site in limits.sublattices for symbol in site.elements]
    scale = np.abs(rows).max(axis=1) + 1e-300
    solution = linprog(
        np.zeros(rows.shape[1]), rows / scale[:, None], sides / scale, sums, np.ones(len(sums)), bounds, method="highs"
    )
    return bool(solution.status != 2)
