"""Materials as OPTIMADE JSON lines: one entry of type `structures` a material, with its values under `_quinary_` names.

Source: the OPTIMADE specification 1.1 (10.1038/s41597-021-00974-z). Alloys are disordered and few have a reported cell, so
that the fields of sites and cell are null, which the specification allows.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.chemistry.whole_numbers import whole_counts
from quinary.exchange.release import SourceShare, licence_counts
from quinary.materials.aggregate import best_points
from quinary.points.material import Material
from quinary.points.point import DataPoint, Origin
from quinary.points.point_json import canonical_json, point_document, status_of
from quinary.points.properties import properties
from quinary.points.property import Property
from quinary.points.property_definitions import definition
from quinary.readers.optimade import OWN_PROPERTIES

__all__ = ["optimade_entry", "write_optimade"]

_NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})
API_VERSION: Final = "1.1.0"
_PREFIX: Final = "_quinary_"
_UNKNOWN: Final = (
    "immutable_id", "last_modified", "chemical_formula_hill", "dimension_types", "nperiodic_dimensions",
    "lattice_vectors", "cartesian_site_positions", "nsites", "species", "species_at_sites",
)  # fmt: skip
_ORIGINS: Final = (Origin.PREDICTION, Origin.VALIDATION, Origin.LITERATURE)  # the last that has a value stands


def write_optimade(
    path: Path,
    points: Iterable[tuple[DataPoint, int]],
    shares: Sequence[SourceShare],
    kinds: Mapping[str, str] = _NOTHING_KNOWN,
    own: Sequence[Property] = (),
) -> int:
    """Write header, description of the properties, and the entries; returns the number of points.

    Args:
        path: Where.
        points: (point, id of its material), material by material.
        shares: The sources of the points with their licences, for the header.
        kinds: DOI -> original, review or compilation, for the choice of the value that stands.
        own: Properties that are not built in, whose definitions the header carries.
    """
    n_points = 0
    with path.open("wb") as stream:
        for document in (_header(shares, own), _info()):
            stream.write(canonical_json(document) + b"\n")
        for _, group in itertools.groupby(points, key=itemgetter(1)):
            members = [point for point, _ in group]
            stream.write(canonical_json(optimade_entry(members, kinds)) + b"\n")
            n_points += len(members)
    return n_points


def _header(shares: Sequence[SourceShare], own: Sequence[Property]) -> dict[str, Any]:
    provider = {"name": "Quinary", "description": "Data on high-entropy alloys and ceramics", "prefix": "quinary"}
    private = any(not share.licence.may_be_passed_on for share in shares)
    meta: dict[str, Any] = {"api_version": API_VERSION, "provider": provider}
    meta |= {f"{_PREFIX}licences": licence_counts(shares), f"{_PREFIX}private": private}
    if own:
        meta[OWN_PROPERTIES] = {entry.name: definition(entry) for entry in own}
    return {"x-optimade": {"meta": meta}}


def _info() -> dict[str, Any]:
    """What the `_quinary_` names mean, with units."""
    described = {
        f"{_PREFIX}{entry.name}": {"description": entry.label, "unit": entry.unit or None, "type": "float"}
        for entry in properties().values()
        if not entry.is_derived and not entry.is_categorical
    }
    for name, kind, text in (
        ("structure", "list", "Reported phases"),
        ("processing", "list", "Processing steps"),
        ("points", "list", "Every value with unit, uncertainty, conditions, method, origin, source, licence and DOI"),
    ):
        described[f"{_PREFIX}{name}"] = {"description": text, "unit": None, "type": kind}
    return {
        "type": "info",
        "id": "structures",
        "description": "Materials: composition, reported structure and processing",
        "formats": ["jsonl"],
        "properties": described,
        "output_fields_by_format": {"jsonl": sorted(described)},
    }


def optimade_entry(points: Sequence[DataPoint], kinds: Mapping[str, str] = _NOTHING_KNOWN) -> dict[str, Any]:
    """The entry of one material from all its points.

    `_quinary_<property>` is the number that stands for the property at ambient conditions, as the store chooses it: of
    literature if there is one, else of a validation, else a prediction; of several of one origin by the rule of aggregation
    (`quinary.materials.aggregate`) with the `kinds` of their studies. Bounds and refused values are only among
    `_quinary_points`.
    """
    material = points[0].material
    attributes: dict[str, Any] = dict.fromkeys(_UNKNOWN)
    attributes |= _composition(material.composition)
    attributes |= {
        "structure_features": [],
        f"{_PREFIX}structure": list(material.structure),
        f"{_PREFIX}processing": list(material.processing),
        f"{_PREFIX}points": [point_document(point) for point in points],
        **dict(_standing_values(points, kinds)),
    }
    return {"type": "structures", "id": _identifier(material), "attributes": attributes}


def _identifier(material: Material) -> str:
    """An id that is the same on every machine: made of what makes a material unique."""
    return hashlib.blake2b(material.key.encode(), digest_size=12).hexdigest()


def _standing_values(points: Sequence[DataPoint], kinds: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    best = best_points([point for point in points if not status_of(point)["status"]], kinds)
    for origin in _ORIGINS:
        for key, point in best.items():
            is_number = not point.value.categories and not point.value.is_bound
            if key.origin is origin and key.conditions_key == "" and is_number:
                yield f"{_PREFIX}{key.property}", point.value.nominal


def _composition(composition: Composition) -> dict[str, Any]:
    fractions = composition.atomic_fractions
    counts = _reduced(fractions)
    return {
        "elements": list(fractions),
        "nelements": len(fractions),
        "elements_ratios": list(fractions.values()),
        "chemical_formula_descriptive": composition.formula,
        "chemical_formula_reduced": "".join(f"{s}{n if n > 1 else ''}" for s, n in counts.items()),
        "chemical_formula_anonymous": _anonymous(sorted(counts.values(), reverse=True)),
    }


def _reduced(fractions: dict[str, float]) -> dict[str, int]:
    """Whole numbers in the ratio of the fractions, as small as the rounding of compositions allows; a trace counts one."""
    counts = [max(count, 1) for count in whole_counts(tuple(fractions.values()))]
    divisor = math.gcd(*counts)
    return {symbol: count // divisor for symbol, count in zip(fractions, counts, strict=True)}


def _anonymous(counts: Sequence[int]) -> str:
    """A, B, ..., Z, Aa, Ba, ...: the letters of the specification, largest amount first."""
    letters = [chr(65 + i % 26) + (chr(97 + i // 26 - 1) if i >= 26 else "") for i in range(len(counts))]
    return "".join(f"{letter}{n if n > 1 else ''}" for letter, n in zip(letters, counts, strict=True))
