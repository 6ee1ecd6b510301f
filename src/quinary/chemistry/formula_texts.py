"""Formulas as papers print them -> plain ones: characters, markup, decimal commas, units, and series in x with its value.

`Al₀.₅CoCrFeNi`, `Al$_{0.5}$CoCrFeNi`, `Al0,5CoCrFeNi [52]` and `AlxCoCrFeNi (x = 0.5)` are all Al0.5CoCrFeNi.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quinary.chemistry.formula_parts import FormulaError
from quinary.plain_text import plain_text, with_points, without_footnotes, without_markup
from quinary.reference.elements import atomic_numbers

__all__ = ["LONGEST_FORMULA", "WrittenFormula", "written_formula"]

LONGEST_FORMULA: Final = 500  # characters: the longest formulas of the literature have about a hundred
_PLAIN = re.compile(r"(?:[A-Za-w0-9.)]|\((?!\d))+")  # no unit without %, no variable, nothing to fold: most formulas
_LONGEST_UNIT: Final = 24
_UNIT_WORDS: Final = {"at": "at", "atomic": "at", "mol": "at", "wt": "wt", "weight": "wt", "mass": "wt"}
_UNIT = re.compile(
    r"(?<![A-Za-z])(atomic|at|mol|weight|wt|mass)[ .-]*(?:%|pct|percent)\.?[)\]]?$|(?<![A-Za-z])%[ ]?\(?(at|wt|mol)\.?\)?$",
    re.IGNORECASE,
)
_UNIT_AFTER_AMOUNT = re.compile(
    r"(?<=[\d.])[ ]?\(?(atomic|at|mol|weight|wt|mass)[ .]{0,2}%\)?(?=[ ,;A-Z(-])", re.IGNORECASE
)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")

_UNCERTAINTY = re.compile(r"(?<=\d)(?<=[.\d]{3})\(\d{1,2}\)")  # of the last digits: Al0.31(3)
_ADDED = re.compile(r"(O ?\d{0,3}) ?· ?(\d+(?:\.\d+)?)? ?([A-Z(][^·]*)")
_KIND = re.compile(r" (?:(?:[A-Za-z]+[ -])?(?:high|medium)[ -]entropy )?(?:alloys?|HEA|MEA|RHEA)$")

_VARIABLES: Final = "xyzδ"
_ASSIGNED = re.compile(rf"(?<![A-Za-z])[{_VARIABLES}] ?[=≈≃]|(?<=[a-z])[{_VARIABLES}] ?[=≈≃]")
_ASSIGNMENT = re.compile(
    rf"([{_VARIABLES}]) ?[=≈≃] ?(\d+(?:\.\d*)?|\.\d+)(?:/(\d+))? ?(at|wt|mol|mass)?[. ]{{0,2}}%?[ )\]}}]*",
    re.IGNORECASE,
)
_BEFORE_ASSIGNMENT = re.compile(r"(?:[ ,;:(_\[{]|\b(?:with|where|for|and)\b)+$")
_NUMBER: Final = r"(?:\d+(?:\.\d*)?|\.\d+)"
_TERM: Final = rf"(?:{_NUMBER}? ?[*·]? ?[{_VARIABLES}](?:/\d+)?|{_NUMBER})"
# An amount in x behind an element or a bracket. No element but dysprosium ends with one of the letters.
_EXPRESSION = re.compile(rf"((?:Dy|(?!Dy)[A-Z][a-w]?|[)\]}}])[ _]?)(\()?({_TERM}(?: ?[+-] ?{_TERM}){{0,6}})(?(2)\))")
_SIGNED_TERM = re.compile(rf"([+-]?) ?({_NUMBER})? ?[*·]? ?([{_VARIABLES}])?(?:/(\d+))?")


@dataclass(frozen=True, slots=True)
class WrittenFormula:
    """A formula in plain characters; its `unit`: "at", "wt" or empty; `notes` say what was taken for granted."""

    body: str
    unit: str
    notes: tuple[str, ...] = ()


def written_formula(text: str) -> WrittenFormula:
    """The formula in plain characters, numbers in the place of x.

    Raises:
        FormulaError: it is too long, or x has no value.
    """
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(
            text[:40] + "...", 40, f"a formula has at most {LONGEST_FORMULA} characters, not {len(text)}"
        )
    if _PLAIN.fullmatch(text):
        return WrittenFormula(text, "")
    plain = " ".join(without_footnotes(plain_text(without_markup(text))).split())
    plain, notes = _with_decimal_points(with_points(_ADDED.sub(_in_brackets, _KIND.sub("", plain))))
    plain, n_uncertain = _UNCERTAINTY.subn("", plain)
    notes = (*notes, "uncertainties behind amounts left out") if n_uncertain else notes
    head, values, unit = _series(plain)
    body, own_unit = _without_unit(head)
    body, values_used = _evaluated(body, values)
    unused = sorted(set(values) - values_used)
    if unused:
        raise FormulaError(plain, plain.index(unused[0]), f"{unused[0]} has a value, but stands at no element")
    return WrittenFormula(body, own_unit or unit, notes)


def _in_brackets(found: re.Match[str]) -> str:
    """The water of CaSO4·2H2O, or what else is added to an oxide, as a bracket with its number."""
    return f"{found.group(1)}({found.group(3)}){found.group(2) or ''}"


def _with_decimal_points(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with points for commas between digits.

    Raises:
        FormulaError: there are decimal points as well.
    """
    found = _DECIMAL_COMMA.search(text)
    if found is None:
        return text, ()
    if re.search(r"\d\.\d", text):
        raise FormulaError(text, found.start(), "decimal comma? write 0.5")
    return _DECIMAL_COMMA.sub(".", text), ("commas between digits taken as decimal commas",)


def _without_unit(text: str) -> tuple[str, str]:
    """The formula and its unit, which stands at the end, or behind each amount."""
    units = [_UNIT_WORDS[unit.lower()] for unit in _UNIT_AFTER_AMOUNT.findall(text)]
    found = _UNIT.search(text, max(0, len(text) - _LONGEST_UNIT))
    if found is None and not units:
        return text, ""
    if found is not None:
        units.append(_UNIT_WORDS[(found.group(1) or found.group(2)).lower()])
        text = text[: found.start()].rstrip(" (\t[,;")
    if len(set(units)) > 1:
        raise FormulaError(text, 0, "it mixes mass and atomic percent", length=len(text))
    return _UNIT_AFTER_AMOUNT.sub(" ", text), units[0]


def _series(text: str) -> tuple[str, dict[str, float], str]:
    """The formula, the values of its variables that stand behind it, and the unit of these.

    Raises:
        FormulaError: a value is no number, or there are several.
    """
    found = _ASSIGNED.search(text)
    if found is None:
        return text, {}, ""
    values: dict[str, float] = {}
    units = set()
    for part in re.split(r"[,;&]| and ", text[found.start() :]):
        match = _ASSIGNMENT.fullmatch(part.strip())
        if match is None or (match.group(3) and not float(match.group(3))):
            raise FormulaError(text, found.start(), "expected one number behind each letter, as in x=0.5")
        values[match.group(1)] = float(match.group(2)) / float(match.group(3) or 1)
        units.add(_UNIT_WORDS[match.group(4).lower()] if match.group(4) else "")
    head = _BEFORE_ASSIGNMENT.sub("", text[: found.start()])
    return head, values, max(units)


def _evaluated(text: str, values: Mapping[str, float]) -> tuple[str, set[str]]:
    """The formula with numbers for the amounts in x, and the letters that were needed.

    Raises:
        FormulaError: a letter has no value, or an amount is negative.
    """
    used: set[str] = set()

    def number(found: re.Match[str]) -> str:
        letters = set(found.group(3)) & set(_VARIABLES)
        if not letters or found.group(1).strip("_ ") not in (*atomic_numbers(), *")]}"):
            return found.group()
        for letter in sorted(letters - set(values)):
            place = found.start(3) + found.group(3).index(letter)
            raise FormulaError(text, place, f"{letter} has no value: write `{letter}=...` behind the formula")
        used.update(letters)
        amount = _value(found.group(3), values)
        if amount < 0:
            raise FormulaError(
                text, found.start(3), f"{found.group(3)} is {amount:g}: a negative amount is not possible"
            )
        return f"{found.group(1)}{amount:.9f} "

    if not any(letter in text for letter in _VARIABLES):
        return text, used
    return _EXPRESSION.sub(number, text), used


def _value(expression: str, values: Mapping[str, float]) -> float:
    """A sum of terms such as 100, x, 2x, x/2."""
    total = 0.0
    for sign, factor, letter, divisor in _SIGNED_TERM.findall(expression):
        if not factor and not letter:
            continue
        term = float(factor or 1) * (values[letter] if letter else 1.0) / (float(divisor or 1) or math.inf)
        total += -term if sign == "-" else term
    return 0.0 if abs(total) < 1e-9 else total
