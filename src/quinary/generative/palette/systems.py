"""Which sets of elements the next alloys have: those of known alloys again, and new ones that are like them.

A chemical system of c known alloys has the next one with odds c - D: absolute discounting (Ney, Essen and Kneser 1994,
10.1006/csla.1994.1001), with D such that as much is left for new systems as the share of the alloys whose system no other has
(Good 1953, Biometrika 40, 237, equation 9). Taking the same share from every system instead made the systems that are
searched most, with series of alloys, half as frequent as they are.

A new system is that of a known alloy in which each element was, with probability `lambda`, drawn anew as often as alloys have
it: a kernel for binary data (Aitchison and Aitken 1976, 10.1093/biomet/63.3.413), which keeps the correlations of pairs. Half
of the new systems are drawn so and half by the network, which covers more of what is not known.

In a system of few known alloys the fractions are those of one of them with the amount of a single element changed, as series
of measured alloys are made: copies that are varied, since of so few the network has learned little that is their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.generative.palette.counter_random import chances, normals

if TYPE_CHECKING:
    from collections.abc import Mapping

    Keys = NDArray[np.uint64]
    Mask = NDArray[np.bool_]
    Values = NDArray[np.float64]

__all__ = ["AMOUNT_SPREAD", "FEW", "best_lambda", "likely_systems", "varied_rows"]

AMOUNT_SPREAD: Final = 0.2  # of the logarithm of the amount that is changed
FEW: Final = 2  # alloys of a system, up to which its fractions are always drawn so

_LAMBDAS: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
_N_NEW: Final = 4096  # new systems among which samples choose
_OF_THESE: Final = 0.5  # share of the new systems drawn from them; the network draws the others
_N_TRIES: Final = 8  # times that many are drawn, of which known ones are left out
_MOST_JUDGED: Final = 512  # systems, and four times as many alloys, by which lambda is chosen


def likely_systems(fractions: Values, seed: int) -> dict[str, NDArray[Any]]:
    """Known and then new sets of elements, shape (S, k), and their cumulative odds, shape (S,): the network draws the rest.

    Besides `rows.fractions`, shape (N, k), the known alloys in the order of their systems, and `rows.first`, shape (S' + 1,),
    where those of each of the S' known systems begin.
    """
    present = fractions > 0
    systems, number, counts = np.unique(present, axis=0, return_inverse=True, return_counts=True)
    unseen = float((counts == 1).mean())  # of each system's count, so that their sum is the number of single ones
    odds = (counts - unseen).cumsum() / len(present)
    if unseen > 0:
        new = _new_systems(present, systems, np.random.default_rng(seed))
        systems = np.concatenate([systems, new])
        rest = _OF_THESE * (1.0 - odds[-1])
        odds = np.concatenate([odds, odds[-1] + rest * np.arange(1, len(new) + 1) / max(len(new), 1)])
    return {
        "systems.present": systems,
        "systems.odds": odds.astype(np.float32),
        "rows.fractions": fractions[np.argsort(number.ravel(), kind="stable")].astype(np.float32),
        "rows.first": np.concatenate([[0], counts.cumsum()]),
    }


def varied_rows(arrays: Mapping[str, NDArray[Any]], systems: NDArray[np.intp], streams: Keys, found: Values) -> None:
    """Put variants of known alloys in place of some of the fractions `found`, shape (n, k), which need not sum to one.

    `systems` are the numbers of their systems, shape (n,); that is done in a known one of c alloys with probability (2 / c)^2,
    or always. The random numbers are of `streams`, shape (n,).
    """
    first = arrays["rows.first"]
    of_known = np.flatnonzero(systems < len(first) - 1)
    start = first[systems[of_known]]
    count = first[systems[of_known] + 1] - start
    is_varied = chances(streams[of_known], 0) * count**2 < FEW**2
    rows, start, count = of_known[is_varied], start[is_varied], count[is_varied]
    chosen = start + np.minimum((chances(streams[rows], 1) * count).astype(np.int64), count - 1)
    amounts = arrays["rows.fractions"][chosen].astype(np.float64)
    order = (amounts > 0).cumsum(axis=1)
    number = np.minimum((chances(streams[rows], 2) * order[:, -1]).astype(np.int64), order[:, -1] - 1)
    column = (order == number[:, None] + 1).argmax(axis=1)
    amounts[np.arange(len(rows)), column] *= np.exp(AMOUNT_SPREAD * normals(streams[rows], 3).astype(np.float64))
    found[rows] = amounts


def _new_systems(present: Mask, systems: Mask, random: np.random.Generator) -> Mask:
    """Up to 4,096 systems like known ones, some more than once, with as many elements as known alloys have."""
    often = present.mean(axis=0)
    # One alloy after the other, in a fixed order: systems with neighbouring numbers are then as different as alloys.
    parents = random.permutation(len(present))[np.arange(_N_TRIES * _N_NEW) % len(present)]
    is_new = random.random((len(parents), present.shape[1])) < best_lambda(present, random)
    drawn = np.where(is_new, random.random(is_new.shape) < often, present[parents])
    known = {row.tobytes() for row in systems}
    n_elements, counts = drawn.sum(axis=1), present.sum(axis=1)
    is_apt = (n_elements >= counts.min()) & (n_elements <= counts.max())
    is_apt &= np.array([row.tobytes() not in known for row in drawn])
    found: Mask = drawn[is_apt][:_N_NEW]
    return found


def best_lambda(present: Mask, random: np.random.Generator) -> float:
    """The share of elements drawn anew under which systems of a single alloy are most likely, told from all other alloys.

    `present` has shape (N, k).
    """
    systems, first, counts = np.unique(present, axis=0, return_index=True, return_counts=True)
    del systems
    single = random.permutation(first[counts == 1])[:_MOST_JUDGED]
    others = random.permutation(len(present))[: 4 * _MOST_JUDGED]
    often = (present.sum(axis=0) + 0.5) / (len(present) + 1)
    scores = [_likely(present[single], present[others], often, share) for share in _LAMBDAS]
    return _LAMBDAS[int(np.argmax(scores))]


def _likely(single: Mask, others: Mask, often: Values, share: float) -> float:
    """Mean log likelihood of the systems of single alloys, shape (M, k), given those of the others that they differ from."""
    stays, comes = (1 - share) + share * often, share * often
    of_present = np.where(others, np.log(stays), np.log(comes))
    of_absent = np.where(others, np.log1p(-stays), np.log1p(-comes))
    same = np.where(others, of_present, of_absent).sum(axis=1)
    logs = single @ of_present.T + ~single @ of_absent.T - np.log1p(-np.exp(same))
    is_other = (single[:, None, :] != others[None, :, :]).any(axis=2)
    return float(np.logaddexp.reduce(np.where(is_other, logs, -np.inf), axis=1).mean())
