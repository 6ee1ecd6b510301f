"""Where a search starts from: samples of the generator, mixtures of corners, even mixtures, variants of what came near."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.inverse.bounds import Polytope, extreme
from quinary.inverse.engine.judgement import Judge, aligned
from quinary.inverse.feasibility import polytope_of
from quinary.inverse.near_equimolar import even_mixtures
from quinary.inverse.variants import varied
from quinary.plugins import GenerationTask, GeneratorPlugin
from quinary.requests import Linear, Ratio

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Starts"]

_LOG: Final = logging.getLogger(__name__)
_N_CORNERS: Final = 24


class Starts:
    """Fractions over the palette of a judge, to be led onto its request."""

    def __init__(self, judge: Judge, task: GenerationTask) -> None:
        self.judge = judge
        self.task = task

    def of_round(self, plugin: GeneratorPlugin, number: int, n_samples: int, parents: Values) -> list[Values]:
        """Samples of the generator; from the second round on also the other kinds, even mixtures for ceramics only.

        `parents`, shape (n_parents, n_elements), are what came nearest in earlier rounds, best first.
        """
        task = replace(self.task, seed=self.task.seed + 7919 * number)
        _LOG.info("asked %s %s for %d samples, round %d", plugin.name, plugin.version, n_samples, number)
        starts = [aligned(plugin.generate(task, n_samples), self.judge.elements)]
        if number:
            starts.append(self._mixed_corners(n_samples, number))
        if number and self.judge.known.anions:
            starts.append(self._even_mixtures(n_samples, number))
        if len(parents):
            starts.append(varied(parents, n_samples, self._random(number, 2)))
        return [self._near_seed(entry) for entry in starts]

    def _random(self, *place: int) -> np.random.Generator:
        return np.random.default_rng((self.task.seed, *place))

    def _mixed_corners(self, n_samples: int, number: int) -> Values:
        """Mixtures of two or three corners of the polytope of the request: every one meets what is linear in it."""
        generator = self._random(number)
        elements = self.judge.elements
        place = self._place()
        corners = []
        for _ in range(_N_CORNERS):
            found = extreme(Linear(generator.normal(size=len(elements))), place, highest=True)
            if found is not None:
                corners.append([found.composition.get(symbol, 0.0) for symbol in elements])
        if not corners:
            return np.empty((0, len(elements)))
        chosen = np.array(corners)[generator.integers(len(corners), size=(n_samples, 3))]
        weights = generator.dirichlet(np.full(3, 0.7), n_samples)
        mixed: Values = np.einsum("nk,nke->ne", weights, chosen)
        return mixed

    def _even_mixtures(self, n_samples: int, number: int) -> Values:
        """Nearly equal parts of metals that two by two lie in the domain of the methods, or of any if none do."""
        n_metals = len(self.judge.elements)
        first, second = np.triu_indices(n_metals, k=1)
        is_covered = self.judge.is_in_domain((np.eye(n_metals)[first] + np.eye(n_metals)[second]) / 2)
        weights = np.zeros(n_metals)
        np.add.at(weights, np.concatenate([first, second]), np.tile(is_covered, 2))
        return even_mixtures(weights, self.judge.request.limits.n_components, n_samples, self._random(number, 1))

    def _place(self) -> Polytope:
        request = self.judge.request
        place = polytope_of(request.limits, self.judge.elements)
        for goal in self.judge.goals:
            if isinstance(goal.form, Linear | Ratio):
                place = place.within(goal.name, goal.form, *request.interval(goal.name))
        return place

    def _near_seed(self, starts: Values) -> Values:
        """Starts drawn towards the material to stay near to, half as far away as allowed."""
        seed = self.judge.request.seed
        if seed is None or not len(starts):
            return starts
        origin = self.judge.seed_fractions()
        apart = np.abs(starts - origin).sum(axis=1) / 2
        share = np.minimum(1.0, seed.distance / 2 / np.maximum(apart, 1e-12))
        drawn: Values = origin + share[:, None] * (starts - origin)
        return drawn
