"""How the material behind a value was processed, as columns of a learning table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from quinary.points.phases import processing_in_words

if TYPE_CHECKING:
    from quinary.points.point import DataPoint

__all__ = ["processing_columns"]

_FEWEST: Final = 10  # points with a step, and without it: fewer cannot teach what it does


def processing_columns(points: Sequence[DataPoint]) -> tuple[dict[str, list[float]], dict[str, float], str]:
    """(column of each common step -> 1 or 0 for each point, its value in the most common processing, what to say of it).

    As-cast and wrought samples of one composition differ by more than alloys do, so that a median over both is the value of
    neither. Points that state no processing are a kind of their own. Columns are named as those of conditions are
    (`processing=AC`).
    """
    stated = [entry.material.processing for entry in points]
    counts = Counter(step for steps in stated for step in set(steps))
    common = sorted(step for step, n in counts.items() if _FEWEST <= n <= len(points) - _FEWEST)
    if not common:
        return {}, {}, ""
    usual = Counter(stated).most_common(1)[0][0]
    columns = {f"processing={step}": [float(step in steps) for steps in stated] for step in common}
    defaults = {f"processing={step}": float(step in usual) for step in common}
    n_silent = sum(not steps for steps in stated)
    words = processing_in_words(usual) or "of materials whose processing is not stated"
    silent = f" ({n_silent} of {len(points)} do not state it)" if n_silent else ""
    text = f"values are told apart by processing{silent}; a prediction is {words}, the most common one"
    return columns, defaults, text
