"""The matrix form of compositions: one row a composition, one column an element, float64."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError

__all__ = ["CompositionMatrix", "as_matrix", "unwanted_element"]


@dataclass(frozen=True, slots=True)
class CompositionMatrix:
    """Fractions of `elements` (columns) in N compositions (rows): shape (N, n_elements), rows sum to 1.

    For ceramics these are the cation fractions; the anion is part of the `Composition`, not of the matrix.
    """

    elements: tuple[str, ...]
    fractions: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.fractions.shape[0])

    def over(self, elements: Sequence[str]) -> CompositionMatrix:
        """The same compositions with the columns of `elements`.

        Raises:
            InputError: a composition contains an element that is not among them.
        """
        position = {symbol: index for index, symbol in enumerate(elements)}
        missing = [s for i, s in enumerate(self.elements) if s not in position and np.any(self.fractions[:, i] > 0)]
        if missing:
            raise InputError(
                f"compositions contain {', '.join(missing)}, which is not among the chosen elements", elements
            )
        target = np.zeros((len(self), len(position)))
        for index, symbol in enumerate(self.elements):
            if symbol in position:
                target[:, position[symbol]] = self.fractions[:, index]
        return CompositionMatrix(tuple(elements), target)

    def compositions(self) -> list[Composition]:
        """Each row as an alloy `Composition`."""
        return [
            Composition.alloy({s: float(x) for s, x in zip(self.elements, row, strict=True) if x > 0})
            for row in self.fractions
        ]


def as_matrix(sources: Iterable[CompositionLike], elements: Sequence[str] | None = None) -> CompositionMatrix:
    """The (N, n_elements) matrix of anything that names compositions; columns alphabetical unless given.

    Raises:
        InputError: a formula cannot be read, or contains an element that is not among `elements`.
    """
    rows = [Composition.of(source).cations for source in sources]
    columns = tuple(elements) if elements is not None else tuple(sorted({symbol for row in rows for symbol in row}))
    position = {symbol: index for index, symbol in enumerate(columns)}
    fractions = np.zeros((len(rows), len(columns)))
    for number, row in enumerate(rows):
        for symbol, fraction in row.items():
            if symbol not in position:
                raise unwanted_element(number, symbol, columns)
            fractions[number, position[symbol]] = fraction
    return CompositionMatrix(columns, fractions)


def unwanted_element(row: int, symbol: str, elements: Sequence[str]) -> InputError:
    """The complaint that the composition in a row (counted from zero) contains an element without a column."""
    return InputError(f"composition {row + 1} contains {symbol}, which is not among the chosen elements", elements)
