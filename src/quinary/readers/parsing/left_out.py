"""The columns of a table that nothing is read from, and what each may hold, so that no column vanishes without a word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.points.properties import Property, find_property, properties
from quinary.readers.parsing.table_headings import Heading, element_in, read_heading
from quinary.readers.parsing.table_layout import Layout
from quinary.units import convert

__all__ = ["columns_left_out"]

_FEWEST_LETTERS: Final = 4  # of a first word that may stand for a property: `Yield`, `Lattice`
_TEMPERATURE = re.compile(r"(?<![\w.])(\d+)\s*(?:°\s*)?([CK])\b")
_ROOM: Final = {"C": (15, 30), "K": (288, 303)}


def columns_left_out(headings: Sequence[str], layout: Layout, options: ReadOptions) -> dict[str, str]:
    """Heading -> how to have it read, or an empty text where nothing says what it holds.

    Not named are columns that the user leaves out, columns of elements beside a formula, and those without a heading.
    """
    used = {*layout.places.values(), *layout.elements.values(), *(column.index for column in layout.conditions)}
    used |= {column.index for column in layout.values}
    used |= {column.spread[0] for column in layout.values if column.spread is not None}
    used |= {place for place in (layout.formula, layout.structure) if place is not None}
    refused = {column.index: column.remedy for column in layout.refused}
    return {
        text: refused.get(index) or _remedy(text)
        for index, text in enumerate(headings)
        if text and index not in used and text not in options.units and not element_in(read_heading(text))
    }


def _remedy(text: str) -> str:
    """How a column can be read, from the property that its heading starts like and the unit that it carries."""
    heading = read_heading(text)
    entry = next(_alike(heading), None)
    if entry is None:
        return ""
    if entry.is_derived:
        return f"{entry.name} is calculated from the formula when asked"
    if _is_away_from_room(heading.name):
        return f"{entry.name}? Give each temperature a row, with the temperature in a column of its own"
    unit = f" --unit {shlex.quote(f'{text}={entry.unit}')}" if heading.unit is None and entry.unit else ""
    return f"--column {shlex.quote(f'{entry.name}={text}')}{unit}"


def _alike(heading: Heading) -> Iterator[Property]:
    """Properties that a heading may mean, the likeliest first: its first words are a name, or its first word starts one."""
    words = heading.name.replace("_", " ").split()
    named = (find_property(" ".join(words[:n])) for n in range(len(words), 0, -1) if len(" ".join(words[:n])) > 1)
    symbol = words[:2] if words else []
    symbolic = (entry for entry in properties().values() if _words(entry.symbol) == symbol)
    start = f"{words[0].lower()} " if words and len(words[0]) >= _FEWEST_LETTERS else None
    begun = (
        entry
        for entry in properties().values()
        if start and any(" ".join(_words(name)).lower().startswith(start) for name in (entry.name, *entry.aliases))
    )
    yield from (e for e in (*named, *symbolic, *begun) if e is not None and _fits(heading.unit, e))


def _words(name: str) -> list[str]:
    return name.replace("_", " ").split()


def _fits(unit: str | None, entry: Property) -> bool:
    """True if a heading without a unit, or with one that can be converted, may be of this property."""
    try:
        convert(1.0, entry.unit if unit is None else unit, entry.unit)
    except InputError:
        return False
    return True


def _is_away_from_room(name: str) -> bool:
    """True if a heading names a temperature other than that of the room: `Yield at 1000C`."""
    found = _TEMPERATURE.search(name.replace("_", " "))
    if found is None:
        return False
    low, high = _ROOM[found.group(2)]
    return not low <= int(found.group(1)) <= high
