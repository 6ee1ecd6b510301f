"""The comfort zone of a model: a score that says where its error will be large, and proof that it does.

Distance to the training rows alone says little of the error (rank correlation .09 on alloys); the disagreement of an
ensemble says more (.27). The score joins both as ranks among the held-out rows, the disagreement first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import present_columns
from quinary.errors import InputError

__all__ = ["Domain", "DomainEvidence", "domain_evidence", "fitted_domain", "nearest_distance"]

_FEWEST: Final = 20
_SPREAD_SHARE: Final = 0.8
_DECIMALS: Final = 12  # equal steps of fractions give equal distances after this
_MANY_ROWS: Final = 2048
_FEW_ROWS: Final = 64


def nearest_distance(fractions: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of atoms that must be exchanged to reach the nearest known composition: half the L1 distance, shape (N,).

    For rows that sum to one it is 1 - max_k sum_i min(c_i, k_i), of which only the elements present need to be summed.
    """
    if len(fractions) >= _MANY_ROWS:
        return _overlap_loop()(np.ascontiguousarray(fractions), np.ascontiguousarray(known.T))
    blocks = [_few_exchanges(fractions[i : i + _FEW_ROWS], known) for i in range(0, len(fractions), _FEW_ROWS)]
    return np.concatenate(blocks or [np.empty(0)])


def _few_exchanges(fractions: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the loop computes, to the last digit, without compiling it: both add element by element."""
    overlap = np.zeros((len(fractions), len(known)))
    for element in present_columns(fractions):
        overlap += np.minimum(fractions[:, element, None], known[None, :, element])
    return np.asarray(np.maximum(0.0, 1.0 - overlap.max(axis=1, initial=0.0)))


@functools.cache
def _overlap_loop() -> Callable[..., NDArray[np.float64]]:
    """The loop, compiled at first use (about a second: few rows are done sooner without)."""
    from numba import njit

    compiled: Callable[..., NDArray[np.float64]] = njit(nogil=True)(_least_exchange)
    return compiled


def _least_exchange(fractions: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """`known` has shape (n_elements, M)."""
    n_known = known.shape[1]
    found = np.empty(fractions.shape[0])
    overlap = np.empty(n_known)
    for row in range(fractions.shape[0]):
        overlap[:] = 0.0
        for element in range(fractions.shape[1]):
            amount = fractions[row, element]
            if amount > 0.0:
                for number in range(n_known):
                    overlap[number] += min(amount, known[element, number])
        found[row] = max(0.0, 1.0 - overlap.max())
    return found


@dataclass(frozen=True, slots=True)
class DomainEvidence:
    """Does the score predict error? Mean error of each quarter of rows by score; last over first; rank correlation."""

    quarters: tuple[float, float, float, float]
    ratio: float
    rank_correlation: float


@dataclass(frozen=True, slots=True)
class Domain:
    """Ranks new rows among the held-out ones.

    Attributes:
        spreads, distances: sorted values of the held-out rows.
        threshold: rows with a score above it are outside.
    """

    spreads: NDArray[np.float64]
    distances: NDArray[np.float64]
    threshold: float

    def score(self, spread: NDArray[np.float64], distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """0.8 rank of the spread + 0.2 rank of the distance, from 0 (at home) to 1 (far out), shape (N,)."""
        ranks = [
            np.searchsorted(np.round(known, _DECIMALS), np.round(asked, _DECIMALS), side="right") / len(known)
            for known, asked in ((self.spreads, spread), (self.distances, distance))
        ]
        return np.asarray(_SPREAD_SHARE * ranks[0] + (1.0 - _SPREAD_SHARE) * ranks[1])

    def contains(self, spread: NDArray[np.float64], distance: NDArray[np.float64]) -> NDArray[np.bool_]:
        """True inside the comfort zone, shape (N,)."""
        return np.asarray(self.score(spread, distance) <= self.threshold)


def fitted_domain(spread: NDArray[np.float64], distance: NDArray[np.float64], share_inside: float = 0.75) -> Domain:
    """The domain that holds `share_inside` of the held-out rows; the quarter beyond is where errors are largest.

    Raises:
        InputError: fewer than 20 rows, or a share outside 0 to 1.
    """
    if len(spread) < _FEWEST:
        raise InputError(f"{len(spread)} held-out rows cannot set a domain; at least {_FEWEST} are needed")
    if not 0.0 < share_inside <= 1.0:
        raise InputError(f"share_inside is {share_inside:g}; it lies above 0 and up to 1")
    domain = Domain(np.sort(spread), np.sort(distance), 1.0)
    scores = domain.score(spread, distance)
    return Domain(domain.spreads, domain.distances, float(np.quantile(scores, share_inside)))


def domain_evidence(score: NDArray[np.float64], error: NDArray[Any]) -> DomainEvidence:
    """Whether error grows with the score, on held-out rows; `error` is |truth - prediction| or 1 for a wrong class.

    Raises:
        InputError: fewer than 20 rows.
    """
    from scipy.stats import spearmanr

    if len(score) < _FEWEST:
        raise InputError(
            f"{len(score)} held-out rows cannot show whether a domain predicts error; at least {_FEWEST} are needed"
        )
    order = np.argsort(score, kind="stable")
    quarters = [float(np.mean(part)) for part in np.array_split(np.asarray(error, dtype=float)[order], 4)]
    ratio = quarters[3] / quarters[0] if quarters[0] > 0 else float("inf")
    correlation = float(spearmanr(score, error).statistic)
    return DomainEvidence((quarters[0], quarters[1], quarters[2], quarters[3]), ratio, correlation)
