"""The page of an explanation: importance, partial dependence, effects of elements and the formula, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from quinary.figures.style import LIGHT, axis_title
from quinary.outgoing import escaped

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from quinary.learning.explain import Explanation, Importance, PartialDependence

__all__ = ["explanation_page"]

_N_BARS: Final = 12
_N_ROW_CURVES: Final = 30


def explanation_page(found: Explanation, who: str = "") -> str:
    """An HTML page that works without a network; `who` answered for the elements, by default the explained model."""
    figures = [_importance(found), _elements(found, who or found.settings.model)] + [
        _curve(found, one) for one in found.curves
    ]
    parts = [
        figure.to_html(include_plotlyjs=number == 0, full_html=False) for number, figure in enumerate(figures) if figure
    ]
    name = escaped(found.table.property.replace("_", " "))
    body = "\n".join([f"<h1>{name}: what the data say</h1>", _words(found), *parts])
    style = f"body {{ background: {LIGHT['page']}; color: {LIGHT['ink']}; font-family: system-ui; margin: 2em; }}"
    head = f'<meta charset="utf-8"><title>{name}</title><style>{style}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'


def _words(found: Explanation) -> str:
    unit = f" {found.table.unit}" if found.table.unit else ""
    lines = [
        f"{len(found.table)} rows. Mean absolute error on unseen groups: {found.settings.model} "
        f"{found.model_error:.3g}{unit}, mean of the training rows {found.mean_error:.3g}{unit}, their median "
        f"{found.median_error:.3g}{unit}"
    ]
    if found.formula is not None:
        formula = found.formula
        lines.append(f"Formula: {formula.formula.text}")
        error = formula.held_out_error
        stated = "" if error is None else f"Its error on unseen groups: {error:.3g}{unit}. "
        lines.append(f"{stated}{formula.stability.text}")
    if found.law is not None:
        law = found.law.law
        name = "none beats the mean clearly" if law is None else f"{law.law.replace('_', ' ')} of the {law.scale}"
        errors = f"{found.law.held_out_error:.3g}{unit}, mean {found.mean_error:.3g}{unit}"
        lines.append(f"Mixing law: {name}; error on unseen groups {errors}")
    items = "".join(f"<li>{escaped(line)}</li>" for line in (*lines, *found.warnings))
    return f"<ul>{items}</ul>"


def _figure(title: str, x: str, y: str) -> go.Figure:
    import plotly.graph_objects as go

    layout: dict[str, Any] = {
        "title": title, "paper_bgcolor": LIGHT["page"], "plot_bgcolor": LIGHT["surface"], "font": {"color": LIGHT["ink"]},
        "xaxis": {"title": x, "gridcolor": LIGHT["grid"]}, "yaxis": {"title": y, "gridcolor": LIGHT["grid"]},
        "height": 380, "width": 820, "showlegend": False, "margin": {"l": 220 if not y else 80},
    }  # fmt: skip
    return go.Figure(layout=layout)


def _importance(found: Explanation) -> go.Figure:
    unit = f" ({found.table.unit})" if found.table.unit else ""
    figure = _figure("Importance: error added when shuffled", f"added mean absolute error{unit}", "")
    _bars(figure, found.permutation[:_N_BARS])
    return figure


def _bars(figure: go.Figure, ranked: Sequence[Importance]) -> None:
    shown = list(ranked)[::-1]
    labels = [one.names[0] + (f" (+{len(one.names) - 1})" if len(one.names) > 1 else "") for one in shown]
    figure.add_bar(
        x=[one.value for one in shown], y=labels, orientation="h", marker_color=LIGHT["training"],
        error_x={"type": "data", "array": [one.error for one in shown], "color": LIGHT["muted"]},
        hovertext=[", ".join(one.names) for one in shown],
    )  # fmt: skip


def _elements(found: Explanation, who: str) -> go.Figure | None:
    if not found.elements:
        return None
    shown = list(found.elements[:_N_BARS])[::-1]
    step = f"{100 * shown[0].step:.0f} at.% more"
    figure = _figure(
        f"Elements: change for {step}, as {who} answers", axis_title(found.table.property, "change of"), ""
    )
    figure.add_bar(
        x=[one.change for one in shown], y=[f"{one.element} ({one.n_rows} rows)" for one in shown], orientation="h",
        marker_color=LIGHT["generated"],
        error_x={"type": "data", "array": [one.spread for one in shown], "color": LIGHT["muted"]},
    )  # fmt: skip
    return figure


def _curve(found: Explanation, one: PartialDependence) -> go.Figure:
    figure = _figure(f"Partial dependence on {one.name}", one.name, axis_title(found.table.property, "predicted"))
    for curve in one.curves[:: max(1, len(one.curves) // _N_ROW_CURVES)]:
        figure.add_scatter(
            x=one.grid, y=curve, mode="lines", line={"color": LIGHT["rule"], "width": 1}, hoverinfo="skip"
        )
    figure.add_scatter(x=one.grid, y=one.mean, mode="lines", line={"color": LIGHT["training"], "width": 3})
    return figure
