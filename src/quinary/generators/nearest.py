"""The baseline that every table carries: the known alloys whose properties come nearest to the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.requests import aims

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "NearestKnown"]


class NearestKnown:
    """Known alloys in the order of their distance to the request, each property scaled by its spread among the known."""

    name = "nearest"
    version = "1"
    source = "look-up"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """The `n_samples` nearest known alloys, over again if there are fewer; without any wish, in a random order.

        Raises:
            InputError: nothing is known to look up.
        """
        if not len(task.known):
            raise InputError("no material is known within these elements to look up", ["random", "grid"])

        wanted = {name: value for name, value in aims(task.request, task.values).items() if name in task.values}
        distance = np.random.default_rng(task.seed).random(len(task.known)) * 1e-9
        for name, value in wanted.items():
            column = task.values[name]
            distance += ((column - value) / (float(np.std(column)) or 1.0)) ** 2
        order = np.resize(np.argsort(distance, kind="stable"), n_samples)
        return CompositionMatrix(task.known.elements, task.known.fractions[order])


PLUGIN: Final = NearestKnown()
