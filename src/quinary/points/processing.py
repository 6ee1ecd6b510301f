"""Processing as papers write it -> steps: `arc-melted, annealed 1200C/24h, WQ` is `VAM`, `A(1473K,24h)`, `WQ`.

A step is a code, with what is stated of it in parentheses: temperature (K), time, reduction (%), pressure (MPa). Two papers
that say the same in other words or units have equal steps. What names no known step is kept as it was written, in capitals.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from quinary.points.processing_words import CODES, COOLED, HEAT, MELTED, NOTHING, WORDS, words_of

__all__ = ["Step", "parse_processing", "processing_in_words", "step_of", "steps_of"]

_LONGEST: Final = 2000  # characters of a text that are looked at: no paper says more of one sample
_KELVIN_OF_CELSIUS: Final = 273.15
_THOUSANDS: Final = re.compile(r"\d{1,3},\d{3}")
_COLDEST, _HOTTEST = 20.0, 4000.0  # K: what is beyond is no temperature of a furnace
_DONE_HOT: Final = frozenset({"SPS", "HIP", "HP", "SIN", "CTR", "HR", "WR", "HF", "HE", "MA", "PM"})
_AS_CAST, _AIR_COOLED, _HEAT_TREATED = "AC", "AIR", "HT"

_NUMBER: Final = r"(?<![\w.])(\d{1,6}(?:[.,]\d{1,4})?)\s?"
_RANGE: Final = re.compile(r"\d\s?(?:°\s?C|℃|C|K)?\s?(?:-|–|to|or|/)\s?\d{2,4}\s?(?:°\s?C|℃|[CK]\b)", re.IGNORECASE)
_QUANTITY: Final = re.compile(
    _NUMBER
    + r"(?:(?P<kelvin>K\b)|(?P<celsius>(?:[°º˚∘]|deg\.?|o)?\s?C\b|℃)"
    + r"|(?P<seconds>s\b|sec\b|seconds?\b)|(?P<minutes>min(?:s|utes?)?\b)"
    + r"|(?P<hours>h(?:(?:ou)?rs?)?\b)|(?P<days>d(?:ays?)?\b)|(?P<weeks>weeks?\b)"
    + r"|(?P<percent>%)|(?P<megapascal>MPa\b)|(?P<gigapascal>GPa\b))"
    + r"(?!\s?(?:/|per )\s?(?:s|sec|min|h|hour|day)\b)",  # a rate is none of these
    re.IGNORECASE,
)
_SECONDS: Final = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0, "weeks": 604_800.0}
_SEPARATORS: Final = re.compile(
    r"\s?(?:[;+&→]|-+>|,(?!\d)|(?<!\d),|\band\b|\bthen\b|\bfollowed by\b|\bbefore\b|\.\s)\s?|\n", re.IGNORECASE
)
_FILLERS: Final = re.compile(
    r"\b(?:at|for|in|under|with|to|of|by|the|an?|approx(?:imately)?|about|final|total|each|reduction|thickness|ratio|rate|"
    r"vacuum|air|ar|argon|he|helium|n2|nitrogen|flowing|inert|gas|atmosphere|temperature|time|hold(?:ing)?|pressure|uniaxial)\b"
    r"|[~≈×/@:]",
    re.IGNORECASE,
)
_MARKS: Final = " .,:/@-–"
_DENIED: Final = re.compile(r"\b(?:not|no|without|un|non)\b", re.IGNORECASE)
_CODE: Final = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(CODES, key=len, reverse=True))})(?![\w-])")
_IN_PARENTHESES: Final = re.compile(r"\(([^()]{0,200})\)")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its code, and what is stated of it.

    Attributes:
        code: what was done; a code of `processing_words`, else the text as it was written, in capitals.
        temperature: K; None where it is not stated.
        seconds: how long, s.
        reduction: of the thickness or cross-section, %.
        pressure: MPa.
    """

    code: str
    temperature: float | None = None
    seconds: float | None = None
    reduction: float | None = None
    pressure: float | None = None

    def __str__(self) -> str:
        """The step as materials hold it: `A(1473K,24h)`, which `parse_processing` reads back."""
        said = ",".join(self._quantities())
        return f"{self.code}({said})" if said else self.code

    @property
    def in_words(self) -> str:
        """The step for people: `annealed 1473 K 24 h`, which `parse_processing` reads back."""
        return " ".join((words_of(self.code), *(re.sub(r"(?<=\d)(?=[A-Za-z])", " ", q) for q in self._quantities())))

    def _quantities(self) -> Iterator[str]:
        if self.temperature is not None:
            yield f"{self.temperature:.0f}K"
        if self.seconds is not None:
            yield _time_text(self.seconds)
        if self.reduction is not None:
            yield f"{_digits(self.reduction)}%"
        if self.pressure is not None:
            yield f"{_digits(self.pressure)}MPa"


def parse_processing(text: str | None) -> tuple[str, ...]:
    """`CW + annealed 1200C/24h` -> ("CW", "A(1473K,24h)"): the steps in order, as materials hold them (`Step`).

    `AC` is as-cast, but behind a heat treatment whose temperature or time is stated it is cooled in air (`AIR`). A range of
    temperatures states none. A clause that denies a step (`not annealed`) gives none.
    """
    return tuple(str(step) for step in steps_of(text))


def steps_of(text: str | None) -> tuple[Step, ...]:
    """The steps that a text or the joined steps of a material name, with what is stated of each."""
    return () if text is None else _steps_of(str(text)[:_LONGEST])


@functools.lru_cache(maxsize=4096)
def _steps_of(text: str) -> tuple[Step, ...]:
    """The same few texts stand in all rows of a table."""
    plain = " ".join(text.split())
    plain = _IN_PARENTHESES.sub(lambda found: f" {_spaced(found[1])} ", plain)
    found: list[Step] = []
    for clause in _SEPARATORS.split(re.sub(r"[|()]", " ", plain)):
        if clause and (bare := " ".join(clause.split()).strip(_MARKS)):
            for part in _in_order(bare):
                _take(part, found)
    return tuple(found)


def step_of(text: str) -> Step:
    """A step of `Material.processing` as its parts."""
    found = steps_of(text)
    return found[0] if len(found) == 1 else Step(text)


def processing_in_words(steps: Sequence[str]) -> str:
    """("AC", "A(1473K,24h)") -> `as-cast + annealed 1473 K 24 h`, which `parse_processing` reads back as the same steps."""
    return " + ".join(step_of(step).in_words for step in steps)


# -- a clause ----------------------------------------------------------------------------------------------------------


def _spaced(inside: str) -> str:
    """What stands in parentheses belongs to the step before it: its separators are none."""
    return re.sub(r"[;,+&](?!\d)|(?<!\d)[;,+&]", " ", re.sub(r"(?<=[A-Za-z%]),", " ", inside))


def _in_order(clause: str) -> list[str]:
    """`aged after solution treatment`: what was done first comes first."""
    last, after, first = clause.partition(" after ")
    return [first.strip(_MARKS), last.strip(_MARKS)] if after and _named(first) else [clause]


def _take(clause: str, found: list[Step]) -> None:
    """Add the steps of a clause, or what it states of the last step."""
    if clause.upper() in NOTHING or _DENIED.search(clause.replace("-", " ")):
        return
    named = _named(clause)
    quantities = list(_quantities(clause))
    if not named and not quantities:
        found.append(Step(clause.upper()))
    elif not named and (unknown := _unknown_words(clause)):
        found.append(_with(Step(unknown), _agreed(entry for _, entry in quantities)))
    elif not named:
        _continue(found, _agreed(entry for _, entry in quantities))
    else:
        for place, (start, code) in enumerate(named):
            end = named[place + 1][0] if place + 1 < len(named) else len(clause)
            stated = _agreed(entry for at, entry in quantities if (start <= at or not place) and at < end)
            _add(Step(_in_context(code, found)), stated, found)


def _add(step: Step, stated: Mapping[str, float], found: list[Step]) -> None:
    """Add a step; what is cast or cooled has no temperature of its own: behind it follows a heat treatment."""
    if "temperature" in stated and step.code in MELTED | COOLED:
        found += [step, _with(Step(_HEAT_TREATED), stated)]
    else:
        found.append(_with(step, stated))


def _named(clause: str) -> list[tuple[int, str]]:
    """(place, code) of each step that is named, in order."""
    bare = " ".join(_QUANTITY.sub(" ", clause).split()).strip(" /x×,:@-")
    if bare.upper() in CODES:  # `A 1200C/2h`, as a table writes it
        return [(clause.upper().find(bare.upper()), bare.upper())]
    found = [(match.start(), match.end(), code) for pattern, code in WORDS for match in pattern.finditer(clause)]
    if found or any(
        True for _ in _quantities(clause)
    ):  # beside a step or a number a code says something: `1200C/24h WQ`
        found += [(match.start(), match.end(), match[0]) for match in _CODE.finditer(clause) if len(match[0]) > 1]
    taken: list[tuple[int, int, str]] = []
    for start, end, code in found:  # WORDS names the longer phrases first
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in taken):
            taken.append((start, end, code))
    return [(start, code) for start, _, code in sorted(taken)]


def _unknown_words(clause: str) -> str:
    """What a clause says beside its numbers, in capitals; nothing where that names no step."""
    rest = _FILLERS.sub(" ", _QUANTITY.sub(" ", clause))
    words = " ".join(word for word in re.findall(r"[^\W\d_]+", rest) if len(word) > 2).upper()
    is_other = _named(words) or any(pattern.search(words) for pattern in (_CODE, _DENIED, _FILLERS, _SEPARATORS))
    return "" if is_other else words


def _in_context(code: str, before: Sequence[Step]) -> str:
    """`AC` after 24 h at 1473 K is cooling, not casting."""
    last = before[-1] if before else Step("")
    is_cooling = code == _AS_CAST and last.code in HEAT and (last.temperature, last.seconds) != (None, None)
    return _AIR_COOLED if is_cooling else code


def _quantities(clause: str) -> Iterator[tuple[int, tuple[str, float]]]:
    """(place, (field of `Step`, number)) of all that is stated."""
    is_range = _RANGE.search(clause) is not None
    for match in _QUANTITY.finditer(clause):
        unit, value = str(match.lastgroup), _number(match[1])
        if unit in {"kelvin", "celsius"}:
            kelvin = value + (_KELVIN_OF_CELSIUS if unit == "celsius" else 0.0)
            if _COLDEST <= kelvin <= _HOTTEST and not is_range:
                yield match.start(), ("temperature", float(round(kelvin)))
        elif unit == "percent":
            if 0.0 < value < 100.0:
                yield match.start(), ("reduction", value)
        elif unit in _SECONDS:
            yield match.start(), ("seconds", value * _SECONDS[unit])
        else:
            yield match.start(), ("pressure", value * (1000.0 if unit == "gigapascal" else 1.0))


def _number(text: str) -> float:
    """`1,100` is eleven hundred, `1,5` one and a half."""
    return float(text.replace(",", "" if _THOUSANDS.fullmatch(text) else "."))


def _agreed(stated: Iterable[tuple[str, float]]) -> dict[str, float]:
    """What is stated once, or several times alike: of two temperatures of one step nobody knows which is meant."""
    found: dict[str, set[float]] = {}
    for name, value in stated:
        found.setdefault(name, set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def _continue(found: list[Step], stated: dict[str, float]) -> None:
    """Numbers without a step: what was not said of the last one, or once more the same, or a heat treatment."""
    last = found[-1] if found else None
    if last is not None and last.code in CODES and not any(getattr(last, name) is not None for name in stated):
        is_melting = last.code not in HEAT and "temperature" in stated and "reduction" not in stated
        if not is_melting or last.code in _DONE_HOT:
            found[-1] = _with(last, stated)
            return
    if "temperature" in stated or "seconds" in stated:
        code = last.code if last is not None and last.code in HEAT else _HEAT_TREATED
        found.append(_with(Step(code), stated))


def _with(step: Step, stated: Mapping[str, float]) -> Step:
    fields: dict[str, Any] = dict(stated)
    return replace(step, **fields)


def _time_text(seconds: float) -> str:
    if seconds >= 3600.0:
        return f"{_digits(seconds / 3600.0)}h"
    return f"{_digits(seconds / 60.0)}min" if seconds >= 60.0 else f"{_digits(seconds)}s"


def _digits(value: float) -> str:
    """Four digits, never an exponent."""
    return f"{float(f'{value:.4g}'):.6f}".rstrip("0").rstrip(".")
