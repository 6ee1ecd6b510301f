"""The other baseline: random alloys with as many elements as known alloys have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "RandomAlloys"]

_USUAL_SIZES: Final = (4, 5, 6)
_CONCENTRATION: Final = 2.0  # Dirichlet parameter: fractions spread around equimolar, as in measured alloys


class RandomAlloys:
    """Elements drawn as often as known alloys use them, Dirichlet(2) fractions. Knows nothing of the wishes."""

    name = "random"
    version = "1"
    source = "Dirichlet distribution"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` random alloys over the elements of the known ones."""
        generator = np.random.default_rng(task.seed)
        is_present = task.known.fractions > 0
        counts = is_present.sum(axis=1) if len(task.known) else _sizes(task)
        sizes = np.minimum(generator.choice(counts, size=n_samples), len(task.known.elements))
        weights = is_present.sum(axis=0) + 1e-12
        fractions = np.zeros((n_samples, len(task.known.elements)))
        for row, size in enumerate(sizes):
            chosen = generator.choice(len(weights), size=size, replace=False, p=weights / weights.sum())
            fractions[row, chosen] = generator.dirichlet(np.full(size, _CONCENTRATION))
        return CompositionMatrix(task.known.elements, fractions)


def _sizes(task: GenerationTask) -> NDArray[np.int64]:
    """Numbers of elements to draw from where nothing is known: four to six, as far as the request allows."""
    fewest, most = task.request.limits.n_components
    return np.unique(np.clip(_USUAL_SIZES, fewest, most))


PLUGIN: Final = RandomAlloys()
