"""A data point as a JSON document that loses nothing, and back: what snapshots and exchanged documents carry."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeVar

from quinary.chemistry.composition import Composition
from quinary.chemistry.sublattices import Sublattice
from quinary.errors import InputError, unknown_name
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.properties import property_named
from quinary.reference.elements import atomic_numbers
from quinary.units import same_unit

__all__ = ["REFUSED_AT", "REFUSED_BY", "WHY", "canonical_json", "point_document", "point_from_document", "status_of"]

Kind = TypeVar("Kind", bound=StrEnum)

# Of the lineage of a point that somebody accepted as wrong; a document has them at its top, behind `status`
REFUSED_BY: Final = "refused_by"
WHY: Final = "why"
REFUSED_AT: Final = "refused_at"
_REFUSED: Final = "refused"
_MARK: Final = (REFUSED_BY, WHY, REFUSED_AT)

_ROUNDING: Final = 1e-6  # how far the fractions of a sublattice may be from one in sum


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """One line of JSON that is the same for the same content: keys sorted, no blanks, UTF-8, numbers at full precision."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def point_document(point: DataPoint) -> dict[str, Any]:
    """Everything a point holds. Numbers are in `unit`; the open side of a bound is null.

    `composition` lists the sublattices, each with fractions and sites per cation; `formula` is for people only. A refused
    value has its `status`, and `refused_by`, `why` and `refused_at`.
    """
    source = point.source
    is_refused = REFUSED_BY in point.lineage
    mark = {name: point.lineage.get(name, "") for name in _MARK} if is_refused else {}
    return {
        "formula": point.material.composition.formula,
        "composition": [[dict(s.fractions), s.sites] for s in point.material.composition.sublattices],
        "structure": list(point.material.structure),
        "processing": list(point.material.processing),
        "property": point.property,
        "value": _value_document(point.value),
        "unit": point.unit,
        "uncertainty": point.uncertainty,
        "conditions": point.conditions.as_dict(),
        "method": point.method.value,
        "origin": point.origin.value,
        "doi": point.doi,
        "detail": point.detail,
        "lineage": {name: value for name, value in point.lineage.items() if name not in mark},
        "source": {
            "name": source.name, "kind": source.kind, "licence": source.licence, "citation": source.citation,
        },
        **({"status": _REFUSED, **mark} if is_refused else {}),
    }  # fmt: skip


def status_of(point: DataPoint) -> dict[str, str]:
    """`status` of a point, `refused` or empty, with `refused_by` and `why`."""
    is_refused = REFUSED_BY in point.lineage
    told = {name: str(point.lineage.get(name, "")) if is_refused else "" for name in (REFUSED_BY, WHY)}
    return {"status": _REFUSED if is_refused else "", **told}


def _value_document(value: Value) -> dict[str, Any]:
    if value.categories:
        return {"categories": list(value.categories)}
    return {"low": _finite(value.low), "high": _finite(value.high)}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def point_from_document(document: Mapping[str, Any]) -> DataPoint:
    """The point of which `point_document` made this document, equal in every part.

    Raises:
        InputError: something is missing, has the wrong type, is unknown, or is outside what the property allows.
    """
    try:
        return _point(document)
    except KeyError as error:
        raise InputError(f"the point lacks {error.args[0]!r}") from None
    except InputError:
        raise
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"the point cannot be read: {' '.join(str(error).split())}") from None


def _point(document: Mapping[str, Any]) -> DataPoint:
    entry = property_named(document["property"])
    source = document["source"]
    spread = document["uncertainty"]
    mark = {name: _text(document.get(name, "")) for name in _MARK} if document.get("status") == _REFUSED else {}
    if not same_unit(_text(document["unit"]), entry.unit):
        raise InputError(f"{entry.name} is in {document['unit']!r}; points are exchanged in {entry.unit!r}")
    return DataPoint(
        material=Material(
            _composition(document["composition"]), _texts(document["structure"]), _texts(document["processing"])
        ),
        property=entry.name,
        value=_value(document["value"]),
        method=_member(Method, document["method"], "method"),
        origin=_member(Origin, document["origin"], "origin"),
        source=Source(*(_text(source[name]) for name in ("name", "kind", "licence", "citation"))),
        uncertainty=None if spread is None else float(spread),
        conditions=Conditions.of(document["conditions"]),
        doi=_text(document["doi"]),
        detail=_text(document["detail"]),
        lineage={**document["lineage"], **mark},
    )


def _composition(entries: Sequence[Sequence[Any]]) -> Composition:
    return Composition(tuple(_sublattice(fractions, float(sites)) for fractions, sites in entries))


def _sublattice(fractions: Mapping[str, float], sites: float) -> Sublattice:
    for symbol, fraction in fractions.items():
        if symbol not in atomic_numbers():
            raise unknown_name("element", symbol, atomic_numbers())
        if not (math.isfinite(fraction) and fraction > 0):
            raise InputError(f"the fraction of {symbol} is {fraction!r}; it must be above zero")
    if abs(math.fsum(fractions.values()) - 1.0) > _ROUNDING or not (math.isfinite(sites) and sites > 0):
        raise InputError("the fractions of a sublattice must sum to one, and it needs a positive number of sites")
    return Sublattice(tuple(sorted((symbol, float(fraction)) for symbol, fraction in fractions.items())), sites)


def _value(entry: Mapping[str, Any]) -> Value:
    if "categories" in entry:
        return Value.category(*_texts(entry["categories"]))
    low, high = entry["low"], entry["high"]
    if low is None and high is None:
        raise InputError("the value has neither a low nor a high side")
    return Value(-math.inf if low is None else float(low), math.inf if high is None else float(high))


def _member(kind: type[Kind], text: Any, what: str) -> Kind:
    if text not in {entry.value for entry in kind}:
        raise unknown_name(what, str(text), (entry.value for entry in kind))
    return kind(text)


def _texts(entries: Any) -> tuple[str, ...]:
    if not isinstance(entries, list):
        raise InputError(f"{entries!r} is not a list of names")
    return tuple(_text(entry) for entry in entries)


def _text(entry: Any) -> str:
    if not isinstance(entry, str):
        raise InputError(f"{entry!r} is not text")
    return entry
