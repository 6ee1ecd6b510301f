"""Leading samples as near as possible to more values than their fractions have freedoms: k elements have k - 1 of them.

`quinary.inverse.moving` meets goals exactly or gives a sample up. Where several properties cannot all be met, damped
Gauss-Newton steps (Levenberg 1944, Marquardt 1963) on the elements of each sample make the squared misses least, and a
distance to keep from known materials counts as one more goal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quinary.inverse.moving import Mover

    Values: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["Aim", "Approached", "Model", "NoveltyWall", "approached"]

_FIRST_DAMPING: Final = 1e-3
_LEAST_DAMPING: Final = 1e-8
_LARGEST_STEP: Final = 0.2
_SUM_WEIGHT: Final = 1e-9  # damping of the sum of the fractions: next to none, so that it stays one
_WALL_UNIT: Final = 0.02  # of distance: as bad as missing one property by its scale
_WALL_MARGIN: Final = 0.002  # beyond the wall, so that rounding stays outside


class Model(Protocol):
    """Properties of compositions, all at once: fractions of shape (N, n_elements)."""

    def values(self, fractions: Values) -> Values:
        """Values, shape (N, n_properties)."""
        ...

    def slopes(self, fractions: Values) -> Values:
        """Derivatives by each fraction, shape (N, n_properties, n_elements)."""
        ...


class NoveltyWall:
    """A distance (half the sum of differences) to keep from known compositions, shape (M, n_elements)."""

    def __init__(self, known: Values, distance: float) -> None:
        from scipy.spatial import cKDTree

        self.known = known
        self.distance = distance
        self._tree = cKDTree(known)

    def nearest(self, fractions: Values) -> tuple[Values, Values]:
        """Distance to the nearest known composition, shape (N,), at most twice the wall's, and the differences from it."""
        import numpy as np

        reach = 2 * self.distance
        twice, row = self._tree.query(fractions, p=1, distance_upper_bound=2 * reach)
        is_near = row < len(self.known)
        apart = np.where(is_near[:, None], fractions - self.known[np.minimum(row, len(self.known) - 1)], 0.0)
        return np.where(is_near, twice / 2, reach), apart


@dataclass(frozen=True, eq=False, slots=True)
class Approached:
    """Where N samples came to: fractions (N, n_elements) and mean squared misses in units of the scales, shape (N,)."""

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

    def misses(self, place: Values) -> Values:
        """What is missing of each goal in units of its scale, the wall last, shape (N, n_goals)."""
        import numpy as np

        found = (self.targets - self.model.values(place)) / self.scales
        if self.wall is None:
            return np.asarray(found)
        distance, _ = self.wall.nearest(place)
        beyond = np.maximum(self.wall.distance + _WALL_MARGIN - distance, 0.0) / _WALL_UNIT
        return np.column_stack([found, beyond])

    def slopes(self, place: Values) -> Values:
        """Slopes of the goals by each fraction, shape (N, n_goals, n_elements)."""
        import numpy as np

        found = self.model.slopes(place) / self.scales[:, None]
        if self.wall is None:
            return np.asarray(found)
        distance, apart = self.wall.nearest(place)
        is_held = distance < self.wall.distance + _WALL_MARGIN
        away = np.sign(apart) / 2 / _WALL_UNIT * is_held[:, None]
        return np.concatenate([found, away[:, None, :]], axis=1)

    def rows(self, chosen: Any) -> Aim:
        """The aim of some samples."""
        return Aim(self.model, self.targets[chosen], self.scales, self.wall)


def approached(mover: Mover, starts: Values, aim: Aim, n_steps: int = 10) -> Approached:
    """Every start, shape (N, n_elements), on its own elements and inside the limits, as near to its targets as they allow.

    Fractions are rounded to the lattice of the mover; a start whose elements cannot obey the limits has an infinite miss.
    """
    import numpy as np

    inside = mover.move(starts, [])
    support = inside.fractions > 0
    low = np.where(support, mover.low / mover.n_steps, 0.0)
    high = np.where(support, mover.high / mover.n_steps, 0.0)
    rows = np.flatnonzero(inside.is_met)
    place = inside.fractions.copy()
    place[rows] = _descended(place[rows], (low[rows], high[rows]), aim.rows(rows), n_steps)
    ended = mover.move(place, [])
    misses = (aim.misses(ended.fractions) ** 2).mean(axis=1)
    return Approached(ended.fractions, np.where(inside.is_met & ended.is_met, misses, np.inf))


def _descended(here: Values, bounds: tuple[Values, Values], aim: Aim, n_steps: int) -> Values:
    """Damped steps; one that does not help is taken back and the next one is shorter."""
    import numpy as np

    missed, slopes = aim.misses(here), aim.slopes(here)
    damping = np.full(len(here), _FIRST_DAMPING)
    for _ in range(n_steps):
        tried = _step(here, bounds, missed, slopes, damping)
        now = aim.misses(tried)
        is_better = (now**2).sum(axis=1) < (missed**2).sum(axis=1)
        damping = np.where(is_better, np.maximum(damping / 5, _LEAST_DAMPING), damping * 6)
        if is_better.any():
            here[is_better], missed[is_better] = tried[is_better], now[is_better]
            slopes[is_better] = aim.rows(is_better).slopes(here[is_better])
    return here


def _step(here: Values, bounds: tuple[Values, Values], missed: Values, slopes: Values, damping: Values) -> Values:
    """One damped step with the sum kept at one; fractions that would leave their bounds are held where they are."""
    import numpy as np

    n_rows, n_goals = missed.shape
    wanted = np.column_stack([1.0 - here.sum(axis=1), missed])
    rows = np.concatenate([np.ones((n_rows, 1, here.shape[1])), slopes], axis=1)
    weights = np.column_stack([np.full(n_rows, _SUM_WEIGHT), np.repeat(damping[:, None], n_goals, axis=1)])
    low, high = bounds
    is_free = low < high
    step = np.zeros_like(here)
    for _ in range(3):
        held = rows * is_free[:, None, :]
        matrix = held @ held.transpose(0, 2, 1)
        size = np.maximum(matrix.trace(axis1=1, axis2=2), 1e-9)
        matrix += (weights * size[:, None])[:, :, None] * np.eye(n_goals + 1)
        step = np.einsum("nkj,nk->nj", held, np.linalg.solve(matrix, wanted[:, :, None])[:, :, 0])
        leaves = is_free & (((here <= low) & (step < 0)) | ((here >= high) & (step > 0)))
        if not leaves.any():
            break
        is_free &= ~leaves
    found: Values = np.clip(here + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP), low, high)
    return found
