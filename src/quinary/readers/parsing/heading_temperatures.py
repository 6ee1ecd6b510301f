"""Temperatures inside headings: `Rp0.2 1000 °C (MPa)`, `YS@800C`, `UTS at 298 K`, `HV (RT)`, `YS 25/800/1000 °C`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from quinary.constants import ROOM_TEMPERATURE
from quinary.readers.parsing.heading_words import is_of_heat_treatment
from quinary.units import convert

__all__ = ["StatedTemperatures", "stated_temperatures"]

_LONGEST: Final = 160  # characters of a heading; longer ones are sentences
_NITROGEN_BOILS: Final = 77.0  # K
_ROOM: Final = (
    r"(?<![A-Za-z])(?i:RT|R\.T\.?|room[\s-]*temp(?:erature|\.)?|ambient(?:[\s-]*temp(?:erature|\.)?)?)(?![A-Za-z])"
)
_NUMBER: Final = r"\d{1,4}(?:[.,]\d{1,2})?(?!\d)"
_UNIT: Final = r"\s?(?:°|deg\.?|o)?\s?[CKF](?![A-Za-z0-9^])(?!\s?-\s?\d\b(?!\d))"
_ITEM: Final = rf"(?:{_ROOM}|-?{_NUMBER}(?:{_UNIT})?)"
_BETWEEN: Final = r"\s?(?:/|;|,\s|&|\||-|\.\.|(?<=\s)(?:and|or|to)(?=\s))\s?"
# a number behind a letter is a temperature only if it has three digits: YS1000C, but not M23C6
_START: Final = r"(?:(?<![\w.^-])(?<!\d,)|(?<=[A-Za-z])-?(?=\d\d)|(?<=[A-Za-z])(?=\d{3}))"
_LIST = re.compile(rf"(?:{_ROOM}|{_START}-?{_NUMBER}(?:{_UNIT})?)(?:{_BETWEEN}{_ITEM}){{0,7}}")
_ONE = re.compile(rf"(?P<room>{_ROOM})|(?P<number>-?{_NUMBER})(?P<unit>{_UNIT})?")
_HINT = re.compile(r"[0-9°go]\s?\.?[CKF](?![A-Za-z0-9^])|R\.?T|LN|HT|(?i:room|ambient|nitrogen|temp|hot|cryo)")
_RANGE = re.compile(r"\d\D{0,8}(?:(?<=[\dCKF°])\s?-\s?(?=\d)|\.\.|\bto\b)")
_RATE = re.compile(r"\s?/\s?(?:min|s|h)\b")
_NITROGEN = re.compile(r"(?<![A-Za-z])(?:liquid[\s-]*nitrogen(?:[\s-]*temp(?:erature|\.)?)?|LN2|LNT)(?![A-Za-z])")
_SOME = re.compile(
    r"(?<![A-Za-z])(?:high|elevated|low|cryogenic|intermediate|test|testing)[\s-]*temp(?:erature|\.)?(?![A-Za-z])|(?<![A-Za-z])HT(?![A-Za-z])|"
    r"(?<![A-Za-z])(?:hot|cryogenic|cryo)(?![A-Za-z])",
    re.IGNORECASE,
)  # fmt: skip
_LEADING_IN = re.compile(
    r"(?:(?<![A-Za-z])(?:at|for|in|T|T[\s_]?test|temp(?:erature)?\.?)\s?[:=]?|@|=)\s?$", re.IGNORECASE
)
_EMPTY_BRACKETS = re.compile(r"[(\[][\s,;@=/]*[)\]]")
_LOOSE_ENDS = re.compile(r"(?<=[(\[])[\s,;@/]+|[\s,;@/]+(?=[)\]])|[\s,;@-]+$|^[\s,;@/-]+")


@dataclass(frozen=True, slots=True)
class StatedTemperatures:
    """A heading without its temperatures, and these in K; `problem` says why they cannot be told, empty where they can."""

    rest: str
    kelvins: tuple[float, ...] = ()
    problem: str = ""


def stated_temperatures(text: str) -> StatedTemperatures:
    """The temperatures of a test that a heading in plain text states, none where it speaks of a heat treatment."""
    text = text.replace("_", " ")
    if len(text) > _LONGEST or _HINT.search(text) is None or is_of_heat_treatment(text):
        return StatedTemperatures(text)
    found = [match for match in _LIST.finditer(text) if _is_of_temperatures(match.group())]
    if found:
        rest = _without(text, [match.span() for match in found])
        rates = any(_RATE.match(text, match.end()) for match in found)
        if len(found) > 1 or rates or _RANGE.search(found[0].group()):
            return StatedTemperatures(rest, (), f"{found[0].group().strip()!r} is not one temperature of a test")
        is_dash = found[0].group().startswith("-") and text[: found[0].start()][-1:].isalnum()  # YS-1000 °C
        kelvins = _kelvins(found[0].group()[is_dash:])
        problem = f"{found[0].group().strip()!r} is below absolute zero" if min(kelvins) < 0 else ""
        return StatedTemperatures(_SOME.sub(" ", rest).strip(), () if problem else kelvins, problem)
    return _in_words(text)


def _in_words(text: str) -> StatedTemperatures:
    """Those that a heading names without a number."""
    nitrogen = _NITROGEN.search(text)
    if nitrogen:
        return StatedTemperatures(_without(text, [nitrogen.span()]), (_NITROGEN_BOILS,))
    some = _SOME.search(text)
    if some:
        return StatedTemperatures(
            _without(text, [some.span()]), (), f"{some.group().strip()!r} does not say which temperature"
        )
    return StatedTemperatures(text)


def _is_of_temperatures(text: str) -> bool:
    """True if a number has a unit of temperature, or a room is named."""
    return any(one["room"] or one["unit"] for one in _ONE.finditer(text))


def _kelvins(text: str) -> tuple[float, ...]:
    """The temperatures of a list; a unit holds for the numbers before it."""
    items = [(one["room"], one["number"], one["unit"]) for one in _ONE.finditer(text)]
    kelvins: list[float] = []
    unit = ""
    for room, number, own_unit in reversed(items):
        unit = (own_unit or "").strip()[-1:] or unit
        kelvins.append(ROOM_TEMPERATURE if room or not unit else convert(float(number.replace(",", ".")), unit, "K"))
    return tuple(reversed(kelvins))


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text without these places, the words that lead to them, and the brackets that they leave empty."""
    for start, end in reversed(spans):
        text = f"{_LEADING_IN.sub(' ', text[:start])} {text[end:]}"
    text = _EMPTY_BRACKETS.sub(" ", " ".join(text.split()))
    return " ".join(_LOOSE_ENDS.sub("", text).split())
