"""Data points: one value of one property of one material under stated conditions, and where it came from."""

from __future__ import annotations

import builtins
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from quinary.errors import InputError
from quinary.plain_text import plain_text, with_points, without_footnotes
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.material import Material
from quinary.points.properties import property_named
from quinary.units import convert

__all__ = [
    "KEY_DIGITS",
    "LONGEST_NUMBER",
    "DataPoint",
    "Method",
    "Origin",
    "Source",
    "Value",
    "number_text",
    "parse_value",
]


class Origin(StrEnum):
    """The loop that brought the point."""

    LITERATURE = "literature"
    PREDICTION = "prediction"
    VALIDATION = "validation"


class Method(StrEnum):
    """How the value was obtained, from the most to the least direct."""

    MEASURED = "measured"
    DFT = "dft"
    POTENTIAL = "potential"
    CALPHAD = "calphad"
    EMPIRICAL = "empirical"
    LEARNED = "learned"
    CALCULATED = "calculated"


_BOUND = re.compile(r"^\s*(>=|<=|>|<|≥|≤|~|≈|about\b|approx\.?|ca\.?)\s*", re.IGNORECASE)
_RANGE = re.compile(r"^\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(?:-|–|to|\.\.)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*$")
_IN_LAST_DIGITS = re.compile(r"^\s*([-+]?\d+(?:\.(\d+))?)\((\d+)\)\s*$")  # 3.305(2) is 3.305 ± 0.002
_NARROW: Final = "\u00a0\u2009\u202f"  # no-break and thin spaces, which nobody types between two numbers
_THIN: Final = "\u2009"
_NARROW_SPACE = re.compile(f"[{_NARROW}]")
_POWER_OF_TEN = re.compile(r"(\d)\s?[×x*·]\s?10(?:\^\s?|\*\*|(?=[-+]))\{?([-+]?\d{1,2})\}?(?![\d.])")
_MARKED = re.compile(rf"(?:(?<![\d.,])|(?<=\.\.))\d+(?:[.,{_NARROW}]\d+)+")  # digits with marks; 3..4 is an interval
_GROUPED = re.compile(rf"([1-9]\d{{0,2}}([.,{_NARROW}])\d{{3}}(?:\2\d{{3}})*)(?:(?!\2)[.,](\d+))?")
_DECIMAL = re.compile(r"(\d+)([.,])(\d+)")
_TWO_NUMBERS = re.compile(r"\d\s+\d")
_BOUNDS: Final = frozenset({">", ">=", "≥", "<", "<=", "≤"})
_SPREAD = re.compile(r"^\s*(.+?)\s*(?:±|\+/-|\+-)\s*([\d.]+(?:[eE][-+]?\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class Value:
    """A number (low = high), an interval, a bound (one side infinite) or categories (such as phases; then NaN)."""

    low: float
    high: float
    categories: tuple[str, ...] = ()

    @classmethod
    def number(cls, value: float) -> Value:
        """A single number.

        Raises:
            InputError: the number is not finite.
        """
        if not math.isfinite(value):
            raise InputError(f"{value} is not a finite number")
        return cls(value, value)

    @classmethod
    def category(cls, *categories: str) -> Value:
        """One or more categories, such as the phases BCC and Laves."""
        return cls(math.nan, math.nan, categories)

    @property
    def nominal(self) -> float:
        """The number, the middle of the interval, the finite side of a bound, or NaN for categories."""
        if math.isinf(self.low):
            return self.high
        if math.isinf(self.high):
            return self.low
        return (self.low + self.high) / 2

    @property
    def is_bound(self) -> bool:
        """True for values such as `> 1100`."""
        return math.isinf(self.low) != math.isinf(self.high)

    def converted(self, source: str, target: str) -> Value:
        """The same value in another unit.

        Raises:
            InputError: the units are unknown or measure different things.
        """
        if self.categories or source == target:
            return self
        return Value(convert(self.low, source, target), convert(self.high, source, target))

    def __str__(self) -> str:
        if self.categories:
            return "+".join(self.categories)
        if math.isinf(self.high):
            return f"> {self.low:g}"
        if math.isinf(self.low):
            return f"< {self.high:g}"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


LONGEST_NUMBER: Final = 400  # characters of a number as people write it


def parse_value(text: str | float) -> tuple[Value, float | None]:
    """A value and its uncertainty from what a table cell says: `1100`, `> 1100`, `~1100`, `3.2-3.4`, `560 ± 12`, `3.305(2)`.

    A comma may stand for the point (`12,5`); points, commas, no-break and thin spaces may part thousands (`1.200,5`).
    What has two meanings is refused: `1,200`, and `1 200` with a plain blank, which may be 1 and 200.

    Raises:
        InputError: the text is not a number in any of these forms, has two meanings, holds several, or is not finite.
    """
    plain = _plain_number(text)
    if plain is not None:
        return Value.number(plain), None
    text = str(text)
    if len(text) > LONGEST_NUMBER:  # the patterns below look for a second number from every place of the first
        raise InputError(f"a text of {len(text):,} characters is not a number")
    text = _with_points(number_text(text))
    if (uncertain := _uncertain(text)) is not None:
        return uncertain
    bound = _BOUND.match(text)
    if bound:
        number = _float(text[bound.end() :])
        sign = bound.group(1)
        if sign not in _BOUNDS:
            return Value.number(number), None
        return (Value(number, math.inf) if sign in {">", ">=", "≥"} else Value(-math.inf, number)), None
    interval = _RANGE.match(text)
    if interval:
        low, high = sorted((_float(interval.group(1)), _float(interval.group(2))))
        return Value(low, high), None
    return Value.number(_float(text)), None


def number_text(text: str) -> str:
    """What a cell says in plain characters: without a citation behind it, `0·06` with a point, `1.2×10⁻³` as 1.2e-3.

    Narrow spaces stay, for they part thousands.
    """
    if not text.isascii():
        text = _THIN.join(plain_text(part) for part in _NARROW_SPACE.split(text))
    text = with_points(_POWER_OF_TEN.sub(r"\1e\2", text) if "10" in text else text)
    return without_footnotes(text, marks=False) if text.rstrip().endswith("]") else text


def _uncertain(text: str) -> tuple[Value, float] | None:
    """The number and its uncertainty, None where the text states none."""
    in_last_digits = _IN_LAST_DIGITS.match(text)
    if in_last_digits:
        number, decimals, digits = in_last_digits.groups()
        return Value.number(_float(number)), int(digits) * 10.0 ** -len(decimals or "")
    spread = _SPREAD.match(text)
    return (Value.number(_float(spread.group(1))), _float(spread.group(2))) if spread else None


def _with_points(text: str) -> str:
    """The text with a point in each number that has a decimal comma, and without marks between thousands.

    Raises:
        InputError: a number such as `1,200` may be read in two ways, or there are several where one belongs.
    """
    text = _MARKED.sub(lambda found: _without_marks(found.group()), text)
    if _TWO_NUMBERS.search(text):
        raise _several(text)
    return text


def _without_marks(number: str) -> str:
    """The number as Python writes it: `1.234,5` is 1234.5.

    Raises:
        InputError: it has two meanings, or its marks part neither thousands nor decimals: then it is a list.
    """
    grouped, decimal = _GROUPED.fullmatch(number), _DECIMAL.fullmatch(number)
    if decimal and decimal[2] == ".":
        return number
    if decimal and grouped:
        whole, _, rest = decimal.groups()
        raise InputError(
            f"{number!r} may be {whole}{rest} or {whole}.{rest}: write the one that is meant without the comma"
        )
    if decimal:
        return f"{decimal[1]}.{decimal[3]}"
    if not grouped:
        raise _several(number)
    thousands, mark, decimals = grouped.groups()
    return thousands.replace(mark, "") + (f".{decimals}" if decimals else "")


def _several(text: str) -> InputError:
    return InputError(
        f"{text.strip()!r} may be several numbers: write one value a cell, without marks between thousands"
    )


def _plain_number(text: str | float) -> float | None:
    """The number that almost every cell is, found before any pattern is tried; None for all other forms."""
    if isinstance(text, str) and "_" in text:
        return None  # to Python 450_460 is a number
    try:
        return float(text)
    except ValueError:
        return None


def _float(text: str) -> float:
    value = _plain_number(text.strip().replace("−", "-"))
    if value is None:
        raise InputError(f"{text!r} is not a number")
    if not math.isfinite(value):
        raise InputError(f"{text!r} is not a finite number")
    return value


@dataclass(frozen=True, slots=True)
class Source:
    """Where points come from: a table, a sheet, a plug-in. `kind` is original, review, compilation or computed."""

    name: str
    kind: str = "compilation"
    licence: str = ""
    citation: str = ""


_SIGNIFICANT_DIGITS: Final = 7
KEY_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class DataPoint:
    """One value of one property of one material. Never overwritten: a better one is another point.

    `value` and `uncertainty` (one standard deviation) are in the unit of the property. `detail` says how in words
    (`linear combination, bcc, ultera2023`). `lineage` says what made it: line of the file, plug-in and version, model.
    """

    material: Material
    property: str
    value: Value
    method: Method
    origin: Origin
    source: Source
    uncertainty: float | None = None
    conditions: Conditions = AMBIENT
    doi: str = ""
    detail: str = ""
    lineage: Mapping[str, str | int | float] = field(default_factory=dict, hash=False, compare=False)

    def __post_init__(self) -> None:
        entry = property_named(self.property)
        if entry.is_derived:
            raise InputError(f"{self.property} is derived from the composition and is never stored")
        if entry.is_categorical != bool(self.value.categories):
            raise InputError(f"{self.property} takes {'categories' if entry.is_categorical else 'a number'}")
        if not entry.is_categorical:
            for side in (self.value.low, self.value.high):
                if math.isfinite(side):
                    entry.check(side)
        if self.uncertainty is not None and not (math.isfinite(self.uncertainty) and self.uncertainty >= 0):
            raise InputError(f"the uncertainty of {self.property} is {self.uncertainty}; it must be zero or more")

    @builtins.property  # the field above has that name too
    def unit(self) -> str:
        """The unit of value and uncertainty."""
        return property_named(self.property).unit

    @builtins.property
    def statement(self) -> str:
        """What the point says of which material by which study, as canonical text: equal whatever file it came in.

        Numbers count to seven digits, so that 560 HV and 5.4919173 GPa are one value.
        """
        return self._statement(self.doi)

    def _statement(self, doi: str) -> str:
        value = "+".join(self.value.categories) or f"{_rounded(self.value.low)},{_rounded(self.value.high)}"
        spread = "" if self.uncertainty is None else _rounded(self.uncertainty)
        what = (self.material.key, self.property, value, spread, self.conditions.key)
        return "\x1f".join((*what, self.method, self.origin, doi or self.source.name, self.detail))

    @builtins.property
    def content_hash(self) -> bytes:
        """16 bytes that are equal for equal statements."""
        return self.hash_under(self.doi)

    def hash_under(self, doi: str) -> bytes:
        """The content hash that the statement has under another DOI, or under none: then it is its file's."""
        return hashlib.blake2b(self._statement(doi).encode(), digest_size=16).digest()

    @builtins.property
    def key(self) -> str:
        """Twelve hexadecimal digits of the content hash, by which people name a value."""
        return self.content_hash.hex()[:KEY_DIGITS]


def _rounded(number: float) -> str:
    return f"{number:.{_SIGNIFICANT_DIGITS}g}"
