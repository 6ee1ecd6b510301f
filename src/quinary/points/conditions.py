"""Conditions of a value: test temperature, load, kind of test, atmosphere, and their canonical key."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Final, TypeAlias

from quinary.errors import InputError, unknown_name
from quinary.units import convert

__all__ = [
    "AMBIENT",
    "ConditionValue",
    "Conditions",
    "condition_names",
    "conditions_in_words",
    "conditions_of",
    "parse_conditions",
    "test_named",
]

_AMBIENT_RANGE: Final = (288.0, 303.2)  # K; papers write 15 to 30 degrees Celsius for room temperature

# Name -> unit; a condition without a unit is text.
_KNOWN: Final = {
    "temperature": "K", "load": "N", "test": None, "strain_rate": "s^-1", "stress": "MPa", "pressure": "Pa",
    "atmosphere": None, "lattice": None, "table": None,
}  # fmt: skip

_TESTS: Final = {
    "c": "compression", "compression": "compression", "compressive": "compression",
    "uniaxial compression": "compression", "t": "tension", "tension": "tension", "tensile": "tension",
    "uniaxial tension": "tension", "bending": "bending",
}  # fmt: skip

_NEXT: Final = re.compile(r"[;,](?=\s*[a-z_]+\s*=)")  # between two conditions of one text
_NUMBER_FIRST: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)

ConditionValue: TypeAlias = float | str


@dataclass(frozen=True, slots=True)
class Conditions:
    """Sorted (name, value) pairs; numbers in the unit of the condition (temperature K, load N, stress MPa).

    `key` is equal for conditions that mean the same: room temperature is the same as no temperature given.
    """

    items: tuple[tuple[str, ConditionValue], ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, ConditionValue | None]) -> Conditions:
        """Conditions from a mapping; entries that are None are left out.

        Raises:
            InputError: an unknown condition, or a number that is not finite.
        """
        items = []
        for name, value in sorted(values.items()):
            if value is None:
                continue
            if name not in _KNOWN:
                raise unknown_name("condition", name, _KNOWN)
            if not isinstance(value, str) and not math.isfinite(value):
                raise InputError(f"condition {name} is {value}; it must be a finite number")
            if name == "temperature" and not isinstance(value, str) and value < 0:
                raise InputError(f"the temperature is {value:g} K; it must be zero or more")
            items.append((name, value if isinstance(value, str) else float(value)))
        return cls(tuple(items))

    @property
    def key(self) -> str:
        """Canonical text such as `load=9.8;test=compression`; empty at ambient conditions."""
        return _key(self.items)

    def get(self, name: str) -> ConditionValue | None:
        """The value of one condition, or None."""
        return dict(self.items).get(name)

    @property
    def temperature(self) -> float | None:
        """Test temperature in K, or None where it is not stated."""
        value = self.get("temperature")
        return value if isinstance(value, float) else None

    def as_dict(self) -> dict[str, ConditionValue]:
        """A plain mapping for JSON."""
        return dict(self.items)


AMBIENT: Final = Conditions()


def condition_names() -> tuple[str, ...]:
    """The names that conditions have."""
    return tuple(_KNOWN)


@functools.lru_cache(maxsize=4096)
def _key(items: tuple[tuple[str, ConditionValue], ...]) -> str:
    return ";".join(f"{name}={_text(name, value)}" for name, value in items if not _is_ambient(name, value))


def _is_ambient(name: str, value: ConditionValue) -> bool:
    return name == "temperature" and isinstance(value, float) and _AMBIENT_RANGE[0] <= value <= _AMBIENT_RANGE[1]


def _text(name: str, value: ConditionValue) -> str:
    if isinstance(value, str):
        return value
    # 1000 degrees Celsius (1273.15 K) in one table and 1273 K in another are one condition
    return str(round(value - 0.15)) if name == "temperature" else f"{value:.5g}"


def parse_conditions(texts: list[str] | tuple[str, ...]) -> Conditions:
    """Conditions from `NAME=VALUE` texts; a number may carry a unit: `temperature=1273`, `load=500gf`.

    One text may hold several, with commas or semicolons between: `temperature=1273,test=tension`.

    Raises:
        InputError: no `=`, an unknown condition, one that is stated twice, or a value that cannot be one.
    """
    values: dict[str, ConditionValue | None] = {}
    for text in (part for whole in texts for part in _NEXT.split(whole)):
        name, equals, raw = text.partition("=")
        if not equals:
            raise InputError(f"cannot read condition {text!r}: write NAME=VALUE, such as temperature=1273")
        name = name.strip()
        if name not in _KNOWN:
            raise unknown_name("condition", name, _KNOWN)
        unit = _KNOWN[name]
        value = _word(name, raw) if unit is None else _number(name, raw.strip(), unit)
        if name in values and values[name] != value:
            raise InputError(f"the condition {name} is stated twice: {values[name]} and {value}")
        values[name] = value
    return Conditions.of(values)


def test_named(text: str) -> str:
    """The kind of test that a text names: C, T, compressive, tensile and so on.

    Raises:
        InputError: it names none.
    """
    found = _TESTS.get(text.strip().lower())
    if found is None:
        raise unknown_name("test", text, sorted(set(_TESTS.values())))
    return found


def _word(name: str, raw: str) -> str:
    """The one spelling of a condition that is no number."""
    if not raw.strip():
        raise InputError(f"condition {name} is empty")
    return test_named(raw) if name == "test" else raw.strip()


def _number(name: str, raw: str, unit: str) -> float:
    found = _NUMBER_FIRST.match(raw)
    digits = raw if _is_float(raw) else found.group() if found else ""
    if not digits:
        raise InputError(f"condition {name}={raw!r} is not a number")
    written = raw[len(digits) :].strip()
    return convert(float(digits), written, unit) if written else float(digits)


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def conditions_of(given: Conditions | Mapping[str, ConditionValue | None] | Iterable[str] | None) -> Conditions:
    """Conditions from what a person may give: a mapping, texts such as `temperature=1273`, or nothing.

    Raises:
        InputError: an unknown condition, or a value that is not a number where one is needed.
    """
    if given is None:
        return AMBIENT
    if isinstance(given, Conditions):
        return given
    if isinstance(given, str):
        return parse_conditions([given])
    if not isinstance(given, Iterable):
        raise InputError(f"conditions are a mapping such as {{'temperature': 1273}}, or texts, not {given!r}")
    if not isinstance(given, Mapping):
        return parse_conditions(list(given))
    values: dict[str, ConditionValue | None] = {}
    for name, value in given.items():
        if name not in _KNOWN:
            raise unknown_name("condition", str(name), _KNOWN)
        unit = _KNOWN[name]
        if isinstance(value, str) and unit is not None:
            values[name] = _number(name, value.strip(), unit)
        elif value is None or isinstance(value, str):
            values[name] = value and _word(name, value)
        elif unit is None:
            raise InputError(f"condition {name} is a word, not {value!r}")
        else:
            values[name] = _as_float(name, value)
    return Conditions.of(values)


def _as_float(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError(f"condition {name}={value!r} is not a number")
    return float(value)


# What a condition is in, and those whose value alone says too little
_IN_WORDS: Final = {"temperature": "K", "load": "N", "strain_rate": "s^-1", "stress": "MPa", "pressure": "Pa"}
_NAMED: Final = frozenset({"load", "strain_rate", "stress", "pressure", "lattice", "table"})


def conditions_in_words(key: str) -> str:
    """The key of conditions in words: `temperature=1273;test=compression` is `1273 K, compression`, an empty one ambient."""
    parts = (part.partition("=") for part in key.split(";") if part)
    return ", ".join(_in_words(name, value) for name, _, value in parts) or "ambient"


def _in_words(name: str, value: str) -> str:
    said = f"{value} {_IN_WORDS[name]}" if name in _IN_WORDS else value
    return f"{name.replace('_', ' ')} {said}" if name in _NAMED else said
