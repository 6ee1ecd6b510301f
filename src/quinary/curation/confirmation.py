"""What speaks for a row: other papers that report the same composition, or much the same value of it.

A slip rarely turns an alloy into one that others have made, and what two groups measured alike is no slip. Papers are told
apart by their DOI. Values that agree to the last digit are one study under two references (`re_reported`) and confirm nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.fusion import Subject
from quinary.points.point import DataPoint

__all__ = ["confirming_papers", "weight_in_favour"]

_ALIKE: Final = 0.1  # relative difference of two values that confirm each other
_COPIED: Final = 1e-6
# log10 of the likelihood ratio of none, one, two or more papers: as large as the strongest single evidence against
_WEIGHTS: Final = (0.0, -0.9, -3.0)


def weight_in_favour(n_papers: int) -> float:
    """log10 of the likelihood ratio that so many confirming papers stand for; negative, since it speaks for being right."""
    return _WEIGHTS[min(n_papers, len(_WEIGHTS) - 1)]


def confirming_papers(data: Dataset, subjects: Iterable[Subject]) -> dict[Subject, int]:
    """Subject -> the number of other papers that report its composition, or its value within 10 %; only where there are."""
    wanted = set(subjects)
    makers: dict[str, set[str]] = defaultdict(set)
    values: dict[tuple[str, str, str], list[tuple[str, float]]] = defaultdict(list)
    for entry in data.entries:
        if entry.paper:
            makers[entry.composition_key].add(entry.paper)
            for point in entry.points:
                if _is_number(point):
                    values[_what(entry, point)].append((entry.paper, point.value.nominal))
    found = {}
    for index, place in wanted:
        entry = data.entries[index]
        if place is None:
            papers = makers[entry.composition_key] - {entry.paper}
        else:
            papers = _alike(entry, entry.points[place], values[_what(entry, entry.points[place])])
        if papers:
            found[index, place] = len(papers)
    return found


def _is_number(point: DataPoint) -> bool:
    return not point.value.categories and point.value.nominal > 0 and point.method.value != "calculated"


def _what(entry: Entry, point: DataPoint) -> tuple[str, str, str]:
    return entry.composition_key, point.property, point.conditions.key


def _alike(entry: Entry, point: DataPoint, stated: Iterable[tuple[str, float]]) -> set[str]:
    if not _is_number(point):
        return set()
    own = point.value.nominal
    return {paper for paper, value in stated if paper != entry.paper and _COPIED < abs(value / own - 1) <= _ALIKE}
