"""Two alloys of one paper that are almost, but not quite, the same.

Source: rule 2 of PyQAlloy: nearest neighbours by L1 distance within a paper, relative to the largest such distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset, Entry, distinct_compositions, fraction_matrix
from quinary.curation.finding import Suspicion
from quinary.curation.neighbours import nearest_by_l1

__all__ = ["DETECTOR"]

_LEAST_ALLOYS: Final = 3
_EQUIDISTANT: Final = 0.9  # of the largest distance: an even spread has no duplicates
_NEAR: Final = 0.01
_GAP: Final = 0.2


class NearDuplicate:
    """Strength: 1 - (nearest distance)/(0.2 largest nearest distance); the rule's own limit of 0.01 is strength .95."""

    name = "near_duplicate"
    version = "1"
    source = "PyQAlloy rule 2"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """Alloys with a neighbour five times nearer than is usual in the paper."""
        for paper in data.papers.values():
            groups = list(distinct_compositions(paper).values())
            if len(groups) >= _LEAST_ALLOYS:
                yield from _of_paper(groups)


def _of_paper(groups: list[list[Entry]]) -> Iterator[Suspicion]:
    fractions = fraction_matrix([group[0] for group in groups]).fractions
    nearest, neighbours = nearest_by_l1(fractions)
    largest = float(nearest.max())
    if float(nearest.min()) > _EQUIDISTANT * largest:
        return
    for place, group in enumerate(groups):
        relative = float(nearest[place]) / largest
        if relative < _GAP:
            other = groups[int(neighbours[place])][0].formula
            for entry in group:
                evidence = (
                    f"{entry.formula} differs from {other} of the same paper by {50 * float(nearest[place]):.2g} at.%;"
                    f" the most isolated alloy of the paper is {1 / max(relative, 1e-6):.3g} times farther from its neighbour"
                )
                yield Suspicion(entry, 1 - relative / _GAP, evidence)


DETECTOR: Final = NearDuplicate()
