"""A formula that hardly anything has: charges that cannot balance, more anions than any compound holds, a noble gas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset
from quinary.curation.finding import Suspicion
from quinary.curation.plausible import implausible

__all__ = ["DETECTOR"]


_CANNOT_BE: Final = 2.0
_UNUSUAL: Final = 1.0


class Formula:
    """Strength: 2 for a ceramic (charges, anions for each cation), 1 for an alloy, whose gases may be those of a film."""

    name = "formula"
    version = "1"
    source = "charge balance; compositions of known compounds"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each entry with a reason, all reasons in its text."""
        reasons: dict[str, list[str]] = {}
        for entry in data.entries:
            key = entry.composition_key
            if key not in reasons:
                reasons[key] = implausible(entry.points[0].material.composition)
            if found := reasons[key]:
                strength = _UNUSUAL if entry.kind == "alloy" else _CANNOT_BE
                yield Suspicion(entry, strength, "; ".join(found))


DETECTOR: Final = Formula()
