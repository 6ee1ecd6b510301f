"""Classes of materials: named predicates on kind, elements, anions, reported structure and number of components.

A policy file writes them as tables:

    [class."bcc refractory alloy"]
    kind = "alloy"
    elements = ["Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W", "Re"]     # nothing else
    structure = { any = ["BCC", "B2"], none = ["Laves"] }
    n_components = "3:"                                                        # LO:HI, either side may be empty

All that is written must hold. Elements and components of a ceramic are those of its cations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from quinary.errors import InputError, unknown_name
from quinary.points.phases import parse_phases
from quinary.reference.elements import ANIONS, atomic_numbers

__all__ = ["KINDS", "MaterialClass", "Members", "Range", "read_class"]

KINDS: Final = ("all", "alloy", "ceramic")
_MANNERS: Final = ("only", "all", "any", "none")
_FIELDS: Final = ("anion", "elements", "kind", "n_components", "n_phases", "structure")


@dataclass(frozen=True, slots=True)
class Members:
    """What a set of names must be: made of `only` these, hold `all` of these, at least one (`any`), `none` of these."""

    only: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def admits(self, found: AbstractSet[str]) -> bool:
        """True if the set is as asked."""
        return (
            (not self.only or found <= set(self.only))
            and found >= set(self.all)
            and (not self.any or not found.isdisjoint(self.any))
            and found.isdisjoint(self.none)
        )


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number between two bounds, both included; `high` None is no upper bound."""

    low: int
    high: int | None

    def holds(self, number: int) -> bool:
        """True if the number lies between the bounds."""
        return self.low <= number and (self.high is None or number <= self.high)


@dataclass(frozen=True, slots=True)
class MaterialClass:
    """A named predicate; a part that is None asks for nothing.

    Parts on structure and phases are met only by materials whose structure is reported.
    """

    name: str
    kind: str = "all"
    elements: Members | None = None
    anion: tuple[str, ...] | None = None
    structure: Members | None = None
    n_components: Range | None = None
    n_phases: Range | None = None

    def holds(self, elements: Sequence[str], structure: Sequence[str], *, is_ceramic: bool) -> bool:
        """True for a material of these elements (anions included) and this reported structure (one name a phase)."""
        cations = {symbol for symbol in elements if not (is_ceramic and symbol in ANIONS)}
        anions = set(elements) - cations
        needs_structure = self.structure is not None or self.n_phases is not None
        return (
            (self.kind == "all" or is_ceramic == (self.kind == "ceramic"))
            and (self.anion is None or anions == set(self.anion))
            and (self.elements is None or self.elements.admits(cations))
            and (self.n_components is None or self.n_components.holds(len(cations)))
            and (not needs_structure or bool(structure))
            and (self.structure is None or self.structure.admits(set(structure)))
            and (self.n_phases is None or self.n_phases.holds(len(structure)))
        )


def read_class(name: str, entry: Any) -> MaterialClass:
    """The class that a table of a policy file states.

    Raises:
        InputError: an unknown field, element, manner or kind, a malformed range, or a class that asks for nothing.
    """
    if not isinstance(entry, Mapping) or not entry:
        raise InputError(f"class {name!r} must say something: {', '.join(_FIELDS)}", _FIELDS)
    try:
        return MaterialClass(name, **_parts(entry))
    except InputError as error:
        raise InputError(f"class {name!r}: {error.message}", error.choices) from None


def _parts(entry: Mapping[str, Any]) -> dict[str, Any]:
    readers: dict[str, Callable[[Any], Any]] = {
        "kind": _kind,
        "elements": lambda given: _members("elements", given, _element),
        "anion": lambda given: tuple(_anion(text) for text in _texts("anion", given)),
        "structure": lambda given: _members("structure", given, _phase),
        "n_components": lambda given: _range("n_components", given),
        "n_phases": lambda given: _range("n_phases", given),
    }
    for field in entry:
        if field not in readers:
            raise unknown_name("field", field, _FIELDS)
    return {field: readers[field](given) for field, given in entry.items()}


def _kind(given: Any) -> str:
    if given not in KINDS:
        raise unknown_name("kind of material", str(given), KINDS)
    return str(given)


def _members(field: str, given: Any, one: Callable[[str], str]) -> Members:
    """A list means `only`; a table names its manners."""
    table = given if isinstance(given, Mapping) else {"only": given}
    for manner in table:
        if manner not in _MANNERS:
            raise unknown_name("manner", manner, _MANNERS)
    if not table:
        raise InputError(f"{field} must be a list, or a table of {', '.join(_MANNERS)}")
    return Members(**{manner: tuple(one(text) for text in _texts(field, names)) for manner, names in table.items()})


def _texts(field: str, given: Any) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InputError(f"{field} must be a list of names, not {given!r}")
    return tuple(names)


def _element(text: str) -> str:
    if text not in atomic_numbers():
        raise unknown_name("element", text, atomic_numbers())
    return text


def _anion(text: str) -> str:
    if text not in ANIONS:
        raise unknown_name("anion", text, ANIONS)
    return text


def _phase(text: str) -> str:
    """The standard name of one phase."""
    phases = parse_phases(text)
    if len(phases) != 1 or not phases[0].strip():
        raise InputError(f"{text!r} is not the name of one phase")
    return phases[0]


def _range(field: str, given: Any) -> Range:
    """`3`, `"3:6"`, `"3:"` or `":6"`."""
    if isinstance(given, int) and not isinstance(given, bool) and given >= 1:
        return Range(given, given)
    low, colon, high = given.partition(":") if isinstance(given, str) else ("", "", "")
    is_written = bool(colon) and all(not side or side.isdecimal() for side in (low, high)) and bool(low or high)
    if not is_written or (low and high and int(low) > int(high)):
        raise InputError(f'{field} = {given!r}: write a number such as 5, or a range such as "3:6", "3:" or ":6"')
    return Range(int(low or 0), int(high) if high else None)
