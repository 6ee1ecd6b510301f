"""Entropy-forming abilities of carbides: published ones, phases found when they were made, and spreads computed by us."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from quinary.reference.elements import data_rows

__all__ = ["ComputedSpread", "PublishedAbility", "computed_spreads", "published_abilities"]


@dataclass(frozen=True, slots=True)
class PublishedAbility:
    """A published value, (eV/atom)^-1, and whether the carbide came out of the furnace as one phase (None: not known)."""

    formula: str
    value: float
    source: str
    is_single_phase: bool | None


@dataclass(frozen=True, slots=True)
class ComputedSpread:
    """The spread of the unrelaxed configurations at the volume of Vegard's law, eV/atom, with a named potential."""

    formula: str
    spread: float
    potential: str
    version: str


@functools.cache
def published_abilities() -> tuple[PublishedAbility, ...]:
    """The 56 carbides of Sarker et al. 2018 and six with Cr of Kaufmann et al. 2020, in that order.

    Phases: Zhang et al. 2022 and, where it says nothing, the compilation of Lu et al.; for HfMoTaWZr and HfMoTiWZr the
    two disagree.
    """
    return tuple(
        PublishedAbility(
            row["formula"],
            float(row["entropy_forming_ability"]),
            row["source"],
            row["phases"] == "single" if row["phases"] else None,
        )
        for row in data_rows("entropy_forming_abilities.csv")
    )


@functools.cache
def computed_spreads(potential: str, version: str) -> dict[str, ComputedSpread]:
    """Formula -> our spread for the carbides of `published_abilities`; empty for a potential that was not run."""
    return {
        row["formula"]: ComputedSpread(row["formula"], float(row["spread"]), potential, version)
        for row in data_rows("energy_spreads_carbides.csv")
        if (row["potential"], row["version"]) == (potential, version)
    }
