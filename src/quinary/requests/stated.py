"""What a person wrote in a request, read: quantities with their conditions, numbers, intervals, names of classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from quinary.errors import InputError, unknown_name
from quinary.points.conditions import conditions_of
from quinary.points.properties import properties
from quinary.points.quantity import quantity_named

__all__ = [
    "Interval",
    "check_value",
    "class_named",
    "interval_stated",
    "names_stated",
    "number_stated",
    "stated_quantities",
]

Interval: TypeAlias = tuple[float, float]
_AT: Final = "at"
_WANTED: Final = "value"
_LOW: Final = "low"
_HIGH: Final = "high"


def stated_quantities(entries: Any, value_of: Callable[[str, Any], Any], *, is_range: bool) -> dict[str, Any]:
    """Quantity -> what is wanted of it, from a mapping whose values may state conditions.

    `{"yield_strength": {"at": {"temperature": 1273}, "low": 900}}`; a list of such mappings states the property under several
    conditions.
    """
    found: dict[str, Any] = {}
    words = (_AT, _LOW, _HIGH) if is_range else (_AT, _WANTED)
    for name, stated in (entries or {}).items():
        parts = stated if isinstance(stated, list) and any(isinstance(part, Mapping) for part in stated) else [stated]
        for part in parts:
            if not isinstance(part, Mapping):
                found[str(name)] = value_of(name, part)
                continue
            for word in part:
                if word not in words:
                    raise unknown_name(f"word about {name}", str(word), words)
            key = quantity_named(name).at(conditions_of(part.get(_AT))).key
            found[key] = value_of(name, [part.get(_LOW), part.get(_HIGH)] if is_range else part.get(_WANTED))
    return found


def class_named(name: str, wanted: Any) -> str:
    """The one spelling of a class.

    Raises:
        InputError: no name of a class.
    """
    if not isinstance(wanted, str) or not wanted.strip():
        raise InputError(f"{name} is a class: name one, such as BCC, not {wanted!r}")
    quantity = quantity_named(name)
    return quantity_named(f"{quantity.property}={wanted.strip()}").category


def check_value(name: str, value: float) -> None:
    """Refuse a number that the quantity cannot have.

    Raises:
        InputError: it lies outside what makes sense.
    """
    quantity = quantity_named(name)
    if not quantity.category:
        quantity.entry.check(value)
    elif not 0.0 <= value <= 1.0:
        raise InputError(f"{name} is a probability, and {value:g} is not between 0 and 1")


def names_stated(value: Any) -> tuple[str, ...]:
    """One name, several or none, as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def interval_stated(name: str, pair: Any, widest: Interval) -> Interval:
    """Two numbers, of which one may be null: that side is as wide as it can be.

    Raises:
        InputError: not two numbers.
    """
    if isinstance(pair, str | Mapping) or not hasattr(pair, "__len__") or len(pair) != 2:
        raise InputError(
            f"the range of {name} is {pair!r}: write two numbers, of which one may be null (in Python None)"
        )
    low, high = pair
    return (
        widest[0] if low is None else number_stated(name, low),
        widest[1] if high is None else number_stated(name, high),
    )


def number_stated(name: str, value: Any) -> float:
    """A number.

    Raises:
        InputError: no number; the message names the unit.
    """
    try:
        return float(value)
    except (TypeError, ValueError):
        unit = quantity_named(name).unit if name.partition("@")[0] in properties() else ""
        raise InputError(f"{name}: {value!r} is not a number{f' in {unit}' if unit else ''}") from None
