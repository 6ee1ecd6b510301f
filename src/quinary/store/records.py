"""Records to rows and back: what the tables hold as JSON and text, in one place."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy.engine import RowMapping

from quinary.chemistry.composition import Composition
from quinary.chemistry.sublattices import Sublattice
from quinary.errors import InputError
from quinary.materials.aggregate import rank
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.stored import damaged, read_json

__all__ = ["RowLike", "composition_json", "material_from_row", "material_row", "point_from_row", "point_row"]


# A row as the database gives it, or as it is about to be written
RowLike: TypeAlias = Mapping[str, Any] | RowMapping


def composition_json(composition: Composition) -> str:
    """The sublattices as JSON, fractions at full precision."""
    return json.dumps([[dict(s.fractions), s.sites] for s in composition.sublattices])


def composition_from_json(body: str) -> Composition:
    """The composition that `composition_json` wrote, bit for bit.

    Raises:
        WorkError: the text is no composition; the database is damaged.
    """
    try:
        return Composition(tuple(Sublattice(tuple(sorted(f.items())), sites) for f, sites in json.loads(body)))
    except (AttributeError, TypeError, ValueError, InputError) as error:
        raise damaged("the composition of a material", body) from error


def material_row(material: Material, change: int) -> dict[str, Any]:
    """The columns of a new material, neither known nor generated yet."""
    return {
        "key": material.key,
        "structure_key": material.structure_key,
        "composition_key": material.composition_key,
        "formula": material.composition.formula,
        "system": "-".join(material.composition.elements),
        "composition": composition_json(material.composition),
        "structure": "+".join(material.structure),
        "processing": "+".join(material.processing),
        "is_ceramic": material.composition.is_ceramic,
        "is_known": False,
        "is_generated": False,
        "change": change,
    }


def material_from_row(row: RowLike) -> Material:
    """The material of a row of the table `material`."""
    structure, processing = row["structure"], row["processing"]
    return Material(
        composition_from_json(row["composition"]),
        tuple(structure.split("+")) if structure else (),
        tuple(processing.split("+")) if processing else (),
    )


@functools.lru_cache(maxsize=4096)
def _conditions_json(conditions: Conditions) -> str:
    return json.dumps(conditions.as_dict())


def point_row(point: DataPoint, digest: bytes, study_kind: str = "") -> dict[str, Any]:
    """The columns of a new point, without id, material, source and change; `study_kind` as in `rank`."""
    has_number = not point.value.categories
    return {
        "hash": digest,
        "property": point.property,
        "low": point.value.low if has_number else None,
        "high": point.value.high if has_number else None,
        "categories": None if has_number else "+".join(point.value.categories),
        "uncertainty": point.uncertainty,
        "conditions": _conditions_json(point.conditions),
        "conditions_key": point.conditions.key,
        "method": point.method.value,
        "origin": point.origin.value,
        "doi": point.doi,
        "detail": point.detail,
        "lineage": json.dumps(dict(point.lineage)) if point.lineage else "{}",
        "rank": rank(point, study_kind),
        "supersedes": None,
    }


_METHODS: Final = {method.value: method for method in Method}
_ORIGINS: Final = {origin.value: origin for origin in Origin}
_source = functools.lru_cache(maxsize=4096)(Source)  # few sources, many points of each


@functools.lru_cache(maxsize=4096)
def _conditions_from_json(body: str) -> Conditions:
    """A store has few conditions and many points under each."""
    return Conditions.of(read_json(body, "the conditions of a point"))


def point_from_row(row: RowLike, material: Material) -> DataPoint:
    """The point of a row of `point` joined with `source`."""
    categories = row["categories"]
    low, high = row["low"], row["high"]
    value = Value(math.nan, math.nan, tuple(categories.split("+"))) if categories else Value(low, high)
    return DataPoint(
        material=material,
        property=row["property"],
        value=value,
        method=_METHODS[row["method"]],
        origin=_ORIGINS[row["origin"]],
        source=_source(row["source_name"], row["source_kind"], row["licence"], row["citation"]),
        uncertainty=row["uncertainty"],
        conditions=_conditions_from_json(row["conditions"]),
        doi=row["doi"],
        detail=row["detail"],
        lineage={} if row["lineage"] == "{}" else read_json(row["lineage"], "the lineage of a point"),
    )
