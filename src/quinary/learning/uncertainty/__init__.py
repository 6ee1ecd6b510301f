"""Calibrated intervals, and the domain in which a model may be believed."""

from quinary.learning.uncertainty.conformal import ClassSets, Intervals, calibrated_intervals, calibrated_sets
from quinary.learning.uncertainty.domain import Domain, domain_evidence, fitted_domain, nearest_distance

__all__ = [
    "ClassSets",
    "Domain",
    "Intervals",
    "calibrated_intervals",
    "calibrated_sets",
    "domain_evidence",
    "fitted_domain",
    "nearest_distance",
]
