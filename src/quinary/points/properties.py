"""The vocabulary of properties, read from properties.toml: the one place for names, units, bounds and aliases."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from quinary.errors import InputError, unknown_name
from quinary.units import convert, is_vickers

__all__ = ["Property", "find_property", "properties", "property_named"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its unit in the store, the bounds that sense allows (in that unit), and what papers call it.

    `is_derived` properties are closed forms of the composition: computed when asked, never stored, never a void.
    """

    name: str
    unit: str
    symbol: str
    label: str
    is_derived: bool
    is_categorical: bool
    bounds: tuple[float, float]
    aliases: tuple[str, ...]

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


@functools.cache
def properties() -> dict[str, Property]:
    """All properties by name."""
    text = (files("quinary.points") / "properties.toml").read_text(encoding="utf-8")
    return {
        name: Property(
            name=name,
            unit=entry["unit"],
            symbol=entry["symbol"],
            label=entry["label"],
            is_derived=entry["kind"] == "derived",
            is_categorical=entry.get("is_categorical", False),
            bounds=tuple(entry.get("bounds", (float("-inf"), float("inf")))),
            aliases=tuple(entry["aliases"]),
        )
        for name, entry in tomllib.loads(text).items()
    }


def property_named(name: str) -> Property:
    """The property with exactly this name.

    Raises:
        InputError: there is none; the message names the nearest ones.
    """
    found = properties().get(name)
    if found is None:
        raise unknown_name("property", name, properties())
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()


@functools.cache
def _by_alias() -> dict[str, Property]:
    known: dict[str, Property] = {}
    for entry in properties().values():
        for alias in (entry.name, *entry.aliases):
            known.setdefault(alias, entry)  # exact first: `d` is a grain size, `D` the ductility parameter
            if len(alias) > 1:  # B is a modulus, b is the edge of a cell
                known.setdefault(_plain(alias), entry)
    return known


def find_property(text: str) -> Property | None:
    """The property that a paper or a column heading means by `text`, or None."""
    known = _by_alias()
    return known.get(text.strip()) or known.get(_plain(text))
