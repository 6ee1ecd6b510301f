"""Putting the evidence of several detectors together: from their strengths to the odds that something is wrong.

Each detector's strength becomes log10 of a likelihood ratio: how much more often it is seen on a wrong value (or formula)
than on one that is right. The curves were measured by isotonic regression on the two embedded tables with 480 planted errors
(`quinary_benchmarks.planted_errors`, seeds 101 to 104, for `nearly_swapped` 201 to 206 less 0.2, since what
it sees others see as well; the benchmark draws with other seeds) and rounded. Ratios on one subject
are multiplied, as if the detectors were independent; the threshold was set with that in mind. Where a detector says nothing
its silence is not counted, so that a small file, for which most detectors have nothing to compare with, is judged alike.
`formula` and `label_conflict` have no curve of measurements, since the tables hold next to no such mistakes: what no
compound is, and labels of a ceramic that contradict each other, are reported, the rest is only unusual.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from quinary.curation.finding import Suspicion

__all__ = ["CALCULATED", "PRIOR", "REPORT_FROM", "Subject", "evidence_of", "fused"]

PRIOR: Final = -1.4  # log10 of the odds before any evidence: 1 in 25 values of published tables is wrong
REPORT_FROM: Final = 0.0  # even odds
# Strength -> log10 likelihood ratio, linear between these places and level beyond them.
_CURVES: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "amount_convention": ((1.0, 0.9), (2.0, 3.3), (3.0, 3.4)),
    "calculated_value": ((2.5, 0.15), (3.1, 0.15), (4.5, 0.5), (7.2, 1.3), (12.0, 3.5)),
    "chemical_outlier": ((1.0, 0.1),),
    "composition_sum": ((0.5, 0.35), (1.0, 1.75), (2.0, 1.85)),
    "conflict": ((4.5, 0.0), (6.3, 0.6), (10.0, 1.65)),
    "constant_ratio": ((0.4, 0.7), (1.3, 0.75), (2.0, 1.2), (3.0, 1.25), (4.8, 2.3)),
    "formula": ((1.0, 0.3), (2.0, 1.6)),
    "extreme_value": ((3.0, 1.6), (3.6, 2.0), (5.7, 2.1)),
    "label_conflict": ((1.0, 0.6), (2.0, 1.6)),
    "low_entropy": ((0.8, 0.4), (1.1, 0.4), (1.4, 0.5), (1.8, 0.85), (2.3, 1.4), (3.8, 1.6)),
    "near_duplicate": ((0.0, 0.0),),
    "nearly_swapped": ((0.5, 0.6), (1.1, 0.75), (1.7, 1.1), (2.3, 1.35), (2.8, 1.5), (3.2, 1.7), (4.0, 2.3)),
    "physics": ((2.0, 0.75), (2.5, 0.75), (3.8, 1.9), (5.0, 2.2), (7.2, 2.45)),
    "re_reported": ((0.0, 0.0),),
    "series_line": ((3.0, 0.7), (6.0, 1.4), (8.0, 1.7), (12.0, 1.75)),
    "swapped_amounts": ((1.0, 0.7), (2.0, 1.45), (4.0, 2.6)),
    "temperature_scale": ((3.0, 3.6),),
    "typing_slip": ((1.0, 0.15), (3.0, 2.2)),
    "unit_slip": ((2.0, 0.4), (3.0, 0.45), (4.1, 0.9), (5.6, 0.95), (10.7, 2.95)),
}
# A calculated column that does not follow from the formula speaks against the formula as well as against the value.
_AGAINST_FORMULA: Final = ((2.5, 0.0), (2.6, 0.6), (3.5, 1.1), (5.9, 2.1), (12.0, 3.45))
CALCULATED: Final = "calculated_value"

Subject: TypeAlias = tuple[int, int | None]  # entry, and place of the point (None: its composition)
_NOTHING: Final[Mapping[Subject, float]] = MappingProxyType({})


def evidence_of(detector: str, strength: float) -> float:
    """log10 of the likelihood ratio that a detector's strength stands for; 0 for a detector without a measured curve."""
    return _interpolated(_CURVES.get(detector, ((0.0, 0.0),)), strength)


def _interpolated(curve: tuple[tuple[float, float], ...], x: float) -> float:
    place = bisect_right(curve, (x, float("inf")))
    if place == 0:
        return curve[0][1]
    if place == len(curve):
        return curve[-1][1]
    (left, low), (right, high) = curve[place - 1], curve[place]
    return low + (high - low) * (x - left) / (right - left)


def fused(
    found: Iterable[tuple[str, Suspicion]], in_favour: Mapping[Subject, float] = _NOTHING
) -> dict[Subject, float]:
    """Subject -> log10 of the odds that it is wrong: the prior and the strongest statement of each detector on it.

    The composition of an entry is judged with the contradictions of its calculated columns, which in turn are doubted as
    much as the composition. `in_favour` is what speaks for a subject (negative).
    """
    evidence: dict[Subject, dict[str, float]] = defaultdict(dict)
    calculated: set[Subject] = set()
    for detector, suspicion in found:
        subject = suspicion.entry.index, suspicion.point
        _raise(evidence[subject], detector, evidence_of(detector, suspicion.strength))
        if detector == CALCULATED:
            calculated.add(subject)
            against = _interpolated(_AGAINST_FORMULA, suspicion.strength)
            _raise(evidence[suspicion.entry.index, None], detector, against)
    scores = {subject: PRIOR + sum(parts.values()) + in_favour.get(subject, 0.0) for subject, parts in evidence.items()}
    for subject in calculated:
        scores[subject] = max(scores[subject], scores[subject[0], None])
    return scores


def _raise(parts: dict[str, float], detector: str, amount: float) -> None:
    parts[detector] = max(parts.get(detector, 0.0), amount)
