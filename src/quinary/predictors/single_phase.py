"""The probability that a carbide comes out as a single phase, learned from carbides that were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum
from quinary.descriptors.ceramics import ceramic_matrix
from quinary.plugins import Anions, CeramicPredictor, Estimate, PredictionTask
from quinary.points.point import Method

if TYPE_CHECKING:
    from quinary.descriptors.ceramics import CeramicMatrix
    from quinary.learning.carbides import SinglePhaseModel

__all__ = ["PLUGIN", "SinglePhaseProbability"]

_VACANCY_TOLERANCE: Final = 0.05  # anions a metal, from one
_LEAST_EVENNESS: Final = 0.95


class SinglePhaseProbability(CeramicPredictor):
    """Logistic regression on five descriptors of 134 labels (131 carbides) of Ti, V, Cr, Zr, Nb, Mo, Hf, Ta, W.

    See `quinary.learning.carbides.single_phase`; of three carbides that two sources call differently each label counts
    half. With a pair of metals held out it recognises single and multi-phase carbides with a balanced accuracy of 0.93 (Brier
    score 0.068), with a metal held out 0.89 (0.090); probabilities are off by 0.09 and 0.06 in the mean of five groups.

    Domain: full carbides on one cation sublattice, three to nine metals, every descriptor between those of the labelled
    carbides, near equal parts: the labels are of equimolar carbides that were sintered between about 1800 and 2500 degrees
    Celsius. The error is that of the coefficients alone.
    """

    name = "single_phase"
    version = "1"
    source = "10.1038/s41524-021-00678-3 and the compilation of Lu et al."
    properties: tuple[str, ...] = ("single_phase_probability",)
    is_row_exact = True

    def __init__(self, model: SinglePhaseModel | None = None) -> None:
        """Another model than that of the embedded labels, if one is given."""
        self._given = model

    @property
    def model(self) -> SinglePhaseModel:
        """The model that is asked."""
        from quinary.learning.carbides import embedded_model

        return self._given or embedded_model()

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property
        """The metals of the labelled carbides; none for other anions."""
        return self.model.metals if not anions or [anion for anion, _ in anions] == ["C"] else frozenset()

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """The probability of every row with its standard error.

        Raises:
            InputError: the task holds alloys.
        """
        matrix, model = ceramic_matrix(task), self.model
        is_carbide = matrix.anion_symbols == ("C",) and matrix.has_binary_structure
        if is_carbide:
            chances, errors = model.probability(matrix)
            is_full = abs(matrix.n_anions - 1.0) <= _VACANCY_TOLERANCE
            is_inside = model.is_in_domain(matrix) & is_full & np.isfinite(chances) & _is_near_equimolar(matrix)
        else:
            chances, errors = np.full((2, len(matrix)), np.nan)
            is_inside = np.zeros(len(matrix), dtype=bool)
        details = ("logistic regression on five descriptors of labelled carbides",) * len(matrix)
        reasons = _reasons(matrix, chances, model.metals, is_carbide=is_carbide)
        return Estimate(chances, errors, is_inside, Method.LEARNED, details, reasons)


def _is_near_equimolar(matrix: CeramicMatrix) -> NDArray[np.bool_]:
    """True where the mixing entropy is at least 0.95 of that of equal parts, shape (N,): all labels are of equal parts."""
    fractions = matrix.cations
    entropy = -element_sum(fractions * np.log(np.where(fractions > 0, fractions, 1.0)), np.ones(fractions.shape[1]))
    n_metals = np.maximum((fractions > 0).sum(axis=1), 2)
    return np.asarray(entropy >= _LEAST_EVENNESS * np.log(n_metals))


def _reasons(
    matrix: CeramicMatrix, chances: NDArray[np.float64], metals: frozenset[str], *, is_carbide: bool
) -> tuple[str, ...]:
    if not is_carbide:
        what = ", ".join(f"{amount:g} {symbol}" for symbol, amount in matrix.anions)
        return (f"only carbides on one sublattice with about one C a metal have labels, not {what}",) * len(matrix)
    reasons = []
    for row, chance in enumerate(chances):
        present = [s for s, x in zip(matrix.elements, matrix.cations[row], strict=True) if x > 0]
        unknown = ", ".join(symbol for symbol in present if symbol not in metals)
        reasons.append("" if np.isfinite(chance) else f"no labelled carbide holds {unknown}")
    return tuple(reasons)


PLUGIN: Final = SinglePhaseProbability()
