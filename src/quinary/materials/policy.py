"""The policy: which properties each kind of material should have, under which conditions, from which loop."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError, unknown_name
from quinary.points.point import Origin
from quinary.points.properties import property_named

__all__ = ["Policy", "Want", "default_policy", "policy_from", "read_policy"]

_MATERIALS: Final = ("all", "generated", "known", "reported")
_KINDS: Final = ("all", "alloy", "ceramic")
_FIELDS: Final = ("conditions", "kind", "materials", "origin", "priority", "properties")


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that materials should have: a property at conditions, from an origin; priority 1 is the most wanted."""

    property: str
    origin: Origin
    conditions_keys: tuple[str, ...]
    materials: str
    kind: str
    priority: int

    def applies_to(self, *, is_known: bool, is_generated: bool, is_ceramic: bool, is_reported: bool = False) -> bool:
        """True if a material of this sort should have it."""
        marks = {"all": True, "known": is_known, "generated": is_generated, "reported": is_reported}
        return marks[self.materials] and (self.kind == "all" or is_ceramic == (self.kind == "ceramic"))


@dataclass(frozen=True, slots=True)
class Policy:
    """All wants, in the order of the file, and a version that changes with them."""

    wants: tuple[Want, ...]
    version: str


def read_policy(text: str) -> Policy:
    """The policy that a TOML text states.

    Raises:
        InputError: not TOML, or an unknown property, origin, kind of material or field.
    """
    try:
        entries = tomllib.loads(text).get("want", [])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the policy is not valid TOML: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("the policy must be a list of [[want]] entries")
    wants = tuple(want for entry in entries for want in _wants(entry))
    if not wants:
        raise InputError("the policy has no [[want]] entry")
    return Policy(wants, hashlib.sha256(repr(wants).encode()).hexdigest()[:12])


def _wants(entry: dict[str, Any]) -> list[Want]:
    for name in entry:
        if name not in _FIELDS:
            raise unknown_name("field", name, _FIELDS)
    origin, materials, kind = entry.get("origin"), entry.get("materials", "all"), entry.get("kind", "all")
    if origin not in set(Origin):
        raise unknown_name("origin", str(origin), Origin)
    if materials not in _MATERIALS:
        raise unknown_name("choice of materials", str(materials), _MATERIALS)
    if kind not in _KINDS:
        raise unknown_name("kind of material", str(kind), _KINDS)
    priority = entry.get("priority", 5)
    if not isinstance(priority, int):
        raise InputError(f"the priority {priority!r} is not a whole number")
    keys = _texts(entry, "conditions", ("",))
    if not keys:
        raise InputError('conditions of a want cannot be empty; [""] stands for ambient conditions')
    names = [_void_property(name) for name in _texts(entry, "properties", ())]
    return [Want(name, Origin(origin), keys, materials, kind, priority) for name in names]


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
        InputError: the file cannot be read or is not a policy.
    """
    if path is None:
        return default_policy()
    try:
        return read_policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read policy {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read policy {path}: it is not UTF-8 text") from error
