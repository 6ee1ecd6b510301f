"""The look of every figure and of the report: one place for colours, fonts, axes and the names of properties on them.

A figure never holds a colour. It holds the name of one, as `var(--training)`; the page turns names into the colours of the
light or the dark scheme when it draws. Categories are distinguishable with the common kinds of colour blindness and are
never told by colour alone (Wong 2011, 10.1038/nmeth.1618).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from quinary.outgoing import escaped, visible
from quinary.points.quantity import quantity_named

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = [
    "CATEGORIES", "DARK", "DENSITY", "DIVERGING", "LIGHT", "LOOP_COLOURS", "SEQUENTIAL", "SYMBOLS",
    "axis_title", "colour",
    "css_variables", "marked_up", "new_figure", "put_legend_above", "shown", "symbol_of", "template", "titled", "unit_of",
]  # fmt: skip

LIGHT: Final[Mapping[str, str]] = {
    "page": "#f6f7f9", "surface": "#ffffff", "ink": "#1c2128", "muted": "#566070", "rule": "#d5dae1", "grid": "#e8ebef",
    "link": "#0b5cad", "training": "#0072b2", "generated": "#d55e00", "known": "#8a94a3", "wanted": "#b3123a",
    "median": "#1c2128", "bar": "#7fa9cf", "band": "rgba(179,18,58,0.13)", "region": "rgba(86,96,112,0.55)",
    "case-1": "#0072b2", "case-2": "#d55e00", "case-3": "#00805c", "case-4": "#a3307f",
    "sequential-0": "#ffffff", "sequential-1": "#d3e3f3", "sequential-2": "#72add6", "sequential-3": "#1c66ad",
    "sequential-4": "#08306b",
    "density-0": "#a9cce6", "density-1": "#4d9acb", "density-2": "#1560a0", "density-3": "#082c5c",
    "diverging-0": "#2166ac", "diverging-1": "#92c5de", "diverging-2": "#f6f6f6", "diverging-3": "#f4a582",
    "diverging-4": "#b2182b",
    "literature": "#00805c", "prediction": "#b97800", "validation": "#c2442b", "generation": "#0072b2",
    "passed": "#00734f", "failed": "#b3123a", "uncertain": "#8a5a00", "skipped": "#566070",
}  # fmt: skip

DARK: Final[Mapping[str, str]] = {
    "page": "#0e1217", "surface": "#161b22", "ink": "#e6eaf0", "muted": "#a2adbb", "rule": "#343c47", "grid": "#262d36",
    "link": "#7db8ff", "training": "#56b4e9", "generated": "#f5903d", "known": "#7d8896", "wanted": "#ff6f8f",
    "median": "#e6eaf0", "bar": "#3f6f9c", "band": "rgba(255,111,143,0.18)", "region": "rgba(162,173,187,0.55)",
    "case-1": "#56b4e9", "case-2": "#f5903d", "case-3": "#2fc79b", "case-4": "#e58fc9",
    "sequential-0": "#161b22", "sequential-1": "#23507c", "sequential-2": "#3a82c4", "sequential-3": "#83bdf0",
    "sequential-4": "#e9f4ff",
    "density-0": "#24517a", "density-1": "#3b88c4", "density-2": "#8cc4f2", "density-3": "#f0f8ff",
    "diverging-0": "#6db7f5", "diverging-1": "#2b6695", "diverging-2": "#20262e", "diverging-3": "#9c4a3a",
    "diverging-4": "#ff8d76",
    "literature": "#2fc79b", "prediction": "#e6a532", "validation": "#f0745a", "generation": "#56b4e9",
    "passed": "#3ecf9e", "failed": "#ff7b93", "uncertain": "#eab04e", "skipped": "#a2adbb",
}  # fmt: skip

_FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
Scale = list[tuple[float, str]]


def colour(name: str) -> str:
    """The name of a colour as figures and style sheets hold it.

    Raises:
        KeyError: no scheme has such a colour.
    """
    if name not in LIGHT:
        raise KeyError(name)
    return f"var(--{name})"


def _scale(name: str, stops: tuple[float, ...]) -> Scale:
    return [(stop, colour(f"{name}-{number}")) for number, stop in enumerate(stops)]


# Fractions of elements are mostly below a half: the scale spends its first half on the first third.
SEQUENTIAL: Final = _scale("sequential", (0.0, 0.12, 0.35, 0.65, 1.0))
DENSITY: Final = _scale("density", (0.0, 0.3, 0.65, 1.0))
DIVERGING: Final = _scale("diverging", (0.0, 0.25, 0.5, 0.75, 1.0))
CATEGORIES: Final = tuple(colour(f"case-{number}") for number in (1, 2, 3, 4))
SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up")
LOOP_COLOURS: Final = {loop: colour(loop) for loop in ("literature", "prediction", "validation", "generation")}


def css_variables(scheme: Mapping[str, str]) -> str:
    """A scheme as the body of a style-sheet rule: `--page: #f6f7f9; ...`."""
    return " ".join(f"--{name}: {value};" for name, value in scheme.items())


def template() -> dict[str, Any]:
    """The Plotly template of every figure; the page carries it once."""
    axis = {
        "gridcolor": colour("grid"), "linecolor": colour("rule"), "zeroline": False, "ticks": "",
        "automargin": True, "ticklabelstandoff": 3,
        "title": {"font": {"size": 13}, "standoff": 8}, "tickfont": {"size": 11.5, "color": colour("muted")},
    }  # fmt: skip
    bar = {
        "outlinewidth": 0,
        "thickness": 11,
        "tickfont": {"size": 11, "color": colour("muted")},
        "title": {"font": {"size": 12}},
    }
    return {
        "layout": {
            "font": {"family": _FONTS, "size": 13, "color": colour("ink")},
            "paper_bgcolor": colour("surface"), "plot_bgcolor": colour("surface"),
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "xaxis": axis, "yaxis": axis, "hovermode": "closest", "dragmode": False, "bargap": 0.25,
            "hoverlabel": {
                "bgcolor": colour("surface"), "bordercolor": colour("rule"), "font": {"size": 12.5, "color": colour("ink")},
            },
            "legend": {
                "orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "font": {"size": 12},
                "bgcolor": "rgba(0,0,0,0)", "itemclick": False, "itemdoubleclick": False,
            },
        },
        "data": {"heatmap": [{"colorbar": bar}], "scatter": [{"marker": {"colorbar": bar}}]},
    }  # fmt: skip


def new_figure() -> go.Figure:
    """An empty figure without Plotly's own template: the page puts ours in its place."""
    import plotly.graph_objects as go

    return go.Figure(layout={"template": None})


def put_legend_above(figure: go.Figure, n_lines: int = 2) -> None:
    """Keep lines above the axes for the legend, as many in all panels side by side so that they stay level."""
    figure.update_layout(margin={"t": 10 + 22 * n_lines}, legend={"yref": "container", "y": 1, "yanchor": "top"})


_SUBSCRIPT: Final = re.compile(r"\b([A-Za-z]{1,5})_([A-Za-z0-9]{1,8})\b")
_SUPERSCRIPT: Final = re.compile(r"\^(-?\d+(?:\.\d+)?)")


def shown(value: Any) -> Any:
    """A value as a template writes it: text from the data is shown and does nothing; what is marked as HTML stays."""
    return visible(value) if type(value) is str else value


def marked_up(text: str) -> str:
    """Escaped HTML with sub- and superscripts: `K_Rice` and `m^0.5` as they are printed in papers."""
    return _SUPERSCRIPT.sub(r"<sup>\1</sup>", _SUBSCRIPT.sub(r"\1<sub>\2</sub>", escaped(text, quote=False)))


def symbol_of(name: str) -> str:
    """The symbol of a property, marked up."""
    return marked_up(quantity_named(name).symbol)


def unit_of(name: str) -> str:
    """The unit of a property, marked up."""
    return marked_up(quantity_named(name).unit)


def titled(name: str) -> str:
    """A property as the heading of a panel, not yet marked up: `Shear modulus G`."""
    quantity = quantity_named(name)
    return f"{quantity.entry.label.partition(' (')[0]} {quantity.symbol}"


def axis_title(name: str, before: str = "") -> str:
    """What stands on the axis of a property: `asked G (GPa)`."""
    unit = unit_of(name)
    return f"{before} {symbol_of(name)}{f' ({unit})' if unit else ''}".strip()
