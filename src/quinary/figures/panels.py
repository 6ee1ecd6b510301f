"""What a figure of a report is made of: panels side by side, a caption, and the numbers behind it as a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["FigureTable", "Panel", "ReportFigure"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot.

    Attributes:
        description: what can be seen, for readers who cannot see it.
        height: in pixels; the width is what the page has.
    """

    id: str
    title: str
    plot: go.Figure
    height: int
    description: str

    def as_json(self) -> str:
        """Traces and layout as JSON that is safe inside a page: no `<` in it can end a script."""
        return json.dumps(self._plain(), separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")

    def _plain(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.plot.to_json(validate=False))  # NaN becomes null, arrays become base64
        found["layout"].pop("template", None)
        return found


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Numbers already written as text; the columns named in `text_columns` and the first one are set to the left."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """Panels with one caption.

    Attributes:
        layout: `pair` (side by side where there is room), `columns` (the same, filled
            downwards), `stack` (one below the other) or `wide` (scrolls where there is not).
        counterpart: the figure of S1 that it answers, or empty.
    """

    id: str
    panels: tuple[Panel, ...]
    caption: str
    counterpart: str = ""
    layout: str = "pair"
    table: FigureTable | None = None
