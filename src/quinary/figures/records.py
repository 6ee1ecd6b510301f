"""The data of the report of a main job, as plain records: the report looks nothing up and computes no property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ReportData", "TargetSamples"]


@dataclass(frozen=True, slots=True)
class TargetSamples:
    """Samples for one wish, as the generator makes them.

    Attributes:
        name: of the wish, such as `G = 60 GPa` or `a: low G, high K`.
        wanted: property -> asked value, in the unit of the property.
        fractions: of the samples, shape (n, n_elements).
        values: property -> (n,), in the unit of the property.
        median: of the shear modulus of the samples, GPa.
        share_within: share of the samples within 10 % of every wanted value, 0 to 1.
        mean_error: mean relative distance to the wanted values.
        nearest_known_error: the same for the known alloys nearest to the wanted values: the baseline.
        n_training_near: number of training alloys within 10 % of every wanted value.
    """

    name: str
    wanted: Mapping[str, float]
    fractions: NDArray[np.float64]
    values: Mapping[str, NDArray[np.float64]]
    median: float
    share_within: float
    mean_error: float
    nearest_known_error: float
    n_training_near: int


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the report shows.

    Attributes:
        facts: (what, how many) as they are shown at the top, such as (`points imported`, `16,321`).
        imports: for each source: source, read, added, repeated, n_rejected, licence, doi.
        voids: loop -> property -> (number of voids before, after filling).
        elements: the columns of all fractions.
        real: training alloys, shape (N, n_elements).
        generated: samples without a wish, shape (M, n_elements).
        real_values: property -> (N,), in the unit of the property.
        generated_values: property -> (M,).
        asked_values: property -> (M,): the condition that each generated sample was made for.
        moduli_targets: wishes for the shear modulus alone, in the order of the modulus (S1, Fig. 6).
        corner_targets: wishes for shear modulus and toughness at once (S1, Fig. 8).
        rare_elements: element -> number of training alloys that contain it.
        candidates: `Candidate.as_dict()` of each, best first; `asked` (property -> value) may be added to each.
        verdicts: formula -> `Verdict.as_dict()` of each rung of the ladder.
        training: facts about the training: seconds, n_alloys, n_left_out, settings.
    """

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    imports: Sequence[Mapping[str, Any]]
    voids: Mapping[str, Mapping[str, tuple[int, int]]]
    elements: tuple[str, ...]
    real: NDArray[np.float64]
    generated: NDArray[np.float64]
    real_values: Mapping[str, NDArray[np.float64]]
    generated_values: Mapping[str, NDArray[np.float64]]
    asked_values: Mapping[str, NDArray[np.float64]]
    moduli_targets: Sequence[TargetSamples]
    corner_targets: Sequence[TargetSamples]
    rare_elements: Mapping[str, int]
    candidates: Sequence[Mapping[str, Any]]
    verdicts: Mapping[str, Sequence[Mapping[str, Any]]]
    training: Mapping[str, Any]
