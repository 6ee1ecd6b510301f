"""Calibration of entropy-forming abilities computed with a potential against published ones, and what they promise.

The model is linear in what is averaged, the spread s = 1 / EFA (meV/atom):

    s = a + b s_potential + c delta^2 + d v^2 + sum over pairs of metals w_ij,   least squares + penalty sum w_ij^2

delta (%) is the relative standard deviation of the cube roots of the binary carbides' volumes and v that of the metals'
groups in the periodic table: strain, which unrelaxed configurations exaggerate, and charge transfer are quadratic in
them. The w_ij take up what the potential errs by pair of metals; for a pair nobody has seen they are zero. Each
chemical system occurs once in the table, so a random split says little: leave an element or a pair out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.reference.elements import column
from quinary.reference.precursors import precursor_values

if TYPE_CHECKING:
    Numbers: TypeAlias = NDArray[np.float64]

__all__ = [
    "CalibratedEfa",
    "Calibration",
    "CalibrationRow",
    "PhaseThreshold",
    "element_folds",
    "fit_calibration",
    "fit_threshold",
    "held_out",
    "pair_folds",
    "random_folds",
]

_PENALTY: Final = 3.0  # (meV/atom)^2 over the square of a weight in meV/atom
_PAIRS_OF_FIVE: Final = 10
_N_FREE: Final = 4  # a, b, c, d
_COVERAGE: Final = 0.9
_SMALLEST_SPREAD: Final = 2.0  # meV/atom; EFA 500, four times the largest published


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One carbide: its metals, spread with the potential (eV/atom), published ability ((eV/atom)^-1)."""

    metals: tuple[str, ...]
    spread: float
    published: float


@dataclass(frozen=True, slots=True)
class CalibratedEfa:
    """A calibrated ability and its 90 % interval, (eV/atom)^-1; `in_domain` if all pairs and five metals were known."""

    value: float
    interval: tuple[float, float]
    in_domain: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted model.

    Attributes:
        pairs: pairs of metals that have a weight.
        weights: a (meV/atom), b, c, d, then one w_ij a pair (meV/atom), shape (4 + n_pairs,).
        error: 90 % quantile of the absolute leave-one-out errors of 1/EFA, meV/atom.
        error_unseen: the same with a metal of the carbide left out.
    """

    pairs: tuple[tuple[str, str], ...]
    weights: Numbers
    error: float
    error_unseen: float

    def predict(self, metals: Sequence[str], spread: float, widening: float = 1.0) -> CalibratedEfa:
        """The ability of a carbide from its spread (eV/atom); `widening` multiplies the error.

        Raises:
            InputError: the spread is not positive.
        """
        if not spread > 0:
            raise InputError(f"a spread must be positive, in eV/atom, not {spread}")
        chosen = tuple(sorted(metals))
        s = float((_features([CalibrationRow(chosen, spread, 0.0)], self.pairs) @ self.weights)[0])
        s = max(s, _SMALLEST_SPREAD)
        is_known = set(itertools.combinations(chosen, 2)) <= set(self.pairs)
        error = widening * (self.error if is_known else self.error_unseen)
        interval = 1000 / (s + error), 1000 / max(s - error, _SMALLEST_SPREAD)
        return CalibratedEfa(1000 / s, interval, is_known and len(chosen) == 5)


@dataclass(frozen=True, slots=True)
class PhaseThreshold:
    """Probability of one phase: 1 / (1 + exp(-slope (ln EFA - ln threshold))), of n carbides with known phases."""

    threshold: float
    slope: float
    n_carbides: int

    def probability(self, efa: float) -> float:
        """The probability that a carbide of this calibrated ability comes out as a single phase.

        Raises:
            InputError: the ability is not positive.
        """
        if not efa > 0:
            raise InputError(f"an entropy-forming ability must be positive, not {efa}")
        return 1 / (1 + math.exp(-self.slope * math.log(efa / self.threshold)))


def fit_calibration(rows: Sequence[CalibrationRow]) -> Calibration:
    """The calibration of these carbides, with its errors from leaving out one carbide and one metal at a time.

    Raises:
        InputError: fewer than ten carbides.
    """
    if len(rows) < 10:
        raise InputError(f"a calibration needs at least 10 carbides, not {len(rows)}")
    pairs, weights = _fitted(rows)
    ones = held_out(rows, ([i] for i in range(len(rows))))
    metals = held_out(rows, element_folds(rows))
    return Calibration(
        pairs,
        weights,
        *(float(np.quantile(np.abs(_spread_errors(rows, found)), _COVERAGE)) for found in (ones, metals)),
    )


def _spread_errors(rows: Sequence[CalibrationRow], found: Sequence[tuple[int, float]]) -> Numbers:
    return np.array([1000 / value - 1000 / rows[i].published for i, value in found])


def _fitted(rows: Sequence[CalibrationRow]) -> tuple[tuple[tuple[str, str], ...], Numbers]:
    """(pairs, weights) of the ridge regression; only the weights of pairs bear a penalty."""
    pairs = tuple(sorted({pair for row in rows for pair in itertools.combinations(sorted(row.metals), 2)}))
    features = _features(rows, pairs)
    penalty = np.diag([0.0] * _N_FREE + [_PENALTY] * len(pairs))
    wanted = np.array([1000 / row.published for row in rows])
    return pairs, np.linalg.solve(features.T @ features + penalty, features.T @ wanted)


def _features(rows: Sequence[CalibrationRow], pairs: Sequence[tuple[str, str]]) -> Numbers:
    """1, spread (meV/atom), delta^2 (%^2), v^2, and for each pair its share of all pairs times the ten of five metals."""
    number = {pair: _N_FREE + i for i, pair in enumerate(pairs)}
    features = np.zeros((len(rows), _N_FREE + len(pairs)))
    for features_of_row, row in zip(features, rows, strict=True):
        present = list(itertools.combinations(sorted(row.metals), 2))
        features_of_row[:_N_FREE] = 1.0, 1000 * row.spread, *_mismatches(row.metals)
        for pair in present:
            if pair in number:
                features_of_row[number[pair]] = _PAIRS_OF_FIVE / len(present)
    return features


def _mismatches(metals: tuple[str, ...]) -> tuple[float, float]:
    """(delta^2 in %^2, v^2) of equal shares of the metals."""
    edges = np.cbrt(precursor_values("C", "volume", metals))
    groups = column("group", metals)
    if not np.isfinite([*edges, *groups]).all():
        raise InputError(f"no volume is tabulated for the carbide of one of {', '.join(metals)}")
    return float((100 * edges.std() / edges.mean()) ** 2), float(groups.var())


def held_out(rows: Sequence[CalibrationRow], folds: Iterable[Sequence[int]]) -> list[tuple[int, float]]:
    """(number of a row, ability from a model that has not seen its fold), for every row of every fold."""
    found = []
    for fold in folds:
        hidden = set(fold)
        pairs, weights = _fitted([row for i, row in enumerate(rows) if i not in hidden])
        spreads = _features([rows[i] for i in fold], pairs) @ weights
        found += [(i, 1000 / max(float(s), _SMALLEST_SPREAD)) for i, s in zip(fold, spreads, strict=True)]
    return found


def random_folds(n_rows: int, n_folds: int = 5, n_repeats: int = 10, seed: int = 0) -> Iterator[list[int]]:
    """`n_repeats` times `n_folds` folds of row numbers, drawn at random."""
    generator = np.random.default_rng(seed)
    for _ in range(n_repeats):
        order = generator.permutation(n_rows).tolist()
        yield from (order[start::n_folds] for start in range(n_folds))


def element_folds(rows: Sequence[CalibrationRow]) -> list[list[int]]:
    """For each metal, the rows that contain it."""
    return _folds(rows, lambda metals: [(metal,) for metal in metals])


def pair_folds(rows: Sequence[CalibrationRow]) -> list[list[int]]:
    """For each pair of metals, the rows that contain both."""
    return _folds(rows, lambda metals: list(itertools.combinations(metals, 2)))


def _folds(rows: Sequence[CalibrationRow], groups: Callable[[list[str]], list[tuple[str, ...]]]) -> list[list[int]]:
    members: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(rows):
        for group in groups(sorted(row.metals)):
            members.setdefault(group, []).append(i)
    return [members[group] for group in sorted(members)]


def fit_threshold(abilities: Sequence[float], is_single_phase: Sequence[bool]) -> PhaseThreshold:
    """Logistic regression of the phases on ln EFA with an L2 penalty of 1 on the standardised slope.

    Raises:
        InputError: the carbides are all of one kind.
    """
    from sklearn.linear_model import LogisticRegression

    if len(set(is_single_phase)) < 2:
        raise InputError("a threshold needs carbides of one phase and of several")
    logs = np.log(np.asarray(abilities, dtype=np.float64))
    centre, width = float(logs.mean()), float(logs.std())
    fit = LogisticRegression(C=1.0).fit(((logs - centre) / width)[:, None], np.asarray(is_single_phase))
    slope = float(fit.coef_[0, 0]) / width
    return PhaseThreshold(math.exp(centre - float(fit.intercept_[0]) / slope), slope, len(logs))
