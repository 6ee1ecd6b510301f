"""The other baseline: random alloys with as many elements as known alloys have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quinary.chemistry.matrix import CompositionMatrix

if TYPE_CHECKING:
    from quinary.plugins.sockets import GenerationTask

__all__ = ["PLUGIN", "RandomAlloys"]

_CONCENTRATION: Final = 2.0  # Dirichlet parameter: fractions spread around equimolar, as in measured alloys


class RandomAlloys:
    """Elements drawn as often as known alloys use them, Dirichlet(2) fractions. Knows nothing of the request."""

    name = "random"
    version = "1"
    source = "Dirichlet distribution"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` random alloys over the elements of the known ones."""
        import numpy as np

        generator = np.random.default_rng(task.seed)
        is_present = task.known.fractions > 0
        sizes = generator.choice(is_present.sum(axis=1), size=n_samples)
        weights = is_present.sum(axis=0) + 1e-12
        fractions = np.zeros((n_samples, len(task.known.elements)))
        for row, size in enumerate(sizes):
            chosen = generator.choice(len(weights), size=size, replace=False, p=weights / weights.sum())
            fractions[row, chosen] = generator.dirichlet(np.full(size, _CONCENTRATION))
        return CompositionMatrix(task.known.elements, fractions)


PLUGIN: Final = RandomAlloys()
