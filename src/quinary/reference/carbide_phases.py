"""Carbides that were made and came out as one phase or several, and published disordered enthalpy-entropy descriptors."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from quinary.reference.elements import data_rows

__all__ = ["PhaseLabel", "PublishedDeed", "phase_conflicts", "phase_labels", "published_deeds"]


@dataclass(frozen=True, slots=True)
class PhaseLabel:
    """One published statement on an equimolar carbide, and the article or compilation that it stands in."""

    formula: str
    is_single_phase: bool
    source: str


@dataclass(frozen=True, slots=True)
class PublishedDeed:
    """DEED = sqrt(1 / (s h)) of an equimolar carbide, (eV/atom)^-1, with what it is made of.

    Attributes:
        hull_enthalpy: mean enthalpy h of the configurations above the convex hull, meV/atom.
        inverse_spread: 1 / s, the entropy-forming ability with that calculation, (eV/atom)^-1.
    """

    formula: str
    deed: float
    hull_enthalpy: float
    inverse_spread: float
    source: str


@functools.cache
def phase_labels() -> tuple[PhaseLabel, ...]:
    """53 labels of Zhang et al. 2022 and 116 of the compilation of Lu et al., in that order, contradictions included."""
    return tuple(
        PhaseLabel(row["formula"], row["phases"] == "single", row["source"]) for row in data_rows("carbide_phases.csv")
    )


def phase_conflicts() -> tuple[str, ...]:
    """The carbides that one source calls single-phase and the other multi-phase."""
    said: dict[str, set[bool]] = {}
    for label in phase_labels():
        said.setdefault(label.formula, set()).add(label.is_single_phase)
    return tuple(formula for formula, labels in said.items() if len(labels) > 1)


@functools.cache
def published_deeds() -> tuple[PublishedDeed, ...]:
    """The 27 carbides of Divilov et al. 2024, 10.1038/s41586-023-06786-y, table 1."""
    return tuple(
        PublishedDeed(
            row["formula"], float(row["deed"]), float(row["hull_enthalpy"]), float(row["inverse_spread"]), row["source"]
        )
        for row in data_rows("disordered_enthalpy_entropy_carbides.csv")
    )
