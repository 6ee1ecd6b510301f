"""Candidates: generated materials with everything one needs to believe or doubt them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quinary.chemistry.composition import Composition

__all__ = ["Candidate", "FoundProperty", "PredictedProperty", "Verdict"]


@dataclass(frozen=True, slots=True)
class PredictedProperty:
    """A predicted value with one standard deviation, in the unit of the property, and how it was obtained."""

    value: float
    unit: str
    uncertainty: float
    method: str
    in_domain: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generated composition with its predictions.

    Attributes:
        novelty: half the sum of absolute differences of the fractions to the nearest known material, 0 to 1.
        probability: that it meets the request, errors of prediction counted (see `quinary.inverse.ranking`).
        is_moved: True if the sample was moved onto the request after the generator made it.
        reason: why it has its place among the candidates.
        lineage: what made it: model, data counter, request, seed.
        top_performer: the nearest of the known materials that come closest to the request (see
            `quinary.inverse.top_performers`); empty if there is none, or no property was asked for.
        top_performer_distance: to it, as `novelty`; None where there is none.
    """

    id: str
    composition: Composition
    properties: Mapping[str, PredictedProperty]
    novelty: float
    generator: str
    seed: int
    is_moved: bool
    nearest_known: str = ""
    probability: float = 1.0
    lineage: Mapping[str, str | int | float] = field(default_factory=dict)
    reason: str = ""
    top_performer: str = ""
    top_performer_distance: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The candidate as the command line prints it; fractions of a ceramic are those of its cations."""
        return {
            "id": self.id,
            "formula": self.composition.formula,
            "composition": self.composition.cations,
            "properties": {
                name: {
                    "value": entry.value,
                    "unit": entry.unit,
                    "uncertainty": entry.uncertainty,
                    "method": entry.method,
                    "in_domain": entry.in_domain,
                }
                for name, entry in self.properties.items()
            },
            "probability": self.probability,
            "reason": self.reason,
            "novelty": self.novelty,
            "nearest_known": self.nearest_known,
            "top_performer": self.top_performer,
            "top_performer_distance": self.top_performer_distance,
            "generator": self.generator,
            "seed": self.seed,
            "is_moved": self.is_moved,
            "lineage": dict(self.lineage),
        }


@dataclass(frozen=True, slots=True)
class FoundProperty:
    """A value that a rung found, in the unit of the property, with one standard deviation (None: not known)."""

    value: float
    unit: str
    uncertainty: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rung of the validation ladder says of one composition.

    Attributes:
        outcome: passed, failed, uncertain, or skipped (then `reason` says why).
        values: the numbers behind the outcome, each with its name.
        phases: the phases that the rung predicts (standard names), empty where it predicts none.
        conditions: for instance the temperature (K) of an equilibrium.
        properties: what the rung found of the properties of the vocabulary, for the candidate as a whole: these become
            data points whatever the outcome, since each carries its own uncertainty.
        trace: the traceback behind an outcome `error`; it is logged, and no part of what is said of the composition.
    """

    formula: str
    rung: str
    outcome: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    phases: tuple[str, ...] = ()
    conditions: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    properties: Mapping[str, FoundProperty] = field(default_factory=dict)
    trace: str = field(default="", repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as the command line prints it."""
        return {
            "formula": self.formula,
            "rung": self.rung,
            "outcome": self.outcome,
            "values": dict(self.values),
            "phases": list(self.phases),
            "conditions": dict(self.conditions),
            "properties": {
                name: {"value": entry.value, "unit": entry.unit, "uncertainty": entry.uncertainty}
                for name, entry in self.properties.items()
            },
            "seconds": round(self.seconds, 4),
            "reason": self.reason,
        }
