"""Points, conditions and materials in words: the same in every table that a person sees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from quinary.points.processing import processing_in_words
from quinary.wording import rounded, with_spread

__all__ = [
    "asked_text",
    "domain_text",
    "estimate_text",
    "method_text",
    "obtained_text",
    "source_text",
    "state_text",
    "value_text",
]


def value_text(point: Mapping[str, Any]) -> str:
    """A value with its uncertainty and unit, numbers to four digits: `4.46 ± 0.12 GPa`, `> 1100 MPa`, `3.2 to 3.4 GPa`."""
    spread = "" if point["uncertainty"] is None else f" ± {rounded(point['uncertainty'], 2)}"
    return f"{_number_text(point)}{spread} {point['unit']}".strip()


def estimate_text(found: Mapping[str, Any], *, has_unit: bool = True) -> str:
    """What a prediction or a rung found: `3158 ± 160 K`, of a class its probability: `BCC (probability 0.88)`."""
    value, spread = found["value"], found["uncertainty"]
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{value} (probability {1.0 - spread:.2f})"
    return f"{with_spread(value, spread)} {found['unit'] if has_unit else ''}".rstrip()


def asked_text(models: Mapping[str, str]) -> list[str]:
    """Who answered, a line for each quantity that somebody was asked about."""
    return [f"{name} by {who}" for name, who in models.items() if who]


def method_text(method: str) -> str:
    """A method without how the uncertainty of a learned model was found, which --json says in full."""
    first, *others = method.split("; ")
    return "; ".join([first.partition(", ± is")[0], *others])


def domain_text(*are_inside: bool) -> str:
    """`inside` if all of them lie in the domain of their method, else `outside`."""
    return "inside" if all(are_inside) else "outside"


def _number_text(point: Mapping[str, Any]) -> str:
    value, low, high = point["value"], point["low"], point["high"]
    if isinstance(value, str):
        return value
    if low is None or high is None:
        return rounded(value)
    if math.isinf(high):
        return f"> {rounded(low)}"
    return f"< {rounded(high)}" if math.isinf(low) else f"{rounded(low)} to {rounded(high)}"


def state_text(structure: Sequence[str] | None, processing: Sequence[str] | None) -> str:
    """What tells materials of one composition apart: `BCC, as-cast + annealed`."""
    known = [part for part in ("+".join(structure or ()), processing_in_words(processing or ())) if part]
    return ", ".join(known) or "not reported"


def obtained_text(point: Mapping[str, Any]) -> str:
    """How a value was obtained; the loop is named where it is not the literature."""
    return str(point["method"] if point["origin"] == "literature" else f"{point['method']} ({point['origin']})")


def source_text(point: Mapping[str, Any]) -> str:
    """The DOI of a value, or the name of its source."""
    return str(point["doi"] or point["source"])
