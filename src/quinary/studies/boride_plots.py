"""Structure plots of diborides, after Mooser and Pearson: where the AlB2 type lies, and labels of mixtures by that rule.

A diboride is a point (mean principal quantum number, electronegativity of boron less that of the metal); in such a plot
compounds of one structure type lie together (Mooser, Pearson 1959, 10.1107/S0365110X59002857). The line that keeps known
AlB2-type diborides apart from the others is fitted here, not drawn by eye. A mixture is called single-phase if its own
point and at least four in five of its metals' points lie on the side of AlB2.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.reference.elements import column, element_column

__all__ = ["METALS", "StructurePlot", "boride_plot", "equimolar_fives", "plot_points", "rule_labels"]

METALS: Final = ("Ti", "V", "Cr", "Zr", "Nb", "Mo", "Hf", "Ta", "W")

# Stable types at room temperature. MoB2 is of the AlB2 type only above some 1800 K; below it has layers of two kinds.
_ALB2: Final = ("Mg", "Al", "Sc", "Y", "Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mn")
_OTHERS: Final = ("Mo", "W", "Re", "Ru", "Os")
_BORONS: Final = 2.0
_MOST: Final = 0.8  # of the metals
_STEEP: Final = 1e3  # penalty of a point on the wrong side: all can be kept apart


@dataclass(frozen=True, slots=True)
class StructurePlot:
    """The line `weights` . point + `offset` = 0; above zero is the field of AlB2."""

    weights: tuple[float, float]
    offset: float

    def distance(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far points, shape (N, 2), lie inside the field of AlB2, shape (N,)."""
        return np.asarray(points @ np.array(self.weights) + self.offset)


def plot_points(metals: Sequence[str]) -> NDArray[np.float64]:
    """(Mean principal quantum number of the three atoms, Pauling electronegativity of B less that of the metal), (N, 2)."""
    number = (column("period", tuple(metals)) + _BORONS * element_column("period")["B"]) / (1.0 + _BORONS)
    return np.column_stack(
        [number, element_column("electronegativity")["B"] - column("electronegativity", tuple(metals))]
    )


def boride_plot() -> StructurePlot:
    """The line with the widest margin between the known diborides of the AlB2 type and the others."""
    from sklearn.svm import SVC

    points = plot_points([*_ALB2, *_OTHERS])
    is_alb2 = np.repeat([1, 0], [len(_ALB2), len(_OTHERS)])
    line = SVC(kernel="linear", C=_STEEP).fit(points, is_alb2)
    return StructurePlot((float(line.coef_[0, 0]), float(line.coef_[0, 1])), float(line.intercept_[0]))


def equimolar_fives() -> list[tuple[str, ...]]:
    """The 126 choices of five of nine metals."""
    return list(itertools.combinations(METALS, 5))


def rule_labels(mixtures: Sequence[tuple[str, ...]], plot: StructurePlot) -> NDArray[np.bool_]:
    """True where the rule calls the equimolar diboride of these metals single-phase, shape (N,)."""
    inside = dict(zip(METALS, plot.distance(plot_points(METALS)) > 0, strict=True))
    means = np.array([plot_points(metals).mean(axis=0) for metals in mixtures])
    shares = np.array([np.mean([inside[metal] for metal in metals]) for metals in mixtures])
    return np.asarray((shares >= _MOST - 1e-9) & (plot.distance(means) > 0))
