"""Ternary sections as a page that works without a network: coloured triangles, values on hover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.exploring import Section, value_range
from quinary.figures.style import LIGHT, SEQUENTIAL, axis_title

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["sections_page"]

_WIDTH: Final = 430  # pixels of one triangle
_PER_ROW: Final = 3


def sections_page(sections: Sequence[Section], name: str) -> str:
    """An HTML page with one triangle a section; open circles lie outside the domain, and what has no value stays empty."""
    from plotly.subplots import make_subplots

    n_columns = min(_PER_ROW, len(sections))
    n_rows = -(-len(sections) // n_columns)
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        specs=[[{"type": "ternary"}] * n_columns for _ in range(n_rows)],
        subplot_titles=[_title(section) for section in sections],
    )
    low, high = value_range(list(sections))
    for number, section in enumerate(sections):
        figure.add_trace(
            _trace(section, (low, high), name, has_bar=number == 0), number // n_columns + 1, number % n_columns + 1
        )
        figure.update_layout({f"ternary{number + 1 if number else ''}": _axes(section)})
    figure.update_layout(
        width=_WIDTH * n_columns + 120,
        height=_WIDTH * n_rows,
        paper_bgcolor=LIGHT["page"],
        font_color=LIGHT["ink"],
        showlegend=False,
    )
    page: str = figure.to_html(include_plotlyjs=True, full_html=True)
    return page


def _title(section: Section) -> str:
    if not section.rest:
        return ""
    return f"{' '.join(section.rest)}: {section.rest_fraction:.0%} in equal parts"


def _trace(section: Section, limits: tuple[float, float], name: str, *, has_bar: bool) -> go.Scatterternary:
    import plotly.graph_objects as go

    has_value = np.isfinite(section.values)  # a marker without one would be drawn in a colour of its own
    first, second, third = (section.fractions[has_value, column] for column in range(3))
    return go.Scatterternary(
        a=first,
        b=second,
        c=third,
        mode="markers",
        customdata=section.spreads[has_value],
        marker={
            "color": section.values[has_value],
            "cmin": limits[0],
            "cmax": limits[1],
            "colorscale": [[place, LIGHT[_bare(shade)]] for place, shade in SEQUENTIAL],
            "size": 9,
            "symbol": ["circle" if is_covered else "circle-open" for is_covered in section.is_covered[has_value]],
            "showscale": has_bar,
            "colorbar": {"title": axis_title(name)},
            "line": {"width": 0.5, "color": LIGHT["rule"]},
        },
        hovertemplate=f"{section.corners[0]} %{{a:.2f}}, {section.corners[1]} %{{b:.2f}}, {section.corners[2]} %{{c:.2f}}"
        "<br>%{marker.color:.4g} ± %{customdata:.2g}<extra></extra>",
    )


def _bare(shade: str) -> str:
    """`var(--sequential-1)` -> `sequential-1`."""
    return shade.removeprefix("var(--").removesuffix(")")


def _axes(section: Section) -> dict[str, Any]:
    axes = zip("abc", section.corners, strict=True)
    return {f"{letter}axis": {"title": {"text": symbol}, "tickformat": ".1f"} for letter, symbol in axes} | {
        "bgcolor": LIGHT["surface"]
    }
