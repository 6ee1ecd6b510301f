"""The columns of a table that nothing is read from, and what each may hold, so that no column vanishes without a word."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from quinary.plugins import ReadOptions
from quinary.points.properties import Property, Vocabulary, vocabulary
from quinary.readers.parsing.element_columns import element_in
from quinary.readers.parsing.heading_temperatures import stated_temperatures
from quinary.readers.parsing.heading_words import (
    changes_the_quantity,
    is_of_processing,
    spread_of_what,
    without_method,
    words_of,
)
from quinary.readers.parsing.table_headings import Heading, read_heading
from quinary.readers.parsing.table_layout import Layout
from quinary.units import can_convert, hardness_scale

__all__ = ["columns_left_out"]


def columns_left_out(headings: Sequence[str], layout: Layout, options: ReadOptions) -> dict[str, str]:
    """Heading -> how to have it read, or an empty text where nothing says what it holds.

    Not named are columns that the user leaves out, columns of elements beside a formula, and those without a heading.
    """
    used = {*layout.places.values(), *layout.elements.values(), *(column.index for column in layout.conditions)}
    used |= {column.index for column in layout.values}
    used |= {column.spread[0] for column in layout.values if column.spread is not None}
    used |= {place for place in (layout.formula, layout.structure) if place is not None}
    has_formula = layout.formula is not None
    told = {column.index: column.remedy for column in layout.refused} | dict(layout.unlike)
    return {
        text: told.get(index) or _remedy(text)
        for index, text in enumerate(headings)
        if text and index not in used and text not in options.units and not (has_formula and _is_element(text))
    }


def _is_element(text: str) -> bool:
    return bool(element_in(read_heading(text)))


def _remedy(text: str) -> str:
    """How a column can be read: the property that its heading names in other words, if its unit and its noun agree."""
    heading = read_heading(text)
    named = spread_of_what(heading.name)
    if named is not None:
        return f"it states an uncertainty{f' of {named}' if named else ''}, whose values are not read"
    entry = _alike(heading)
    if entry is None:
        return _why_no_value(heading)
    if entry.is_derived:
        return f"{entry.name} is calculated from the formula when asked"
    if heading.problem:
        return (
            f"{entry.name}? --column {shlex.quote(f'{entry.name}@1273={text}')} says the temperature of the tests, in K"
        )
    unit = f" --unit {shlex.quote(f'{text}={entry.unit}')}" if heading.unit is None and entry.unit else ""
    return f"--column {shlex.quote(f'{entry.name}={text}')}{unit}"


def _why_no_value(heading: Heading) -> str:
    """The reason that lies in the unit, where it is one that nothing converts (`HRC`)."""
    for text in (heading.unit or "", heading.name):
        if hardness_scale(text):
            return f"{text} is {hardness_scale(text)} hardness, which has no exact conversion into HV or GPa"
    return ""


def _alike(heading: Heading) -> Property | None:
    """The property that a heading names with more words than its names have, or with its first word and its unit.

    All words of a name must be there, in one row, and no word that makes another quantity of it: a difference of melting
    temperatures is none, and a strength is no toughness, whatever their first words are.
    """
    words = words_of(stated_temperatures(without_method(heading.name)).rest)
    if not words or changes_the_quantity(words) or is_of_processing(heading.name):
        return None
    known = _named_by_words(vocabulary())
    spans = (
        (start, stop) for n in range(len(words), 0, -1) for start in range(len(words) - n + 1) for stop in [start + n]
    )
    for start, stop in spans:
        entry = known.get(tuple(words[start:stop]))
        if entry is not None and _fits(heading.unit, entry) and _stays(words, start, stop):
            return entry
    begun = None if heading.unit is None else _begun_by(vocabulary()).get(words[0])
    is_all = begun is not None and words[1:] in ([], words_of(begun.symbol))  # `Yield`, `Lattice a`
    return begun if begun is not None and is_all and _fits(heading.unit, begun) else None


_HEAD_NOUNS: Final = frozenset(
    {
        "strength", "stress", "temperature", "point", "modulus", "toughness", "density", "hardness", "entropy",
        "enthalpy", "energy", "volume", "number", "work", "conductivity", "expansion", "capacity", "resistivity",
        "size", "radius", "mass", "area", "length", "content", "ability", "probability",
    }
)  # fmt: skip


def _stays(words: Sequence[str], start: int, stop: int) -> bool:
    """True if the words around a name leave it what it is: no other noun that heads a quantity stands among them."""
    return _HEAD_NOUNS.isdisjoint({*words[:start], *words[stop:]})


_FEWEST_LETTERS: Final = 2  # of a name that may stand among other words: `a` and `E` are words, too


@functools.lru_cache(maxsize=8)
def _named_by_words(known: Vocabulary) -> Mapping[tuple[str, ...], Property]:
    """The words of each name of a property -> the property."""
    found: dict[tuple[str, ...], Property] = {}
    for entry in known.entries.values():
        for name in (entry.name, *entry.aliases, entry.label, entry.symbol):
            words = tuple(words_of(name))
            if sum(map(len, words)) >= _FEWEST_LETTERS:
                found.setdefault(words, entry)
    return found


@functools.lru_cache(maxsize=8)
def _begun_by(known: Vocabulary) -> Mapping[str, Property]:
    """First word of the names of one measured property and no other -> the property: `Yield`, `Lattice`."""
    found: dict[str, set[str]] = {}
    for entry in known.entries.values():
        for name in () if entry.is_derived else (entry.name, *entry.aliases):
            words = words_of(name)
            if len(words) > 1:
                found.setdefault(words[0], set()).add(entry.name)
    return {word: known.entries[next(iter(names))] for word, names in found.items() if len(names) == 1}


def _fits(unit: str | None, entry: Property) -> bool:
    """True if a heading without a unit, or with one that can be converted, may be of this property."""
    return unit is None or can_convert(unit, entry.unit)
