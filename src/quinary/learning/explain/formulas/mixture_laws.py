"""Which mixing law does a property follow: rule of mixtures, or a value for each pair of elements, and of which quantity.

    rule of mixtures   f(y) = sum_i a_i c_i
    pair-additive      f(y) = b + 4 sum_{i<j} w_ij c_i c_j
    both               f(y) = sum_i a_i c_i + 4 sum_{i<j} w_ij c_i c_j

with f(y) = y, 1/y or ln y. Each law is a ridge regression; its penalty and the law itself are chosen by leave-one-out
errors of y, which ridge regression gives without fitting again (Allen 1974, 10.1080/00401706.1974.10489157). The smallest of
that many errors is too good, and on a target without any law it lies below that of the mean: it serves the choice, and
how good a law is takes rows that the choice has not seen (`quinary.learning.explain.explanation` holds them out).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, unknown_name
from quinary.learning.models.equations import with_products

__all__ = ["FEWEST_ROWS", "LAWS", "SCALES", "MixtureLaw", "find_mixture_law"]

LAWS: Final = ("rule_of_mixtures", "pair_additive", "both")
_PENALTIES: Final = tuple(10.0**power for power in np.arange(-4.0, 2.1, 0.5))
FEWEST_ROWS: Final = 12

Curve = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


def _reciprocal(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / values


# name -> (f, its inverse)
SCALES: Final[Mapping[str, tuple[Curve, Curve]]] = {
    "value": (np.asarray, np.asarray),
    "reciprocal": (_reciprocal, _reciprocal),
    "logarithm": (np.log, np.exp),
}


@dataclass(frozen=True, slots=True)
class MixtureLaw:
    """A fitted law.

    Attributes:
        law, scale: one of `LAWS` and of `SCALES`.
        terms: `Ti` or `Ti-V`, in the order of `weights`.
        weights: a_i and w_ij, in units of f(y); the mean of f(y) stands apart.
        centre: mean of the terms of the rows, shape (n_terms,); `mean`: of f(y).
        limits: smallest and largest f(y) that was seen: predictions are held within them.
        choice_error: leave-one-out mean absolute error of y by which the law was chosen, the smallest of all that were
            tried: not the error to expect. `rivals`: the same of the other laws, by `law of scale`.
    """

    law: str
    scale: str
    terms: tuple[str, ...]
    weights: NDArray[np.float64]
    centre: NDArray[np.float64]
    mean: float
    limits: tuple[float, float]
    choice_error: float
    rivals: Mapping[str, float]

    def predict(self, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of y, shape (N,), for fractions of shape (N, n_elements) in the order of the fit."""
        found = (_columns(fractions, self.law) - self.centre) @ self.weights + self.mean
        return np.asarray(SCALES[self.scale][1](np.clip(found, *self.limits)))

    def document(self, n_largest: int = 10) -> dict[str, Any]:
        """The law as it goes into JSON, with the terms that weigh most."""
        order = np.argsort(-np.abs(self.weights))[:n_largest]
        return {
            "law": self.law,
            "scale": self.scale,
            "choice": {"leave_one_out_error": self.choice_error, "rivals": dict(self.rivals)},
            "largest_terms": [{"term": self.terms[n], "weight": float(self.weights[n])} for n in order],
        }


def find_mixture_law(
    fractions: NDArray[np.float64], target: NDArray[np.float64], elements: Sequence[str], scales: Sequence[str] = ()
) -> MixtureLaw:
    """The law with the smallest leave-one-out error; fractions have shape (N, n_elements), the target (N,).

    `scales` are those to try, all if empty; reciprocal and logarithm need a positive target and are left out without one.

    Raises:
        InputError: fewer than 12 rows, or an unknown scale.
    """
    if len(target) < FEWEST_ROWS:
        raise InputError(f"{len(target)} rows cannot tell mixing laws apart; at least {FEWEST_ROWS} are needed")
    for name in scales:
        if name not in SCALES:
            raise unknown_name("scale", name, SCALES)
    tried = [name for name in scales or SCALES if name == "value" or target.min() > 0]
    found = [_fitted(fractions, target, elements, law, scale) for scale in tried for law in LAWS]
    if not found:
        raise InputError(f"{', '.join(scales)} need positive values; try the scale value")
    best = min(found, key=lambda one: one.choice_error)
    rivals = {f"{one.law} of {one.scale}": one.choice_error for one in found if one is not best}
    return MixtureLaw(
        best.law, best.scale, best.terms, best.weights, best.centre, best.mean, best.limits, best.choice_error, rivals
    )


def _columns(fractions: NDArray[np.float64], law: str) -> NDArray[np.float64]:
    both = with_products(fractions)
    n_elements = fractions.shape[1]
    return {"rule_of_mixtures": both[:, :n_elements], "pair_additive": both[:, n_elements:], "both": both}[law]


def _names(elements: Sequence[str], law: str) -> tuple[str, ...]:
    first, second = np.triu_indices(len(elements), 1)
    pairs = tuple(f"{elements[i]}-{elements[j]}" for i, j in zip(first.tolist(), second.tolist(), strict=True))
    return {"rule_of_mixtures": tuple(elements), "pair_additive": pairs, "both": (*elements, *pairs)}[law]


def _fitted(
    fractions: NDArray[np.float64], target: NDArray[np.float64], elements: Sequence[str], law: str, scale: str
) -> MixtureLaw:
    """Ridge regression with the penalty whose leave-one-out error of y is smallest."""
    columns, values = _columns(fractions, law), SCALES[scale][0](target)
    centre, mean = columns.mean(axis=0), float(values.mean())
    left, sizes, right = np.linalg.svd(columns - centre, full_matrices=False)
    limits = float(values.min()), float(values.max())
    along, best = left.T @ (values - mean), (np.inf, 0.0)
    for penalty in _PENALTIES:
        shrunk = sizes**2 / (sizes**2 + penalty)
        leverage = np.minimum((left**2) @ shrunk + 1.0 / len(values), 0.999)
        predicted = mean + left @ (shrunk * along)
        alone = values - (values - predicted) / (1.0 - leverage)
        error = float(np.abs(SCALES[scale][1](np.clip(alone, *limits)) - target).mean())
        best = min(best, (error, penalty))
    weights = right.T @ (sizes / (sizes**2 + best[1]) * along)
    return MixtureLaw(law, scale, _names(elements, law), weights, centre, mean, limits, best[0], {})
