"""The page of a map of compositions: rows by group, group centres and voids, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from quinary.figures.style import LIGHT

if TYPE_CHECKING:
    from quinary.learning.explain import ClusterMap

__all__ = ["cluster_page"]

_COLOURS: Final = (
    "case-1",
    "case-2",
    "case-3",
    "case-4",
    "prediction",
    "validation",
    "passed",
    "link",
    "muted",
    "wanted",
)
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "pentagon", "star", "hexagon", "bowtie")


def cluster_page(found: ClusterMap, formulas: Sequence[str], void_formulas: Sequence[str], title: str) -> str:
    """An HTML page that works without a network; `formulas` of the N rows, `void_formulas` of the voids."""
    import plotly.graph_objects as go

    axes = found.axes or ((0.0, ()), (0.0, ()))
    names = [
        f"axis {n + 1}: {share:.0%} ({', '.join(features)})" if features else ""
        for n, (share, features) in enumerate(axes)
    ]
    figure = go.Figure(
        layout={
            "title": title, "width": 980, "height": 760, "paper_bgcolor": LIGHT["page"], "plot_bgcolor": LIGHT["surface"],
            "font": {"color": LIGHT["ink"]}, "xaxis": {"title": names[0], "gridcolor": LIGHT["grid"]},
            "yaxis": {"title": names[1], "gridcolor": LIGHT["grid"]},
        }
    )  # fmt: skip
    for label in sorted(set(found.labels.tolist())):
        rows = [number for number, own in enumerate(found.labels.tolist()) if own == label]
        figure.add_scatter(
            x=found.coordinates[rows, 0], y=found.coordinates[rows, 1], mode="markers",
            name="in no group" if label < 0 else f"group {label + 1}", text=[formulas[number] for number in rows],
            marker={
                "color": LIGHT["known"] if label < 0 else LIGHT[_COLOURS[label % len(_COLOURS)]],
                "symbol": _SYMBOLS[label % len(_SYMBOLS)], "size": 7, "opacity": 0.75,
            },
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=[void.place[0] for void in found.voids], y=[void.place[1] for void in found.voids], mode="markers",
        name="void", text=list(void_formulas), hovertemplate="void, try %{text}<extra></extra>",
        marker={"symbol": "circle-open", "size": 22, "color": LIGHT["wanted"], "line": {"width": 2}},
    )  # fmt: skip
    page: str = figure.to_html(include_plotlyjs=True, full_html=True)
    return page
