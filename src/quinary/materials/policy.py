"""The policy: which properties each class of material should have, under which conditions, from which loop.

A policy file holds `[[want]]` entries and, if wants name them, `[class."NAME"]` tables (`quinary.materials.classes`).
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from quinary.border import text_in
from quinary.errors import InputError, unknown_name
from quinary.materials.classes import KINDS, MaterialClass, read_class
from quinary.points.conditions import parse_conditions
from quinary.points.point import Origin
from quinary.points.properties import property_named

__all__ = ["Policy", "Want", "default_policy", "policy_from", "read_policy"]

_MATERIALS: Final = ("all", "generated", "known", "reported")
_FIELDS: Final = ("class", "conditions", "kind", "materials", "origin", "priority", "properties")
_PARTS: Final = ("class", "want")
_MOST_BYTES: Final = 100_000
_LEAST_WANTED: Final = 9


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that materials should have: a property at conditions, from an origin; priority 1 is the most wanted.

    `of_class` narrows it to a class of materials.
    """

    property: str
    origin: Origin
    conditions_keys: tuple[str, ...]
    materials: str
    kind: str
    priority: int
    of_class: MaterialClass | None = None

    def applies_to(self, *, is_known: bool, is_generated: bool, is_ceramic: bool, is_reported: bool = False) -> bool:
        """True if a material of this sort should have it.

        One that is neither known nor generated should have nothing: all that was said of it was refused or withdrawn.
        """
        marks = {"all": is_known or is_generated, "known": is_known, "generated": is_generated, "reported": is_reported}
        return marks[self.materials] and (self.kind == "all" or is_ceramic == (self.kind == "ceramic"))


@dataclass(frozen=True, slots=True)
class Policy:
    """All wants, in the order of the file, and a version that changes with them."""

    wants: tuple[Want, ...]
    version: str


def read_policy(text: str) -> Policy:
    """The policy that a TOML text states.

    Raises:
        InputError: not TOML, or an unknown property, origin, kind or class of material, condition or field; the message
            says in which entry.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the policy is not valid TOML: {error}") from error
    for name in tables:
        if name not in _PARTS:
            raise unknown_name("part of a policy", name, _PARTS)
    entries, stated = tables.get("want", []), tables.get("class", {})
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("the policy must be a list of [[want]] entries")
    if not isinstance(stated, dict):
        raise InputError('classes are written as [class."NAME"] tables')
    classes = {name: read_class(name, entry) for name, entry in stated.items()}
    wants = tuple(want for number, entry in enumerate(entries, 1) for want in _numbered(number, entry, classes))
    if not wants:
        raise InputError("the policy has no [[want]] entry with properties")
    return Policy(wants, hashlib.sha256(repr(wants).encode()).hexdigest()[:12])


def _numbered(number: int, entry: dict[str, Any], classes: Mapping[str, MaterialClass]) -> list[Want]:
    try:
        return _wants(entry, classes)
    except InputError as error:
        raise InputError(f"[[want]] {number}: {error.message}", error.choices) from None


def _wants(entry: dict[str, Any], classes: Mapping[str, MaterialClass]) -> list[Want]:
    for name in entry:
        if name not in _FIELDS:
            raise unknown_name("field", name, _FIELDS)
    origin, materials, kind = entry.get("origin"), entry.get("materials", "all"), entry.get("kind", "all")
    if origin not in set(Origin):
        raise unknown_name("origin", str(origin), Origin)
    if materials not in _MATERIALS:
        raise unknown_name("choice of materials", str(materials), _MATERIALS)
    if kind not in KINDS:
        raise unknown_name("kind of material", str(kind), KINDS)
    priority = entry.get("priority", 5)
    if not isinstance(priority, int) or isinstance(priority, bool) or not 1 <= priority <= _LEAST_WANTED:
        raise InputError(f"the priority {priority!r} is not a whole number from 1 to {_LEAST_WANTED}")
    keys = _texts(entry, "conditions", ("",))
    if not keys:
        raise InputError('conditions of a want cannot be empty; [""] stands for ambient conditions')
    keys = tuple(dict.fromkeys(_canonical(key) for key in keys))
    names = [_void_property(name) for name in dict.fromkeys(_texts(entry, "properties", ()))]
    narrowed = _class_of(entry, classes)
    return [Want(name, Origin(origin), keys, materials, kind, priority, narrowed) for name in names]


def _canonical(conditions: str) -> str:
    """`test=tension; temperature=1273` -> `temperature=1273;test=tension`: the key under which the store keeps them."""
    return parse_conditions([part.strip() for part in conditions.split(";") if part.strip()]).key


def _class_of(entry: dict[str, Any], classes: Mapping[str, MaterialClass]) -> MaterialClass | None:
    if "class" not in entry:
        return None
    if entry["class"] not in classes:
        raise unknown_name("class of materials", str(entry["class"]), classes)
    return classes[entry["class"]]


def _texts(entry: dict[str, Any], field: str, default: tuple[str, ...]) -> tuple[str, ...]:
    values = entry.get(field, default)
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise InputError(f"{field} of a want must be a list of texts")
    return tuple(values)


def _void_property(name: str) -> str:
    if property_named(name).is_derived:
        raise InputError(f"{name} is derived from the composition: it can be computed and is never missing")
    return name


@functools.cache
def default_policy() -> Policy:
    """The policy that comes with Quinary (materials/policy.toml)."""
    return read_policy((files("quinary.materials") / "policy.toml").read_text(encoding="utf-8"))


def policy_from(path: Path | None) -> Policy:
    """The policy in a file, or the default one.

    Raises:
        InputError: the file cannot be read or is not a policy; the message names the file and the entry.
    """
    if path is None:
        return default_policy()
    text = text_in(path, "policy", _MOST_BYTES)
    try:
        return read_policy(text)
    except InputError as error:
        raise InputError(f"{path}: {error.message}", error.choices) from None
