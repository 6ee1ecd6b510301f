"""The amounts of another alloy on exchanged elements: Fe60 Ni20 Cr10 beside Fe60 Ni10 Cr20."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from quinary.curation.dataset import Dataset, Entry, distinct_compositions
from quinary.curation.finding import Suspicion
from quinary.wording import counted

__all__ = ["DETECTOR"]


class SwappedAmounts:
    """Two amounts exchanged against an alloy of the same paper, or against one that other papers report.

    Strength: 1 for an alloy of the same paper, 1 more if that one stands there in several lines, and 1 for each other paper
    (at most 2) that reports the other order; 0 (not reported) where other papers report this order too. A paper that has
    three or more such orders of the same amounts exchanges them on purpose, and does not count.
    """

    name = "swapped_amounts"
    version = "1"
    source = "transposition errors"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The alloys that become another known one by exchanging two amounts."""
        groups = distinct_compositions(data.entries)
        alike: dict[tuple[tuple[str, ...], tuple[int, ...]], list[str]] = defaultdict(list)
        for key, entries in groups.items():
            levels = tuple(sorted(round(200 * f) for f in entries[0].fractions.values()))
            if levels[0] != levels[-1]:
                alike[entries[0].elements, levels].append(key)
        for keys in alike.values():
            for key in keys if len(keys) > 1 else ():
                yield from _of_composition(groups[key], [groups[other] for other in keys if other != key])


def _of_composition(entries: Sequence[Entry], rivals: Sequence[Sequence[Entry]]) -> Iterator[Suspicion]:
    exchanged = [rival for rival in rivals if _n_different(entries[0], rival[0]) == 2]
    papers = {entry.paper for entry in entries}
    if not exchanged or len(papers) > 1:
        return
    of_paper = [rival for rival in exchanged if any(other.paper in papers for other in rival)]
    if len(of_paper) > 1:
        exchanged = [rival for rival in exchanged if rival not in of_paper]
    for entry in entries if exchanged else ():
        weights = [(_weight(entry, len(entries), rival), rival) for rival in exchanged]
        weight, rival = max(weights, key=lambda pair: pair[0])
        if weight > 0:
            n_papers = len({other.paper for other in rival} - papers)
            where = (
                "this paper also has"
                if any(other.paper in papers for other in rival)
                else f"{counted(n_papers, 'paper')} {'has' if n_papers == 1 else 'have'}"
            )
            evidence = (
                f"{where} {rival[0].formula}: the same amounts with two exchanged; nobody else has {entry.formula}"
            )
            yield Suspicion(entry, weight, evidence, {"formula": rival[0].formula})


def _weight(entry: Entry, n_lines: int, rival: Sequence[Entry]) -> float:
    n_same_paper = sum(other.paper == entry.paper for other in rival)
    n_papers = len({other.paper for other in rival} - {entry.paper})
    return 1.0 * (n_same_paper > 0) + 1.0 * (n_same_paper > n_lines) + min(n_papers, 2)


def _n_different(first: Entry, second: Entry) -> int:
    return sum(abs(first.fractions[symbol] - second.fractions[symbol]) > 0.005 for symbol in first.fractions)


DETECTOR: Final = SwappedAmounts()
