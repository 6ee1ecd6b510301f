"""Definitions of properties as people and programs write them: TOML, the JSON of stores and exports, installed packages.

A definition is a table under the name of the property:

    [thermal_conductivity]
    unit = "W/m/K"
    symbol = "k"                      # the name, if not said
    label = "Thermal conductivity"    # likewise
    bounds = [0.0, 2000.0]
    aliases = ["TC", "thermal cond."]
    is_categorical = false

An installed package brings properties by an entry point of the group `quinary.properties` that names such a mapping, or a
path of a TOML file with it. `kind = "derived"` is for packages that bring the descriptor, too.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from quinary.border import text_in
from quinary.errors import InputError, unknown_name
from quinary.points.conditions import condition_names
from quinary.points.property import BUILT_IN, Property, Vocabulary
from quinary.reference.elements import atomic_numbers
from quinary.units import same_unit, unit_named

__all__ = [
    "check_new", "definition", "definitions_toml", "packaged_properties", "properties_from", "properties_in_file",
    "properties_in_toml", "property_from",
]  # fmt: skip

GROUP: Final = "quinary.properties"
_FIELDS: Final = ("unit", "symbol", "label", "kind", "bounds", "aliases", "is_categorical")
_KINDS: Final = ("measured", "derived")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MOST_BYTES: Final = 1_000_000
_LONGEST_NAME: Final = 64
_LONGEST_TEXT: Final = 200


def property_from(name: str, table: Mapping[str, Any], place: str) -> Property:
    """The property that a definition describes.

    Raises:
        InputError: the name or a field cannot be; the message names it.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise InputError(
            f"{name!r} cannot be the name of a property: write small letters, digits and _, such as thermal_conductivity"
        )
    for field in table:
        if field not in _FIELDS:
            raise unknown_name(f"field of the property {name}", field, _FIELDS)
    kind = table.get("kind", "measured")
    if kind not in _KINDS:
        raise unknown_name(f"kind of the property {name}", str(kind), _KINDS)
    is_categorical = table.get("is_categorical", False)
    if not isinstance(is_categorical, bool):
        raise InputError(f"is_categorical of {name} is true or false, not {is_categorical!r}")
    bounds = table.get("bounds")
    unit = _unit(name, table.get("unit"), is_categorical=is_categorical)
    if is_categorical and (unit or bounds is not None or kind == "derived"):
        raise InputError(f"{name} has categories for values: it takes no unit and no bounds, and is measured")
    plain = name.replace("_", " ")
    return Property(
        name=name,
        unit=unit,
        symbol=_text(name, "symbol", table.get("symbol") or plain),
        label=_text(name, "label", table.get("label") or plain.capitalize()),
        is_derived=kind == "derived",
        is_categorical=is_categorical,
        bounds=_bounds(name, bounds),
        aliases=_aliases(name, table.get("aliases", ())),
        place=place,
    )


def _unit(name: str, unit: Any, *, is_categorical: bool) -> str:
    if unit is None and is_categorical:
        return ""
    if not isinstance(unit, str):
        raise InputError(f"{name} needs a unit as text, such as W/m/K; a mere number has the unit 1")
    unit = unit.strip()
    try:
        unit_named(unit)
    except InputError as error:
        raise InputError(f"{name}: {error.message}", error.choices) from None
    return "" if unit == "1" else unit


def _text(name: str, field: str, text: Any) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT or not text.isprintable():
        raise InputError(f"{field} of {name} must be a text of one line, at most {_LONGEST_TEXT} characters")
    return text.strip()


def _aliases(name: str, aliases: Any) -> tuple[str, ...]:
    if not isinstance(aliases, list | tuple):
        raise InputError(f"aliases of {name} must be a list of texts")
    return tuple(dict.fromkeys(_text(name, "an alias", alias) for alias in aliases))


def _bounds(name: str, bounds: Any) -> tuple[float, float]:
    """(low, high); None is no bound on that side."""
    if bounds is None:
        return -math.inf, math.inf
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        raise InputError(f"bounds of {name} are two numbers, low and high")
    for side in bounds:
        if side is not None and (isinstance(side, bool) or not isinstance(side, int | float) or math.isnan(side)):
            raise InputError(f"bounds of {name} are two numbers, low and high, not {side!r}")
    low = -math.inf if bounds[0] is None else float(bounds[0])
    high = math.inf if bounds[1] is None else float(bounds[1])
    if not low < high:
        raise InputError(f"bounds of {name}: {low:g} is not below {high:g}")
    return low, high


def check_new(entry: Property, known: Vocabulary) -> None:
    """See that a property can be added to a vocabulary.

    One that is built in may be defined once more with the same unit by who has more aliases for it.

    Raises:
        InputError: its name or an alias is taken by another property, by a condition, or by an element.
    """
    there = known.entries.get(entry.name)
    if there is not None and not _adds_aliases(entry, there):
        raise InputError(
            f"there is a property {entry.name} already ({there.label}, {there.unit or 'number'}; {there.place})"
        )
    for alias in (entry.name, *entry.aliases):
        found = known.find(alias)
        if found is not None and found is not there:
            raise InputError(f"{alias!r} already means {found.name} ({found.label}; {found.place})")
        if alias.lower().replace(" ", "_") in condition_names():
            raise InputError(f"{alias!r} is a condition and cannot be a property, too")
        if alias in atomic_numbers():
            raise InputError(f"{alias!r} is an element and cannot be a property, too")


def _adds_aliases(entry: Property, there: Property) -> bool:
    """True if a definition says again what is built in, of the same kind and unit, and calls it what it was not called."""
    is_built_in = there.place == BUILT_IN and not there.is_derived and not entry.is_derived
    is_same = entry.is_categorical == there.is_categorical and same_unit(entry.unit, there.unit)
    return is_built_in and is_same and not set(entry.aliases) <= set(there.aliases)


# -- as documents and files --------------------------------------------------------------------------------------------


def definition(entry: Property) -> dict[str, Any]:
    """The definition of a property as JSON can hold it: an open side of the bounds is None."""
    low, high = (side if math.isfinite(side) else None for side in entry.bounds)
    return {
        "unit": entry.unit,
        "symbol": entry.symbol,
        "label": entry.label,
        "kind": "derived" if entry.is_derived else "measured",
        "bounds": None if entry.is_categorical or (low is None and high is None) else [low, high],
        "aliases": list(entry.aliases),
        "is_categorical": entry.is_categorical,
    }


def definitions_toml(entries: Iterable[Property]) -> str:
    """Definitions as a TOML file, which `properties_in_file` and `quinary properties add --file` read."""
    return "\n".join(_toml(entry) for entry in entries)


def _toml(entry: Property) -> str:
    low, high = entry.bounds
    lines = [f"[{entry.name}]"]
    if not entry.is_categorical:
        lines.append(f"unit = {_quoted(entry.unit)}")
    lines += [f"symbol = {_quoted(entry.symbol)}", f"label = {_quoted(entry.label)}"]
    if entry.is_derived:
        lines.append('kind = "derived"')
    if math.isfinite(low) or math.isfinite(high):
        lines.append(f"bounds = [{float(low)!r}, {float(high)!r}]")  # TOML writes inf and -inf as Python does
    lines.append(f"aliases = [{', '.join(map(_quoted, entry.aliases))}]")
    if entry.is_categorical:
        lines.append("is_categorical = true")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string of printable characters is one of TOML


def properties_in_toml(text: str, place: str) -> list[Property]:
    """The properties that a TOML text defines.

    Raises:
        InputError: it is no TOML, or a definition cannot be.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place} is not TOML: {error}") from None
    return properties_from(tables, place)


def properties_from(tables: Any, place: str) -> list[Property]:
    """The properties of a mapping name -> definition.

    Raises:
        InputError: it is no such mapping, or a definition cannot be.
    """
    if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
        raise InputError(f"{place} does not define properties: write a table [NAME] with a unit for each")
    try:
        return [property_from(str(name), table, place) for name, table in tables.items()]
    except InputError as error:
        raise InputError(f"{place}: {error.message}", error.choices) from None


def properties_in_file(path: Path) -> list[Property]:
    """The properties that a TOML file defines.

    Raises:
        InputError: the file cannot be read, is no TOML, or a definition cannot be.
    """
    found = properties_in_toml(text_in(path, "the definitions", _MOST_BYTES), path.name)
    if not found:
        raise InputError(f"{path} defines no property: write a table [NAME] with a unit for each")
    return found


def packaged_properties(known: Vocabulary) -> list[Property]:
    """The properties of all installed packages that bring some, in the order of the names of their entry points.

    Raises:
        InputError: what an entry point names is no definition, or one clashes with `known` or with another package.
    """
    found: list[Property] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        for made in _of_package(entry.load(), f"plug-in {entry.name}"):
            check_new(made, known.extended(found))
            found.append(made)
    return found


def _of_package(named: Any, place: str) -> Sequence[Property]:
    if isinstance(named, str | Path | Traversable):
        path = Path(named) if isinstance(named, str) else named
        return properties_in_toml(path.read_text(encoding="utf-8"), place)
    return properties_from(named, place)
