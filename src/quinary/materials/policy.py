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

__all__ = ["Policy", "Want", "default_policy", "read_policy"]

_MATERIALS: Final = ("all", "generated", "known")
_KINDS: Final = ("all", "alloy", "ceramic")


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that materials should have: a property at conditions, from an origin; priority 1 is the most wanted."""

    property: str
    origin: Origin
    conditions_keys: tuple[str, ...]
    materials: str
    kind: str
    priority: int

    def applies_to(self, *, is_known: bool, is_generated: bool, is_ceramic: bool) -> bool:
        """True if a material of this sort should have it."""
        wanted = self.materials == "all" or (is_known if self.materials == "known" else is_generated)
        return wanted and (self.kind == "all" or is_ceramic == (self.kind == "ceramic"))


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
        entries: list[dict[str, Any]] = tomllib.loads(text).get("want", [])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the policy is not valid TOML: {error}") from error
    wants = tuple(want for entry in entries for want in _wants(entry))
    if not wants:
        raise InputError("the policy has no [[want]] entry")
    return Policy(wants, hashlib.sha256(repr(wants).encode()).hexdigest()[:12])


def _wants(entry: dict[str, Any]) -> list[Want]:
    origin, materials, kind = entry.get("origin"), entry.get("materials", "all"), entry.get("kind", "all")
    if origin not in set(Origin):
        raise unknown_name("origin", str(origin), Origin)
    if materials not in _MATERIALS:
        raise unknown_name("choice of materials", str(materials), _MATERIALS)
    if kind not in _KINDS:
        raise unknown_name("kind of material", str(kind), _KINDS)
    keys = tuple(entry.get("conditions", ("",)))
    priority = int(entry.get("priority", 5))
    names = [property_named(name).name for name in entry.get("properties", ())]
    return [Want(name, Origin(origin), keys, materials, kind, priority) for name in names]


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
