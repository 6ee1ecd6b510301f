"""Is a formula more than luck? The search is repeated on resamples of the groups, and judged on what they left out.

Stability selection: Meinshausen, Buhlmann 2010, 10.1111/j.1467-9868.2010.00740.x. A resample is two thirds of the groups,
as many different ones as a bootstrap has, but none twice: a row drawn twice would pass for evidence that is not there.
Whole groups are drawn because rows of one chemical system or paper repeat each other.

Stable is not proven: sqrt(1 / (1 - nu)) and 1 + nu differ by less than 3 % over narrow Poisson's ratios, and either comes
back every time there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.explain.formulas.expressions import Variable
from quinary.learning.explain.formulas.formula import Formula
from quinary.learning.explain.formulas.search import SearchSettings, find_formula

__all__ = ["LUCK_BELOW", "STABLE_FROM", "Stability", "formula_stability"]

STABLE_FROM: Final = 0.8  # share of resamples with the same terms from which a formula is called stable
LUCK_BELOW: Final = 0.5  # and below which it is called luck
_SHARE: Final = 2.0 / 3.0  # of the groups in a resample


@dataclass(frozen=True, slots=True)
class Stability:
    """What became of a formula in resamples.

    Attributes:
        share_same: share of the resamples in which exactly its terms came back.
        term_shares: term -> share of the resamples in which it came back.
        rivals: the most frequent other formulas (their terms), with their share.
        held_out_error: median absolute error on the rows that a resample left out, by the formula found without them.
        mean_error: the same of the mean of the rows that were drawn.
        verdict: `stable`, `uncertain`, `luck`, or `none` where no formula was found.
    """

    n_resamples: int
    share_same: float
    term_shares: dict[str, float]
    rivals: tuple[tuple[str, float], ...]
    held_out_error: float
    mean_error: float
    verdict: str

    @property
    def text(self) -> str:
        """The verdict in a sentence."""
        if not self.term_shares:
            return "no formula: no term was worth its description"
        count = f"the same terms came in {round(self.share_same * self.n_resamples)} of {self.n_resamples} resamples"
        if self.verdict == "stable":
            return f"stable: {count}"
        if self.verdict == "luck" and self.share_same >= LUCK_BELOW:
            return f"luck: {count}, but on rows it has not seen it is no better than their mean"
        rival = f"; {self.rivals[0][0]} came in {self.rivals[0][1]:.0%}" if self.rivals else ""
        return f"{self.verdict}: {count}{rival}"

    def document(self) -> dict[str, Any]:
        """The result as it goes into JSON."""
        return {
            "n_resamples": self.n_resamples,
            "share_same": self.share_same,
            "term_shares": self.term_shares,
            "rivals": [{"terms": terms, "share": share} for terms, share in self.rivals],
            "held_out_error": self.held_out_error,
            "mean_error": self.mean_error,
            "verdict": self.verdict,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class _Data:
    """What the search takes."""

    variables: Sequence[Variable]
    target: Variable
    base: Sequence[Variable]

    def rows(self, chosen: NDArray[np.int64]) -> _Data:
        return _Data(_rows(self.variables, chosen), _rows([self.target], chosen)[0], _rows(self.base, chosen))


def _rows(variables: Sequence[Variable], chosen: NDArray[np.int64]) -> list[Variable]:
    return [replace(one, values=one.values[chosen]) for one in variables]


def formula_stability(
    formula: Formula,
    data: tuple[Sequence[Variable], Variable, Sequence[Variable]],
    settings: SearchSettings,
    groups: NDArray[Any],
    n_resamples: int = 10,
    seed: int = 0,
) -> Stability:
    """Repeat the search that gave the formula; `data` are the variables, the target and the base of `find_formula`.

    `groups` are names, shape (N,): rows of one group are drawn together.

    Raises:
        InputError: fewer than five resamples or fewer than three groups.
    """
    names = np.unique(groups)
    if n_resamples < 5 or len(names) < 3:
        raise InputError("stability needs at least 5 resamples and 3 groups")
    random, whole = np.random.default_rng(seed), _Data(*data)
    found, errors, mean_errors = [], [], []
    for _ in range(n_resamples):
        is_drawn = np.isin(groups, random.permutation(names)[: round(_SHARE * len(names))])
        part, rest = whole.rows(np.flatnonzero(is_drawn)), whole.rows(np.flatnonzero(~is_drawn))
        one = find_formula(part.variables, part.target, settings, part.base)
        found.append(one.key)
        columns = {v.name: v.values for v in (*rest.variables, *rest.base)}
        errors.append(np.abs(rest.target.values - one.predict(columns)))
        mean_errors.append(np.abs(rest.target.values - part.target.values.mean()))
    return _judged(formula, found, (np.concatenate(errors), np.concatenate(mean_errors)))


def _judged(
    formula: Formula, found: Sequence[frozenset[str]], errors: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> Stability:
    n_resamples = len(found)
    share = sum(key == formula.key for key in found) / n_resamples
    shares = {term: sum(term in key for key in found) / n_resamples for term in sorted(formula.key)}
    others = Counter(", ".join(sorted(key)) or "no term" for key in found if key != formula.key)
    # A formula with a quotient can be infinite in a row it has not seen: the median survives that, and says so by its size.
    error, mean_error = (float(np.median(np.nan_to_num(one, nan=np.inf))) for one in errors)
    verdict = "stable" if share >= STABLE_FROM else "uncertain"
    if share < LUCK_BELOW or error >= mean_error:
        verdict = "luck"
    if formula.is_empty:
        verdict = "none"
    rivals = tuple((terms, count / n_resamples) for terms, count in others.most_common(3))
    return Stability(n_resamples, share, shares, rivals, error, mean_error, verdict)
