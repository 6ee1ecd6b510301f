"""The report of a main job: one HTML page with its figures, tables and scripts inside, which loads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from quinary.figures import style
from quinary.figures.generator_figures import component_counts, pair_correlations, parity, sample_columns
from quinary.figures.panels import ReportFigure
from quinary.figures.records import ReportData, TargetSamples
from quinary.figures.report_tables import candidate_rows, import_table, target_table, training_tables
from quinary.figures.target_figures import corner_columns, corner_map, element_trends, target_histograms
from quinary.figures.void_figures import void_counts
from quinary.files import write_whole
from quinary.outgoing import escaped
from quinary.points.properties import property_named

__all__ = ["ReportData", "TargetSamples", "render_report", "write_report"]

CANDIDATE_COLUMNS: Final = ("shear_modulus", "fracture_toughness_rice", "density", "price")
_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)?)")


def write_report(data: ReportData, path: Path) -> Path:
    """Write the page to `path`, whole or not at all, and return `path`.

    Raises:
        WorkError: the file cannot be written.
    """
    return write_whole(path, render_report(data))


def render_report(data: ReportData) -> str:
    """The page as text. Everything that comes from the data is escaped."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=style.shown
    )
    environment.filters["science"] = lambda text: Markup(style.marked_up(text))  # noqa: S704 - escapes first
    environment.filters["formula"] = lambda text: Markup(_subscripts(text))  # noqa: S704 - escapes first
    text = (files("quinary.figures") / "report.html").read_text(encoding="utf-8")
    sections = _sections(data)
    return environment.from_string(text).render(
        data=data,
        sections=sections,
        numbers={figure.id: number for number, figure in enumerate(_all_figures(sections), 1)},
        candidates=candidate_rows(data.candidates, data.verdicts, CANDIDATE_COLUMNS),
        candidate_heads=[_head(name) for name in CANDIDATE_COLUMNS],
        targets=target_table([*data.moduli_targets, *data.corner_targets]),
        imports=import_table(data.imports),
        training=training_tables(data.training),
        light=style.css_variables(style.LIGHT),
        dark=style.css_variables(style.DARK),
        template=json.dumps(style.template()).replace("<", "\\u003c"),
        plotly=get_plotlyjs(),
    )


def _subscripts(formula: str) -> str:
    """A formula as escaped HTML with its amounts as subscripts; it may break after each element."""
    return _NUMBER.sub(r"<sub>\1</sub><wbr>", escaped(formula))


def _sections(data: ReportData) -> dict[str, list[ReportFigure]]:
    """The figures of each section, in the order of the page; those without data are left out."""
    learned = [pair_correlations(data), component_counts(data), sample_columns(data)]
    if len(data.generated):
        learned.append(parity(data))
    design = [target_histograms(data), element_trends(data)] if data.moduli_targets else []
    if data.corner_targets:
        design += [corner_map(data), corner_columns(data)]
    missing = [void_counts(data.voids)] if any(data.voids.values()) else []
    return {"learned": learned, "design": design, "missing": missing}


def _all_figures(sections: dict[str, list[ReportFigure]]) -> Sequence[ReportFigure]:
    return [figure for figures in sections.values() for figure in figures]


def _head(name: str) -> dict[str, Any]:
    entry = property_named(name)
    symbols = {"density": "ρ", "price": "Price"}
    symbol = symbols.get(name, entry.symbol)
    return {
        "symbol": symbol,
        "unit": entry.unit,
        "label": entry.label,
    }
