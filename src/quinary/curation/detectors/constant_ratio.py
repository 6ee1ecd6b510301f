"""Two elements whose ratio is the same in the other alloys of a paper, but not in this one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from quinary.curation.dataset import Dataset, Entry, distinct_compositions
from quinary.curation.finding import Suspicion
from quinary.wording import counted

__all__ = ["DETECTOR"]

_LEAST_OTHERS: Final = 2
_MOST_ALLOYS: Final = 60
_SHARE: Final = 0.75
_SAME: Final = 0.03  # relative; rounding of an amount such as 0.667 or 11.1


class ConstantRatio:
    """In a series only one thing changes. Strength: broken ratios of the most deviating element, times the support.

    The support is the share of the other alloys that keep the ratio, weighted n/(n + 2) by their number n.
    """

    name = "constant_ratio"
    version = "1"
    source = "design of alloy series"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The alloys that break a ratio which at least two others of the paper, and three quarters of them, keep."""
        for paper in data.papers.values():
            groups = distinct_compositions(paper)
            if _LEAST_OTHERS < len(groups) <= _MOST_ALLOYS:
                firsts = [group[0] for group in groups.values()]
                for group in groups.values():
                    yield from _of_alloy(group, [entry for entry in firsts if entry is not group[0]])


def _of_alloy(group: Sequence[Entry], others: Sequence[Entry]) -> Iterator[Suspicion]:
    broken: Counter[str] = Counter()
    support: dict[str, tuple[float, int, float, str]] = {}
    for first, second in combinations(group[0].elements, 2):
        usual, n_same, n_both = _usual_ratio(first, second, others)
        own = group[0].fractions[first] / group[0].fractions[second]
        if n_same >= _LEAST_OTHERS and n_same >= _SHARE * n_both and abs(own / usual - 1) > _SAME:
            for symbol in (first, second):
                broken[symbol] += 1
                support[symbol] = max(
                    support.get(symbol, (0.0, 0, 0.0, "")),
                    (n_same / n_both * n_same / (n_same + 2), n_same, usual, f"{first}:{second}"),
                )
    if not broken:
        return
    symbol = max(broken, key=lambda s: (broken[s], s))
    weight, n_same, usual, pair = support[symbol]
    for entry in group:
        evidence = (
            f"{n_same} other alloys of this paper have {pair} = {usual:.3g}, {entry.formula} has not;"
            f" {counted(broken[symbol], 'ratio')} with {symbol} {'deviates' if broken[symbol] == 1 else 'deviate'}"
        )
        yield Suspicion(entry, broken[symbol] * weight, evidence, _repair(entry, symbol, others))


def _usual_ratio(first: str, second: str, others: Sequence[Entry]) -> tuple[float, int, int]:
    """(most common ratio, alloys that have it, alloys that have both elements); no alloy has it where none is usual."""
    ratios = [
        o.fractions[first] / o.fractions[second] for o in others if first in o.fractions and second in o.fractions
    ]
    if len(ratios) < _LEAST_OTHERS or not _may_be_usual(ratios):
        return 1.0, 0, len(ratios)
    best, n_best = 1.0, 0
    for ratio in ratios[:12]:  # the most common one is among any dozen, or is not common
        n_same = sum(abs(other / ratio - 1) <= _SAME for other in ratios)
        if n_same > n_best:
            best, n_best = ratio, n_same
            if n_best == len(ratios):
                break
    return best, n_best, len(ratios)


def _may_be_usual(ratios: Sequence[float]) -> bool:
    """False where no ratio can be that of three quarters: the median would be among them, and they near to it."""
    ordered = sorted(ratios)
    middle, reach = ordered[len(ordered) // 2], (1 + _SAME) / (1 - _SAME) + 1e-9
    n_near = bisect_right(ordered, middle * reach) - bisect_left(ordered, middle / reach)
    return n_near >= _SHARE * len(ordered)


def _repair(entry: Entry, symbol: str, others: Sequence[Entry]) -> Mapping[str, str] | None:
    """The typed amount that most other alloys of the paper have for the deviating element."""
    typed = Counter(other.amounts[symbol] for other in others if symbol in other.amounts)
    if not typed or symbol not in entry.amounts:
        return None
    amount, n_times = typed.most_common(1)[0]
    if n_times < _LEAST_OTHERS or amount == entry.amounts[symbol]:
        return None
    changed = {**entry.amounts, symbol: amount}
    return {"formula": " ".join(f"{name}{value:.6g}" for name, value in changed.items())}


DETECTOR: Final = ConstantRatio()
