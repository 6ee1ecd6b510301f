"""An alloy unlike the others of its elements that two exchanged amounts would bring close to one of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.curation.dataset import Dataset, Entry, distinct_compositions
from quinary.curation.finding import Suspicion

__all__ = ["DETECTOR"]

_FLOOR: Final = 0.02  # L1 distance that rounding and impurities make
_EXACT: Final = 0.015  # nearer than that, it is the business of `swapped_amounts`
_DIFFERENT: Final = 0.02  # atomic fractions that are worth exchanging
_LEAST: Final = 0.2


class NearlySwapped:
    """Strength: log2((d + 0.02)/(d' + 0.02)), d the L1 distance to the nearest other alloy of the same elements, d' after.

    Which element is the minor one is much the same wherever an alloy system is studied: nobody else makes AlFeCoNi0.2Mo, but
    AlFeCoNiMo0.3 is known. Compositions that several papers report are left alone.
    """

    name = "nearly_swapped"
    version = "1"
    source = "transposition errors, nearest neighbours in the chemical system"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The alloys that an exchange of two amounts brings much nearer to another one."""
        systems: dict[tuple[str, ...], list[list[Entry]]] = defaultdict(list)
        for found in distinct_compositions(data.entries).values():
            systems[found[0].elements].append(found)
        for elements, groups in systems.items():
            if len(groups) > 1 and len(elements) > 1:
                yield from _of_system(elements, groups)


def _of_system(elements: tuple[str, ...], groups: Sequence[Sequence[Entry]]) -> Iterator[Suspicion]:
    fractions = np.array([[group[0].fractions[symbol] for symbol in elements] for group in groups])
    for place, group in enumerate(groups):
        if len({entry.paper for entry in group}) > 1:
            continue
        best = _best_exchange(fractions[place], np.delete(fractions, place, axis=0))
        if best is None:
            continue
        strength, (first, second), neighbour = best
        rival = groups[neighbour + (neighbour >= place)][0].formula
        for entry in group:
            evidence = (
                f"nobody else has an alloy like {entry.formula}; with the amounts of {elements[first]} and"
                f" {elements[second]} exchanged it is close to {rival}"
            )
            yield Suspicion(entry, strength, evidence, _exchanged(entry, elements[first], elements[second]))


def _best_exchange(own: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[float, tuple[int, int], int] | None:
    """(strength, places of the two elements, row of the neighbour) of the exchange that helps most; None where none does.

    `own` has the shape (n_elements,), `others` (n_others, n_elements).
    """
    pairs = [(i, j) for i, j in combinations(range(len(own)), 2) if abs(own[i] - own[j]) >= _DIFFERENT]
    if not pairs:
        return None
    exchanged = np.tile(own, (len(pairs), 1))
    for row, (i, j) in enumerate(pairs):
        exchanged[row, [i, j]] = own[j], own[i]
    distances = np.abs(exchanged[:, None, :] - others[None, :, :]).sum(axis=2)
    row, neighbour = (int(n) for n in np.unravel_index(int(distances.argmin()), distances.shape))
    after, before = float(distances[row, neighbour]), float(np.abs(others - own).sum(axis=1).min())
    strength = math.log2((before + _FLOOR) / (after + _FLOOR))
    return (strength, pairs[row], neighbour) if after > _EXACT and strength >= _LEAST else None


def _exchanged(entry: Entry, first: str, second: str) -> Mapping[str, str] | None:
    """The formula with two typed amounts exchanged."""
    if first not in entry.amounts or second not in entry.amounts:
        return None
    changed = {**entry.amounts, first: entry.amounts[second], second: entry.amounts[first]}
    return {"formula": " ".join(f"{symbol}{amount:.6g}" for symbol, amount in changed.items())}


DETECTOR: Final = NearlySwapped()
