"""Steering a known alloy: ways to another one, and what each element does to a property."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import InputError
from quinary.inverse.paths import Substitution, element_effects, interpolation, substitution_path, weighing_spread
from quinary.plugins import PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import PredictionService, packaged_service
from quinary.requests import Form, Limits

__all__ = ["effects_on", "replaced", "way_between"]


def way_between(
    first: CompositionLike,
    second: CompositionLike,
    names: Sequence[str],
    n_steps: int,
    service: PredictionService | None = None,
    **settings: Any,
) -> list[dict[str, Any]]:
    """The straight way between two alloys: composition and properties of each step, ends included.

    `settings` are those of `PredictionTask`: lattice, table.

    Raises:
        InputError: a formula, a property or the number of steps cannot be used.
    """
    matrix = as_matrix([_alloy(first), _alloy(second)])
    way = interpolation(matrix.fractions[0], matrix.fractions[1], n_steps)
    return _steps(way, matrix.elements, names, service or packaged_service(), settings)


def replaced(
    start: CompositionLike,
    asked: Substitution,
    by: Sequence[str],
    names: Sequence[str],
    n_steps: int,
    service: PredictionService | None = None,
    **settings: Any,
) -> list[dict[str, Any]]:
    """The way on which an element leaves an alloy, those of `by`, or else the others, take its place, and properties stay.

    Raises:
        InputError: the alloy does not hold the element, or a name cannot be used.
        WorkError: from some step on the properties cannot be kept.
    """
    composition = _alloy(start)
    elements = tuple(dict.fromkeys((*composition.elements, *by)))
    fractions = as_matrix([composition], elements).fractions[0]
    who = service or packaged_service()
    kept = {quantity_named(name).key: change for name, change in asked.kept.items()}
    forms = _forms(tuple(dict.fromkeys((*kept, *names))), elements, who, settings)
    asked = dataclasses.replace(asked, kept=kept)
    way = substitution_path(fractions, elements, dataclasses.replace(asked, by=tuple(by)), forms, Limits(), n_steps)
    return _steps(way, elements, tuple(forms), who, settings)


def effects_on(
    formula: CompositionLike,
    names: Sequence[str],
    others: Sequence[str],
    relative_error: float,
    service: PredictionService | None = None,
    **settings: Any,
) -> list[dict[str, Any]]:
    """For each property: value, change for one at.% more of each element, and the spread from weighing errors.

    `others` are elements to consider that the alloy does not hold; `relative_error` is that of each weighed amount.

    Raises:
        InputError: a name cannot be used.
    """
    composition = _alloy(formula)
    elements = tuple(dict.fromkeys((*composition.elements, *others)))
    fractions = as_matrix([composition], elements).fractions[0]
    who = service or packaged_service()
    forms = _forms(names, elements, who, settings)
    task = PredictionTask(CompositionMatrix(elements, fractions[None, :]), **settings)
    answers = {name: who.estimate(quantity_named(name), task) for name in names}
    spreads = weighing_spread(list(forms.values()), fractions, relative_error)
    return [
        {
            "formula": composition.formula,
            "property": name,
            "value": float(answers[name].values[0]),
            "unit": answers[name].quantity.unit,
            "uncertainty": float(answers[name].uncertainties[0]),
            "interval": list(answers[name].interval(0)),
            "in_domain": bool(answers[name].is_in_domain[0]),
            "method": answers[name].details[0],
            "effects": dict(zip(elements, element_effects(form, fractions).tolist(), strict=True)),
            "weighing_spread": float(spread),
        }
        for (name, form), spread in zip(forms.items(), spreads, strict=True)
    ]


def _alloy(source: CompositionLike) -> Composition:
    composition = Composition.of(source)
    if composition.is_ceramic:
        raise InputError(f"{composition.formula} is a ceramic; ways and effects are computed for alloys")
    return composition


def _forms(
    names: Sequence[str], elements: tuple[str, ...], service: PredictionService, settings: dict[str, Any]
) -> dict[str, Form]:
    task = PredictionTask(CompositionMatrix(elements, np.zeros((0, len(elements)))), **settings)
    found = {name: service.form(quantity_named(name), elements, task) for name in names}
    for name in found:
        unknown = (
            [] if quantity_named(name).is_derived else sorted(set(elements) - service.elements(quantity_named(name)))
        )
        if unknown:
            raise InputError(
                f"{name} has no value for {', '.join(unknown)}", sorted(service.elements(quantity_named(name)))
            )
    return found


def _steps(
    way: NDArray[np.float64],
    elements: tuple[str, ...],
    names: Sequence[str],
    service: PredictionService,
    settings: dict[str, Any],
) -> list[dict[str, Any]]:
    task = PredictionTask(CompositionMatrix(elements, way), **settings)
    answers = {name: service.estimate(quantity_named(name), task) for name in names}
    found = []
    for row, fractions in enumerate(way):
        composition = {s: float(x) for s, x in zip(elements, fractions, strict=True) if x > 0}
        properties = {
            name: {
                "value": float(answer.values[row]),
                "uncertainty": float(answer.uncertainties[row]),
                "interval": list(answer.interval(row)),
                "unit": answer.quantity.unit,
                "in_domain": bool(answer.is_in_domain[row]),
            }
            for name, answer in answers.items()
        }
        found.append(
            {
                "formula": Composition.alloy(composition).formula,
                "composition": composition,
                "properties": properties,
            }
        )
    return found
