"""Ternary sections of a composition space: one property on a triangular grid of three elements, the others in equal parts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.exploring.screening import Screening, predicted, unknown_elements
from quinary.points.quantity import quantity_named
from quinary.prediction import PredictionService, packaged_service
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits

__all__ = ["Section", "as_document", "ternary_sections", "value_range"]

_MOST_SECTIONS: Final = 20
_MOST_COMPOSITIONS: Final = 150_000  # of one page: twenty sections in steps of 1 % are 103,020


@dataclass(frozen=True, eq=False, slots=True)
class Section:
    """One triangle: fractions of its three elements within it, shape (N, 3), and values, spreads and domain flags, (N,).

    `rest` are the elements that fill the other part of each composition in equal amounts, together `rest_fraction`.
    """

    corners: tuple[str, str, str]
    rest: tuple[str, ...]
    rest_fraction: float
    fractions: NDArray[np.float64]
    values: NDArray[np.float64]
    spreads: NDArray[np.float64]
    is_covered: NDArray[np.bool_]


def ternary_sections(
    elements: tuple[str, ...],
    name: str,
    *,
    anion: str = "",
    step: float = 0.05,
    lattice: str = "bcc",
    service: PredictionService | None = None,
) -> list[Section]:
    """A section for each three of the elements, the others with the share that they have at equal parts.

    Raises:
        InputError: fewer than three elements, so many that nobody would look at the sections, steps so small that no page
            holds them, or a property without a predictor or any value for these materials.
    """
    if len(elements) < 3:
        raise InputError("a section needs three elements or more")
    triples = list(itertools.combinations(elements, 3))
    if len(triples) > _MOST_SECTIONS:
        raise InputError(f"{len(elements)} elements make {len(triples)} sections; name at most six elements")
    who = service or packaged_service()
    asked = _asked(elements, name, anion, lattice)
    unknown = unknown_elements(asked, name, who)
    triangle = Grid(SpaceLimits.alloy(("H", "He", "Li"), step=step))  # any three: only the triangle matters
    if triangle.n_points * len(triples) > _MOST_COMPOSITIONS:
        raise InputError(
            f"the step {step:g} makes {triangle.n_points * len(triples):,} compositions, and a page holds "
            f"{_MOST_COMPOSITIONS:,} at most; choose a larger one, such as 0.01"
        )
    grid = triangle.fractions()
    sections = [_section(corners, elements, grid, asked, who) for corners in triples]
    if unknown and not any(np.isfinite(section.values).any() for section in sections):
        raise InputError(f"{name} has no value for any of these compositions: it is not known of {', '.join(unknown)}")
    return sections


def _asked(elements: tuple[str, ...], name: str, anion: str, lattice: str) -> Screening:
    return Screening(SpaceLimits.alloy(elements), {name: 1.0}, anion=anion, lattice=lattice)


def _section(
    corners: tuple[str, ...],
    elements: tuple[str, ...],
    grid: NDArray[np.float64],
    asked: Screening,
    service: PredictionService,
) -> Section:
    rest = tuple(symbol for symbol in elements if symbol not in corners)
    share = len(rest) / len(elements)
    fractions = np.full((len(grid), len(elements)), 1.0 / len(elements))
    fractions[:, [elements.index(symbol) for symbol in corners]] = (1.0 - share) * grid
    values, spreads, covered = predicted(asked, fractions, service)
    first, second, third = corners
    return Section(
        (first, second, third), rest, share, grid, values[:, 0], spreads[:, 0], np.asarray(covered[:, 0] > 0)
    )


def value_range(sections: list[Section]) -> tuple[float, float]:
    """The lowest and the highest finite value in all sections.

    Raises:
        InputError: the property has no finite value anywhere.
    """
    values = np.concatenate([section.values for section in sections])
    finite = values[np.isfinite(values)]
    if not len(finite):
        raise InputError("the property has no value for any of these compositions")
    return float(finite.min()), float(finite.max())


def as_document(sections: list[Section], name: str) -> dict[str, Any]:
    """The sections as plain data: what the command prints as JSON; `without_value` counts compositions that have none."""
    return {
        "property": name,
        "unit": quantity_named(name).unit,
        "sections": len(sections),
        "count": sum(len(section.values) for section in sections),
        "without_value": sum(int(np.sum(~np.isfinite(section.values))) for section in sections),
        **dict(zip(("lowest", "highest"), value_range(sections), strict=True)),
        "maps": [
            {
                "corners": list(section.corners),
                "rest": list(section.rest),
                "rest_fraction": section.rest_fraction,
                "fractions": section.fractions.tolist(),
                "values": section.values.tolist(),
                "uncertainties": section.spreads.tolist(),
                "in_domain": section.is_covered.tolist(),
            }
            for section in sections
        ],
    }
