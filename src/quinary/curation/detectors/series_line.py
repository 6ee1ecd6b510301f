"""Series of a paper that would lie on one line of composition space, but for one alloy.

Source: rule 3 of PyQAlloy: principal components of the compositions of a paper; a series such as AlxCoCrFeNi or Al(x)Cu(1-x)
has one. Here each alloy is left out in turn: it is the suspect if the others then lie on a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.curation.dataset import Dataset, Entry, distinct_compositions, fraction_matrix
from quinary.curation.finding import Suspicion

__all__ = ["DETECTOR", "off_line_ranges"]

_LEAST_ALLOYS: Final = 4
_MOST_ALLOYS: Final = 40
_STRAIGHT: Final = 0.008  # range along the second component: amounts rounded to a percent give up to this


class SeriesLine:
    """Strength: the number of alloys on the line (at most 6), doubled where only one alloy can be the one that is off.

    `x` in Al(x)CoCrFeNi makes a straight line in fractions, since all of it is a mixture of Al and CoCrFeNi.
    """

    name = "series_line"
    version = "1"
    source = "PyQAlloy rule 3"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The alloys that leave the line of their paper."""
        for paper in data.papers.values():
            groups = distinct_compositions(paper)
            if _LEAST_ALLOYS <= len(groups) <= _MOST_ALLOYS:
                yield from _of_series(list(groups.values()))


def off_line_ranges(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The range of N compositions along their second principal component, 0 on a line; (..., N, n_elements) -> (...)."""
    centred = fractions - fractions.mean(axis=-2, keepdims=True)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    if axes.shape[-2] < 2:
        return np.zeros(fractions.shape[:-2])
    return np.asarray(np.ptp(np.einsum("...ij,...j->...i", centred, axes[..., 1, :]), axis=-1))


def _of_series(groups: list[list[Entry]]) -> Iterator[Suspicion]:
    fractions = fraction_matrix([group[0] for group in groups]).fractions
    if off_line_ranges(fractions) <= _STRAIGHT:
        return
    ranges = off_line_ranges(np.array([np.delete(fractions, place, axis=0) for place in range(len(groups))]))
    suspects = [place for place, found in enumerate(ranges) if found <= _STRAIGHT]
    for place in suspects:
        n_on_line = len(groups) - 1
        strength = min(n_on_line, 6) * (2.0 if len(suspects) == 1 else 1.0)
        for entry in groups[place]:
            evidence = (
                f"the {n_on_line} other alloys of this paper lie on one line of composition, {entry.formula} does not"
                f" (without it they spread {100 * ranges[place]:.2g} at.% across the line)"
            )
            yield Suspicion(entry, strength, evidence)


DETECTOR: Final = SeriesLine()
