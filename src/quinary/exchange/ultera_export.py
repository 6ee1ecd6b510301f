"""Points as documents of the ULTERA database: JSON lines or BSON, one document a point.

Every document has ULTERA's sections, with its formula strings and SI units, for programs that know ULTERA; the section
`quinary` carries the point as a whole, so that reading the documents gives back equal points.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.chemistry.ultera import composition_vector, percentile_formula, relational_formula, system
from quinary.errors import InputError
from quinary.points.point import DataPoint, Method, Origin, Value
from quinary.points.point_json import canonical_json, point_document
from quinary.points.properties import Property, property_named
from quinary.readers.ultera_exact import SECTION
from quinary.readers.ultera_terms import default_unit
from quinary.units import convert

__all__ = ["ultera_document", "write_bson", "write_ultera_lines"]

_SOURCES: Final = {
    Method.MEASURED: "EXP", Method.DFT: "DFT", Method.POTENTIAL: "MD", Method.CALPHAD: "THM", Method.EMPIRICAL: "EM",
    Method.LEARNED: "ML", Method.CALCULATED: "calculated",
}  # fmt: skip
_META_SOURCES: Final = {Origin.LITERATURE: "LIT", Origin.PREDICTION: "PREDICTION", Origin.VALIDATION: "VALIDATION"}
_NAMES: Final = {
    "hardness_vickers": "hardness", "yield_strength": "{test} yield stress", "elongation": "{test} ductility",
    "ultimate_tensile_strength": "ultimate {test} strength", "youngs_modulus": "youngs modulus",
    "creep_rate": "creep rate", "thermal_expansion": "CTE", "d_parameter": "d parameter",
    "fracture_toughness": "fracture toughness",
}  # fmt: skip
_TESTS: Final = {"compression": "compressive", "tension": "tensile"}


def write_ultera_lines(path: Path, points: Iterable[DataPoint]) -> int:
    """One document a line; returns their number."""
    n_points = 0
    with path.open("wb") as stream:
        for point in points:
            stream.write(canonical_json(ultera_document(point)) + b"\n")
            n_points += 1
    return n_points


def write_bson(path: Path, points: Iterable[DataPoint]) -> int:
    """Documents one behind the other, as `mongorestore` reads them; returns their number."""
    import bson

    n_points = 0
    with path.open("wb") as stream:
        for point in points:
            stream.write(bson.encode(ultera_document(point)))
            n_points += 1
    return n_points


def ultera_document(point: DataPoint) -> dict[str, Any]:
    """The document of a point. A reported structure has no property section, as in ULTERA."""
    source = point.source
    document: dict[str, Any] = {
        "meta": {
            "source": _META_SOURCES[point.origin],
            "name": "Quinary",
            "parentDatabase": source.name,
            "comment": point.detail,
            "licence": source.licence or "none given",
        },
        "material": _material(point),
        "reference": {"doi": point.doi} if point.doi else {},
        SECTION: point_document(point),
    }
    if not point.value.categories or point.value.categories != point.material.structure:
        document["property"] = _property(point)
    return document


def _material(point: DataPoint) -> dict[str, Any]:
    material = point.material
    section = dict(_strings(material.composition))
    if material.structure:
        section |= {"structure": list(material.structure), "nPhases": len(material.structure)}
    if material.processing:
        section |= {"processes": list(material.processing), "nProcessSteps": len(material.processing)}
    return section


@functools.lru_cache(maxsize=4096)
def _strings(composition: Composition) -> dict[str, Any]:
    """ULTERA's ways of writing a composition."""
    return {
        "rawFormula": composition.formula,
        "formula": relational_formula(composition),
        "compositionDictionary": composition.atomic_fractions,
        "percentileFormula": percentile_formula(composition),
        "relationalFormula": relational_formula(composition),
        "compositionVector": composition_vector(composition),
        "system": system(composition),
        "elements": list(composition.elements),
        "nComponents": len(composition.elements),
    }


def _property(point: DataPoint) -> dict[str, Any]:
    entry = property_named(point.property)
    unit = _unit(entry)
    section: dict[str, Any] = {
        "name": _name(point),
        "value": _value(point.value, entry.unit, unit),
        "source": _SOURCES[point.method],
    }
    if unit:
        section["unitName"] = unit
    if point.uncertainty is not None:
        # a difference is scaled but not shifted, which matters for degrees
        section["uncertainty"] = convert(point.uncertainty, entry.unit, unit) - convert(0.0, entry.unit, unit)
    if point.conditions.temperature is not None:
        section["temperature"] = point.conditions.temperature
    stress = point.conditions.get("stress")
    if stress is not None:
        section["parameters"] = stress
    return section


def _unit(entry: Property) -> str:
    try:
        return default_unit(entry)
    except InputError:  # ULTERA fixes none: ours
        return entry.unit


def _name(point: DataPoint) -> str:
    pattern = _NAMES.get(point.property, point.property.replace("_", " "))
    test = _TESTS.get(str(point.conditions.get("test")), "")
    if not test and "ultimate" in pattern:
        test = "tensile"
    return " ".join(pattern.format(test=test).split())


def _value(value: Value, source: str, target: str) -> float | str:
    if value.categories:
        return "+".join(value.categories)
    low, high = (convert(side, source, target) for side in (value.low, value.high))
    if math.isinf(high):
        return f"> {low!r}"
    if math.isinf(low):
        return f"< {high!r}"
    return low if low == high else f"{low!r} to {high!r}"
