"""A formula that hardly anything has: charges that do not balance, more anions than any compound holds, a noble gas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset
from quinary.curation.finding import Suspicion
from quinary.curation.plausible import Reason, reasons_against

__all__ = ["DETECTOR"]


_UNKNOWN: Final = 2.0
_UNUSUAL: Final = 1.0


class Formula:
    """Strength: 2 where no such compound is known, 1 for what is only unusual: peroxides, alloys full of gas such as films."""

    name = "formula"
    version = "1"
    source = "charge balance; compositions of known compounds"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each entry with a reason, all reasons in its text."""
        reasons: dict[str, list[Reason]] = {}
        for entry in data.entries:
            key = entry.composition_key
            if key not in reasons:
                reasons[key] = reasons_against(entry.points[0].material.composition)
            if found := reasons[key]:
                strength = _UNKNOWN if any(reason.is_unknown for reason in found) else _UNUSUAL
                yield Suspicion(entry, strength, "; ".join(reason.text for reason in found))


DETECTOR: Final = Formula()
