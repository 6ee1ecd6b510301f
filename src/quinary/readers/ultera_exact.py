"""The section `quinary` of an ULTERA document that we exported: the point it was made of, to the last digit.

ULTERA's own sections have no place for an origin, a lineage, a licence or most conditions. Documents that we export carry
the point once more as a whole, so that nothing is lost on the way there and back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from quinary.errors import InputError
from quinary.points.point import DataPoint
from quinary.points.point_json import point_from_document
from quinary.points.properties import property_named
from quinary.readers.parsing import value_in

__all__ = ["SECTION", "exact_point"]

SECTION: Final = "quinary"
_SAME: Final = 1e-6  # relative; conversion to SI units and back costs no more than the last digits


def exact_point(document: Mapping[str, Any]) -> DataPoint | None:
    """The point that the document carries as a whole, or None where it carries none.

    Raises:
        InputError: the section is damaged, or somebody has since changed value or composition in ULTERA's own sections.
    """
    section = document.get(SECTION)
    if section is None:
        return None
    if not isinstance(section, Mapping):
        raise InputError(f"the section {SECTION!r} holds no point")
    point = point_from_document(section)
    for what, is_same in (("value", _has_value(document, point)), ("composition", _has_composition(document, point))):
        if not is_same:
            raise InputError(f"the {what} is not that of the section {SECTION!r}; if you edited it, remove the section")
    return point


def _has_value(document: Mapping[str, Any], point: DataPoint) -> bool:
    entry = document.get("property")
    if point.value.categories or not isinstance(entry, Mapping):
        return bool(point.value.categories)
    unit = entry.get("unitName") or ""
    stated, _ = value_in(entry.get("value"), unit, property_named(point.property).unit)
    pairs = ((stated.low, point.value.low), (stated.high, point.value.high))
    return all(math.isclose(a, b, rel_tol=_SAME) for a, b in pairs)


def _has_composition(document: Mapping[str, Any], point: DataPoint) -> bool:
    material = document.get("material")
    given = material.get("compositionDictionary") if isinstance(material, Mapping) else None
    own = point.material.composition.atomic_fractions
    if not isinstance(given, Mapping) or given.keys() != own.keys():
        return False
    return all(isinstance(given[s], int | float) and math.isclose(given[s], own[s], rel_tol=_SAME) for s in own)
