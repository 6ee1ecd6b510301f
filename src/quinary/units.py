"""Units: what comes in is converted at the edge, what is stored is in the unit of the property.

A unit is a factor (and, for temperature, an offset) to a reference unit of its dimension. Two units can be converted
when their dimensions are equal. The units that papers on alloys use most stand in a list, with the factors that stored
values were converted with; any other is read as a product of powers of symbols (`quinary.unit_grammar`).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from quinary.constants import KJ_PER_MOL_PER_EV, RAW_RICE_TO_MPA_SQRT_M
from quinary.errors import InputError, unknown_name
from quinary.plain_text import plain_text, without_markup
from quinary.unit_grammar import Powers, parsed, power_text, symbol_alone

__all__ = [
    "Unit", "can_convert", "convert", "hardness_scale", "is_listed", "is_unit", "is_vickers",
    "same_unit", "unit_named",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: value in the reference unit of its dimension = factor * value + offset."""

    dimension: str
    factor: float
    offset: float = 0.0


_KILOGRAM_FORCE_PER_MM2 = 9.80665e6  # Pa, by definition of the Vickers number

_UNITS: Final[dict[str, Unit]] = {
    "": Unit("number", 1.0),
    "1": Unit("number", 1.0),
    "%": Unit("number", 0.01),
    "Pa": Unit("pressure", 1.0),
    "kPa": Unit("pressure", 1e3),
    "MPa": Unit("pressure", 1e6),
    "GPa": Unit("pressure", 1e9),
    "HV": Unit("pressure", _KILOGRAM_FORCE_PER_MM2),
    "kgf/mm^2": Unit("pressure", _KILOGRAM_FORCE_PER_MM2),
    "ksi": Unit("pressure", 6.894757293168e6),
    "J/m^2": Unit("surface energy", 1.0),
    "mJ/m^2": Unit("surface energy", 1e-3),
    "MPa m^0.5": Unit("fracture toughness", 1.0),
    "Pa m^0.5": Unit("fracture toughness", 1e-6),
    "GPa A^0.5": Unit("fracture toughness", 0.01),
    "(GPa J/m^2)^0.5": Unit("fracture toughness", RAW_RICE_TO_MPA_SQRT_M),
    "g/cm^3": Unit("density", 1.0),
    "kg/m^3": Unit("density", 1e-3),
    "amu/A^3": Unit("density", 1.66053906660),
    "USD/kg": Unit("price", 1.0),
    "K": Unit("temperature", 1.0),
    "C": Unit("temperature", 1.0, 273.15),
    "F": Unit("temperature", 5 / 9, 459.67 * 5 / 9),
    "angstrom": Unit("length", 1.0),
    "angstrom^3": Unit("volume", 1.0),
    "nm": Unit("length", 10.0),
    "pm": Unit("length", 0.01),
    "um": Unit("length", 1e4),
    "mm": Unit("length", 1e7),
    "m": Unit("length", 1e10),
    "eV/atom": Unit("energy per atom", 1.0),
    "meV/atom": Unit("energy per atom", 1e-3),
    "kJ/mol": Unit("energy per atom", 1 / KJ_PER_MOL_PER_EV),
    "eV": Unit("energy", 1.0),
    "(eV/atom)^-1": Unit("inverse energy per atom", 1.0),
    "J/mol/K": Unit("entropy", 1.0),
    "N": Unit("force", 1.0),
    "kgf": Unit("force", 9.80665),
    "gf": Unit("force", 9.80665e-3),
    "s^-1": Unit("rate", 1.0),
    "K^-1": Unit("thermal expansion", 1.0),
    "A^3": Unit("volume", 1.0),
    "g/mol": Unit("molar mass", 1.0),
    "wppm": Unit("mass fraction", 1e-6),
    "wt%": Unit("mass fraction", 1e-2),
}

_SPELLINGS: Final[dict[str, str]] = {
    "°C": "C", "degC": "C", "celsius": "C", "^\\circC": "C", "Celsius": "C", "Celcius": "C", "degF": "F", "kelvin": "K",
    "Kelvin": "K",
    "Å": "angstrom", "A": "angstrom", "µm": "um", "μm": "um", "g/cc": "g/cm^3", "g/cm3": "g/cm^3", "g/cm³": "g/cm^3",
    "g cm-3": "g/cm^3", "g cm^-3": "g/cm^3", "kg/m3": "kg/m^3", "J/m2": "J/m^2", "J m-2": "J/m^2", "mJ/m2": "mJ/m^2",
    "Vickers": "HV", "Hv": "HV", "hv": "HV", "kgf/mm2": "kgf/mm^2", "$/kg": "USD/kg", "1/s": "s^-1", "s-1": "s^-1",
    "/s": "s^-1", "1/K": "K^-1", "K-1": "K^-1", "MPa*m^0.5": "MPa m^0.5", "MPa m^1/2": "MPa m^0.5", "MPa√m": "MPa m^0.5",
    "MPa m1/2": "MPa m^0.5", "Pa m^1/2": "Pa m^0.5", "Pa*m^0.5": "Pa m^0.5", "percent": "%", "pct": "%",
    "at.%": "%", "at%": "%", "at. %": "%", "at %": "%", "mol%": "%", "mol.%": "%", "wt.%": "wt%", "wt. %": "wt%",
    "wt %": "wt%",
    "mass%": "wt%", "mass %": "wt%", "ppm": "wppm", "Pa*m^1/2": "Pa m^0.5", "atom/eV": "(eV/atom)^-1",
}  # fmt: skip
# Dimensions that have a name of their own in messages, by a unit of each
_NAMES: Final[dict[str, str]] = {
    "s": "time", "kg": "mass", "m^2": "area", "m/s": "speed", "W/m/K": "thermal conductivity",
    "J/kg/K": "specific heat", "ohm m": "electrical resistivity", "S/m": "electrical conductivity", "m^2/s": "diffusivity",
    "kg/m^2": "mass per area", "kg/m^2/s": "mass per area and time", "A/m^2": "current density", "A/m": "magnetic field",
    "m^2/N": "wear", "V": "voltage", "T": "magnetic induction", "J/kg": "energy per mass", "W": "power", "A": "current",
    "deg": "angle", "vol%": "volume fraction", "cycle": "number of cycles",
}  # fmt: skip


def unit_named(name: str) -> Unit:
    """The unit with this name or spelling (`GPa`, `HV`, `g/cm3`, `°C`), or made of symbols (`W/m/K`, `10⁻⁶ K⁻¹`).

    Raises:
        InputError: the unit is unknown; the message names the nearest known ones, or the part of it that is unknown.
    """
    unit = _listed(name)
    return _made(name) if unit is None else unit


def is_listed(name: str) -> bool:
    """True for the units of the list under any spelling, and for no other product of symbols."""
    return _listed(name) is not None


_LONGEST_LISTED: Final = 40


@functools.lru_cache(maxsize=4096)
def _listed(name: str) -> Unit | None:
    stripped = name.strip()
    found = _UNITS.get(_SPELLINGS.get(stripped, stripped))
    if found is not None or len(stripped) > _LONGEST_LISTED:
        return found
    plain = plain_text(without_markup(stripped))  # headings in TeX: g/cm$^3$
    return _UNITS.get(_SPELLINGS.get(plain, plain))


@functools.lru_cache(maxsize=4096)
def _made(name: str) -> Unit:
    """A unit that is no entry of the list, as a product of powers."""
    other = hardness_scale(name)
    if other:
        raise InputError(
            f"{name} is {other} hardness, which has no exact conversion: give it as measured in HV or GPa",
            ["HV", "GPa"],
        )
    alone = symbol_alone(name)
    scaled = _UNITS.get(_SPELLINGS.get(alone, alone)) if alone else None
    if scaled is not None:
        return scaled
    try:
        product = parsed(name)
    except InputError as error:
        if error.choices:  # a symbol of a product is unknown; of a single word the whole is
            raise _unknown(name) from None
        raise InputError(f"unknown unit {name!r}: {error.message}") from None
    dimension, scale = _references().get(product.powers, (power_text(product.powers), Fraction(1)))
    return Unit(dimension, float(product.factor / scale))


def _unknown(name: str) -> InputError:
    near = unknown_name("unit", name, (known for known in _UNITS if known))
    if "did you mean" in near.message:
        return near
    return InputError(f"unknown unit {name!r}: write symbols and powers, such as GPa, J/m^2 or W/m/K", near.choices)


@functools.cache
def _references() -> dict[Powers, tuple[str, Fraction | float]]:
    """Dimension -> its name, and the reference unit of the list in SI units."""
    found: dict[Powers, tuple[str, Fraction | float]] = {}
    for name, unit in _UNITS.items():
        if name not in {"", "1", "HV", "K", "C", "F"} and unit.factor == 1.0:
            product = parsed(name)
            found.setdefault(product.powers, (unit.dimension, product.factor))
    found[parsed("K").powers] = ("temperature", Fraction(1))
    found[()] = ("number", Fraction(1))
    found[parsed("wt%").powers] = ("mass fraction", Fraction(1))
    for example, dimension in _NAMES.items():
        found.setdefault(parsed(example).powers, (dimension, Fraction(1)))
    return found


@functools.lru_cache(maxsize=8192)
def is_unit(name: str) -> bool:
    """True for every text that `unit_named` reads; an empty one is none here."""
    try:
        unit_named(name)
    except InputError:
        return False
    return bool(name.strip())


def convert(value: float, source: str, target: str) -> float:
    """`value` given in unit `source`, expressed in unit `target`: (factor_s v + offset_s - offset_t) / factor_t.

    Raises:
        InputError: a unit is unknown, or the two measure different things.
    """
    if source == target:
        return value
    given, wanted = unit_named(source), unit_named(target)
    if given.dimension != wanted.dimension:
        raise InputError(f"cannot convert {source} ({given.dimension}) to {target} ({wanted.dimension})")
    return (given.factor * value + given.offset - wanted.offset) / wanted.factor


def can_convert(source: str, target: str) -> bool:
    """True if both are units and measure the same thing."""
    try:
        return unit_named(source).dimension == unit_named(target).dimension
    except InputError:
        return False


def same_unit(one: str, other: str) -> bool:
    """True if two texts write the same unit: `W/(m K)` and `W m^-1 K^-1`."""
    return one == other or (can_convert(one, other) and unit_named(one) == unit_named(other))


_SCALES: Final = (
    (re.compile(r"HR(?:[A-HKLMPRSV]|\d{2}[NTWXY])[WS]?"), "Rockwell"),
    (re.compile(r"(?:HB[WS]?|BHN)[\s\d./,]*"), "Brinell"),
    (re.compile(r"(?:HK|KHN)[\s_]?[\d.,]*"), "Knoop"), (re.compile(r"HL[DGC]?|Leeb"), "Leeb"), (re.compile(r"Mohs"), "Mohs"),
    (re.compile(r"Shore(?:\s?[ADC])?|HS[ADC]"), "Shore"),
)  # fmt: skip
_LONGEST_SCALE: Final = 16


def hardness_scale(name: str) -> str:
    """Whose scale of hardness a text names, of those that no formula turns into a pressure (`HRC`); empty for any other."""
    text = name.strip()
    if not 2 <= len(text) <= _LONGEST_SCALE:
        return ""
    return next((scale for pattern, scale in _SCALES if pattern.fullmatch(text)), "")


def is_vickers(name: str) -> bool:
    """True if a unit is the Vickers number under any spelling: a pressure by dimension, and used for hardness alone."""
    return _SPELLINGS.get(name.strip(), name.strip()) == "HV"
