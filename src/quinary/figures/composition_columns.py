"""Alloys as columns of a heat map, one row an element: S1's way to show many compositions at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.figures.panels import Panel
from quinary.figures.style import SEQUENTIAL, axis_title, new_figure, symbol_of

__all__ = ["N_COLUMNS", "composition_columns"]

N_COLUMNS: Final = 60


def composition_columns(
    panel_id: str, title: str, elements: Sequence[str], fractions: NDArray[np.float64], moduli: NDArray[np.float64]
) -> Panel:
    """Up to 60 of the alloys (rows of `fractions`), drawn at random with a fixed seed, in the order of the shear modulus.

    `fractions` has shape (N, n_elements) over `elements`; `moduli` are the shear moduli in GPa, shape (N,).
    """
    generator = np.random.default_rng(0)
    chosen = generator.choice(len(fractions), size=min(N_COLUMNS, len(fractions)), replace=False)
    chosen = chosen[np.argsort(moduli[chosen], kind="stable")]
    figure = new_figure()
    figure.add_heatmap(
        z=np.round(100 * fractions[chosen].T, 1).astype(np.float32),
        y=list(elements),
        customdata=np.broadcast_to(np.round(moduli[chosen], 1), (len(elements), len(chosen))).astype(np.float32),
        hovertemplate=f"%{{y}}: %{{z:.1f}} at.%<br>{symbol_of('shear_modulus')} = %{{customdata:.1f}} GPa<extra></extra>",
        colorscale=SEQUENTIAL, zmin=0, zmax=100, xgap=1, ygap=1,
        colorbar={"title": {"text": "at.%", "side": "right"}, "len": 1.0, "tickvals": [0, 20, 40, 60, 80, 100]},
    )  # fmt: skip
    figure.update_xaxes(
        showticklabels=False, showgrid=False, title=f"{len(chosen)} alloys, {axis_title('shear_modulus')} rising →"
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, tickmode="linear", tickfont={"size": 11})
    return Panel(panel_id, title, figure, 96 + 17 * max(6, len(elements)), _description(title, elements, fractions))


def _description(title: str, elements: Sequence[str], fractions: NDArray[np.float64]) -> str:
    if not len(fractions):
        return f"{title}: no alloys."
    means = fractions.mean(axis=0)
    most = sorted(range(len(elements)), key=lambda index: -means[index])[:4]
    shares = ", ".join(f"{elements[index]} {100 * means[index]:.0f} at.%" for index in most)
    return f"{title}: compositions as columns of a heat map. On average most of {shares}."
