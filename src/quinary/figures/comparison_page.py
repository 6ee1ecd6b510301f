"""The page of a comparison with the literature: one's own values over the median, with the range that is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from quinary.figures.style import LIGHT, titled
from quinary.points.conditions import conditions_in_words

__all__ = ["comparison_page"]

# Pixels: of a value, of a panel around its values, between panels (the words below one axis and the title of the next), of the
# title of the page, of title and legend (two lines on a telephone) with the title of the first panel, and below the last axis
_ROW: Final = 26
_FRAME: Final = 30
_BETWEEN: Final = 110
_TITLE: Final = 44
_HEAD: Final = 140
_FOOT: Final = 60


def comparison_page(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    """An HTML page that works without a network, one panel a property; `rows` as `quinary compare --json` prints them.

    Each value stands as a ratio to the published median, so that strengths and hardnesses of any size share one axis. A
    hollow mark is beside the nearest published material, not the same one. Rows without numbers to compare with are left out.
    """
    from plotly.subplots import make_subplots

    names = list(dict.fromkeys(row["property"] for row in rows if _reference(row)))
    panels = [[row for row in rows if row["property"] == name and _reference(row)] for name in names]
    heights = [_ROW * len(panel) + _FRAME for panel in panels] or [_FRAME]
    height = sum(heights) + _BETWEEN * max(0, len(panels) - 1) + _HEAD + _FOOT
    figure = make_subplots(
        rows=max(1, len(panels)), cols=1, row_heights=heights, vertical_spacing=_BETWEEN / (height - _HEAD - _FOOT),
        subplot_titles=[f"{titled(name)}{_shared(panel)}" for name, panel in zip(names, panels, strict=True)],
    )  # fmt: skip
    for number, panel in enumerate(panels, 1):
        for trace in _traces(panel, is_first=number == 1):
            figure.add_trace(trace, row=number, col=1)
        figure.update_yaxes(autorange="reversed", row=number, col=1, automargin=True, tickfont={"size": 11})
        figure.update_xaxes(title="÷ median", gridcolor=LIGHT["grid"], row=number, col=1)
        figure.add_vline(x=1.0, line={"color": LIGHT["median"], "width": 1}, row=number, col=1)
    figure.update_annotations(x=1.0, xanchor="right")  # titles of panels: to the left there is room on a telephone, too
    figure.update_layout(
        title={"text": title, "x": 0.02, "yref": "container", "y": 1.0, "yanchor": "top", "pad": {"t": 14}}, autosize=True,
        height=height, paper_bgcolor=LIGHT["page"], plot_bgcolor=LIGHT["surface"], font={"color": LIGHT["ink"]},
        margin={"l": 10, "r": 10, "t": _HEAD, "b": _FOOT},
        legend={
            "orientation": "h", "x": 0.02, "xref": "container", "yref": "container", "y": 1 - _TITLE / height,
            "yanchor": "top",
        },
    )  # fmt: skip
    page: str = figure.to_html(include_plotlyjs=True, full_html=True, config={"responsive": True})
    return page


def _reference(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a value is drawn against: the same material, else the nearest; None of classes and without a median."""
    found = row if row["n"] else row["nearest"]
    is_number = found is not None and isinstance(found["median"], float) and isinstance(row["mine"], float)
    return found if found is not None and is_number and found["median"] > 0 else None


def _traces(panel: Sequence[Mapping[str, Any]], *, is_first: bool) -> list[Any]:
    """The published range as a bar and one's own value as a mark."""
    import plotly.graph_objects as go

    beside = [found for row in panel if (found := _reference(row)) is not None]
    labels = [f"{number}. {row['formula']}{'' if _shared(panel) else _at(row)}" for number, row in enumerate(panel, 1)]
    said = [_words(row, found) for row, found in zip(panel, beside, strict=True)]
    lows, highs = ([found[side] / found["median"] for found in beside] for side in ("low", "high"))
    published = go.Scatter(
        x=[1.0] * len(panel), y=labels, mode="markers", name="published: median and range", showlegend=is_first,
        marker={"symbol": "line-ns-open", "size": 12, "color": LIGHT["literature"]}, text=said, hoverinfo="text",
        error_x={
            "type": "data", "symmetric": False, "array": [high - 1 for high in highs],
            "arrayminus": [1 - low for low in lows], "color": LIGHT["literature"], "thickness": 3, "width": 6,
        },
    )  # fmt: skip
    mine = go.Scatter(
        x=[row["mine"] / found["median"] for row, found in zip(panel, beside, strict=True)], y=labels, mode="markers",
        name="mine (hollow: beside the nearest material)", showlegend=is_first, text=said, hoverinfo="text",
        marker={
            "symbol": ["circle" if row["n"] else "circle-open" for row in panel], "size": 10, "color": LIGHT["generated"],
            "line": {"width": 2},
        },
    )  # fmt: skip
    return [published, mine]


def _at(row: Mapping[str, Any]) -> str:
    return f", {conditions_in_words(row['conditions'])}" if row["conditions"] else ""


def _shared(panel: Sequence[Mapping[str, Any]]) -> str:
    """The conditions that all values of a panel have, which then stand in its title; empty where they differ."""
    found = {_at(row) for row in panel}
    return found.pop() if len(found) == 1 else ""


def _words(row: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    of = "" if row["n"] else f" of {found['formula']}, {100 * found['distance']:.2g} at.% away"
    return (
        f"{row['formula']}: mine {row['mine']:.4g}, published{of} {found['median']:.4g} "
        f"({found['low']:.4g} to {found['high']:.4g}, {found['n']}) {row['unit']}"
    )
