"""What ULTERA's documents and its contribution sheet have in common: names of properties, units, parameters.

Source: the published sample of the database and version 4 of its contribution sheet (A. M. Krajewski, Penn State).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from quinary.errors import InputError, unknown_name
from quinary.plugins import Rejection
from quinary.points.conditions import ConditionValue
from quinary.points.point import DataPoint, Method
from quinary.points.properties import Property, find_property, properties
from quinary.readers.parsing import Row, conditions_of, implied_test, spread_in, value_in
from quinary.units import convert

__all__ = ["Measurement", "default_unit", "measured_property", "parameters_of", "row_items"]

# ULTERA keeps base SI units, except where practice won: ductility in percent and density in g/cm^3.
_DOCUMENT_UNITS: Final[dict[str, str]] = {
    "hardness_vickers": "Pa", "yield_strength": "Pa", "ultimate_tensile_strength": "Pa", "youngs_modulus": "Pa",
    "shear_modulus": "Pa", "bulk_modulus": "Pa", "fracture_toughness": "Pa m^0.5", "elongation": "%",
    "plastic_elongation": "%", "density": "g/cm^3", "creep_rate": "s^-1", "thermal_expansion": "K^-1",
    "grain_size": "m", "melting_temperature": "K",
}  # fmt: skip
_STRESS = re.compile(r"^\s*(?:MaxStress|stress)\s*[:=]?\s*([-+.\deE]+)\s*([A-Za-z]+)\s*$", re.IGNORECASE)
_LARGEST_STRESS_IN_MPA: Final = 10_000.0


def measured_property(name: str) -> Property:
    """The property that ULTERA calls by this name.

    Raises:
        InputError: it is unknown, or derived from the composition and therefore not stored.
    """
    found = find_property(name)
    if found is None:
        known = (entry for entry in properties().values() if not entry.is_derived)
        raise unknown_name("property", name, {text for entry in known for text in (entry.name, *entry.aliases)})
    if found.is_derived:
        raise InputError(f"{found.name} is derived from the composition and is never stored")
    return found


def default_unit(entry: Property) -> str:
    """The unit that ULTERA's documents imply for a property.

    Raises:
        InputError: ULTERA fixes none.
    """
    if not entry.unit:
        return ""
    unit = _DOCUMENT_UNITS.get(entry.name)
    if unit is None:
        raise InputError(f"{entry.name} has a value without a unit, and ULTERA fixes none for it")
    return unit


def parameters_of(entry: Property, parameters: object) -> tuple[float | None, str]:
    """The stress (MPa) under which a creep rate was measured, and what else the parameters say.

    Documents hold bare numbers: creep stresses in MPa. The sheet writes `MaxStress 80e6 Pa`.

    Raises:
        InputError: the stress is not a number, or has an unknown unit.
    """
    if parameters is None or entry.name != "creep_rate":
        return None, "" if parameters is None else str(parameters).strip()
    written = _STRESS.match(str(parameters))
    if written:
        return convert(_number(written.group(1)), written.group(2), "MPa"), ""
    if isinstance(parameters, int | float) and 0 < parameters < _LARGEST_STRESS_IN_MPA:
        return float(parameters), ""
    return None, str(parameters).strip()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"the stress {text!r} is not a number") from None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value as ULTERA states it; `temperature` in K, `unit` and `parameters` as written."""

    name: str
    value: object
    unit: str | None
    method: Method
    uncertainty: object = None
    temperature: float | None = None
    parameters: object = None


def row_items(row: Row, measurement: Measurement | None, line: int) -> Iterator[DataPoint | Rejection]:
    """The phases point of a material whose structure was reported, and the point of its measurement, if it has one.

    A calculation assumes its structure, so only an experiment, or a structure given alone, makes a phases point.
    """
    is_reported = measurement is None or measurement.method is Method.MEASURED
    if row.material.structure and is_reported:
        yield row.phases_point()
    if measurement is None:
        return
    try:
        yield _point(row, measurement)
    except InputError as error:
        yield Rejection(line, error.message)


def _point(row: Row, measurement: Measurement) -> DataPoint:
    entry = measured_property(measurement.name)
    unit = default_unit(entry) if measurement.unit is None else measurement.unit
    value, spread = value_in(measurement.value, unit, entry.unit)
    if measurement.uncertainty is not None:
        spread = spread_in(measurement.uncertainty, unit, entry.unit)
    stress, remark = parameters_of(entry, measurement.parameters)
    stated: Mapping[str, ConditionValue | None] = {
        "temperature": measurement.temperature, "test": implied_test(measurement.name), "stress": stress,
    }  # fmt: skip
    details = (remark, "estimated" if measurement.name.lower().startswith("estimated") else "")
    return row.point(
        entry.name, value, measurement.method, uncertainty=spread, conditions=conditions_of(entry.name, stated),
        detail=", ".join(filter(None, details)),
    )  # fmt: skip
