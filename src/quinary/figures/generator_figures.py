"""What the generator has learned: figures 4 and 5 of S1 (10.20517/jmi.2021.05) for any training set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.figures.composition_columns import composition_columns
from quinary.figures.generator_measures import (
    REGION_BORDERS,
    agreement,
    frequent_elements,
    local_density,
    presence_correlation,
    region_errors,
    shares_by_count,
)  # fmt: skip
from quinary.figures.panels import FigureTable, Panel, ReportFigure
from quinary.figures.records import ReportData
from quinary.figures.style import DENSITY, DIVERGING, axis_title, colour, new_figure, put_legend_above, titled, unit_of
from quinary.points.properties import property_named

__all__ = ["component_counts", "pair_correlations", "parity", "sample_columns", "shown_elements"]

_LEAST_SHARE: Final = 0.02  # elements in fewer alloys than this say nothing about pairs
_MOST_POINTS: Final = 2000
_LEAST_COUNT_SHARE: Final = 0.005
_HATCH: Final = {"size": 6, "solidity": 0.22, "fillmode": "overlay", "fgcolor": colour("surface")}


def shown_elements(data: ReportData) -> NDArray[np.intp]:
    """Columns of the elements in at least 2 % of the training alloys or of the samples, and of the rare ones named."""
    frequent = set(frequent_elements([data.real, data.generated], _LEAST_SHARE))
    named = {index for index, element in enumerate(data.elements) if element in data.rare_elements}
    return np.array(sorted(frequent | named), dtype=np.intp)


def pair_correlations(data: ReportData) -> ReportFigure:
    """Which elements are found together, in training and in generated alloys (S1, Fig. 4A)."""
    columns = shown_elements(data)
    names = [data.elements[index] for index in columns]
    real, generated = (presence_correlation(table[:, columns]) for table in (data.real, data.generated))
    both = np.abs(np.concatenate([real.ravel(), generated.ravel()]))
    limit = max(0.1, math.ceil(10 * np.nanmax(both)) / 10) if np.isfinite(both).any() else 1.0
    likeness = agreement(real, generated)
    said = (
        f"Pearson correlation between the two maps: {likeness:.2f}."
        if math.isfinite(likeness)
        else "Too few pairs to compare."
    )
    left_out = len(data.elements) - len(names)
    return ReportFigure(
        "pairs",
        (
            _pair_map("pairs-real", f"{len(data.real):,} training alloys", names, real, limit),
            _pair_map("pairs-generated", f"{len(data.generated):,} generated alloys", names, generated, limit),
        ),
        "Which elements are found together: correlation of the presence (above 1 at.%) of each pair of elements. "
        "Red pairs occur "
        f"together more often than by chance, blue pairs less often. {said}"
        + (f" Left out: {left_out} elements that fewer than 2 % of the alloys contain." if left_out else ""),
        "Fig. 4A",
    )  # fmt: skip


def _pair_map(panel_id: str, title: str, names: Sequence[str], values: NDArray[np.float64], limit: float) -> Panel:
    figure = new_figure()
    figure.add_heatmap(
        z=np.round(values, 3).astype(np.float32), x=list(names), y=list(names), colorscale=DIVERGING, zmin=-limit, zmax=limit,
        xgap=1, ygap=1, hoverongaps=False, hovertemplate="%{y} with %{x}: %{z:.2f}<extra></extra>",
        colorbar={"title": {"text": "correlation", "side": "right"}, "len": 1.0},
    )  # fmt: skip
    figure.update_xaxes(showgrid=False, tickmode="linear", tickangle=-90, tickfont={"size": 11})
    figure.update_yaxes(showgrid=False, tickmode="linear", autorange="reversed", tickfont={"size": 11})
    return Panel(panel_id, title, figure, 470, f"{title}: {_strongest_pair(names, values)}")


def _strongest_pair(names: Sequence[str], values: NDArray[np.float64]) -> str:
    if not np.isfinite(values).any():
        return "no pair of elements varies."
    high = divmod(int(np.nanargmax(values)), len(names))
    low = divmod(int(np.nanargmin(values)), len(names))
    return (
        f"heat map of pair correlations; strongest attraction {names[high[0]]} and {names[high[1]]} "
        f"({values[high]:.2f}), "
        f"strongest avoidance {names[low[0]]} and {names[low[1]]} ({values[low]:.2f})."
    )


def component_counts(data: ReportData) -> ReportFigure:
    """How many elements an alloy has, in training and in generated alloys (S1, Fig. 4B)."""
    tables = {"training": data.real, "generated": data.generated}
    every = {name: shares_by_count(fractions, len(data.elements)) for name, fractions in tables.items()}
    last = max(int((shares >= _LEAST_COUNT_SHARE).nonzero()[0].max(initial=1)) for shares in every.values())
    figure = new_figure()
    ticks = [str(number) for number in range(1, last)] + [f"≥ {last}"]
    for name, shares in every.items():
        percent = [100 * float(share) for share in (*shares[1:last], shares[last:].sum())]
        figure.add_bar(
            x=ticks, y=[round(share, 2) for share in percent], name=f"{name} alloys",
            marker={"color": colour(name), "pattern": {"shape": "/" if name == "generated" else "", **_HATCH}},
            hovertemplate="%{x} elements: %{y:.1f} %<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(title="elements above 1 at.%", type="category", showgrid=False)
    figure.update_yaxes(title="share of alloys (%)", rangemode="tozero")
    means = {name: sum(number * share for number, share in enumerate(shares)) for name, shares in every.items()}
    said = (
        f"On average {means['training']:.1f} elements in training alloys and {means['generated']:.1f} in generated ones"
    )
    panel = Panel("counts-both", "", figure, 300, f"Bar chart of the number of elements. {said}.")
    return ReportFigure("counts", (panel,), f"How many elements the alloys have. {said}.", "Fig. 4B", layout="stack")


def sample_columns(data: ReportData) -> ReportFigure:
    """Some training and some generated alloys as columns (S1, Fig. 4C)."""
    columns = shown_elements(data)
    names = [data.elements[index] for index in columns]
    tables = (
        ("columns-real", "Training alloys", data.real, data.real_values),
        ("columns-generated", "Generated alloys", data.generated, data.generated_values),
    )
    panels = tuple(
        composition_columns(panel_id, title, names, fractions[:, columns], values["shear_modulus"])
        for panel_id, title, fractions, values in tables
    )
    caption = (
        "Some compositions, drawn at random: each column is an alloy, darker (in the dark scheme lighter) is more of "
        "the element."
    )
    return ReportFigure("columns", panels, caption, "Fig. 4C")


def parity(data: ReportData) -> ReportFigure:
    """What was asked of the generator against what the linear combination says of its answer (S1, Fig. 5)."""
    names = [name for name in data.asked_values if name in data.generated_values]
    limit = (
        f" {_MOST_POINTS:,} of {len(data.generated):,} samples are drawn." if len(data.generated) > _MOST_POINTS else ""
    )
    return ReportFigure(
        "parity",
        tuple(_parity_panel(name, data.asked_values[name], data.generated_values[name]) for name in names),
        "What was asked of the generator against the value of the alloy that it made, from the linear "
        "combination of the elements "
        "and, for K_Rice, Rice's formula. On the line the answer is what was asked; darker (in the dark scheme "
        "lighter) points "
        f"are in more crowded places.{limit}",
        "Fig. 5",
        table=_error_table(data, names),
    )


def _parity_panel(name: str, asked: NDArray[np.float64], made: NDArray[np.float64]) -> Panel:
    both = np.isfinite(asked) & np.isfinite(made)
    x, y = asked[both], made[both]
    if len(x) > _MOST_POINTS:
        chosen = np.random.default_rng(0).choice(len(x), _MOST_POINTS, replace=False)
        x, y = x[chosen], y[chosen]
    density = local_density(x, y)
    order = np.argsort(density, kind="stable")  # crowded places on top
    figure = new_figure()
    low, high = (float(min(x.min(), y.min())), float(max(x.max(), y.max()))) if len(x) else (0.0, 1.0)
    margin = 0.03 * (high - low) or 1.0
    ends = [low - margin, high + margin]
    figure.add_scatter(
        x=x[order].astype(np.float32), y=y[order].astype(np.float32), mode="markers", showlegend=False,
        marker={"size": 4.5, "color": density[order].astype(np.float32), "colorscale": DENSITY, "opacity": 0.85},
        hovertemplate="asked %{x:.3~g}, made %{y:.3~g}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        line={"color": colour("wanted"), "width": 1.5},
        name="made = asked",
        hoverinfo="skip",
    )
    put_legend_above(figure, n_lines=1)
    if name == "shear_modulus":
        for border in REGION_BORDERS:
            figure.add_vline(x=border, line={"color": colour("region"), "dash": "dot", "width": 1.2})
    figure.update_xaxes(title=axis_title(name, "asked"), range=ends)
    figure.update_yaxes(title=axis_title(name, "made:"), range=ends)
    said = f"mean distance from the line {np.abs(x - y).mean():.3g} {unit_of(name)}" if len(x) else "no samples"
    return Panel(f"parity-{name}", titled(name), figure, 430, f"Parity plot, {len(x):,} points, {said}.")


def _error_table(data: ReportData, names: Sequence[str]) -> FigureTable | None:
    if "shear_modulus" not in names:
        return None
    rows = []
    for found in region_errors(data.asked_values, data.generated_values, names):
        cells = [_error_text(found.errors[name], found.relative[name]) for name in names]
        rows.append((found.region, f"{found.n_samples:,}", *cells))
    heads = tuple(f"mean error of {property_named(name).symbol} ({property_named(name).unit})" for name in names)
    return FigureTable(
        "Mean distance between asked and made, by the asked shear modulus (in brackets: of the mean asked value)",
        ("asked G", "samples", *heads),
        tuple(rows),
    )


def _error_text(error: float, relative: float) -> str:
    return f"{error:.2g} ({100 * relative:.0f} %)" if math.isfinite(error) else "–"
