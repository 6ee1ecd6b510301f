"""What a column heading says: a name, and perhaps a unit (`YS (MPa)`, `hardness [HV]`, `Density, g/cm3`, `T_K`)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from quinary.errors import InputError
from quinary.points.point import Method
from quinary.points.properties import Property, Vocabulary, find_property, vocabulary
from quinary.readers.parsing.rows import is_vickers_scale
from quinary.reference.elements import atomic_numbers
from quinary.units import can_convert, is_listed, unit_named

__all__ = ["CONDITION_UNITS", "ROLES", "Heading", "element_in", "method_in", "read_heading", "spread_of"]

# Roles of columns that hold no property and what people call them (lower case, blanks for underscores), best first.
ROLES: Final[dict[str, tuple[str, ...]]] = {
    "formula": (
        "formula", "composition", "chemical formula", "alloy formula", "alloy composition", "chemical composition",
        "nominal composition", "nominal formula", "compositions", "alloy", "alloys", "material", "compound", "hea",
    ),
    "doi": ("doi", "reference doi", "doi link", "paper doi", "source doi"),
    "reference": ("reference", "references", "ref", "ref.", "source", "citation"),
    "processing": (
        "processing", "process", "processes", "processing method", "processing route", "synthesis", "synthesis method",
    ),
    "method": ("method", "value method"),
    "temperature": (
        "temperature", "T", "temp", "temp.", "test temperature", "testing temperature", "measurement temperature",
    ),
    "test": ("test", "type of test", "test type", "loading", "loading mode", "test mode"),
    "load": ("load", "test load", "indentation load", "hardness load"),
    "strain_rate": ("strain rate",),
    "stress": ("stress", "creep stress", "applied stress"),
    "atmosphere": ("atmosphere",),
}  # fmt: skip
CONDITION_UNITS: Final[dict[str, str | None]] = {
    "temperature": "K", "load": "N", "strain_rate": "s^-1", "stress": "MPa", "test": None, "atmosphere": None,
}  # fmt: skip

_BRACKETED = re.compile(r"^(.*?\S)\s*[(\[](.*)[)\]]\s*$")
_TRAILING_UNITS: Final = (",", "/", " ", "_")
_SPREAD_WORD = r"(?:uncertainty|error|err|std\.?|stdev|standard deviation|sd|±|\+/-)"
_SPREAD_AFTER = re.compile(rf"^(.+?)[\s_-]*{_SPREAD_WORD}$", re.IGNORECASE)
_SPREAD_BEFORE = re.compile(rf"^{_SPREAD_WORD}[\s_-]*(?:of|in)?[\s_-]+(.+)$", re.IGNORECASE)
_METHOD_WORDS: Final = (
    (re.compile(r"\bdft\b", re.IGNORECASE), Method.DFT), (re.compile(r"\bcalphad\b", re.IGNORECASE), Method.CALPHAD),
    (re.compile(r"\bcalc(?:ulated|\.)?(?![a-z])", re.IGNORECASE), Method.CALCULATED),
    (re.compile(r"\bpredicted\b|\bml\b", re.IGNORECASE), Method.LEARNED),
)  # fmt: skip
_REMARK = re.compile(r"\s*(?:[(\[][^()\[\]]*[)\]]|,\s*\S+)\s*$")
_QUALIFIER = re.compile(
    r"^(?:exp(?:erimental|\.)?|measured|dft|calphad|calc(?:ulated|\.)?|predicted|ml)[\s_]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart: `name` without the unit, `unit` as written (None where there is none)."""

    name: str
    unit: str | None

    @property
    def role(self) -> str | None:
        """The role of a column that holds no property, or None."""
        # as written first: T is a temperature, t is a time
        return next((role for role, names in ROLES.items() if self.name in names or _plain(self.name) in names), None)

    @property
    def property(self) -> Property | None:
        """The property that the column holds, or None: also of `predicted hardness` and `Density, rho`."""
        found = find_property(self.name) or find_property(_QUALIFIER.sub("", self.name))
        return found or find_property(_REMARK.sub("", self.name))


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()


def _is_unit(text: str) -> bool:
    try:
        unit_named(text)
    except InputError:
        return is_vickers_scale(text)
    return bool(text.strip())


def _is_loose_unit(name: str, text: str) -> bool:
    """True if a text that no bracket marks is the unit of what stands before it.

    Those of the list are; of all others, `T` and `h` among them, only what a quantity of that name may have.
    """
    if is_listed(text) or is_vickers_scale(text):
        return bool(text.strip())
    heading = Heading(name, None)
    entry = heading.property or find_property(spread_of(name))
    wanted = entry.unit if entry is not None else CONDITION_UNITS.get(heading.role or "")
    return bool(wanted) and can_convert(text, str(wanted))


def _bracket_splits(text: str) -> Iterator[tuple[str, str]]:
    """Ways to cut a heading into name and bracketed unit, the likeliest first."""
    bracketed = _BRACKETED.match(text)
    if bracketed:
        yield bracketed.group(1), bracketed.group(2)
        inner = text.rstrip()[:-1]
        cut = max(inner.rfind("("), inner.rfind("["))
        yield inner[:cut].strip(), inner[cut + 1 :]


def _loose_splits(text: str) -> Iterator[tuple[str, str]]:
    """Ways to cut a heading into name and unit where no bracket says which is which."""
    for separator in _TRAILING_UNITS:
        for cut in (position for position, character in enumerate(text) if character == separator):
            yield text[:cut].strip(), text[cut + 1 :].strip()


def read_heading(text: str) -> Heading:
    """The heading taken apart. Brackets that hold no known unit are kept as the unit, so that it can be refused."""
    return _heading(text, vocabulary())


@functools.lru_cache(maxsize=1024)
def _heading(text: str, _vocabulary: Vocabulary) -> Heading:
    if is_vickers_scale(text):
        return Heading("HV", text.strip())
    for name, unit in _bracket_splits(text.strip()):
        if _is_unit(unit) and _means_something(name):
            return Heading(name, unit)
    for name, unit in _loose_splits(text.strip()):
        if _means_something(name) and _is_loose_unit(name, unit):
            return Heading(name, unit)
    bracketed = _BRACKETED.match(text.strip())
    return Heading(bracketed.group(1), bracketed.group(2)) if bracketed else Heading(text.strip(), None)


def _means_something(name: str) -> bool:
    heading = Heading(name, None)
    return heading.property is not None or heading.role is not None or bool(spread_of(name)) or name in atomic_numbers()


def spread_of(name: str) -> str:
    """The quantity whose uncertainty a column holds (`YS uncertainty` -> `YS`), or an empty text."""
    for pattern in (_SPREAD_AFTER, _SPREAD_BEFORE):
        found = pattern.match(name.strip())
        if found and Heading(found.group(1), None).property is not None:
            return found.group(1)
    return ""


def element_in(heading: Heading) -> str:
    """The element whose amount a column holds (`Al`, `Al (at.%)`, `Al_wt%`), or an empty text."""
    return heading.name if heading.name in atomic_numbers() and heading.unit in _AMOUNT_UNITS else ""


_AMOUNT_UNITS: Final = frozenset({None, "at.%", "at%", "wt%", "wt.%", "%", "mol%", "fraction", "at. %", "wt. %"})


def method_in(name: str) -> Method:
    """How the values of a column were obtained, from words in its heading (`calculated density`); else measured."""
    return next((method for pattern, method in _METHOD_WORDS if pattern.search(name)), Method.MEASURED)
