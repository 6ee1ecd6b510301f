"""Leading samples as near as possible to more values than their fractions have freedoms: k elements have k - 1 of them.

`quinary.inverse.moving` meets goals exactly or gives a sample up. Where several properties cannot all be met, damped
Gauss-Newton steps (Levenberg 1944, Marquardt 1963) on the elements of each sample make the squared misses least. A distance
to keep from known materials is kept by every step: on a side of the ball about the nearest known material the distance is
linear, so a step that would enter is solved again along that side (an active constraint), and what still comes in is pushed
out along the line from that material.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.inverse.rounding import onto_sum

if TYPE_CHECKING:
    from quinary.inverse.moving import Mover

    Values: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]
    Bounds: TypeAlias = tuple[Values, Values]

__all__ = ["Aim", "Approached", "Model", "NoveltyWall", "approached", "loosened"]

_FIRST_DAMPING: Final = 1e-3
_LEAST_DAMPING: Final = 1e-8
_MOST_DAMPING: Final = 10.0  # a sample that needs more has arrived
_LEAST_GAIN: Final = 1e-4  # of the squared misses in one step: less means arrived
_LARGEST_STEP: Final = 0.2
_HARD: Final = 1e-9  # damping of the sum of the fractions and of the wall: next to none, so that both are kept
_WALL_MARGIN: Final = 5e-4  # beyond the wall, so that rounding stays outside
_WALL_REACH: Final = 1.25  # of the distance: farther known materials do not matter to a step
_MOST_PUSHES: Final = 3


class Model(Protocol):
    """Properties of compositions, all at once: fractions of shape (N, n_elements)."""

    def linearised(self, fractions: Values) -> tuple[Values, Values]:
        """Values, and derivatives by each fraction, (N, n_properties, n_elements), as exact as a step needs them."""
        ...


class NoveltyWall:
    """A distance (half the sum of differences) to keep from known compositions, shape (M, n_elements)."""

    def __init__(self, known: Values, distance: float) -> None:
        from scipy.spatial import cKDTree

        self.known = known
        self.distance = distance
        self._tree = cKDTree(known)

    def nearest(self, fractions: Values) -> tuple[Values, Values]:
        """Distance to the nearest known composition, shape (N,), and the differences from it, shape (N, n_elements).

        Where none is within 1.25 times the wall's distance: that, and no differences.
        """
        reach = _WALL_REACH * self.distance
        twice, row = self._tree.query(fractions, p=1, distance_upper_bound=2 * reach)
        is_near = row < len(self.known)
        apart = np.where(is_near[:, None], fractions - self.known[np.minimum(row, len(self.known) - 1)], 0.0)
        return np.where(is_near, twice / 2, reach), apart

    def keeps_out(self, fractions: Values) -> Mask:
        """True for compositions too near to a known one."""
        found: Mask = self.nearest(fractions)[0] < self.distance - 1e-9
        return found

    def pushed_out(self, place: Values, bounds: Bounds) -> tuple[Values, Values, Values]:
        """Compositions that are too near to known ones, led out within their bounds; distances and differences then."""
        distance, apart = self.nearest(place)
        least = self.distance + _WALL_MARGIN
        for _ in range(_MOST_PUSHES):
            rows = np.flatnonzero((distance < least - 1e-9) & (distance > 0))
            if not rows.size:
                break
            further = place[rows] + apart[rows] * (least / distance[rows] - 1.0)[:, None]
            low, high = bounds[0][rows], bounds[1][rows]
            if ((further < low) | (further > high)).any():
                further = onto_sum(further, low, high, 1.0)
            place[rows] = further
            distance[rows], apart[rows] = self.nearest(further)
        return place, distance, apart


@dataclass(frozen=True, eq=False, slots=True)
class Approached:
    """Where N samples came to: fractions (N, n_elements) and mean squared misses in units of the scales, shape (N,).

    The miss is infinite where the limits cannot be obeyed, and where the sample ended too near to a known material.
    """

    fractions: Values
    misses: Values


@dataclass(frozen=True, eq=False, slots=True)
class Aim:
    """Where N samples are to go.

    Attributes:
        targets: wanted values, shape (N, n_properties), in the order of the model's.
        scales: a miss of each property is counted in units of it, shape (n_properties,).
        wall: what to keep away from, if anything.
    """

    model: Model
    targets: Values
    scales: Values
    wall: NoveltyWall | None = None

    def linearised(self, place: Values) -> tuple[Values, Values]:
        """The misses, and the slopes of the properties in units of the scales, shape (N, n_properties, n_elements)."""
        values, slopes = self.model.linearised(place)
        return (self.targets - values) / self.scales, slopes / self.scales[:, None]

    def rows(self, chosen: Any) -> Aim:
        """The aim of some samples."""
        return Aim(self.model, self.targets[chosen], self.scales, self.wall)


def approached(mover: Mover, starts: Values, aim: Aim, n_steps: int = 10) -> Approached:
    """Every start, shape (N, n_elements), on its own elements and inside the limits, as near to its targets as they allow.

    Fractions are rounded to the lattice of the mover.
    """
    inside = mover.move(starts, [])
    low, high = _bounds(mover, inside.fractions)
    rows = np.flatnonzero(inside.is_met)
    place = inside.fractions.copy()
    place[rows] = _descended(place[rows], (low[rows], high[rows]), aim.rows(rows), n_steps)
    ended = mover.move(place, [])
    is_good = inside.is_met & ended.is_met
    if aim.wall is not None:
        is_good &= ~aim.wall.keeps_out(ended.fractions)
    missed, _ = aim.linearised(ended.fractions)
    return Approached(ended.fractions, np.where(is_good, (missed**2).mean(axis=1), np.inf))


def loosened(mover: Mover, places: Values, aim: Aim, n_ways: int = 2) -> Values:
    """From every place steps as long as the wall is far, both ways along the directions that the properties feel least.

    The directions are eigenvectors of least eigenvalue of J^T J on the elements of each place, sum kept, J the slopes in
    units of the scales. Starts, shape (2 n_ways N, n_elements): all places once for each way and side.
    """
    if aim.wall is None:
        return np.tile(places, (2 * n_ways, 1))
    _, slopes = aim.linearised(places)
    across = _onto_elements(places)
    felt = slopes @ across
    # Directions that leave the elements or the sum are stiffer than any other, so that they come last.
    stiff = 1e6 * (1.0 + (felt**2).sum(axis=(1, 2)))
    values, vectors = np.linalg.eigh(
        felt.transpose(0, 2, 1) @ felt + stiff[:, None, None] * (np.eye(places.shape[1]) - across)
    )
    low, high = _bounds(mover, places)
    starts = []
    for way in range(n_ways):
        is_inside = values[:, way] < stiff / 2
        direction = np.where(is_inside[:, None], vectors[:, :, way], vectors[:, :, 0])
        length = 2 * (aim.wall.distance + _WALL_MARGIN) / np.maximum(np.abs(direction).sum(axis=1), 1e-9)
        starts += [
            onto_sum(np.clip(places + sign * length[:, None] * direction, low, high), low, high, 1.0)
            for sign in (-1, 1)
        ]
    return np.concatenate(starts)


def _onto_elements(places: Values) -> Values:
    """For each composition the projection onto changes of its own elements that keep the sum, (N, n_elements, n_elements)."""
    support = (places > 0).astype(float)
    n_present = np.maximum(support.sum(axis=1), 1.0)[:, None, None]
    found: Values = support[:, :, None] * np.eye(places.shape[1]) - support[:, :, None] * support[:, None] / n_present
    return found


def _bounds(mover: Mover, fractions: Values) -> Bounds:
    """Bounds of each fraction on the elements of each composition."""
    support = fractions > 0
    return np.where(support, mover.low / mover.n_steps, 0.0), np.where(support, mover.high / mover.n_steps, 0.0)


@dataclass(eq=False, slots=True)
class _Crowd:
    """Samples on their way, all arrays with one row each: place, bounds, misses, slopes, damping, and the wall's side.

    `gap` is how much farther than the wall the nearest known composition is, `away` how it grows with each fraction.
    """

    here: Values
    bounds: Bounds
    missed: Values
    slopes: Values
    damping: Values
    gap: Values
    away: Values

    @classmethod
    def at(cls, here: Values, bounds: Bounds, aim: Aim) -> _Crowd:
        """The crowd at a place, pushed out of the wall first."""
        gap, away = np.full(len(here), np.inf), np.zeros_like(here)
        if aim.wall is not None:
            here, distance, apart = aim.wall.pushed_out(here, bounds)
            gap, away = distance - aim.wall.distance - _WALL_MARGIN, np.sign(apart) / 2
        missed, slopes = aim.linearised(here)
        return cls(here, bounds, missed, slopes, np.full(len(here), _FIRST_DAMPING), gap, away)

    def score(self) -> Values:
        """Squared misses, infinite inside the wall, shape (N,)."""
        return np.where(self.gap < -1e-6, np.inf, (self.missed**2).sum(axis=1))

    def rows(self, chosen: Any) -> _Crowd:
        """Some of them."""
        bounds = self.bounds[0][chosen], self.bounds[1][chosen]
        return _Crowd(
            self.here[chosen], bounds, self.missed[chosen], self.slopes[chosen], self.damping[chosen],
            self.gap[chosen], self.away[chosen],
        )  # fmt: skip

    def take(self, rows: Any, other: _Crowd, chosen: Any) -> None:
        """Put some of another crowd in the place of these rows."""
        self.here[rows], self.missed[rows], self.slopes[rows] = (
            other.here[chosen], other.missed[chosen], other.slopes[chosen],
        )  # fmt: skip
        self.gap[rows], self.away[rows] = other.gap[chosen], other.away[chosen]


def _descended(here: Values, bounds: Bounds, aim: Aim, n_steps: int) -> Values:
    """Damped steps; one that does not help is taken back and the next one is shorter. Who has arrived is left alone."""
    crowd = _Crowd.at(here, bounds, aim)
    active = np.arange(len(here))
    for _ in range(n_steps):
        part = crowd.rows(active)
        tried = _Crowd.at(_step(part), part.bounds, aim.rows(active))
        before, now = part.score(), tried.score()
        is_better = now < before
        crowd.damping[active] = np.where(is_better, np.maximum(part.damping / 5, _LEAST_DAMPING), part.damping * 6)
        crowd.take(active[is_better], tried, is_better)
        has_stopped = is_better & (now > (1 - _LEAST_GAIN) * before)
        active = active[~has_stopped & (crowd.damping[active] < _MOST_DAMPING)]
        if not active.size:
            break
    return crowd.here


def _step(crowd: _Crowd) -> Values:
    """One damped step with the sum kept at one; fractions that would leave their bounds are held where they are.

    A step that would enter the wall is solved again with the distance as one more equation.
    """
    (low, high), here = crowd.bounds, crowd.here
    n_rows, n_goals = crowd.missed.shape
    wanted = np.column_stack([1.0 - here.sum(axis=1), np.zeros(n_rows), crowd.missed])
    rows = np.concatenate(
        [np.ones((n_rows, 1, here.shape[1])), np.zeros((n_rows, 1, here.shape[1])), crowd.slopes], axis=1
    )
    hard = np.full((n_rows, 2), _HARD)
    weights = np.column_stack([hard, np.repeat(crowd.damping[:, None], n_goals, axis=1)])
    is_free = low < high
    step = np.zeros_like(here)
    for _ in range(3):
        held = rows * is_free[:, None, :]
        matrix = held @ held.transpose(0, 2, 1)
        size = np.maximum(matrix.trace(axis1=1, axis2=2), 1e-9)
        matrix += (weights * size[:, None])[:, :, None] * np.eye(n_goals + 2)
        step = np.einsum("nkj,nk->nj", held, np.linalg.solve(matrix, wanted[:, :, None])[:, :, 0])
        leaves = is_free & (((here <= low) & (step < 0)) | ((here >= high) & (step > 0)))
        enters = (crowd.gap + (crowd.away * step).sum(axis=1) < -1e-6) & (rows[:, 1] == 0).all(axis=1)
        if not leaves.any() and not enters.any():
            break
        is_free &= ~leaves
        rows[enters, 1] = crowd.away[enters]
        wanted[enters, 1] = -crowd.gap[enters]
    # Where sum and wall pull against each other both slip by their damping, which would add up over the steps.
    return onto_sum(here + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP), low, high, 1.0)
