"""What each detector finds, in the words that a person reads: the problem, and the repair that is suggested."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from quinary.curation.finding import Finding

__all__ = ["PROBLEMS", "problem_in_words", "repair_in_words"]

PROBLEMS: Final[Mapping[str, str]] = MappingProxyType({
    "amount_convention": "amounts not written as in the other alloys",
    "calculated_value": "calculated value and formula contradict each other",
    "chemical_outlier": "unlike any other alloy",
    "composition_sum": "amounts do not add up",
    "conflict": "two values for the same thing",
    "constant_ratio": "amount out of the series",
    "extreme_value": "extreme value",
    "low_entropy": "one amount far ahead of the others",
    "near_duplicate": "almost the same alloy twice",
    "formula": "formula of no known compound",
    "label_conflict": "labels contradict each other",
    "nearly_swapped": "two amounts exchanged",
    "physics": "values contradict each other",
    "re_reported": "one study under two references",
    "reader": "not read",
    "series_line": "alloy out of the series",
    "swapped_amounts": "two amounts exchanged",
    "temperature_scale": "kelvin taken for degrees Celsius",
    "typing_slip": "amount mistyped",
    "unit_slip": "value far from what is expected",
})  # fmt: skip


def problem_in_words(finding: Finding) -> str:
    """What is wrong, such as `yield strength: extreme value`, from the detector that weighs most."""
    words = PROBLEMS.get(finding.detector, finding.detector.replace("_", " "))
    if finding.detector == "unit_slip" and finding.repair and "value" in finding.repair:
        words = "unit or decimal point"
    return f"{finding.property.replace('_', ' ')}: {words}" if finding.property else words


def repair_in_words(repair: Mapping[str, Any] | None) -> str:
    """The suggested repair, such as `Fe60 Ni40`, `560 MPa` or `temperature 1073 K`; empty where there is none."""
    if not repair:
        return ""
    if "formula" in repair:
        return str(repair["formula"])
    if "doi" in repair:
        return f"count it once, as {repair['doi']}"
    number = f"{repair['value']:.6g} {repair.get('unit', '')}".strip()
    return f"{repair['condition']} {number}" if repair.get("condition") else number
