"""One measurement under two references: a compilation or review that repeats an original study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.finding import Suspicion
from quinary.points.point import DataPoint

__all__ = ["DETECTOR"]

_LEAST_SHARED: Final = 2


class ReReported:
    """Strength: the number of values (at most 6) that two references share exactly for one composition and its conditions.

    One shared value is chance (strengths are rounded to 10 MPa); two or more for one alloy are one study. Nothing is wrong
    with such values, but they count twice: the finding is a notice, and its repair names the other reference.
    """

    name = "re_reported"
    version = "1"
    source = "identical values under different references"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each value of the later entry that an earlier reference has, where they share two or more."""
        seen: dict[tuple[str, str, str, str], list[tuple[Entry, int, DataPoint]]] = defaultdict(list)
        shared: dict[tuple[str, str, str], list[tuple[Entry, int, DataPoint]]] = defaultdict(list)
        for entry in data.entries:
            for place, point in enumerate(entry.points):
                if not entry.paper or point.value.categories or point.method.value == "calculated":
                    continue
                value = f"{point.value.low:.7g},{point.value.high:.7g}"
                what = entry.composition_key, point.property, point.conditions.key, value
                for earlier in {other.paper: other for other, _, _ in seen[what] if other.paper != entry.paper}:
                    shared[entry.composition_key, entry.paper, earlier].append((entry, place, point))
                seen[what].append((entry, place, point))
        for (_, _, earlier), values in shared.items():
            if len({point.property for _, _, point in values}) >= _LEAST_SHARED:
                for entry, place, point in values:
                    evidence = (
                        f"{len(values)} values of {entry.formula} are the same in {entry.paper} and in {earlier}:"
                        " one study under two references"
                    )
                    yield Suspicion(entry, min(len(values), 6), evidence, {"doi": earlier}, point.property, place)


DETECTOR: Final = ReReported()
