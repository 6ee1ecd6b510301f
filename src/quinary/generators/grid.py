"""A baseline without any learning: the points of a composition grid, those nearest to the request first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.plugins import goal_misses
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.spaces.sample import sample_lattice

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "GridPoints"]

_MOST_POINTS: Final = 40_000
_STEPS: Final = (0.05, 0.1, 0.125, 0.2, 0.25)
_FEWEST, _MOST = 4, 6  # elements, where nothing is known


class GridPoints:
    """Every point of the finest grid with at most 40,000 of them, else as many drawn from the coarsest, sorted by miss.

    Steps are 5 to 25 at.%, with as many elements as known alloys have, at most six. Without a wish the order is random.
    """

    name = "grid"
    version = "1"
    source = "enumeration"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` points, over again if there are fewer."""
        points = _points(task)
        order = np.random.default_rng(task.seed).permutation(len(points))
        order = order[np.argsort(goal_misses(task, points[order]), kind="stable")]
        return CompositionMatrix(task.known.elements, points[np.resize(order, n_samples)])


def _points(task: GenerationTask) -> NDArray[np.float64]:
    elements = task.known.elements
    counts = (task.known.fractions > 0).sum(axis=1)
    fewest, most = (int(counts.min()), int(counts.max())) if len(counts) else (_FEWEST, _MOST)
    most = min(most, _MOST, len(elements))
    spaces = [
        SpaceLimits.alloy(elements, n_components=(min(fewest, most), most), step=step)
        for step in _STEPS
        if min(fewest, most) * step <= 1
    ]
    for space in spaces:
        grid = Grid(space)
        if len(grid) <= _MOST_POINTS:
            return grid.fractions()
    return sample_lattice(spaces[-1], _MOST_POINTS, task.seed)


PLUGIN: Final = GridPoints()
