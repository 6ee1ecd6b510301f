"""How near the generator comes to what is asked: figures 6 to 8 of S1 (10.20517/jmi.2021.05) for any wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.figures.composition_columns import composition_columns
from quinary.figures.generator_measures import (
    element_frequency,
    frequent_elements,
    order_by_trend,
    smoothed_counts,
    trend,
)
from quinary.figures.panels import Panel, ReportFigure
from quinary.figures.records import ReportData, TargetSamples
from quinary.figures.style import (
    CATEGORIES,
    SEQUENTIAL,
    SYMBOLS,
    axis_title,
    colour,
    new_figure,
    put_legend_above,
    titled,
    unit_of,
)
from quinary.outgoing import escaped
from quinary.points.properties import property_named

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["corner_columns", "corner_map", "element_trends", "target_histograms"]

SHOWN: Final = ("shear_modulus", "fracture_toughness_rice")
_LEAST_SHARE: Final = 0.05
_N_BINS: Final = 44
_MOST_POINTS: Final = 300
_SLACK_OF_MEDIANS: Final = 0.01  # of the largest median: what a thousand samples leave open
_SLACK_OF_SHARES: Final = 0.05  # three standard errors of a share of a thousand samples
_LINKED: Final = 0.5  # correlation from which two quantities are said to go together
_PLACE: Final = "G %{x:.1f} GPa, K<sub>Rice</sub> %{y:.3f} MPa m<sup>0.5</sup>"


def target_histograms(data: ReportData) -> ReportFigure:
    """Histograms of modulus and toughness for each wished shear modulus, one row a wish (S1, Fig. 6, top)."""
    names = [name for name in SHOWN if all(name in entry.values for entry in data.moduli_targets)]
    return ReportFigure(
        "targets",
        tuple(_histogram_panel(name, data) for name in names),
        "What the generator makes when only the shear modulus is asked for, one row for each wish. The band "
        "reaches as far from the "
        "wish as the nearest known alloy is: where it is narrow, looking up a known alloy is a "
        f"strong rival. {_unasked(names, data.moduli_targets)}Heights are shares of the alloys in each bin, on one scale "
        "for all rows.",
        "Fig. 6, top",
    )


def _unasked(names: Sequence[str], targets: Sequence[TargetSamples]) -> str:
    """What the medians of the quantities that nobody asked for do in this run, one sentence for each."""
    said = ""
    for name in names:
        medians = [float(np.median(entry.values[name])) for entry in targets if len(entry.values[name])]
        if len(medians) > 1 and not any(name in entry.wanted for entry in targets):
            course = trend(medians, _SLACK_OF_MEDIANS * max(map(abs, medians)))
            said += (
                f"{titled(name)} was not asked for; its median {course} with the wish "
                f"({', '.join(f'{median:.3g}' for median in medians)} {property_named(name).unit}). "
            )
    return said


def _histogram_panel(name: str, data: ReportData) -> Panel:
    from plotly.subplots import make_subplots

    targets = data.moduli_targets
    edges = _edges([entry.values[name] for entry in targets], [w for entry in targets if (w := entry.wanted.get(name))])
    shares = [_shares(entry.values[name], edges) for entry in targets]
    known = _shares(data.real_values.get(name, np.zeros(0)), edges)
    top = 1.25 * max(float(max(found.max(), known.max())) for found in shares)
    figure = make_subplots(rows=len(targets), cols=1, shared_xaxes=True, vertical_spacing=0.16 / (len(targets) + 1))
    figure.update_layout(template=None)
    for row, (entry, found) in enumerate(zip(targets, shares, strict=True), 1):
        _add_histogram(figure, row, edges, found, known)
        _add_marks(figure, row, name, entry, top)
        _add_label(figure, row, name, entry, float(edges[0] + edges[-1]) / 2)
    figure.update_layout(bargap=0)
    put_legend_above(figure)
    figure.update_yaxes(range=[0, top], showticklabels=False, showgrid=False, title={"font": {"size": 12}})
    figure.update_xaxes(range=[edges[0], edges[-1]])
    figure.update_xaxes(title=axis_title(name), row=len(targets), col=1)
    medians = "; ".join(
        f"{entry.name}: median {np.median(entry.values[name]):.3g}" for entry in targets if len(entry.values[name])
    )
    is_asked = any(name in entry.wanted for entry in targets)
    title = titled(name) if is_asked else f"{titled(name)}, not asked for"
    return Panel(
        f"targets-{name}", title, figure, 110 + 118 * len(targets), f"Histograms in {unit_of(name)}. {medians}."
    )


def _edges(columns: Sequence[NDArray[np.float64]], wanted: Sequence[float]) -> NDArray[np.float64]:
    """The edges of bins that all rows share: the samples without the outermost hundredth, and every wish."""
    parts = [column[np.isfinite(column)] for column in columns]
    ends = [float(end) for part in parts if len(part) for end in np.quantile(part, (0.005, 0.995))] + [*wanted]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    margin = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    return np.linspace(max(0.0, low - margin), high + margin, _N_BINS + 1)


def _shares(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the values in each bin, in percent of all values (those outside the bins count too)."""
    counts: NDArray[np.float64] = 100 * np.histogram(values, edges)[0] / max(1, len(values))
    return counts


def _add_histogram(
    figure: go.Figure, row: int, edges: NDArray[np.float64], shares: NDArray[np.float64], known: NDArray[np.float64]
) -> None:
    centres = (edges[:-1] + edges[1:]) / 2
    figure.add_bar(
        x=centres.round(4), y=shares.round(3), name="samples", legendgroup="samples", showlegend=row == 1,
        marker={"color": colour("bar"), "line": {"width": 0}}, hovertemplate="%{x:.3~g}: %{y:.1f} % of samples<extra></extra>",
        row=row, col=1,
    )  # fmt: skip
    if known.any():
        figure.add_scatter(
            x=centres.round(4), y=known.round(3), mode="lines", line={"shape": "hvh", "width": 1, "color": colour("known")},
            name="training alloys", legendgroup="known", showlegend=row == 1, hoverinfo="skip", row=row, col=1,
        )  # fmt: skip


def _add_marks(figure: go.Figure, row: int, name: str, entry: TargetSamples, top: float) -> None:
    values = entry.values[name]
    wanted = entry.wanted.get(name)
    if wanted is not None:
        reach = entry.nearest_known_error * wanted
        figure.add_scatter(
            x=[wanted - reach, wanted - reach, wanted + reach, wanted + reach], y=[0, top, top, 0], mode="lines",
            fill="toself", fillcolor=colour("band"), line={"width": 0}, name="nearest known alloys",
            legendgroup="band", showlegend=row == 1, hoverinfo="skip", row=row, col=1,
        )  # fmt: skip
        _add_upright(figure, row, wanted, top, name="asked", line={"color": colour("wanted"), "width": 2})
    if len(values):
        _add_upright(
            figure,
            row,
            float(np.median(values)),
            top,
            name="median",
            line={"color": colour("median"), "width": 1.6, "dash": "dash"},
        )


def _add_label(figure: go.Figure, row: int, name: str, entry: TargetSamples, middle: float) -> None:
    """The name of the row and its median, at the side where the histogram is not."""
    values = entry.values[name]
    median = float(np.median(values)) if len(values) else 0.0
    said = f"median {median:.3g} {unit_of(name)}" if len(values) else "no samples"
    side = "right" if median < middle else "left"
    figure.add_annotation(
        text=f"<b>{escaped(entry.name)}</b><br>{said}", x=1 if side == "right" else 0, y=1, xref="x domain", yref="y domain",
        xanchor=side, yanchor="top", align=side, showarrow=False, font={"size": 12}, row=row, col=1,
    )  # fmt: skip


def _add_upright(figure: go.Figure, row: int, x: float, top: float, *, name: str, line: dict[str, object]) -> None:
    figure.add_scatter(
        x=[x, x], y=[0, top], mode="lines", line=line, name=name, legendgroup=name, showlegend=row == 1, hoverinfo="skip",
        row=row, col=1,
    )  # fmt: skip


def element_trends(data: ReportData) -> ReportFigure:
    """How often each element is used for each wished modulus, from falling to rising elements (S1, Fig. 6, bottom)."""
    targets = data.moduli_targets
    columns = frequent_elements([entry.fractions for entry in targets], _LEAST_SHARE)
    shares = np.array([element_frequency(entry.fractions)[columns] for entry in targets])
    order = order_by_trend(shares, np.array([entry.wanted.get("shear_modulus", 0.0) for entry in targets]))
    names = [data.elements[columns[index]] for index in order]
    figure = new_figure()
    percent = (100 * shares[:, order]).round(0).astype(np.float32)
    figure.add_heatmap(
        z=percent, x=names, y=[escaped(entry.name) for entry in targets], colorscale=SEQUENTIAL, zmin=0, zmax=100,
        texttemplate="%{z:.0f}", textfont={"size": 11}, xgap=2, ygap=2, showscale=False,
        hovertemplate="%{y}: %{z:.0f} % of the samples contain %{x}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(showgrid=False, tickmode="linear", side="top", tickangle=0, tickfont={"size": 12})
    figure.update_yaxes(showgrid=False, autorange="reversed")
    said = _courses(names, shares[:, order]) if len(targets) > 1 else ""
    panel = Panel("trends-map", "", figure, 60 + 40 * len(targets), f"Heat map of element frequency by wish. {said}")
    caption = (
        "Share of the samples (%) that contain each element above 1 at.%, elements from the steepest fall to the "
        "steepest rise with "
        f"the asked shear modulus. {said} Elements in fewer than 5 % of the samples of every wish are left out."
    )
    return ReportFigure("trends", (panel,), caption, "Fig. 6, bottom", layout="wide")


def _courses(names: Sequence[str], shares: NDArray[np.float64]) -> str:
    """Which elements fall and which rise in this run; `names` and columns run from the steepest fall to the steepest rise."""
    found = [trend([float(share) for share in column], _SLACK_OF_SHARES) for column in shares.T]
    falling = [name for name, course in zip(names, found, strict=True) if course == "falls"][:4]
    rising = [name for name, course in zip(names, found, strict=True) if course == "rises"][::-1][:4]
    n_unclear = found.count("shows no clear trend")
    return (
        f"Most falling: {', '.join(falling) or 'none'}. Most rising: {', '.join(rising) or 'none'}. "
        f"{n_unclear} of {len(names)} show no clear trend: they gain and lose less than 5 percentage points, or go to and fro."
    )


def corner_map(data: ReportData) -> ReportFigure:
    """Training alloys in the plane of modulus and toughness, the corners, and what was made for them (S1, Fig. 7)."""
    values = [[data.real_values[name], *(entry.values[name] for entry in data.corner_targets)] for name in SHOWN]
    wishes = [[entry.wanted[name] for entry in data.corner_targets if name in entry.wanted] for name in SHOWN]
    ranges = [_range(columns, wanted) for columns, wanted in zip(values, wishes, strict=True)]
    link = _correlation(*(data.real_values[name] for name in SHOWN))
    return ReportFigure(
        "corners",
        (_known_panel(data, ranges, link), _made_panel(data, ranges)),
        f"Shear modulus and emission toughness {_linked(link)} (Pearson correlation {link:.2f} over "
        f"{len(data.real):,} training alloys). Training alloys within 10 % of each wish: {_known_near(data)}. "
        "Lines enclose equal densities. Large symbols: what was asked for; "
        "small ones of the same kind: what the generator made.",
        "Fig. 7",
    )


def _linked(link: float) -> str:
    if link >= _LINKED:
        return "go together"
    return "go against each other" if link <= -_LINKED else "are hardly linked"


def _known_near(data: ReportData) -> str:
    found = (f"{entry.name.partition(':')[0]} {entry.n_training_near:,}" for entry in data.corner_targets)
    return escaped(", ".join(found))


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return float(np.corrcoef(x, y)[0, 1]) if len(x) > 2 and np.ptp(x) > 0 and np.ptp(y) > 0 else float("nan")


def _range(columns: Sequence[NDArray[np.float64]], wanted: Sequence[float]) -> list[float]:
    """The common range of both panels: all but the outermost 0.2 % of each set of alloys, and every wish."""
    ends = [float(end) for column in columns if len(column) for end in np.quantile(column, (0.002, 0.998))] + list(
        wanted
    )
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    margin = 0.06 * (high - low) or 1.0
    return [low - margin, high + margin]


def _known_panel(data: ReportData, ranges: Sequence[list[float]], link: float) -> Panel:
    x, y = (data.real_values[name] for name in SHOWN)
    figure = new_figure()
    figure.add_scatter(
        x=x.astype(np.float32), y=y.astype(np.float32), mode="markers", name="training alloys",
        marker={"size": 4.5, "color": colour("training"), "opacity": 0.45},
        hovertemplate=f"{_PLACE}<extra></extra>",
    )  # fmt: skip
    if len(x) > 2:
        x_centres, y_centres, counts = smoothed_counts(x, y)
        figure.add_contour(
            x=x_centres.round(3), y=y_centres.round(4), z=counts.T.round(3), ncontours=8, showscale=False, hoverinfo="skip",
            contours={"coloring": "none"}, line={"color": colour("median"), "width": 1}, name="density", showlegend=False,
        )  # fmt: skip
    _add_wishes(figure, data.corner_targets)
    _set_plane(figure, ranges)
    return Panel(
        "corners-known", "Training alloys and what is asked", figure, 440, f"Scatter plot; correlation {link:.2f}."
    )


def _made_panel(data: ReportData, ranges: Sequence[list[float]]) -> Panel:
    figure = new_figure()
    for number, entry in enumerate(data.corner_targets):
        x, y = (entry.values[name][:_MOST_POINTS].astype(np.float32) for name in SHOWN)
        kind = number % len(CATEGORIES)
        figure.add_scatter(
            x=x, y=y, mode="markers", name=escaped(entry.name), showlegend=False,
            marker={"size": 5, "color": CATEGORIES[kind], "symbol": SYMBOLS[kind], "opacity": 0.4},
            hovertemplate=f"{_PLACE}<extra>{escaped(entry.name)}</extra>",
        )  # fmt: skip
    _add_wishes(figure, data.corner_targets)
    _set_plane(figure, ranges)
    said = "; ".join(f"{entry.name}: {100 * entry.share_within:.0f} % within 10 %" for entry in data.corner_targets)
    return Panel("corners-made", "What the generator makes", figure, 440, f"Scatter plot of samples. {said}.")


def _add_wishes(figure: go.Figure, targets: Sequence[TargetSamples]) -> None:
    for number, entry in enumerate(targets):
        kind = number % len(CATEGORIES)
        x, y = (entry.wanted.get(name) for name in SHOWN)
        figure.add_scatter(
            x=[x], y=[y], mode="markers", name=escaped(entry.name),
            marker={
                "size": 15, "color": CATEGORIES[kind], "symbol": SYMBOLS[kind],
                "line": {"color": colour("surface"), "width": 2},
            },
            hovertemplate=f"asked: {_PLACE}<extra>{escaped(entry.name)}</extra>",
        )  # fmt: skip
        letter = entry.name.split(":", maxsplit=1)[0] if ":" in entry.name else "abcdefgh"[number % 8]
        figure.add_annotation(
            text=f"<b>{escaped(letter)}</b>", x=x, y=y, showarrow=False, xshift=-19, yshift=15, borderpad=2, borderwidth=1.5,
            bgcolor=colour("surface"), bordercolor=CATEGORIES[kind], font={"size": 13}, width=13,
        )  # fmt: skip


def _set_plane(figure: go.Figure, ranges: Sequence[list[float]]) -> None:
    put_legend_above(figure)
    figure.update_xaxes(title=axis_title(SHOWN[0]), range=ranges[0])
    figure.update_yaxes(title=axis_title(SHOWN[1]), range=ranges[1])


def corner_columns(data: ReportData) -> ReportFigure:
    """Samples for each corner as columns (S1, Fig. 8)."""
    columns = frequent_elements([entry.fractions for entry in data.corner_targets], _LEAST_SHARE)
    names = [data.elements[index] for index in columns]
    panels = tuple(
        composition_columns(
            f"samples-{number}", entry.name, names, entry.fractions[:, columns], entry.values["shear_modulus"]
        )
        for number, entry in enumerate(data.corner_targets)
    )
    caption = (
        "Some of the samples for each corner, as the generator makes them: each column is an alloy. Elements in "
        "fewer than 5 % of the "
        "samples of every corner are left out."
    )
    return ReportFigure("corner-samples", panels, caption, "Fig. 8")
