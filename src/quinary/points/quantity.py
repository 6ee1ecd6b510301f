"""What a number is of: a property, under which conditions, and of a class the probability of one of its names.

yield_strength                          at ambient conditions
yield_strength@temperature=1273         at 1273 K
yield_strength@temperature=1273;test=compression
phases=BCC                              the probability that the phases are BCC
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quinary.errors import InputError
from quinary.points.conditions import AMBIENT, Conditions, ConditionValue, parse_conditions
from quinary.points.phases import parse_phases
from quinary.points.properties import Property, property_meant, property_named

__all__ = ["Quantity", "quantity_named"]

_PROBABILITY: Final = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A property, named or by an alias, under conditions; with a `category` the probability of that class.

    Raises:
        InputError: an unknown property, or a category of a property of numbers.
    """

    property: str
    conditions: Conditions = AMBIENT
    category: str = ""

    def __post_init__(self) -> None:
        entry = property_meant(self.property)
        object.__setattr__(self, "property", entry.name)
        object.__setattr__(self, "category", _category(entry.name, self.category))
        if self.category and not entry.is_categorical:
            raise InputError(f"{self.property} is a number{_in(entry.unit)}, and {self.category} is a class")
        stated = tuple(item for item in self.conditions.items if Conditions((item,)).key)
        if stated != self.conditions.items:  # what is ambient is no condition
            object.__setattr__(self, "conditions", Conditions(stated))

    @builtins.property
    def entry(self) -> Property:
        """The property in the vocabulary."""
        return property_named(self.property)

    @builtins.property
    def key(self) -> str:
        """Canonical text, which `quantity_named` reads; ambient conditions are left out."""
        at = ";".join(f"{name}={_text(value)}" for name, value in self.conditions.items)
        return f"{self.property}{f'={self.category}' if self.category else ''}{f'@{at}' if at else ''}"

    @builtins.property
    def unit(self) -> str:
        """The unit of the number; a probability has none."""
        return "" if self.category else self.entry.unit

    @builtins.property
    def symbol(self) -> str:
        """A short name for headings: `YS @ 1273 K`, `P(phases = BCC)`."""
        name = f"P({self.entry.symbol} = {self.category})" if self.category else self.entry.symbol
        at = ", ".join(_condition(name, value) for name, value in self.conditions.items)
        return f"{name} @ {at}" if at else name

    @builtins.property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest number that makes sense."""
        return _PROBABILITY if self.category else self.entry.bounds

    @builtins.property
    def is_derived(self) -> bool:
        """True for a closed form of the composition, which nobody has to predict."""
        return self.entry.is_derived

    def at(self, conditions: Conditions) -> Quantity:
        """The same under these conditions too; its own conditions come first."""
        merged: dict[str, ConditionValue | None] = {**conditions.as_dict(), **self.conditions.as_dict()}
        return Quantity(self.property, Conditions.of(merged), self.category)

    def __str__(self) -> str:
        return self.key


def quantity_named(text: str) -> Quantity:
    """The quantity of a text such as `yield_strength@temperature=1273` or `phases=BCC`.

    Raises:
        InputError: an unknown property or condition, or a class of a property of numbers.
    """
    return Quantity(*_parsed(text))


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[str, Conditions, str]:
    """(property, conditions, class) as they are written; which properties there are is another matter."""
    name, at, stated = text.strip().partition("@")
    name, equals, category = name.partition("=")
    conditions = parse_conditions([part.strip() for part in stated.split(";") if part.strip()]) if at else AMBIENT
    if at and not conditions.items:
        raise InputError(f"{text!r} names no condition after @: write {name.strip()}@temperature=1273")
    return name.strip(), conditions, category.strip() if equals else ""


@functools.lru_cache(maxsize=1024)
def _category(name: str, text: str) -> str:
    """The standard name of a class: `A2` and `bcc` are BCC."""
    if name != "phases" or not text:
        return text.strip()
    found = parse_phases(text)
    if len(found) > 1:
        raise InputError(
            f"{text.strip()} are several phases: ask for one of them, or for multiphase", ["multiphase", *found]
        )
    return found[0] if found else text.strip()


def _text(value: ConditionValue) -> str:
    return value if isinstance(value, str) else f"{value:.12g}"


def _condition(name: str, value: ConditionValue) -> str:
    units: Mapping[str, str] = {"temperature": " K", "load": " N", "stress": " MPa", "pressure": " Pa"}
    return value if isinstance(value, str) else f"{value:.6g}{units.get(name, ' ' + name)}"


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""
