"""Building an `Estimate` the same way in every predictor: details, reasons for gaps, the usual domain of alloys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum, pair_form
from quinary.errors import InputError
from quinary.plugins.sockets import Estimate, PredictionTask
from quinary.points.phases import LATTICE_OF_PHASE
from quinary.points.point import Method
from quinary.reference.elements import column
from quinary.reference.pairs import alloyed_matrix
from quinary.reference.valence_electron_rule import BCC_BELOW, FCC_FROM

if TYPE_CHECKING:
    from quinary.chemistry.matrix import CompositionMatrix

__all__ = ["combination_details", "estimate", "has_lattice", "is_alloyed"]


_MOST_REPLACED = 0.9
# Of the embedded measured alloys, each judged by the pairs of the other chemical systems only, 98.9 % reach this share.
_LEAST_ALLOYED = 0.9


def is_alloyed(matrix: CompositionMatrix) -> NDArray[np.bool_]:
    """True where at least nine of ten pairs of unlike atoms are of elements that a measured alloy holds together, shape (N,).

    The share of such pairs in a random mixture is sum_(i!=j) c_i c_j k_ij / (1 - sum_i c_i^2), k_ij = 1 for a pair that has
    been alloyed; a pure element has no unlike pairs and counts as known.
    """
    fractions = matrix.fractions
    unlike = 1.0 - element_sum(fractions**2, np.ones(len(matrix.elements)))
    alloyed = 2.0 * pair_form(fractions, alloyed_matrix(matrix.elements))
    is_known: NDArray[np.bool_] = alloyed >= _LEAST_ALLOYED * unlike - 1e-9
    return is_known


def has_lattice(task: PredictionTask, replacement: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True where the lattice of the combination can be believed, shape (N,).

    With reported phases: all of them have an elemental lattice (Laves or sigma have none). Without: the assumed lattice does
    is the one that the valence electron concentration says (an fcc former such as CoCrFeNi is not bcc).
    And in either case not nearly all elemental values come from another lattice.
    """
    electrons = element_sum(task.matrix.fractions, np.nan_to_num(column("valence_electrons", task.matrix.elements)))
    is_covered: NDArray[np.bool_] = np.ones(len(task.matrix), dtype=bool)
    if task.lattice == "bcc":
        is_covered = electrons < BCC_BELOW
    elif task.lattice == "fcc":
        is_covered = electrons >= FCC_FROM
    for row, phases in enumerate(task.structures):
        if phases:
            is_covered[row] = LATTICE_OF_PHASE.keys() >= set(phases)
    return is_covered & (replacement <= _MOST_REPLACED)


def combination_details(task: PredictionTask, replacement: NDArray[np.float64]) -> tuple[str, ...]:
    """One line a row: `linear combination, BCC+FCC (reported), ultera2023, replacement 0.40`."""
    lines = []
    for row, level in enumerate(replacement):
        phases = [p for p in task.structures[row] if p in LATTICE_OF_PHASE] if row < len(task.structures) else []
        lattice = f"{'+'.join(phases)} (reported)" if phases else task.lattice
        replaced = f", replacement {level:.2f}" if level > 0 else ""
        lines.append(f"linear combination, {lattice}, {task.table}{replaced}")
    return tuple(lines)


def estimate(
    task: PredictionTask,
    values: NDArray[np.float64],
    spreads: NDArray[np.float64],
    is_in_domain: NDArray[np.bool_] | bool = True,
    method: Method = Method.EMPIRICAL,
    details: tuple[str, ...] | str = "",
) -> Estimate:
    """The estimate for alloys, with a reason for every row that has no value: the elements that lack one.

    Mixtures unlike any that was melted are outside the domain of every method (`is_alloyed`). `details` is one text for all
    rows, or one for each.

    Raises:
        InputError: the task holds ceramics.
    """
    if task.is_ceramic:
        raise InputError("the rows of this task are ceramics, and the predictor is for alloys")
    reasons = [""] * len(task.matrix)
    for row in np.flatnonzero(~np.isfinite(values)):
        present = [s for s, x in zip(task.matrix.elements, task.matrix.fractions[row], strict=True) if x > 0]
        reasons[row] = f"no elemental value for one of {', '.join(present)}"
    is_inside = is_in_domain & np.isfinite(values) & is_alloyed(task.matrix)
    said = (details,) * len(reasons) if isinstance(details, str) else details
    return Estimate(values, spreads, is_inside, method, said, tuple(reasons))
