"""One element far ahead of the others: the mark of a zero too many or a digit typed twice."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.finding import Suspicion

__all__ = ["DETECTOR", "relative_entropy"]

_LEAST_ROWS: Final = 30
_REPORTED_SHARE: Final = 0.15


def relative_entropy(fractions: dict[str, float] | Entry) -> float:
    """S/S_max = -sum(c ln c)/ln n of n elements; 1 for equal amounts (and for a single element)."""
    values = (fractions.fractions if isinstance(fractions, Entry) else fractions).values()
    if len(values) < 2:
        return 1.0
    return -math.fsum(c * math.log(c) for c in values) / math.log(len(values))


class LowEntropy:
    """Strength: -log10 of the share of rows with as many elements whose relative entropy is as low, at most 4."""

    name = "low_entropy"
    version = "1"
    source = "relative configurational entropy S/S_max"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The lowest tail among the rows with equally many elements (small data sets are left alone)."""
        classes: dict[int, list[tuple[float, int, Entry]]] = defaultdict(list)
        for entry in data.entries:
            if len(entry.fractions) > 2 and not entry.points[0].material.composition.is_ceramic:
                classes[min(len(entry.fractions), 7)].append((relative_entropy(entry), entry.index, entry))
        for rows in classes.values():
            rows.sort(key=lambda row: row[:2])
            for rank, (value, _, entry) in enumerate(rows, start=1):
                if len(rows) < _LEAST_ROWS or rank > _REPORTED_SHARE * len(rows):
                    break
                main = max(entry.fractions, key=lambda symbol: entry.fractions[symbol])
                evidence = (
                    f"{entry.formula} is {100 * entry.fractions[main]:.3g} at.% {main} (S/S_max = {value:.2f}): lower in"
                    f" {100 * rank / len(rows):.2g} % of the alloys with as many elements"
                )
                yield Suspicion(entry, min(-math.log10(rank / len(rows)), 4.0), evidence)


DETECTOR: Final = LowEntropy()
