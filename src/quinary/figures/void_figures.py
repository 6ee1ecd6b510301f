"""What the store lacks, and how much of it the loops have filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quinary.figures.panels import Panel, ReportFigure
from quinary.figures.style import LOOP_COLOURS, colour, new_figure
from quinary.points.properties import property_named

__all__ = ["void_counts"]

_LOOPS: Final = {
    "literature": "Literature loop: to be found in papers, or measured",
    "prediction": "Prediction loop: to be filled by predictors",
    "validation": "Validation loop: to be judged by the ladder",
    "generation": "Generation loop",
}


def void_counts(voids: Mapping[str, Mapping[str, tuple[int, int]]]) -> ReportFigure:
    """Voids before and after filling, one panel a loop; `voids` maps loop -> property -> (before, after)."""
    highest = max((n for counts in voids.values() for pair in counts.values() for n in pair), default=1)
    before, after = (sum(pair[index] for counts in voids.values() for pair in counts.values()) for index in (0, 1))
    return ReportFigure(
        "voids",
        tuple(_loop_panel(loop, counts, max(1, highest)) for loop, counts in voids.items() if counts),
        f"A void is a value that the policy asks for and the store lacks: {before:,} before the loops ran, "
        f"{after:,} after. Pale bars: "
        "before; full bars: what is still missing. Voids of the literature loop remain until someone enters or "
        "measures the value.",
        layout="columns",
    )


def _loop_panel(loop: str, counts: Mapping[str, tuple[int, int]], highest: int) -> Panel:
    """Bars from full width down; each name stands above its bar, so that all panels share one scale at any width."""
    ordered = sorted(counts.items(), key=lambda entry: (entry[1][1], entry[1][0]), reverse=True)
    names = [property_named(name).label.partition(" (")[0] for name, _ in ordered]
    rows = list(range(len(ordered)))
    shade = LOOP_COLOURS.get(loop, colour("training"))
    figure = new_figure()
    for index, opacity, said in ((0, 0.28, "before"), (1, 1.0, "after")):
        figure.add_bar(
            y=rows, x=[pair[index] for _, pair in ordered], orientation="h", width=0.32, showlegend=False, customdata=names,
            marker={"color": shade, "opacity": opacity}, hovertemplate="%{customdata}: %{x:,} " + said + "<extra></extra>",
        )  # fmt: skip
    for row, (name, (_, (before, after))) in enumerate(zip(names, ordered, strict=True)):
        figure.add_annotation(
            x=0,
            y=row,
            yshift=15,
            text=f"{name}: <b>{before:,} → {after:,}</b>",
            xanchor="left",
            showarrow=False,
            font={"size": 12.5},
        )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, 1.01 * highest], visible=False)
    figure.update_yaxes(range=[len(rows) - 0.6, -0.9], visible=False)
    text = "; ".join(f"{name} {before:,} before, {after:,} after" for name, (before, after) in ordered)
    return Panel(f"voids-{loop}", _LOOPS.get(loop, loop), figure, 30 + 38 * len(rows), f"Bar chart. {text}.")
