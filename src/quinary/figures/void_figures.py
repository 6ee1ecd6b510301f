"""What the store lacks, and how much of it the loops have filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quinary.figures.panels import Panel, ReportFigure
from quinary.figures.style import LOOP_COLOURS, colour, new_figure, unit_of
from quinary.points.properties import property_named

__all__ = ["void_counts"]

_LOOPS: Final = {
    "literature": "Literature loop: to be found in papers, or measured",
    "prediction": "Prediction loop: to be filled by predictors",
    "validation": "Validation loop: to be judged by the ladder",
    "generation": "Generation loop",
}


def void_counts(voids: Mapping[str, Mapping[str, tuple[int, int]]]) -> ReportFigure:
    """Voids before and after filling by property, one panel a loop; `voids` maps loop -> property -> (before, after)."""
    highest = max((n for counts in voids.values() for pair in counts.values() for n in pair), default=1)
    before, after = (sum(pair[index] for counts in voids.values() for pair in counts.values()) for index in (0, 1))
    return ReportFigure(
        "voids",
        tuple(_loop_panel(loop, counts, max(1, highest)) for loop, counts in voids.items() if counts),
        f"A void is a value that the policy asks for and the store lacks: {before:,} before the loops ran, {after:,} after. Pale bars: "
        "before; full bars: what is still missing. Voids of the literature loop remain until someone enters or measures the value.",
        layout="stack",
    )


def _loop_panel(loop: str, counts: Mapping[str, tuple[int, int]], highest: int) -> Panel:
    ordered = sorted(counts.items(), key=lambda entry: (entry[1][1], entry[1][0]), reverse=True)
    names = [_label(name) for name, _ in ordered]
    shade = LOOP_COLOURS.get(loop, colour("training"))
    figure = new_figure()
    for index, opacity, width, said in ((0, 0.28, 0.74, "before"), (1, 1.0, 0.4, "after")):
        figure.add_bar(
            y=names, x=[pair[index] for _, pair in ordered], orientation="h", name=said, width=width,
            marker={"color": shade, "opacity": opacity}, hovertemplate="%{y}: %{x:,} " + said + "<extra></extra>", showlegend=False,
        )  # fmt: skip
    figure.add_scatter(
        y=names, x=[max(pair) for _, pair in ordered], mode="text", text=[f"  {b:,} → {a:,}" for _, (b, a) in ordered],
        textposition="middle right", textfont={"size": 12}, hoverinfo="skip", showlegend=False, cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, 1.32 * highest], showticklabels=False, showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    text = "; ".join(f"{name} {before:,} before, {after:,} after" for name, (before, after) in ordered)
    return Panel(f"voids-{loop}", _LOOPS.get(loop, loop), figure, 24 + 29 * len(ordered), f"Bar chart. {text}.")


def _label(name: str) -> str:
    unit = unit_of(name)
    short = property_named(name).label.partition(" (")[0]
    return f"{short} ({unit})" if unit else short
