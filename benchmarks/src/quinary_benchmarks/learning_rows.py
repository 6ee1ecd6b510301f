"""What the benches of learned models print: one line a figure."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["DEFAULT_TREES", "figure_row"]

DEFAULT_TREES: Final = 300  # in a forest of the benches


def figure_row(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """A line for a person: the first figure of ours and of the baseline."""
    first = next(iter(figures))
    low, high = figures["interval"]
    return {
        "what": name,
        "figure": first,
        "ours": round(figures[first], 3),
        "interval": f"{low:.3g} to {high:.3g}",
        "baseline": round(figures["baseline"][first], 3),
        "coverage": round(figures["coverage"], 3),
    }
