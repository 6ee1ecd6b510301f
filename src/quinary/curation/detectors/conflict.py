"""One paper, one material, the same conditions, two values."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.finding import Suspicion
from quinary.points.point import DataPoint

__all__ = ["DETECTOR"]

_AGREE: Final = 1.05
_MOST_LINES: Final = 30


class Conflict:
    """Strength: |ln(value / median of the group's other values)| in units of ln 1.3, at most 12.

    Two samples that differ in something which the file does not say look the same; a small strength means no more than that.
    """

    name = "conflict"
    version = "1"
    source = "repeated statements of one study"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each value that differs by over 5 % from the others of its paper, material and conditions."""
        for paper in data.papers.values():
            groups: dict[tuple[str, ...], list[tuple[Entry, int, DataPoint]]] = defaultdict(list)
            for entry in paper:
                for place, point in enumerate(entry.points):
                    if not point.value.categories and point.value.nominal > 0 and point.doi:
                        what = point.material.key, point.property, point.conditions.key, point.method, point.detail
                        groups[what].append((entry, place, point))
            for group in groups.values():
                if 1 < len(group) <= _MOST_LINES:
                    yield from _of_group(group)


def _of_group(group: list[tuple[Entry, int, DataPoint]]) -> Iterator[Suspicion]:
    for number, (entry, place, point) in enumerate(group):
        others = sorted(p.value.nominal for n, (_, _, p) in enumerate(group) if n != number)
        middle = others[len(others) // 2]
        ratio = max(point.value.nominal / middle, middle / point.value.nominal)
        if ratio > _AGREE:
            lines = ", ".join(str(e.line) for n, (e, _, _) in enumerate(group) if n != number)
            text = (
                f"{point.property} {point.value.nominal:.4g} {point.unit}, but {middle:.4g} in line {lines} for the same"
                " material, conditions and paper"
            )
            group_name = f"{point.property} in lines {','.join(str(e.line) for e, _, _ in group)} of {entry.source}"
            strength = min(math.log(ratio) / math.log(1.3), 12.0)
            yield Suspicion(entry, strength, text, None, point.property, place, contradiction=group_name)


DETECTOR: Final = Conflict()
