"""The conditions of the values behind a learning table, as columns of it, and the ranges that they span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from quinary.constants import ROOM_TEMPERATURE

if TYPE_CHECKING:
    from quinary.points.conditions import Conditions
    from quinary.points.point import DataPoint

__all__ = ["SAME_KELVIN", "condition_columns_of", "condition_ranges", "told_of_condition", "usual_value"]

# 1000 degrees Celsius in one table, 1273 K in another, 15 to 30 degrees for room temperature
SAME_KELVIN: Final = 10.0
_NUMERIC: Final = frozenset({"temperature", "load", "strain_rate", "stress", "pressure"})


def condition_columns_of(points: Sequence[DataPoint], names: Sequence[str]) -> dict[str, list[float]]:
    """Column -> its number for each point, for the conditions that can be told and that differ."""
    found: dict[str, list[float]] = {}
    for name in names:
        values = [entry.conditions.get(name) for entry in points]
        if name == "temperature":
            found[name] = [_kelvin(value) for value in values]
        elif name in _NUMERIC:
            if None not in values:
                found[name] = [float(value) for value in values if value is not None]
        else:
            for word in sorted({str(value) for value in values if value is not None}):
                found[f"{name}={word}"] = [float(value == word) for value in values]
    return {name: values for name, values in found.items() if len(set(values)) > 1}


def condition_ranges(asked: Conditions, points: Sequence[DataPoint]) -> dict[str, tuple[float, float]]:
    """Condition -> (lowest, highest) value among the points, of the numeric conditions that all of them have.

    A test without a stated temperature was at room temperature.
    """
    found = {}
    for name in sorted(_NUMERIC):
        values = [entry.conditions.get(name) for entry in points]
        numbers = (
            [_kelvin(value) for value in values] if name == "temperature" else [v for v in values if v is not None]
        )
        if len(numbers) == len(points) and not isinstance(asked.get(name), str):
            found[name] = (float(min(numbers)), float(max(numbers)))
    return found


def _kelvin(value: float | str | None) -> float:
    if not isinstance(value, float) or abs(value - ROOM_TEMPERATURE) <= SAME_KELVIN:
        return ROOM_TEMPERATURE
    return float(round(value))


def usual_value(name: str, values: Sequence[float]) -> float:
    """What a question means that does not state a condition: room temperature, else the most common value."""
    return ROOM_TEMPERATURE if name == "temperature" else Counter(values).most_common(1)[0][0]


def told_of_condition(name: str, columns: Iterable[str], points: Sequence[DataPoint]) -> str:
    """What became of a condition that is not the same for all points."""
    stated = [entry.conditions.get(name) for entry in points]
    n_silent = sum(value is None for value in stated) if name != "temperature" else 0
    if any(column.partition("=")[0] == name for column in columns):
        silent = f" ({n_silent} of {len(points)} do not state it)" if n_silent else ""
        return f"values at different {name} are put together{silent}, and models see which; --at {name}=VALUE keeps one"
    if n_silent:
        return (
            f"{n_silent} of {len(points)} values do not state the {name}, so that models cannot see it; "
            f"--at {name}=VALUE keeps those that do"
        )
    return ""
