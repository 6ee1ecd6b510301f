"""What a column heading says: a name, perhaps a unit and a temperature (`YS (MPa)`, `hardness [HV]`, `UTS 800 °C`)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from quinary.plain_text import plain_text, without_markup
from quinary.points.point import Method
from quinary.points.properties import Property, Vocabulary, find_property, vocabulary
from quinary.readers.opening import short_heading
from quinary.readers.parsing.heading_temperatures import stated_temperatures
from quinary.readers.parsing.heading_words import (
    changes_the_quantity,
    is_of_processing,
    method_stated,
    spread_of_what,
    without_method,
    words_of,
)
from quinary.readers.parsing.rows import MECHANICAL_TEST_PROPERTIES, is_vickers_scale
from quinary.reference.elements import atomic_numbers
from quinary.units import can_convert, is_listed, is_unit

__all__ = ["CONDITION_UNITS", "ROLES", "Heading", "method_in", "plain_heading", "read_heading", "spread_of"]

# Roles of columns that hold no property and what people call them (lower case, blanks for underscores), best first.
ROLES: Final[dict[str, tuple[str, ...]]] = {
    "formula": (
        "formula", "composition", "chemical formula", "alloy formula", "alloy composition", "chemical composition",
        "nominal composition", "nominal formula", "compositions", "alloy", "alloys", "material", "compound", "hea",
        "zusammensetzung", "legierung", "werkstoff",
    ),
    "doi": ("doi", "reference doi", "doi link", "paper doi", "source doi"),
    "reference": ("reference", "references", "ref", "ref.", "source", "citation", "quelle", "literatur"),
    "processing": (
        "processing", "process", "processes", "processing method", "processing route", "synthesis", "synthesis method",
        "herstellung",
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
_ROLE_OF: Final = {name: role for role, names in reversed(ROLES.items()) for name in names}

_TEMPERATURE_WORDS: Final = frozenset(
    {"temperatur", "prüftemperatur", "versuchstemperatur", "temp", "temps", "temperature", "temperatures", "ttest", "t"}
)
_TEST_WORDS: Final = frozenset(
    {
        "test", "testing", "tested", "tests", "of", "the", "measurement", "measuring", "measured", "deformation",
        "deform", "deforming", "tensile", "tension", "compression", "compressive", "mechanical", "exp", "experimental",
        "experiment", "experiments", "service", "working", "property", "properties", "at", "in", "for", "hardness",
        "yield", "strength", "creep", "indentation", "bending", "flexural", "strain", "ys", "uts", "hv", "value",
        "values",
    }
)  # fmt: skip
# Temperatures that a material has, not those at which it is tested
_OF_MATERIALS: Final = frozenset(
    {
        "melting", "melt", "solidus", "liquidus", "solvus", "curie", "neel", "néel", "debye", "einstein", "transition",
        "transformation", "martensite", "martensitic", "austenite", "ms", "mf", "as", "af", "glass", "tg", "tm", "tl",
        "ts", "tc", "td", "tb", "tx", "tn", "crystallization", "crystallisation", "recrystallization",
        "recrystallisation", "dbtt", "ductile", "brittle", "boiling", "decomposition", "eutectic", "eutectoid",
        "ordering", "critical", "formation", "onset", "peak", "homologous", "theta", "θ", "superconducting",
        "vaporization", "sublimation", "tsol", "tliq", "tsolidus", "tliquidus", "solidification", "freezing",
    }
)  # fmt: skip
_BRACKETED = re.compile(r"^(.*?\S)\s*[(\[](.*)[)\]]\s*$")
_BRACKETED_INSIDE = re.compile(
    r"^([^()\[\]]*[^()\[\]\s])\s*[(\[]([^()\[\]]*)[)\]]\s*([A-Za-z±][^()\[\]]*)$"
)  # YS (MPa) std
_FIRST_WORD = re.compile(r"[\s(\[]*([^\W\d_]{2,})")
_BEFORE_PERCENT: Final = frozenset(
    {"at", "wt", "mol", "mole", "mass", "weight", "atomic", "vol", "gew", "ma", "deg", "degrees", "per"}
)
_NUMBER_INSIDE = re.compile(r"\s(?!10)\d")
_LONGEST_UNIT: Final = 40
_STARTS_A_UNIT = re.compile(r"1/|1e|10|[^\d\s]")
_TRAILING_UNITS: Final = (",", "/", " ", "_")
_REMARK = re.compile(r"\s*(?:[(\[][^()\[\]]*[)\]]|,\s*\S+)\s*$")
_QUALIFIER = re.compile(
    r"(?<![A-Za-z])(?:average|avg\.?|mean|nominal|reported|(?:in |under )?(?:uniaxial )?(?:compression|tension)|"
    r"compr?\.|\((?:comp|compression|compressive|tension|tensile)\))(?![A-Za-z])",
    re.IGNORECASE,
)
_QUALIFIERS: Final = frozenset(
    [
        "average",
        "avg",
        "mean",
        "nominal",
        "reported",
        "compression",
        "compressive",
        "tension",
        "tensile",
        "comp",
        "compr",
    ]
)
_MEANS: Final = frozenset({"average", "avg", "mean"})
# Tested again and again on one sample; the mean of any other quantity may be that over the elements of an alloy
_REPEATED: Final = frozenset({"hardness_vickers", "fracture_toughness", "grain_size"}) | MECHANICAL_TEST_PROPERTIES
_LONGEST: Final = 160  # characters; longer headings are sentences, and nothing is cut off them


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart: `name` without the unit, `unit` as written (None where there is none).

    `temperatures` (K) are those of tests that it states; where it speaks of one that cannot be told, `problem` says why.
    """

    name: str
    unit: str | None
    temperatures: tuple[float, ...] = ()
    problem: str = ""

    @property
    def role(self) -> str | None:
        """The role of a column that holds no property, or None."""
        # as written first: T is a temperature, t is a time
        return _role(self.name)

    @property
    def may_be_a_test_temperature(self) -> bool:
        """True if it is a temperature of which the name does not say that it is none of a test."""
        words = words_of(self.name)
        is_named = any(word in _TEMPERATURE_WORDS and word != "t" for word in words)
        if not is_named and (self.unit is None or not can_convert(self.unit, "K")):
            return False
        is_other = not _OF_MATERIALS.isdisjoint(words) or changes_the_quantity(words) or is_of_processing(self.name)
        return not is_other and self.property is None

    @property
    def property(self) -> Property | None:
        """The property that the column holds, or None: also of `predicted hardness` and `Density, rho`."""
        return _property(self.name)


def plain_heading(text: str) -> str:
    """A heading in plain characters on one line, without markup."""
    return " ".join(plain_text(without_markup(text)).split())


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()


@functools.lru_cache(maxsize=32_768)
def _role(name: str) -> str | None:
    role = _ROLE_OF.get(name) or _ROLE_OF.get(_plain(name))
    return "temperature" if role is None and _is_test_temperature(name) else role


def _is_test_temperature(name: str) -> bool:
    """True for the names of a test's temperature: `Ttest`, `Test temp.`, `T (test)`, `T_test`, `temperature of test`."""
    if len(name) > _LONGEST or ("emp" not in name.lower() and "T" not in name):
        return False
    words = words_of(name)
    is_letter = "t" in words and re.search(r"(?<![A-Za-z])t(?![A-Za-z])", name) is None
    has_temperature = is_letter or any(word in _TEMPERATURE_WORDS and word != "t" for word in words)
    return has_temperature and all(word in _TEST_WORDS or word in _TEMPERATURE_WORDS for word in words)


def _property(name: str) -> Property | None:
    return _property_in(name, vocabulary())


@functools.lru_cache(maxsize=8192)
def _property_in(name: str, known: Vocabulary) -> Property | None:
    found = known.find(name)
    if found is not None or len(name) > _LONGEST:
        return found
    without = without_method(name)
    remarked = _REMARK.sub("", name) if name.endswith((")", "]")) or "," in name else name
    unqualified = without if _QUALIFIERS.isdisjoint(words_of(without)) else _QUALIFIER.sub(" ", without).strip(" ,;-_")
    for candidate in (without, remarked, unqualified):
        if candidate != name and (found := known.find(candidate)) is not None:
            return found if found.name in _REPEATED or _MEANS.isdisjoint(words_of(without)) else None
    return _with_its_symbol(without)


def _with_its_symbol(name: str) -> Property | None:
    """The property of a name with its own symbol behind it: `Yield strength σy`, `Young's modulus, E`."""
    words = re.split(r"[\s,;()_]+", name.strip("() "))
    head, last = " ".join(words[:-1]), words[-1]
    found = find_property(head) if head and last else None
    symbol = None if found is None else find_property(last)
    return found if found is not None and (symbol == found or last == found.symbol) else None


def _is_unit(text: str) -> bool:
    return is_unit(text) or is_vickers_scale(text)


def _may_be_unit(text: str) -> bool:
    """False for almost all texts that are none, by their first word: `of steel`; quick, for tables of 16,000 columns."""
    if len(text) > _LONGEST_UNIT or not _STARTS_A_UNIT.match(text) or _NUMBER_INSIDE.search(text):
        return False
    first = _FIRST_WORD.match(text)
    return first is None or first[1].lower() in _BEFORE_PERCENT or _is_unit(first[1])


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
    inside = _BRACKETED_INSIDE.match(text)
    if inside:
        yield f"{inside.group(1)} {inside.group(3)}", inside.group(2)
    bracketed = _BRACKETED.match(text)
    if bracketed:
        yield bracketed.group(1), bracketed.group(2)
        inner = text.rstrip()[:-1]
        cut = max(inner.rfind("("), inner.rfind("["))
        if "(" in bracketed.group(2) or "[" in bracketed.group(2):
            yield inner[:cut].strip(), inner[cut + 1 :]


def _loose_splits(text: str) -> Iterator[tuple[str, str]]:
    """Ways to cut a heading into name and unit where no bracket says which is which."""
    if len(text) > _LONGEST:
        return
    for separator in _TRAILING_UNITS:
        for cut in (position for position, character in enumerate(text) if character == separator):
            yield text[:cut].strip(), text[cut + 1 :].strip()


def read_heading(text: str) -> Heading:
    """The heading taken apart. Brackets that hold no known unit are kept as the unit, so that it can be refused."""
    return _heading(short_heading(text), vocabulary())


@functools.lru_cache(maxsize=32_768)  # a table may have so many columns
def _heading(text: str, _vocabulary: Vocabulary) -> Heading:
    plain = plain_heading(text)
    stated = stated_temperatures(plain)
    if stated.kelvins or stated.problem:
        heading = _named(stated.rest)
        if heading.property is not None or spread_of_what(heading.name):
            return replace(heading, temperatures=stated.kelvins, problem=stated.problem)
        heading = _named(plain)
        return heading if heading.role else replace(heading, temperatures=stated.kelvins, problem=stated.problem)
    return _named(plain)


def _named(text: str) -> Heading:
    """Name and unit of a heading in plain text that states no temperature."""
    if is_vickers_scale(text):
        return Heading("HV", text.strip())
    for name, unit in _bracket_splits(text):
        if _is_unit(unit) and _means_something(name):
            return Heading(name, unit)
    for name, unit in _loose_splits(text):
        if _may_be_unit(unit) and _is_unit(unit) and _means_something(name) and _is_loose_unit(name, unit):
            return Heading(name, unit)
    bracketed = _BRACKETED.match(text)
    if bracketed is None or spread_of_what(bracketed.group(2)) == "":  # YS (std)
        return Heading(text, None)
    return Heading(bracketed.group(1), bracketed.group(2))


def _means_something(name: str) -> bool:
    if name in atomic_numbers():
        return True
    heading = Heading(name, None)
    return heading.property is not None or heading.role is not None or bool(spread_of(name))


def spread_of(name: str) -> str:
    """The quantity whose uncertainty a column holds (`YS uncertainty` -> `YS`), or an empty text."""
    named = spread_of_what(name)
    return named if named and _property(named) is not None else ""


def method_in(name: str) -> Method | None:
    """How the values of a column were obtained, from words in its heading (`Tm of MD`); None where it does not say."""
    return method_stated(plain_heading(name))
