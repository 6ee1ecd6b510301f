"""The properties that a store defines for itself: kept with who added them, and gone only while no point needs them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from quinary.errors import InputError, unknown_name
from quinary.points.properties import installed_vocabulary
from quinary.points.property import Property, Vocabulary
from quinary.points.property_definitions import check_new, definition, property_from
from quinary.store.schema import own_property, point
from quinary.units import same_unit
from quinary.wording import counted

__all__ = [
    "STORE", "Definitions", "OwnProperty", "add_own_properties", "definitions_in", "merge_own_properties",
    "own_properties", "remove_own_property", "used_own_properties", "vocabulary_with",
]  # fmt: skip

STORE: Final = "store"  # the place of a property that the open store defines

Definitions: TypeAlias = tuple[tuple[str, str], ...]  # (name, JSON) of each, as the table holds them


@dataclass(frozen=True, slots=True)
class OwnProperty:
    """A property of a store, and who added it when (ISO 8601, UTC)."""

    entry: Property
    who: str
    made_at: str


def definitions_in(connection: Connection) -> Definitions:
    """The definitions of a store, by name: equal as long as nobody changes them."""
    # as text: it is asked in every transaction, and making the statement would take longer than running it
    rows = connection.exec_driver_sql("SELECT name, body FROM own_property ORDER BY name")
    return tuple((name, body) for name, body in rows)


def vocabulary_with(definitions: Definitions) -> Vocabulary:
    """What is built in and installed, with the definitions of a store.

    Raises:
        InputError: a definition cannot be read.
    """
    return installed_vocabulary().extended(_property(name, body) for name, body in definitions)


def _property(name: str, body: str) -> Property:
    try:
        return property_from(name, json.loads(body), STORE)
    except (ValueError, TypeError) as error:
        raise InputError(f"the definition of {name} in the store is damaged: {error}") from error


def own_properties(connection: Connection) -> list[OwnProperty]:
    """The properties that the store defines, by name."""
    rows = connection.execute(select(own_property).order_by(own_property.c.name)).mappings()
    return [OwnProperty(_property(row["name"], row["body"]), row["who"], row["made_at"]) for row in rows]


def used_own_properties(connection: Connection) -> list[Property]:
    """Those properties of the store's points that are not built in, of its own and of installed packages, by name."""
    vocabulary = vocabulary_with(definitions_in(connection))
    names = connection.execute(select(point.c.property).distinct()).scalars()
    used = (vocabulary.entries[name] for name in sorted(names) if name in vocabulary.entries)
    return [entry for entry in used if entry.place == STORE or entry.place.startswith("plug-in ")]


def add_own_properties(connection: Connection, entries: Sequence[Property], who: str = "") -> None:
    """Define properties in a store, all or none.

    Raises:
        InputError: a name or an alias is taken, or a property is derived: a store holds no formulas.
    """
    known = vocabulary_with(definitions_in(connection))
    for entry in entries:
        if entry.is_derived:
            raise InputError(
                f"{entry.name} cannot be derived: a store keeps measured properties; a package that brings the formula, too, "
                "can define it (docs/properties.md)"
            )
        check_new(entry, known)
        known = known.extended([entry])
    _insert(connection, entries, who)


def merge_own_properties(connection: Connection, entries: Iterable[Property], who: str = "") -> list[Property]:
    """Define those properties that a file brings and that are unknown here; returns them.

    One that is known here with the same unit is what the file means; aliases that mean something else here are left out.

    Raises:
        InputError: one is known here in another unit or as another kind of value.
    """
    known = vocabulary_with(definitions_in(connection))
    new = []
    for entry in entries:
        there = known.entries.get(entry.name)
        if there is not None:
            _check_same(entry, there)
            continue
        aliases = tuple(alias for alias in entry.aliases if known.find(alias) is None)
        made = property_from(entry.name, {**definition(entry), "kind": "measured", "aliases": aliases}, STORE)
        check_new(made, known)
        known = known.extended([made])
        new.append(made)
    _insert(connection, new, who)
    return new


def _check_same(entry: Property, there: Property) -> None:
    if not same_unit(entry.unit, there.unit) or entry.is_categorical != there.is_categorical or there.is_derived:
        raise InputError(
            f"{entry.name} is here {there.label!r} ({_kind(there)}), and the file means {entry.label!r} ({_kind(entry)}): "
            "import it into a store of its own, or rename one of the two"
        )


def _kind(entry: Property) -> str:
    return "categories" if entry.is_categorical else "derived" if entry.is_derived else entry.unit or "a number"


def _insert(connection: Connection, entries: Sequence[Property], who: str) -> None:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [
        {"name": entry.name, "body": json.dumps(definition(entry)), "who": who, "made_at": made_at} for entry in entries
    ]
    if rows:
        connection.execute(own_property.insert(), rows)


def remove_own_property(connection: Connection, name: str) -> OwnProperty:
    """Forget a property of the store; returns what it was.

    Raises:
        InputError: the store does not define it, or points are of it.
    """
    own = {found.entry.name: found for found in own_properties(connection)}
    if name not in own:
        if name in installed_vocabulary().entries:
            raise InputError(
                f"{name} is {installed_vocabulary().entries[name].place} and cannot be removed", sorted(own)
            )
        raise unknown_name("property of the store", name, own)
    n_points = connection.execute(select(func.count()).where(point.c.property == name)).scalar_one()
    if n_points:
        raise InputError(f"{name} cannot be removed: {counted(n_points, 'point')} of the store are of it")
    connection.execute(own_property.delete().where(own_property.c.name == name))
    return own[name]
