"""Errors of the kinds that people make, planted into a table as it stands in a file: the ground truth of a bench.

Nothing here knows how errors are looked for. Each kind changes one cell of one row, as text, and draws rows, cells and
changes at random. What nobody could measure is not planted: a composition must move by at least 1 at.% in one element
(what an electron microprobe resolves), a number by at least 10 %.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_grammar import parse_formula
from quinary.errors import InputError

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["FORMULA_KINDS", "VALUE_KINDS", "PlantedError", "plant_in_formula", "plant_in_value"]

_LEAST_SHIFT: Final = 0.01  # in atomic fraction
_LEAST_CHANGE: Final = 0.1  # of a number, relative
_ELEMENT_AMOUNT = re.compile(r"([A-Z][a-z]?)(\s*)(\d+\.\d+|\.\d+|\d+)?")
_NUMBER = re.compile(r"\d+\.\d+|\.\d+|\d+")
# Digits side by side on a keyboard, top row and number pad.
_NEIGHBOURS: Final = {
    "0": "1", "1": "24", "2": "135", "3": "246", "4": "1357", "5": "2468", "6": "3579", "7": "468", "8": "579", "9": "68",
}  # fmt: skip
_TRIES: Final = 40
# Unit of a column -> how a number looks that was typed in another unit than the heading says.
_SLIPS: Final[Mapping[str, tuple[float, ...]]] = {
    "HV": (0.00980665, 9.80665), "MPa": (1e-3, 1 / 9.80665, 0.1), "GPa": (1e3,), "g/cm^3": (1e3,), "%": (0.01,),
    "um": (1e3, 1e-3), "wppm": (1e-4,),
}  # fmt: skip

_Change: TypeAlias = Callable[[str, "Generator"], str]


@dataclass(frozen=True, slots=True)
class PlantedError:
    """One error: which cell of which line (as an editor counts) was changed, from what to what, by which kind."""

    kind: str
    line: int
    column: str
    before: str
    after: str


def _pick(generator: Generator, choices: str | tuple[float, ...] | list[str]) -> str | float:
    return choices[int(generator.integers(len(choices)))]


# -- changes of a number as typed --------------------------------------------------------------------------------------


def _duplicated_digit(number: str, generator: Generator) -> str:
    """A digit typed twice: 25 -> 225 or 255."""
    place = int(_pick(generator, [str(i) for i, character in enumerate(number) if character.isdigit()]))
    return number[: place + 1] + number[place:]


def _slip_of_a_key(number: str, generator: Generator) -> str:
    """One of: a neighbouring key, a lost digit, a lost decimal point, two digits exchanged, a zero too many."""
    place = int(_pick(generator, [str(i) for i, character in enumerate(number) if character.isdigit()]))
    ways = [
        number[:place] + str(_pick(generator, _NEIGHBOURS[number[place]])) + number[place + 1 :],
        number[:place] + number[place + 1 :],
        number.replace(".", ""),
        number[:place] + number[place : place + 2][::-1] + number[place + 2 :],
        number + "0" if "." not in number else number.replace(".", "0."),
    ]
    return str(_pick(generator, [way for way in ways if _NUMBER.fullmatch(way) and way != number] or [number]))


def _tenfold(number: str, generator: Generator) -> str:
    """Ten times or a tenth: the decimal point one place off."""
    return f"{float(number) * (10.0 if generator.random() < 0.5 else 0.1):.10g}"


# -- formulas ----------------------------------------------------------------------------------------------------------


def _in_an_amount(change: _Change) -> _Change:
    def changed(formula: str, generator: Generator) -> str:
        """The formula with one of its written amounts changed."""
        places = [m.span(3) for m in _ELEMENT_AMOUNT.finditer(formula) if m.group(3)]
        if not places:
            return formula
        start, end = places[int(generator.integers(len(places)))]
        return formula[:start] + change(formula[start:end], generator) + formula[end:]

    return changed


def _swapped_fractions(formula: str, generator: Generator) -> str:
    """The amounts of two elements exchanged; an element without a number has the amount 1."""
    parts = [m for m in _ELEMENT_AMOUNT.finditer(formula) if m.group(1)]
    if len(parts) < 2 or "(" in formula:
        return formula
    first, second = (parts[int(i)] for i in sorted(generator.choice(len(parts), 2, replace=False)))
    a, b = first.group(3) or "", second.group(3) or ""
    if float(a or 1) == float(b or 1):
        return formula
    middle = formula[first.end() : second.start()]
    return (
        formula[: first.start()] + first.group(1) + first.group(2) + b
        + middle + second.group(1) + second.group(2) + a + formula[second.end() :]
    )  # fmt: skip


def _wrong_sum(formula: str, generator: Generator) -> str:
    """One amount of a formula in percent (or in fractions) off by 1 to 15 % of the whole."""
    try:
        items = parse_formula(formula)
    except InputError:
        return formula
    total = sum(item.count for item in items)
    whole = next((w for w in (100.0, 1.0) if abs(total - w) <= 0.002 * w), None)
    places = [m.span(3) for m in _ELEMENT_AMOUNT.finditer(formula) if m.group(3)]
    if whole is None or len(places) < 2:
        return formula
    start, end = places[int(generator.integers(len(places)))]
    shift = whole * int(generator.integers(1, 16)) / 100 * (1 if generator.random() < 0.5 else -1)
    amount = float(formula[start:end]) + shift
    return formula if amount <= 0 else f"{formula[:start]}{amount:.6g}{formula[end:]}"


FORMULA_KINDS: Final[Mapping[str, _Change]] = {
    "typo": _in_an_amount(_slip_of_a_key),
    "duplicated digit": _in_an_amount(_duplicated_digit),
    "swapped fractions": _swapped_fractions,
    "wrong sum": _wrong_sum,
}
VALUE_KINDS: Final = ("duplicated digit", "x10", "unit slip")


def _shift(before: str, after: str) -> float:
    """The largest change of an atomic fraction; infinite where the new text is no formula at all."""
    try:
        new = Composition.of(after).atomic_fractions
    except InputError:
        return float("inf")
    old = Composition.of(before).atomic_fractions
    return max(abs(old.get(symbol, 0.0) - new.get(symbol, 0.0)) for symbol in {*old, *new})


def plant_in_formula(formula: str, kind: str, generator: Generator) -> str | None:
    """The formula with an error of this kind, or None where the kind does not apply or would change nothing measurable."""
    try:
        Composition.of(formula)
    except InputError:
        return None
    for _ in range(_TRIES):
        changed = FORMULA_KINDS[kind](formula, generator)
        if changed != formula and _shift(formula, changed) >= _LEAST_SHIFT:
            return changed
    return None


def plant_in_value(text: str, kind: str, unit: str, generator: Generator) -> str | None:
    """The number of a cell with an error of this kind, or None where the kind does not apply or changes too little."""
    if not _NUMBER.fullmatch(text.strip()) or float(text) == 0:
        return None
    if kind == "unit slip":
        return _slipped_unit(float(text), unit, generator)
    changes: dict[str, _Change] = {"duplicated digit": _duplicated_digit, "x10": _tenfold}
    whole = text.strip().removesuffix(".0")  # tables write 138.0 for what a person typed as 138
    for _ in range(_TRIES):
        changed = changes[kind](whole, generator)
        if abs(float(changed) / float(whole) - 1) >= _LEAST_CHANGE:
            return changed
    return None


def _slipped_unit(value: float, unit: str, generator: Generator) -> str | None:
    if unit == "C":
        return f"{value + 273:.6g}"
    if unit not in _SLIPS:
        return None
    return f"{value * float(_pick(generator, _SLIPS[unit])):.5g}"
