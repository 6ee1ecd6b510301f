"""What is known of a composition on one screen: a row for each property, conditions and loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from quinary.materials.views import Cell, cells_of_points, study_of
from quinary.points.point import DataPoint, Origin
from quinary.services.documents.points import point_row

__all__ = ["chosen_points", "summary_rows"]

_ORDER = {Origin.LITERATURE: 0, Origin.VALIDATION: 1, Origin.PREDICTION: 2}


def chosen_points(points: Iterable[DataPoint], names: Sequence[str], source: str) -> list[DataPoint]:
    """The points of these properties (none: of all) from sources and studies with this text in their name or DOI."""
    text = source.lower()
    return [
        point
        for point in points
        if (not names or point.property in names) and (text in point.source.name.lower() or text in point.doi.lower())
    ]


def summary_rows(points: Sequence[DataPoint], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row a property, conditions and loop: the value that stands and why, number, median and range, studies.

    `kinds` maps DOIs to what their studies are known to be. What was measured comes first, predictions last.
    """
    cells = cells_of_points(points, kinds)
    return [_row(cell) for cell in sorted(cells, key=lambda cell: _ORDER.get(cell.key.origin, len(_ORDER)))]


def _row(cell: Cell) -> dict[str, Any]:
    values = [point.value.nominal for point in cell.values if not point.value.categories]
    studies = dict.fromkeys(study_of(point) for point in cell.values)
    return {
        "property": cell.key.property,
        "conditions": cell.key.conditions_key,
        "origin": cell.key.origin.value,
        "n": len(cell.values),
        "n_materials": len({point.material.key for point in cell.values}),
        "median": median(values) if values else None,
        "low": min(values, default=None),
        "high": max(values, default=None),
        "unit": cell.values[0].unit,
        "methods": list(dict.fromkeys(point.method.value for point in cell.values)),
        "counts": None if cell.best is None else point_row(cell.best),
        "why": cell.reason,
        "sources": list(studies),
    }
