"""The verb `properties`: the vocabulary, who predicts what, and properties of one's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError, unknown_name
from quinary.learning.keeping import KeptModel
from quinary.loops.training import models_known
from quinary.plugins import plugins, predictors_of
from quinary.points.properties import vocabulary
from quinary.points.property import Property
from quinary.points.property_definitions import properties_in_file, property_from
from quinary.readers.parsing import ROLES
from quinary.services.arguments import Names
from quinary.services.stores import Store, needed_store, opened, store_if_there
from quinary.store.database import raise_counter
from quinary.store.own_properties import STORE, OwnProperty, add_own_properties, own_properties, remove_own_property

__all__ = ["properties", "properties_add", "properties_remove"]

_KINDS: Final = ("measured", "derived")


def properties(word: str = "", *, kind: str = "", db: Store = None) -> dict[str, Any]:
    """List the properties that can be asked for: unit, kind, and who predicts them.

    Args:
        word: only those with this text in their name, label, symbol or an alias.
        kind: only `measured` (can be missing) or `derived` (computed from the composition when asked).
        db: the store whose own properties and learned models are listed, too.

    Returns:
        `properties`, each with `name`, `unit`, `kind`, `is_categorical`, `symbol`, `label`, `aliases`, `bounds` (None is no
        bound), `predictors` (names of all that say something of it, learned models and descriptors included), those of
        `alloys` and of `ceramics` apart, `from` (`built in`, `plug-in NAME` or `store`), and `who` added it when (`added`).

    Raises:
        InputError: there is no such kind, or no such store.
        WorkError: the store cannot be read.
    """
    if kind and kind not in _KINDS:
        raise unknown_name("kind of property", kind, _KINDS)
    with store_if_there(db) as database:
        models = models_known(database)
        own: dict[str, OwnProperty] = {}
        if database is not None:
            with database.read() as connection:
                own = {found.entry.name: found for found in own_properties(connection)}
        entries = vocabulary().entries.values()
        rows = [_row(entry, models, own.get(entry.name)) for entry in entries if _is_about(entry, word)]
    return {"properties": [row for row in rows if not kind or row["kind"] == kind]}


def _is_about(entry: Property, word: str) -> bool:
    wanted = word.strip().replace("_", " ").lower()
    texts = (entry.name, entry.label, entry.symbol, *entry.aliases)
    return any(wanted in text.replace("_", " ").lower() for text in texts)


def _row(entry: Property, models: Sequence[KeptModel], own: OwnProperty | None) -> dict[str, Any]:
    able = {kind: _able(entry, models, is_ceramic=kind == "ceramics") for kind in ("alloys", "ceramics")}
    low, high = (side if math.isfinite(side) else None for side in entry.bounds)
    return {
        "name": entry.name,
        "unit": entry.unit,
        "kind": "derived" if entry.is_derived else "measured",
        "is_categorical": entry.is_categorical,
        "symbol": entry.symbol,
        "label": entry.label,
        "aliases": list(entry.aliases),
        "bounds": [low, high],
        "predictors": list(dict.fromkeys((*_descriptors(entry), *able["alloys"], *able["ceramics"]))),
        **able,
        "from": entry.place,
        "who": own.who if own else "",
        "added": own.made_at if own else "",
    }


def _able(entry: Property, models: Sequence[KeptModel], *, is_ceramic: bool) -> list[str]:
    """Names of the predictors and learned models of a property, the preferred predictor first."""
    names = [plugin.name for plugin in predictors_of(entry.name, is_ceramic=is_ceramic)]
    learned = (m.name for m in models if m.card.property == entry.name and (m.card.kind != "alloy") == is_ceramic)
    return list(dict.fromkeys((*names, *learned)))


def _descriptors(entry: Property) -> Iterable[str]:
    return (name for name, plugin in plugins("descriptors").items() if entry.name in plugin.properties)


def properties_add(
    name: str = "",
    *,
    unit: str | None = None,
    symbol: str = "",
    label: str = "",
    alias: Names = (),
    bounds: tuple[float | None, float | None] | str = "",
    categorical: bool = False,
    file: str | Path | None = None,
    who: str = "",
    db: Store = None,
) -> dict[str, Any]:
    """Add a property of your own to a store, or all that a TOML file defines; it is known wherever the store is open.

    Args:
        name: small letters, digits and `_`: `lattice_thermal_conductivity`.
        unit: in which it is kept, such as `W/m/K`; values in other units of the same dimension are converted. A mere number
            has the unit `1`.
        symbol: how it is written in tables and figures; without one the name.
        label: what it is called in words; without one the name.
        alias: what papers and headings call it, `["TC"]`.
        bounds: between which values make sense, in the unit: `(0, 2000)` or `"0:2000"`; either side may be open.
        categorical: its values are classes, not numbers.
        file: a TOML file with a table for each property, instead.
        who: adds it.
        db: the store, made if it is new.

    Returns:
        `added`: the properties, each as in the list of `properties`.

    Raises:
        InputError: the name, unit or another field cannot be, or the name or an alias is taken.
        WorkError: the store cannot be written.
    """
    if file is not None:
        if name or unit is not None:
            raise InputError("name a property or a file that defines some, not both")
        entries = properties_in_file(Path(file))
    else:
        entries = [_made(name, unit, symbol, label, alias, bounds, categorical=categorical)]
    _check_headings(entries)
    with opened(db, brings_data=True) as database:
        with database.write() as connection:
            add_own_properties(connection, entries, who)
            raise_counter(connection)
        with database.read() as connection:
            own = {found.entry.name: found for found in own_properties(connection)}
        return {"added": [_row(own[entry.name].entry, [], own[entry.name]) for entry in entries]}


def _made(
    name: str,
    unit: str | None,
    symbol: str,
    label: str,
    alias: Names,
    bounds: tuple[float | None, float | None] | str,
    *,
    categorical: bool,
) -> Property:
    if not name:
        raise InputError("name the property, such as: quinary properties add lattice_thermal_conductivity --unit W/m/K")
    # an alias may hold a comma: only lists are taken apart
    aliases = [alias] if isinstance(alias, str) else list(alias)
    table = {
        "unit": unit, "symbol": symbol or None, "label": label or None, "aliases": [text for text in aliases if text],
        "bounds": _bounds(bounds), "is_categorical": categorical,
    }  # fmt: skip
    return property_from(name, table, STORE)


def _bounds(bounds: tuple[float | None, float | None] | str) -> list[float | None] | None:
    if not isinstance(bounds, str):
        return list(bounds)
    if not bounds:
        return None
    low, colon, high = bounds.partition(":")
    try:
        sides = [float(side) if side.strip() else None for side in (low, high)]
    except ValueError:
        colon = ""
    if not colon:
        raise InputError(f"cannot read the bounds {bounds!r}: write LO:HI, such as 0:2000; either side may be empty")
    return sides


def _check_headings(entries: Sequence[Property]) -> None:
    """Refuse what a column of a table means already: `T` is a temperature, `ref` a reference."""
    for entry in entries:
        for text in (entry.name, *entry.aliases):
            role = next((role for role, names in ROLES.items() if text in names or text.lower() in names), None)
            if role:
                raise InputError(
                    f"{text!r} stands for the {role.replace('_', ' ')} in tables and cannot be a property, too"
                )


def properties_remove(name: str, *, db: Store = None) -> dict[str, Any]:
    """Forget a property that was added, as long as no point is of it.

    Args:
        name: of the property.
        db: the store.

    Returns:
        `removed`: the property as it was.

    Raises:
        InputError: the store has no such property of its own, or points of it.
        WorkError: the store cannot be written.
    """
    if not name:
        raise InputError("name the property: quinary properties remove NAME")
    with needed_store(db) as database:
        with database.write() as connection:
            gone = remove_own_property(connection, name)
            raise_counter(connection)
        return {"removed": _row(gone.entry, [], gone)}
