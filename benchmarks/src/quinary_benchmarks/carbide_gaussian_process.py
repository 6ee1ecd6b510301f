"""A Gaussian process of one property of carbides as a predictor that a designer can be given, with conformal intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.descriptors.ceramics import CeramicMatrix
from quinary.learning.uncertainty import calibrated_intervals, fitted_domain, nearest_distance
from quinary.plugins import Anions, Estimate, PredictionTask
from quinary.points.point import Method
from quinary.studies.systems.zhang2024 import cause_terms

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.requests import Form

__all__ = ["METALS", "CarbideProcess"]

METALS: Final = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
_N_FOLDS: Final = 5
_DEVIATION: Final = 0.6827  # the confidence of one standard deviation
_SHARE_INSIDE: Final = 0.95


class CarbideProcess:
    """`CompositionProcess` on causes and fractions of a metal's carbides; intervals and domain from held-out fifths."""

    name = "carbide_process"
    version = "1"
    source = "10.1038/s41524-024-01351-1"
    materials: tuple[str, ...] = ("ceramic",)
    preference = 50
    uses_conditions: tuple[str, ...] = ()

    def __init__(
        self, target: str, carbides: Sequence[Composition], values: NDArray[np.float64], seed: int = 0
    ) -> None:
        from quinary.learning.models.gaussian_process import CompositionProcess

        self.properties: tuple[str, ...] = (target,)
        self.fractions = as_matrix(carbides, METALS).fractions
        features = _features(self.fractions)
        self.process = CompositionProcess().fit(features, values)
        fold = np.random.default_rng(seed).permutation(len(values)) % _N_FOLDS
        errors, spreads, distances = (np.empty(len(values)) for _ in range(3))
        for number in range(_N_FOLDS):
            test, rest = fold == number, fold != number
            process = CompositionProcess().fit(features[rest], values[rest])
            errors[test] = values[test] - process.predict(features[test])
            spreads[test] = process.predict_spread(features[test])
            distances[test] = nearest_distance(self.fractions[test], self.fractions[rest])
        self.intervals = calibrated_intervals(errors, spreads)
        self.domain = fitted_domain(spreads, distances, _SHARE_INSIDE)

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, carbides
        """The nine metals."""
        return frozenset(METALS)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """The mean of the process for every row; its uncertainty is half the conformal interval of 68 %."""
        fractions = _over_metals(task.matrix)
        if not len(fractions):
            return Estimate(np.empty(0), np.empty(0), np.empty(0, dtype=bool), Method.LEARNED, (), ())
        features = _features(fractions)
        spread = self.process.predict_spread(features)
        return Estimate(
            self.process.predict(features),
            self.intervals.half_width(spread, _DEVIATION),
            self.domain.contains(spread, nearest_distance(fractions, self.fractions)),
            Method.LEARNED,
            ("Gaussian process of computed carbides",) * len(fractions),
            ("",) * len(fractions),
        )

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form:  # noqa: ARG002 - one property
        """Followed through its values alone; of these only the mean is computed."""
        from quinary.requests import Numerical

        def mean(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
            """The mean of the process, shape (N,)."""
            if not len(fractions):
                return np.empty(0)
            return self.process.predict(_features(_over_metals(CompositionMatrix(elements, fractions))))

        return Numerical(mean)

    def interval(
        self, carbides: Sequence[Composition], confidence: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predicted values and half widths of their conformal intervals, each of shape (N,)."""
        features = _features(as_matrix(carbides, METALS).fractions)
        return self.process.predict(features), self.intervals.half_width(
            self.process.predict_spread(features), confidence
        )


def _over_metals(matrix: CompositionMatrix) -> NDArray[np.float64]:
    position = {symbol: number for number, symbol in enumerate(matrix.elements)}
    columns = [position.get(symbol, -1) for symbol in METALS]
    padded = np.column_stack([matrix.fractions, np.zeros(len(matrix))])
    return np.asarray(padded[:, columns])


def _features(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    matrix = CeramicMatrix.of(CompositionMatrix(METALS, fractions), C=1.0)
    return np.hstack([cause_terms(matrix), fractions])
