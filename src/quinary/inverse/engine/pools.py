"""What a search has found so far: compositions that meet the request, and those that came nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.identity import composition_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from quinary.chemistry.composition import Composition

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["N_PARENTS", "Nearest", "Pool"]

N_PARENTS: Final = 48


class Pool:
    """Compositions that meet the request, each once: fractions (N, n_elements) and how far each was moved."""

    def __init__(self, n_elements: int) -> None:
        self.fractions = np.empty((0, n_elements))
        self.moved = np.empty(0)
        self.keys: set[str] = set()

    def add(self, fractions: Values, moved: Values, composition: Callable[[Values], Composition]) -> None:
        """Add those that are not there yet."""
        fresh = []
        for row, entry in enumerate(fractions):
            key = composition_key(composition(entry))
            if key not in self.keys:
                self.keys.add(key)
                fresh.append(row)
        self.fractions = np.concatenate([self.fractions, fractions[fresh]])
        self.moved = np.concatenate([self.moved, moved[fresh]])

    def __len__(self) -> int:
        return len(self.fractions)


class Nearest:
    """What came nearest to the request, best first, one composition of each set of elements: fractions, and misses (N,)."""

    def __init__(self, n_elements: int) -> None:
        self.fractions = np.empty((0, n_elements))
        self.misses = np.empty(0)

    def add(self, fractions: Values, misses: Values) -> None:
        """Add compositions, and keep the best."""
        every, missed = np.concatenate([self.fractions, fractions]), np.concatenate([self.misses, misses])
        order = np.argsort(missed, kind="stable")
        order = order[np.isfinite(missed[order]) & (every[order].sum(axis=1) > 0)]
        _, first = np.unique(every[order] > 0, axis=0, return_index=True)
        chosen = order[np.sort(first)[:N_PARENTS]]
        self.fractions, self.misses = every[chosen], missed[chosen]

    @property
    def least(self) -> float:
        """The least miss, infinite where there is none."""
        return float(self.misses[0]) if len(self.misses) else float("inf")
