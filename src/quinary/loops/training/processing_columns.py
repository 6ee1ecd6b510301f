"""How the material behind a value was processed, as columns of a learning table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from quinary.constants import ROOM_TEMPERATURE
from quinary.points.processing import Step, processing_in_words, step_of
from quinary.points.processing_words import ADDITIVE, HEAT, MELTED, POWDER, WORKED

if TYPE_CHECKING:
    from quinary.points.point import DataPoint

__all__ = ["processing_columns"]

_Steps: TypeAlias = tuple[Step, ...]
_FEWEST: Final = 10  # points with a step, and without it: fewer cannot teach what it does
_KINDS: Final = {
    "is_melted": MELTED, "is_of_powder": POWDER, "is_additive": ADDITIVE, "is_worked": WORKED, "is_heat_treated": HEAT,
}  # fmt: skip


def processing_columns(points: Sequence[DataPoint]) -> tuple[dict[str, list[float]], dict[str, float], str]:
    """(column -> its number for each point, its value in the most common processing, what to say of it).

    As-cast and wrought samples of one composition differ by more than alloys do, so that a median over both is the value of
    neither. Points that state no processing are a kind of their own. Common steps are columns of 1 and 0 named as those of
    conditions are (`processing=AC`), kinds of steps are columns where they say more than a step does, and so are the highest
    temperature of a heat treatment (K), its time (log10 of hours), and the reduction by rolling (%), where points state them.
    """
    stated = [tuple(map(step_of, entry.material.processing)) for entry in points]
    columns = _common_steps(stated)
    if not columns:
        return {}, {}, ""
    columns |= _kinds(stated, columns)
    usual = Counter(stated).most_common(1)[0][0]
    place = stated.index(usual)
    columns |= _numbers(stated)
    defaults = {name: values[place] for name, values in columns.items()}
    n_silent = sum(not steps for steps in stated)
    words = processing_in_words([str(step) for step in usual]) or "of materials whose processing is not stated"
    silent = f" ({n_silent} of {len(points)} do not state it)" if n_silent else ""
    text = f"values are told apart by processing{silent}; a prediction is {words}, the most common one"
    return columns, defaults, text


def _common_steps(stated: Sequence[_Steps]) -> dict[str, list[float]]:
    """A column for each step that enough points have and enough have not, whatever else is stated of it."""
    codes = [frozenset(step.code for step in steps) for steps in stated]
    counts = Counter(code for found in codes for code in found)
    common = sorted(code for code, n in counts.items() if _FEWEST <= n <= len(stated) - _FEWEST)
    return {f"processing={code}": [float(code in found) for found in codes] for code in common}


def _kinds(stated: Sequence[_Steps], steps: dict[str, list[float]]) -> dict[str, list[float]]:
    """A column for each kind of step that is another than that of a single step."""
    found = {}
    for name, codes in _KINDS.items():
        values = [float(any(step.code in codes for step in one)) for one in stated]
        if _FEWEST <= sum(values) <= len(stated) - _FEWEST and values not in steps.values():
            found[name] = values
    return found


def _numbers(stated: Sequence[_Steps]) -> dict[str, list[float]]:
    """What enough points state in numbers; who was not heated was at room temperature, who does not say it is as most are."""
    found = {}
    measures: dict[str, tuple[Callable[[_Steps], float | None], float]] = {
        "heat_treatment_temperature": (_hottest, ROOM_TEMPERATURE),
        "heat_treatment_log_hours": (_hours, 0.0),
        "reduction_percent": (_reduction, 0.0),
    }
    for name, (measure, without) in measures.items():
        values = [measure(steps) for steps in stated]
        known = [value for value in values if value is not None and math.isfinite(value)]
        if len(known) >= _FEWEST and len(set(known)) > 1:
            usual = float(np.median(known))
            found[name] = [without if value is None else value if math.isfinite(value) else usual for value in values]
    return found


def _heated(steps: _Steps) -> list[Step]:
    return [step for step in steps if step.code in HEAT]


def _hottest(steps: _Steps) -> float | None:
    """K; None without a heat treatment, NaN where it does not say its temperature."""
    heated = _heated(steps)
    return (
        max((step.temperature for step in heated if step.temperature is not None), default=math.nan) if heated else None
    )


def _hours(steps: _Steps) -> float | None:
    """log10 of the hours at the highest temperature; None without a heat treatment, NaN where that does not say its time."""
    heated = _heated(steps)
    if not heated:
        return None
    seconds = max(heated, key=lambda step: step.temperature or 0.0).seconds
    return math.log10(seconds / 3600.0) if seconds else math.nan


def _reduction(steps: _Steps) -> float | None:
    """%; None without working, NaN where it does not say by how much."""
    worked = [step for step in steps if step.code in WORKED]
    return max((step.reduction for step in worked if step.reduction is not None), default=math.nan) if worked else None
