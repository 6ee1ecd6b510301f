"""A column calculated from the composition that does not follow from the composition of its own line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.curation.dataset import Dataset, Entry, fraction_matrix
from quinary.curation.finding import Suspicion
from quinary.points.point import DataPoint, Method
from quinary.reference.elements import element_column

__all__ = ["DETECTOR"]

_LEAST_ROWS: Final = 60
_ROUNDS: Final = 12
_LEAST_STRENGTH: Final = 2.5


class CalculatedValue:
    """The rule of mixtures of a source is learned from its own lines, then each line is held against it.

    A density obeys sum(c M) = rho sum(c V) and a modulus E = sum(c E_i): both are linear in unknown numbers of the elements,
    found by least squares reweighted so that wrong lines lose their say. Strength: deviation over its robust spread, at most
    12. Either the value or the formula of the line is wrong.
    """

    name = "calculated_value"
    version = "1"
    source = "rule of mixtures, fitted robustly"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """Lines whose calculated value and formula contradict each other."""
        columns: dict[tuple[str, str], list[tuple[Entry, int, DataPoint]]] = defaultdict(list)
        for entry in data.entries:
            for place, point in enumerate(entry.points):
                if point.method is Method.CALCULATED and not point.value.categories:
                    columns[entry.source, point.property].append((entry, place, point))
        for (_, name), values in sorted(columns.items()):
            if len(values) >= _LEAST_ROWS:
                yield from _of_column(name, values)


def _of_column(name: str, values: Sequence[tuple[Entry, int, DataPoint]]) -> Iterator[Suspicion]:
    stated = np.array([point.value.nominal for _, _, point in values])
    expected = _mixture(name, [entry for entry, _, _ in values], stated)
    off = stated - expected
    floor = 0.6 * _step(stated)
    spread = max(1.4826 * float(np.median(np.abs(off - np.median(off)))), floor)
    for (entry, place, point), difference, usual in zip(values, off, expected, strict=True):
        if (strength := abs(float(difference)) / spread) >= _LEAST_STRENGTH:
            text = (
                f"calculated {name} {point.value.nominal:.4g} {point.unit} does not belong to {entry.formula}: the rule of"
                f" mixtures that the other lines of this file obey gives {float(usual):.4g}"
            )
            yield Suspicion(entry, min(strength, 12.0), text, None, name, place)


def _step(stated: NDArray[np.float64]) -> float:
    """The step to which the column is rounded: 1, .1, .01 or .001."""
    for step in (1.0, 0.1, 0.01):
        if np.mean(np.abs(stated / step - np.round(stated / step)) < 1e-6) > 0.9:
            return step
    return 0.001


def _mixture(name: str, entries: Sequence[Entry], stated: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value that the fitted rule of mixtures gives each entry, shape (n_entries,)."""
    matrix = fraction_matrix(entries)
    if name != "density":
        return matrix.fractions @ _reweighted(matrix.fractions, stated)
    masses = matrix.fractions @ np.array([element_column("mass").get(symbol, np.nan) for symbol in matrix.elements])
    # c V = (sum c M) / rho: linear in the molar volumes V
    return np.asarray(masses / (matrix.fractions @ _reweighted(matrix.fractions, masses / stated)))


def _reweighted(design: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least squares with Cauchy weights 1/(1 + (r/2s)^2), s the robust spread; a slight ridge for elements seen once."""
    weights: NDArray[np.float64] = np.ones(len(target))
    ridge = 1e-6 * np.eye(design.shape[1])
    solution: NDArray[np.float64] = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        weighted = design * weights[:, None]
        solution = np.asarray(np.linalg.solve(weighted.T @ design + ridge, weighted.T @ target))
        residuals = np.asarray(target - design @ solution)
        spread = max(1.4826 * float(np.median(np.abs(residuals))), 1e-9)
        weights = np.asarray(1 / (1 + (residuals / (2 * spread)) ** 2))
    return solution


DETECTOR: Final = CalculatedValue()
