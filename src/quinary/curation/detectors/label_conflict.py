"""One material, the same conditions as far as they are stated, two labels: one phase and several, or another structure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.finding import Suspicion
from quinary.points.point import DataPoint

__all__ = ["DETECTOR"]

_TELLING: Final = 2.0
_USUAL: Final = 1.0
_UNKNOWN: Final = "unknown"
_NAMED: Final = 3
_Stated = tuple[Entry, int, DataPoint]


class LabelConflict:
    """Strength: 2 for ceramics, 1 for alloys, which often have other phases after treatments that their file does not name.

    Only labels that fewer lines have than another are doubted, or all where none is ahead. All stay: which of them is right
    nobody can tell from here, and they count as conflicting evidence wherever labels are learned from.
    """

    name = "label_conflict"
    version = "1"
    source = "repeated labels of one material"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each label that another one of its material, property and conditions contradicts."""
        groups: dict[tuple[str, ...], list[_Stated]] = defaultdict(list)
        for entry in data.entries:
            for place, point in enumerate(entry.points):
                if point.value.categories:
                    groups[_what(entry, point)].append((entry, place, point))
        for group in groups.values():
            labels = _labels(group)
            if len(labels) > 1:
                yield from _of_group(group, labels)


def _what(entry: Entry, point: DataPoint) -> tuple[str, ...]:
    """What a label is of. Composition and processing: the whole identity of a material holds the phases, which are labels."""
    processing = "+".join(point.material.processing)
    return entry.composition_key, processing, point.property, point.conditions.key, point.method, point.detail


def _labels(group: Sequence[_Stated]) -> dict[str, list[_Stated]]:
    """Label -> who states it; a phase that was not identified contradicts no label that has the others."""
    found: dict[str, list[_Stated]] = defaultdict(list)
    for stated in group:
        known = set(stated[2].value.categories) - {_UNKNOWN}
        if known:
            found["+".join(sorted(known))].append(stated)
    return found


def _of_group(group: Sequence[_Stated], labels: Mapping[str, Sequence[_Stated]]) -> Iterator[Suspicion]:
    name = group[0][2].property
    contradiction = f"{name} in lines {','.join(str(entry.line) for entry, _, _ in group)} of {group[0][0].source}"
    most = max(map(len, labels.values()))
    is_ahead = sum(len(stated) == most for stated in labels.values()) == 1
    for label, stated in labels.items():
        if is_ahead and len(stated) == most:
            continue
        others = {other: found for other, found in labels.items() if other != label}
        for entry, place, _ in stated:
            said = ", ".join(f"{other} in {_places(found)}" for other, found in list(others.items())[:_NAMED])
            stated_as = "the same composition and conditions as far as they are stated"
            text = f"{name} {label}, but {said} for {stated_as}; both are kept"
            strength = _USUAL if entry.kind == "alloy" else _TELLING
            yield Suspicion(entry, strength, text, None, name, place, contradiction=contradiction)


def _places(stated: Sequence[_Stated]) -> str:
    named = [f"line {entry.line} of {entry.source}" for entry, _, _ in stated[:_NAMED]]
    return ", ".join(named) + (f" and {len(stated) - _NAMED} more" if len(stated) > _NAMED else "")


DETECTOR: Final = LabelConflict()
