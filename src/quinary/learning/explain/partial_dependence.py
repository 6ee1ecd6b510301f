"""How a prediction changes with one feature, and with one element of the composition.

Partial dependence (Friedman 2001, 10.1214/aos/1013203451) is the mean prediction when a feature is set to a value in every
row; the curves of single rows (individual conditional expectation, Goldstein et al. 2015, 10.1080/10618600.2014.907095) show
what the mean hides. Both ask for combinations that may not exist where features depend on each other; the effect of an
element does not, since it changes the composition and computes everything else from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError

__all__ = ["ElementEffect", "PartialDependence", "element_effects", "partial_dependence"]

_FEWEST_ROWS: Final = 5  # that contain an element: an effect of fewer is anecdote


@dataclass(frozen=True, slots=True)
class PartialDependence:
    """Predictions over a grid of one feature.

    Attributes:
        grid: values of the feature, shape (n_grid,), from its 2nd to its 98th percentile.
        mean: shape (n_grid,).
        percentile_10, percentile_90: of the predictions over the rows, shape (n_grid,): how rows differ, no error of the
            mean.
        curves: of single rows, shape (n_rows, n_grid).
        is_additive: the curves of single rows run parallel: their shapes differ by less than a tenth of the mean's range,
            so the mean curve speaks for all rows; otherwise the feature acts together with others.
    """

    name: str
    grid: NDArray[np.float64]
    mean: NDArray[np.float64]
    percentile_10: NDArray[np.float64]
    percentile_90: NDArray[np.float64]
    curves: NDArray[np.float64]
    is_additive: bool

    def document(self) -> dict[str, Any]:
        """The curve as it goes into JSON, without those of single rows."""
        return {
            "feature": self.name,
            "grid": self.grid.tolist(),
            "mean": self.mean.tolist(),
            "percentile_10": self.percentile_10.tolist(),
            "percentile_90": self.percentile_90.tolist(),
            "is_additive": self.is_additive,
        }


def partial_dependence(
    predict: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    features: NDArray[np.float64],
    column: int,
    name: str = "",
    n_grid: int = 20,
    n_rows: int = 200,
) -> PartialDependence:
    """Partial dependence on one column of the features, shape (N, k), over up to `n_rows` rows spread over the table.

    Raises:
        InputError: the column does not vary, or a grid of fewer than two values.
    """
    if n_grid < 2:
        raise InputError(f"a grid of {n_grid} values is no curve; take at least 2")
    first, last = np.percentile(features[:, column], (2, 98))
    if first == last:
        first, last = features[:, column].min(), features[:, column].max()
    if first == last:
        raise InputError(f"{name or f'feature {column}'} has the same value in every row")
    chosen = features[np.unique(np.linspace(0, len(features) - 1, min(n_rows, len(features))).astype(int))]
    grid = np.linspace(first, last, n_grid)
    asked = np.repeat(chosen, n_grid, axis=0)
    asked[:, column] = np.tile(grid, len(chosen))
    curves = np.asarray(predict(asked)).reshape(len(chosen), n_grid)
    mean = curves.mean(axis=0)
    shapes = curves - curves.mean(axis=1, keepdims=True)
    differing = float((shapes - shapes.mean(axis=0)).std(axis=0).mean())
    tenth, ninetieth = np.percentile(curves, (10, 90), axis=0)
    return PartialDependence(name, grid, mean, tenth, ninetieth, curves, differing < 0.1 * float(np.ptp(mean)))


@dataclass(frozen=True, slots=True)
class ElementEffect:
    """What more of an element does to the prediction.

    Attributes:
        change: mean change for `step` more of it (the others give way in proportion) in the rows that contain it.
        spread: standard deviation of the change over those rows; larger than the change: it depends on the rest.
        n_rows: how many rows contain it and have a prediction before and after.
    """

    element: str
    step: float
    change: float
    spread: float
    n_rows: int


def element_effects(
    predict: Callable[[CompositionMatrix, NDArray[np.int64]], NDArray[np.float64]],
    matrix: CompositionMatrix,
    step: float = 0.05,
) -> list[ElementEffect]:
    """The effect of every element that five rows or more contain, the largest first.

    `predict` takes compositions and the numbers of the rows they were made from (for the conditions of those rows); what it
    answers with NaN is left out.

    Raises:
        InputError: the step is not between 0 and 1.
    """
    if not 0.0 < step < 1.0:
        raise InputError(f"step is {step:g}; it lies between 0 and 1, such as 0.05")
    before = predict(matrix, np.arange(len(matrix)))
    found = []
    for column, symbol in enumerate(matrix.elements):
        rows = np.flatnonzero((matrix.fractions[:, column] > 0) & (matrix.fractions[:, column] < 1.0 - step))
        if len(rows) < _FEWEST_ROWS:
            continue
        changes = predict(CompositionMatrix(matrix.elements, _raised(matrix, rows, column, step)), rows) - before[rows]
        changes = changes[np.isfinite(changes)]
        if len(changes) >= _FEWEST_ROWS:
            found.append(ElementEffect(symbol, step, float(changes.mean()), float(changes.std()), len(changes)))
    return sorted(found, key=lambda one: -abs(one.change))


def _raised(matrix: CompositionMatrix, rows: NDArray[np.int64], column: int, step: float) -> NDArray[np.float64]:
    fractions = matrix.fractions[rows]
    own = fractions[:, column].copy()
    fractions = fractions * ((1.0 - own - step) / (1.0 - own))[:, None]
    fractions[:, column] = own + step
    return fractions
