"""The report of a learned model: one HTML page with parity, calibration and learning curve inside, which loads nothing."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.figures import style
from quinary.figures.panels import FigureTable, Panel, ReportFigure
from quinary.figures.style import axis_title, colour, new_figure, put_legend_above
from quinary.files import write_whole
from quinary.learning.judging import main_score
from quinary.points.properties import property_named

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from quinary.learning.judging import Study
    from quinary.learning.keeping import Calibration, ModelCard

__all__ = ["render_learning_report", "write_learning_report"]

_LEVELS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_HEIGHT: Final = 380


def write_learning_report(study: Study, calibration: Calibration, card: ModelCard, path: Path) -> Path:
    """Write the page to `path`, whole or not at all, and return `path`.

    Raises:
        WorkError: the file cannot be written.
    """
    return write_whole(path, render_learning_report(study, calibration, card))


def render_learning_report(study: Study, calibration: Calibration, card: ModelCard) -> str:
    """The page as text. Everything that comes from the data is escaped."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=style.shown
    )
    environment.filters["science"] = lambda text: Markup(style.marked_up(text))  # noqa: S704 - escapes first
    text = (files("quinary.figures") / "learning_report.html").read_text(encoding="utf-8")
    figures = [_confusion(study) if study.table.is_class else _parity(study), _calibration(study, calibration)]
    if study.curve:
        figures.append(_curve(study))
    return environment.from_string(text).render(
        title=f"{property_named(card.property).label}: {card.model}",
        card=card,
        facts=_facts(study, calibration, card),
        scores=_score_table(study),
        figures=figures,
        light=style.css_variables(style.LIGHT),
        dark=style.css_variables(style.DARK),
        template=json.dumps(style.template()).replace("<", "\\u003c"),
        plotly=get_plotlyjs(),
    )


def _facts(study: Study, calibration: Calibration, card: ModelCard) -> list[tuple[str, str]]:
    unit = f" {card.unit}" if card.unit else ""
    width = "Mean number of classes in a set" if study.table.is_class else "Mean width of an interval"
    return [
        ("Rows, groups held out", f"{card.n_rows} rows, {card.n_groups} groups by {card.split}"),
        (main_score(study.table).replace("_", " "), f"{study.score.value:.4g}{unit}"),
        ("95 % interval", f"{study.score.low:.4g} to {study.score.high:.4g}{unit}"),
        ("The choice itself", f"{study.choice.value:.4g}{unit}"),
        ("With random folds", f"{study.random.value:.4g}{unit}"),
        ("Unseen rows inside 90 %", f"{calibration.coverage:.1%}"),
        (width, f"{calibration.width:.4g}{unit}"),
        ("Error, furthest quarter over nearest", f"{calibration.evidence['ratio']:.2f}"),
    ]


def _score_table(study: Study) -> FigureTable:
    names = list(study.chosen.scores)
    rows = tuple(
        (one.model, *(f"{v.value:.4g} ({v.low:.4g} to {v.high:.4g})" for v in one.scores.values()))
        for one in study.judgements
    )
    caption = (
        "Scores on rows of groups that the model had not seen, with 95 % intervals from resampling chemical systems"
    )
    return FigureTable(caption, ("model", *names), rows)


def _parity(study: Study) -> ReportFigure:
    """Predicted against true, held out, outliers of the domain told by symbol."""
    found, table = study.chosen.held_out, study.table
    truth = table.target[found.rows]
    low, high = float(min(truth.min(), found.predicted.min())), float(max(truth.max(), found.predicted.max()))
    figure = new_figure()
    figure.add_scatter(x=[low, high], y=[low, high], mode="lines", name="equal", line={"color": colour("known")})
    figure.add_scatter(
        x=np.round(truth, 4), y=np.round(found.predicted, 4), mode="markers", name="unseen rows",
        marker={"color": colour("training"), "size": 6, "opacity": 0.6}, text=table.groups["system"][found.rows],
    )  # fmt: skip
    _titles(figure, axis_title(table.property, "measured"), axis_title(table.property, "predicted"))
    description = f"{len(truth)} unseen rows: predicted against measured values, scattered about the line of equality"
    panel = Panel("parity", "Parity", figure, _HEIGHT, description)
    return ReportFigure(
        "parity", (panel,), "Every row predicted by a model that had not seen its group.", layout="stack"
    )


def _confusion(study: Study) -> ReportFigure:
    """How often each class is taken for which."""
    found, table = study.chosen.held_out, study.table
    names = np.unique(table.target)
    counts = np.zeros((len(names), len(names)))
    positions = np.searchsorted(names, table.target[found.rows]), np.searchsorted(names, found.predicted)
    np.add.at(counts, positions, 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = new_figure()
    figure.add_heatmap(
        z=np.round(shares, 3), x=names.tolist(), y=names.tolist(), colorscale=style.SEQUENTIAL, zmin=0, zmax=1,
        text=counts.astype(int), texttemplate="%{text}",
    )  # fmt: skip
    _titles(figure, "predicted", "true")
    panel = Panel("confusion", "Confusion", figure, _HEIGHT, "How often each true class is predicted as which class")
    return ReportFigure(
        "confusion", (panel,), "Counts of unseen rows; the colour is the share of the true class.", layout="stack"
    )


def _calibration(study: Study, calibration: Calibration) -> ReportFigure:
    """Share of unseen rows inside intervals or sets of growing confidence."""
    inside = _coverages(study)
    figure = new_figure()
    figure.add_scatter(x=[0.5, 1], y=[0.5, 1], mode="lines", name="ideal", line={"color": colour("known")})
    figure.add_scatter(
        x=list(_LEVELS), y=inside, mode="lines+markers", name="found", line={"color": colour("training")}
    )
    _titles(figure, "confidence", "share of unseen rows inside")
    put_legend_above(figure, 1)
    said = f"At 90 % confidence {calibration.coverage:.1%} of unseen rows are inside."
    panel = Panel("calibration", "Calibration", figure, _HEIGHT, said)
    return ReportFigure(
        "calibration", (panel,), f"{said} Each fold was calibrated on the errors in the others.", layout="stack"
    )


def _coverages(study: Study) -> list[float]:
    from quinary.learning.keeping import coverage_at

    return [round(coverage_at(study, level), 4) for level in _LEVELS]


def _curve(study: Study) -> ReportFigure:
    """The score against the number of rows to train on."""
    x = [point["n_rows"] for point in study.curve]
    figure = new_figure()
    figure.add_scatter(
        x=x, y=[point["value"] for point in study.curve], mode="lines+markers", name="unseen rows",
        line={"color": colour("training")},
        error_y={
            "type": "data", "symmetric": False, "array": [p["high"] - p["value"] for p in study.curve],
            "arrayminus": [p["value"] - p["low"] for p in study.curve],
        },
    )  # fmt: skip
    unit = f" ({study.table.unit})" if study.table.unit and not study.table.is_class else ""
    _titles(figure, "rows to train on", f"{main_score(study.table).replace('_', ' ')}{style.marked_up(unit)}")
    panel = Panel(
        "curve", "Learning curve", figure, _HEIGHT, "The score on the same unseen rows as training rows are added"
    )
    return ReportFigure(
        "curve", (panel,), "Same unseen rows throughout; bars are 95 % intervals. A curve that still falls says that more "
        "measurements of other systems would help.", layout="stack",
    )  # fmt: skip


def _titles(figure: go.Figure, x: str, y: str) -> None:
    layout: dict[str, Any] = {"xaxis": {"title": {"text": x}}, "yaxis": {"title": {"text": y}}}
    figure.update_layout(**layout)
