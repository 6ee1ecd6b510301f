"""Compositions without any neighbour in the whole data set.

Source: rule 4 of PyQAlloy, DBSCAN in L1 distance. The metric must be named: scikit-learn ignores `p` unless the metric uses
it, so that `p=1` with the default metric clusters by Euclidean distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset, distinct_compositions, fraction_matrix
from quinary.curation.finding import Suspicion

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
        """The alloys that DBSCAN leaves outside every cluster (small data sets are left alone)."""
        from sklearn.cluster import DBSCAN

        groups = [g for g in distinct_compositions(data.entries).values() if len(g[0].fractions) >= _LEAST_ELEMENTS]
        if len(groups) < _LEAST_ALLOYS:
            return
        fractions = fraction_matrix([group[0] for group in groups]).fractions
        labels = DBSCAN(eps=_RADIUS, min_samples=2, metric="manhattan").fit_predict(fractions)
        for group, label in zip(groups, labels, strict=True):
            if label < 0:
                for entry in group:
                    evidence = f"no other alloy is within {50 * _RADIUS:g} at.% of {entry.formula}"
                    yield Suspicion(entry, 1.0, evidence)


DETECTOR: Final = ChemicalOutlier()
