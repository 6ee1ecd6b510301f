"""Units: what comes in is converted at the edge, what is stored is in the unit of the property.

A unit is a factor (and, for temperature, an offset) to a reference unit of its dimension. Two units can be converted
when their dimensions are equal. The list is short on purpose: these are the units that papers on alloys use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quinary.errors import InputError, unknown_name

__all__ = ["AVOGADRO", "GAS_CONSTANT", "RAW_RICE_TO_MPA_SQRT_M", "Unit", "convert", "is_vickers", "unit_named"]

AVOGADRO: Final = 6.02214076e23  # 1/mol, exact
GAS_CONSTANT: Final = 8.314462618  # J/mol/K, CODATA 2018 (exact)
# sqrt(GPa J/m^2) = sqrt(1e9 N m^-2 * N m^-1) = 31622.8 Pa m^0.5
RAW_RICE_TO_MPA_SQRT_M: Final = 1e9**0.5 / 1e6


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
    "kJ/mol": Unit("energy per atom", 1 / 96.48533212),
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
    "°C": "C", "degC": "C", "^\\circC": "C", "Celsius": "C", "Celcius": "C", "degF": "F", "kelvin": "K",
    "Å": "angstrom", "A": "angstrom", "µm": "um", "μm": "um", "g/cc": "g/cm^3", "g/cm3": "g/cm^3", "g/cm³": "g/cm^3",
    "g cm-3": "g/cm^3", "g cm^-3": "g/cm^3", "kg/m3": "kg/m^3", "J/m2": "J/m^2", "J m-2": "J/m^2", "mJ/m2": "mJ/m^2",
    "Vickers": "HV", "kgf/mm2": "kgf/mm^2", "$/kg": "USD/kg", "1/s": "s^-1", "s-1": "s^-1", "/s": "s^-1",
    "1/K": "K^-1", "K-1": "K^-1", "MPa*m^0.5": "MPa m^0.5", "MPa m^1/2": "MPa m^0.5", "MPa√m": "MPa m^0.5",
    "MPa m1/2": "MPa m^0.5", "Pa m^1/2": "Pa m^0.5", "Pa*m^0.5": "Pa m^0.5", "percent": "%", "pct": "%",
    "at.%": "%", "at%": "%", "ppm": "wppm", "Pa*m^1/2": "Pa m^0.5", "atom/eV": "(eV/atom)^-1",
}  # fmt: skip


def unit_named(name: str) -> Unit:
    """The unit with this name or spelling (`GPa`, `HV`, `g/cm3`, `°C`).

    Raises:
        InputError: the unit is unknown; the message names the nearest known ones.
    """
    stripped = name.strip()
    bare = stripped.replace("$", "")  # headings in TeX: g/cm$^3$
    unit = _UNITS.get(_SPELLINGS.get(stripped) or _SPELLINGS.get(bare, bare))
    if unit is None:
        raise unknown_name("unit", name, (known for known in _UNITS if known))
    return unit


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


def is_vickers(name: str) -> bool:
    """True if a unit is the Vickers number under any spelling: a pressure by dimension, and used for hardness alone."""
    return _SPELLINGS.get(name.strip(), name.strip()) == "HV"
