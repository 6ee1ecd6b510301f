"""Evolution towards the request: needs predictions of the properties, but no known alloys to learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.plugins import goal_misses, property_values

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

    Values = NDArray[np.float64]

__all__ = ["PLUGIN", "Evolution"]

_LEAST_POPULATION: Final = 64
_LARGEST_POPULATION: Final = 256
_N_GENERATIONS: Final = 40
_CONCENTRATION: Final = 2.0
_SIZES: Final = (4, 5, 6)  # numbers of elements to start from where nothing is known


class Evolution:
    """NSGA-II (Deb et al. 2002, 10.1109/4235.996017) on the misses of the request and its objectives.

    A composition is written as numbers between -1 and 1: those above zero are amounts, those below are absent elements, so
    that elements come and go and zeros are exact. Samples are drawn from the last population; without any wish it is the
    first one, random alloys.
    """

    name = "evolve"
    version = "1"
    source = "10.1109/4235.996017"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` compositions, the fittest first, over again if more are wanted than the population holds."""
        if not task.request.properties:
            return CompositionMatrix(task.known.elements, _fractions(_first(task, n_samples)))
        size = min(_LARGEST_POPULATION, max(_LEAST_POPULATION, n_samples))
        genes, costs = _evolved(task, _first(task, size))
        order = np.resize(np.argsort(costs[:, 0], kind="stable"), n_samples)
        return CompositionMatrix(task.known.elements, _fractions(genes[order]))


def _first(task: GenerationTask, size: int) -> Values:
    """Genes of random alloys, shape (size, n_elements), with as many elements as known alloys have."""
    random = np.random.default_rng(task.seed)
    n_elements = len(task.known.elements)
    counts = (task.known.fractions > 0).sum(axis=1) if len(task.known) else np.array(_SIZES)
    genes = -random.random((size, n_elements))
    for row, count in enumerate(random.choice(counts, size=size)):
        chosen = random.choice(n_elements, size=min(int(count), n_elements), replace=False)
        amounts = random.dirichlet(np.full(len(chosen), _CONCENTRATION))
        genes[row, chosen] = amounts / amounts.max()
    return genes


def _fractions(genes: Values) -> Values:
    """Fractions, shape of `genes`: positive genes in proportion; where there is none, the largest gene alone."""
    amounts = np.maximum(genes, 0.0)
    is_empty = amounts.sum(axis=1) <= 0
    amounts[is_empty, genes[is_empty].argmax(axis=1)] = 1.0
    return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))


def _costs(task: GenerationTask, genes: Values) -> Values:
    """What is to be small: the miss of targets and ranges, then every objective, shape (N, 1 + n_objectives)."""
    fractions = _fractions(genes)
    pushed = [-sign * property_values(task, name, fractions) for name, sign in task.request.objectives.items()]
    return np.column_stack([goal_misses(task, fractions), *pushed])


def _evolved(task: GenerationTask, first: Values) -> tuple[Values, Values]:
    """Genes and costs of the last population."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    class Fitness(Problem):  # type: ignore[misc]
        """The costs of a whole population at once."""

        def _evaluate(self, x: Values, out: dict[str, Any], *_: Any, **__: Any) -> None:
            """Called by pymoo with genes of shape (N, n_elements)."""
            out["F"] = _costs(task, x)

    problem = Fitness(n_var=first.shape[1], n_obj=1 + len(task.request.objectives), xl=-1.0, xu=1.0)
    algorithm = NSGA2(pop_size=len(first), sampling=first, eliminate_duplicates=True)
    found = minimize(problem, algorithm, ("n_gen", _N_GENERATIONS), seed=task.seed, verbose=False)
    return found.pop.get("X"), found.pop.get("F")


PLUGIN: Final = Evolution()
