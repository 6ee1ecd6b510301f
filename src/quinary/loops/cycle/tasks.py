"""The kinds of work of the cycle. A new loop adds one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quinary.loops.prediction import PredictionWork
from quinary.loops.validation import ValidationWork
from quinary.loops.work import CycleSettings, Work

__all__ = ["KINDS", "works"]

KINDS: Final[dict[str, Callable[[CycleSettings], Work]]] = {
    "prediction": PredictionWork,
    "validation": ValidationWork,
}


def works(settings: CycleSettings) -> list[Work]:
    """Every kind of work, told what the cycle is told."""
    return [make(settings) for make in KINDS.values()]
