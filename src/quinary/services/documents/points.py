"""Data points as plain documents: nested for `show`, flat for tables and views."""

from __future__ import annotations

from typing import Any

from quinary.points.point import DataPoint
from quinary.points.point_json import status_of
from quinary.store.marks import without_mark

__all__ = ["point_document", "point_row"]


def point_document(point: DataPoint) -> dict[str, Any]:
    """One point of a known material, with conditions and lineage as mappings.

    An open side of a bound is infinite in `low` or `high`; both are None where the value is one number or a class. By its
    `key` the value can be corrected or refused; a refused one has the `status` of that, `refused_by` and `why`.
    """
    return {
        "key": point.key,
        **_value_of(point),
        "unit": point.unit,
        "uncertainty": point.uncertainty,
        "conditions": point.conditions.as_dict(),
        **_origin_of(point),
        "doi": point.doi,
        "licence": point.source.licence,
        "detail": point.detail,
        "lineage": without_mark(point)[0].lineage,
        **status_of(point),
    }


def point_row(point: DataPoint) -> dict[str, Any]:
    """One point with its material; everything is text or a number."""
    return {
        "formula": point.material.composition.formula,
        "structure": "+".join(point.material.structure),
        "processing": "+".join(point.material.processing),
        **_value_of(point),
        "unit": point.unit,
        "uncertainty": point.uncertainty,
        "conditions": point.conditions.key,
        **_origin_of(point),
        "source_kind": point.source.kind,
        "doi": point.doi,
        "licence": point.source.licence,
        "detail": point.detail,
        **status_of(point),
        "key": point.key,
    }


def _value_of(point: DataPoint) -> dict[str, Any]:
    value = point.value
    is_range = value.low != value.high and not value.categories
    return {
        "property": point.property,
        "value": "+".join(value.categories) if value.categories else value.nominal,
        "low": value.low if is_range else None,
        "high": value.high if is_range else None,
        "text": str(value),
    }


def _origin_of(point: DataPoint) -> dict[str, Any]:
    return {"method": point.method.value, "origin": point.origin.value, "source": point.source.name}
