"""The probability that an equimolar or other carbide comes out as one phase: logistic regression on five descriptors.

    ln(p / (1 - p)) = b_0 + sum_k b_k (x_k - mean_k) / deviation_k

x: lattice mismatch of the binary carbides, mixing enthalpy, mixing entropy, valence electron concentration and its
deviation. Maximum likelihood with a penalty sum_k b_k^2 / 2 (Hastie, Tibshirani, Friedman 2009, section 4.4), found by
Newton's method. A carbide that two sources call differently enters with both labels at half weight: label noise.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.chemistry.element_sums import element_sum, pair_form
from quinary.chemistry.matrix import as_matrix
from quinary.descriptors.ceramics import CeramicMatrix, ceramic_descriptors
from quinary.errors import InputError
from quinary.reference.carbide_phases import PhaseLabel, phase_labels

__all__ = ["FEATURES", "HeldOutLabels", "SinglePhaseModel", "embedded_model", "fit_single_phase", "leave_out"]

FEATURES: Final = (
    "lattice_mismatch",
    "mixing_enthalpy",
    "mixing_entropy",
    "valence_electron_concentration",
    "valence_electron_deviation",
)
_PENALTY: Final = 1.0  # on the square of a coefficient of a standardised feature; the intercept bears none
_MOST_STEPS: Final = 50
_CONVERGED: Final = 1e-10
_FEWEST_HELD_OUT: Final = 3


@dataclass(frozen=True, slots=True)
class SinglePhaseModel:
    """The fitted regression; arrays over the intercept and `FEATURES`, shape (6,), unless said otherwise.

    Attributes:
        covariance: of the coefficients, the inverse Hessian, shape (6, 6).
        centre, scale: of the features, shape (5,).
        lowest, highest: of the features of the carbides it was fitted on, shape (5,).
        metals: that occur in them.
        n_metals: fewest and most in one of them.
    """

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    metals: frozenset[str]
    n_metals: tuple[int, int]

    def probability(self, matrix: CeramicMatrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probability of a single phase and its standard error sqrt(x' C x) p (1 - p), each of shape (N,).

        NaN where a binary carbide or a pair of metals is not tabulated.
        """
        design = self._design(_features(matrix))
        logit = element_sum(design, self.coefficients)
        chance = 1.0 / (1.0 + np.exp(-logit))
        error = np.sqrt(element_sum(design**2, np.diag(self.covariance)) + 2.0 * pair_form(design, self.covariance))
        return chance, error * chance * (1.0 - chance)

    def is_in_domain(self, matrix: CeramicMatrix) -> NDArray[np.bool_]:
        """True for as many metals as the known carbides have, with every feature between theirs, shape (N,)."""
        features, counts = _features(matrix), (matrix.cations > 0).sum(axis=1)
        inside = ((features >= self.lowest) & (features <= self.highest)).all(axis=1)
        return np.asarray(inside & (counts >= self.n_metals[0]) & (counts <= self.n_metals[1]))

    def _design(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([np.ones(len(features)), (features - self.centre) / self.scale])


@dataclass(frozen=True, slots=True)
class HeldOutLabels:
    """Labels and probabilities from models that had not seen them, shape (M,), and their scores.

    Attributes:
        balanced_accuracy: mean of the shares of single-phase and of multi-phase labels that are recognised.
        brier: mean squared difference of probability and label; 0.25 is a coin's.
        calibration_error: mean |share of single phase - mean probability| of five groups of equal size by probability.
    """

    labels: NDArray[np.bool_]
    probabilities: NDArray[np.float64]
    balanced_accuracy: float
    brier: float
    calibration_error: float


@functools.cache
def embedded_model() -> SinglePhaseModel:
    """The model of the embedded labels (`quinary.reference.carbide_phases`), fitted once, in milliseconds."""
    return fit_single_phase(phase_labels())


def fit_single_phase(labels: Sequence[PhaseLabel]) -> SinglePhaseModel:
    """The regression of these labels; carbides with metals that lack a descriptor are left out.

    Raises:
        InputError: the carbides are all of one kind, or fewer than ten remain.
    """
    rows, features = _known(labels)
    truth = np.array([row.is_single_phase for row in rows], dtype=np.float64)
    if len(rows) < 10 or len(set(truth.tolist())) < 2:
        raise InputError("a model of phases needs at least ten carbides, some of one phase and some of several")
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([np.ones(len(rows)), (features - centre) / scale])
    coefficients, covariance = _newton(design, truth, _weights(rows))
    metals = [frozenset(Composition.of(row.formula).cations) for row in rows]
    counts = [len(present) for present in metals]
    return SinglePhaseModel(
        coefficients, covariance, centre, scale, features.min(axis=0), features.max(axis=0),
        frozenset[str]().union(*metals), (min(counts), max(counts)),
    )  # fmt: skip


def leave_out(labels: Sequence[PhaseLabel], n_metals: int) -> HeldOutLabels:
    """Every label judged by models that saw no carbide with one metal (`n_metals` = 1), or pair (2), of it.

    A label counts once for each of its metals or pairs that at least three labels have.

    Raises:
        InputError: nothing can be held out.
    """
    rows, _ = _known(labels)
    present = [frozenset(Composition.of(row.formula).cations) for row in rows]
    truth, chances = [], []
    for chosen in itertools.combinations(sorted(frozenset[str]().union(*present)), n_metals):
        test = [number for number, metals in enumerate(present) if metals.issuperset(chosen)]
        train = [row for row, metals in zip(rows, present, strict=True) if not metals.issuperset(chosen)]
        if len(test) >= _FEWEST_HELD_OUT and len({row.is_single_phase for row in train}) == 2:
            truth += [rows[number].is_single_phase for number in test]
            asked = _matrix([rows[number] for number in test])
            chances += fit_single_phase(train).probability(asked)[0].tolist()
    if not truth:
        raise InputError("there are too few labelled carbides to hold any out")
    return _scored(np.array(truth), np.array(chances))


def _scored(truth: NDArray[np.bool_], chances: NDArray[np.float64]) -> HeldOutLabels:
    recalls = [float((chances[truth] > 0.5).mean()), float((chances[~truth] <= 0.5).mean())]
    groups = np.array_split(np.argsort(chances, kind="stable"), 5)
    gaps = [abs(float(truth[group].mean() - chances[group].mean())) for group in groups if len(group)]
    return HeldOutLabels(
        truth, chances, float(np.mean(recalls)), float(((chances - truth) ** 2).mean()), float(np.mean(gaps))
    )


def _matrix(rows: Sequence[PhaseLabel]) -> CeramicMatrix:
    return CeramicMatrix.of(as_matrix([row.formula for row in rows]), C=1.0)


def _features(matrix: CeramicMatrix) -> NDArray[np.float64]:
    found = ceramic_descriptors(matrix, FEATURES)
    return np.column_stack([found[name] for name in FEATURES])


def _known(labels: Sequence[PhaseLabel]) -> tuple[list[PhaseLabel], NDArray[np.float64]]:
    """The labels, each once, whose carbides have all features, and these, shape (N, 5)."""
    once = list({(label.formula, label.is_single_phase): label for label in labels}.values())
    if not once:
        raise InputError("there is no labelled carbide")
    # Row by row: a metal without a tabulated pair makes NaN of a feature of its own carbides only.
    features = _features(_matrix(once))
    is_known: NDArray[np.bool_] = np.isfinite(features).all(axis=1, keepdims=False).reshape(-1)
    return [row for row, known in zip(once, is_known, strict=True) if known], features[is_known]


def _weights(rows: Sequence[PhaseLabel]) -> NDArray[np.float64]:
    formulas = [row.formula for row in rows]
    return np.array([1.0 / formulas.count(formula) for formula in formulas])


def _newton(
    design: NDArray[np.float64], truth: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients and inverse Hessian of the penalised likelihood, which is concave: Newton's steps converge."""
    penalty = np.diag([0.0] + [_PENALTY] * (design.shape[1] - 1))
    beta = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(design @ beta)))
        gradient = design.T @ (weights * (truth - chance)) - penalty @ beta
        hessian = (design * (weights * chance * (1.0 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    return beta, np.asarray(np.linalg.inv(hessian), dtype=np.float64)
