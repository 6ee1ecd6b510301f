"""One property, and a vocabulary of them: what a value is of, in which unit, and what papers call it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from quinary.errors import InputError
from quinary.units import convert, is_vickers

__all__ = ["BUILT_IN", "Property", "Vocabulary"]

BUILT_IN: Final = "built in"


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its unit in the store, the bounds that sense allows (in that unit), and what papers call it.

    `is_derived` properties are closed forms of the composition: computed when asked, never stored, never a void. `place` is
    where the definition comes from: `built in`, `plug-in NAME`, `store`, or the name of a file.
    """

    name: str
    unit: str
    symbol: str
    label: str
    is_derived: bool
    is_categorical: bool
    bounds: tuple[float, float]
    aliases: tuple[str, ...]
    place: str = BUILT_IN

    def check(self, value: float) -> None:
        """Refuse a value that no material can have.

        Raises:
            InputError: the value lies outside the bounds.
        """
        low, high = self.bounds
        if not low <= value <= high:
            unit = f" {self.unit}" if self.unit else ""
            raise InputError(f"{self.name} = {value:g}{unit} is outside {low:g} to {high:g}{unit}")

    def check_unit(self, unit: str) -> None:
        """Refuse a unit in which no paper gives this property; none at all is another matter.

        Vickers numbers have the dimension of a pressure, but a strength in HV is a hardness in the wrong place.

        Raises:
            InputError: the unit is unknown, measures something else, or is HV and this is no hardness.
        """
        if not unit:
            return
        convert(1.0, unit, self.unit)
        if is_vickers(unit) and self.name != "hardness_vickers":
            raise InputError(f"{unit} is a unit of hardness: give {self.name} in {self.unit}", [self.unit])


class Vocabulary:
    """Properties by name and by what papers call them. It never changes; `extended` makes another."""

    def __init__(self, entries: Iterable[Property]) -> None:
        self._by_name = {entry.name: entry for entry in entries}
        self.entries: Mapping[str, Property] = MappingProxyType(self._by_name)
        self._by_alias: dict[str, Property] = {}
        for entry in self._by_name.values():
            for alias in (entry.name, *entry.aliases):
                self._by_alias.setdefault(alias, entry)  # exact first: `d` is a grain size, `D` the ductility parameter
                if len(alias) > 1:  # B is a modulus, b is the edge of a cell
                    self._by_alias.setdefault(_plain(alias), entry)

    @property
    def vocabulary(self) -> Vocabulary:
        """Itself: a vocabulary can be taken in use without a store."""
        return self

    def find(self, text: str) -> Property | None:
        """The property that a paper or a column heading means by `text`, or None."""
        return self._by_alias.get(text.strip()) or self._by_alias.get(_plain(text))

    def extended(self, entries: Iterable[Property]) -> Vocabulary:
        """This vocabulary with more properties; itself if there are none.

        One with a name that is there already takes its place, and is called what that one was called, too: the points of a
        store are in the unit that the store says. Of two meanings of one alias the older stands.
        `property_definitions.check_new` refuses what would change a meaning where a person adds one.
        """
        own = {entry.name: self._called_alike(entry) for entry in entries}
        return Vocabulary({**self._by_name, **own}.values()) if own else self

    def _called_alike(self, entry: Property) -> Property:
        there = self._by_name.get(entry.name)
        return (
            entry if there is None else replace(entry, aliases=tuple(dict.fromkeys((*entry.aliases, *there.aliases))))
        )


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()
