"""Compositions without any neighbour in the whole data set.

Source: rule 4 of PyQAlloy, DBSCAN in L1 distance with clusters of two or more: what it leaves outside every cluster is what
has nobody within the radius, so that the distance to the nearest neighbour says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset, distinct_compositions, fraction_matrix
from quinary.curation.finding import Suspicion
from quinary.curation.neighbours import nearest_by_l1

__all__ = ["DETECTOR"]

_RADIUS: Final = 0.3  # L1 distance of atomic fractions
_LEAST_ELEMENTS: Final = 3
_LEAST_ALLOYS: Final = 20


class ChemicalOutlier:
    """Strength 1 for alloys of three elements or more with nobody within an L1 distance of 0.3."""

    name = "chemical_outlier"
    version = "1"
    source = "PyQAlloy rule 4"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The alloys without a neighbour within the radius (small data sets are left alone)."""
        groups = [g for g in distinct_compositions(data.entries).values() if len(g[0].fractions) >= _LEAST_ELEMENTS]
        if len(groups) < _LEAST_ALLOYS:
            return
        fractions = fraction_matrix([group[0] for group in groups]).fractions
        nearest, _ = nearest_by_l1(fractions)
        for group, distance in zip(groups, nearest, strict=True):
            if distance > _RADIUS:
                for entry in group:
                    evidence = f"no other alloy is within {50 * _RADIUS:g} at.% of {entry.formula}"
                    yield Suspicion(entry, 1.0, evidence)


DETECTOR: Final = ChemicalOutlier()
