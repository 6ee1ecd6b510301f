"""One key away from what was meant: 225 for 25, 2 for 20, 15 for 1.5."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from quinary.curation.dataset import Dataset, Entry, distinct_compositions
from quinary.curation.detectors.composition_sum import states_whole
from quinary.curation.finding import Suspicion
from quinary.wording import counted

__all__ = ["DETECTOR", "is_one_key_away"]

_GROSS: Final = 2.5  # ratio of two amounts beyond which a series hardly steps
_SAME: Final = 0.004
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def is_one_key_away(first: str, second: str) -> bool:
    """True if one character inserted, removed, replaced, or exchanged with its neighbour turns one text into the other."""
    if first == second:
        return False
    if len(first) > len(second):
        first, second = second, first
    start = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    if len(second) == len(first) + 1:
        return first[start:] == second[start + 1 :]
    if len(second) != len(first):
        return False
    if first[start + 1 :] == second[start + 1 :]:
        return True
    return first[start : start + 2] == second[start : start + 2][::-1] and first[start + 2 :] == second[start + 2 :]


class TypingSlip:
    """A composition that nobody else reports and that one key would turn into what fits.

    Strength 4: the amounts then sum to 100 or 1. Otherwise they become another known alloy: 1 for one that other papers
    report, 2 for one of the same paper, 1 more where that one stands in more lines of the paper. A series takes steps: two
    amounts less than a factor of 2.5 apart, or both of as many digits. That the paper has both alloys (NbTiVZr beside
    NbTiV2Zr) then speaks for a series and against a slip. Such a step is a suspicion of strength 2 only where the other
    alloy stands in more lines of the paper, and the step is none from the 1 that series start from (to 1.5 or 2).
    """

    name = "typing_slip"
    version = "1"
    source = "single-key error model of text correction"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """The best explanation of each entry that has one."""
        groups = distinct_compositions(data.entries)
        systems: dict[tuple[str, ...], list[list[Entry]]] = defaultdict(list)
        for found in groups.values():
            if any(entry.amounts for entry in found):
                systems[found[0].elements].append(found)
        for rivals in systems.values():
            for found in rivals:
                if len({entry.paper for entry in found}) == 1:
                    for entry in found:
                        yield from _of_entry(entry, found, rivals)


def _of_entry(entry: Entry, own: Sequence[Entry], rivals: Sequence[Sequence[Entry]]) -> Iterator[Suspicion]:
    if not entry.amounts or len(entry.amounts) < 2:
        return
    restored = _restored_sum(entry)
    if restored is not None:
        symbol, amount, whole = restored
        evidence = (
            f"{entry.formula} sums to {whole:g} if {symbol} is {amount:g}, one key away from {entry.amounts[symbol]:g}"
        )
        yield Suspicion(entry, 4.0, evidence, _formula_with(entry, symbol, amount))
        return
    best: tuple[float, str, float, Sequence[Entry]] | None = None
    for rival in rivals:
        if rival is own:
            continue
        difference = _single_difference(entry, rival[0])
        if difference is None:
            continue
        symbol, amount = difference
        typed, meant = f"{entry.amounts[symbol]:g}", f"{amount:.4g}"
        if _is_typed(entry, symbol) and is_one_key_away(typed, meant):
            weight = _weight(entry, len(own), rival, typed, meant)
            if weight > 0 and (best is None or weight > best[0]):
                best = (weight, symbol, amount, rival)
    if best is not None:
        weight, symbol, amount, rival = best
        n_papers = len({other.paper for other in rival} - {entry.paper})
        where = (
            "in this paper"
            if any(other.paper == entry.paper for other in rival)
            else f"in {counted(n_papers, 'other paper')}"
        )
        evidence = (
            f"{symbol} {entry.amounts[symbol]:g} in {entry.formula} is one key away from {amount:.4g}, which gives"
            f" {rival[0].formula}, found {where}; nobody else reports {entry.formula}"
        )
        yield Suspicion(entry, weight, evidence, _formula_with(entry, symbol, amount))


def _restored_sum(entry: Entry) -> tuple[str, float, float] | None:
    """(element, amount, whole) where one key makes the amounts sum to 100 or 1; amounts below 2 say nothing of 100."""
    if states_whole(entry) is not None:
        return None
    total = math.fsum(entry.amounts.values())
    for whole in (100.0, 1.0):
        if total < 0.25 * whole or total > 12 * whole or (whole == 1.0 and max(entry.amounts.values()) >= 10):
            continue
        for symbol, amount in entry.amounts.items():
            right = round(amount - (total - whole), 4)
            if right > 0 and whole == 1.0 and amount == 1.0:
                continue  # a sum of fractions has no amount of 1
            if right > 0 and is_one_key_away(f"{amount:g}", f"{right:g}"):
                return symbol, right, whole
    return None


def _single_difference(entry: Entry, other: Entry) -> tuple[str, float] | None:
    """(element, the amount that would make `entry` the composition of `other`) where all other ratios agree."""
    scales = sorted(amount / other.fractions[symbol] for symbol, amount in entry.amounts.items())
    scale = scales[len(scales) // 2]
    found: tuple[str, float] | None = None
    for symbol, amount in entry.amounts.items():
        meant = scale * other.fractions[symbol]
        if abs(amount - meant) > _SAME * max(amount, meant):
            if found is not None:
                return None
            found = symbol, meant
    return found


def _weight(entry: Entry, n_lines: int, rival: Sequence[Entry], typed: str, meant: str) -> float:
    n_same_paper = sum(other.paper == entry.paper for other in rival)
    has_more_lines = n_same_paper > n_lines
    if _is_step(typed, meant):
        is_start = meant == "1" and float(typed) < _GROSS
        return 2.0 if has_more_lines and not is_start else 0.0
    return (2.0 if n_same_paper else 1.0) + 1.0 * has_more_lines


def _is_typed(entry: Entry, symbol: str) -> bool:
    """False for an element without a number behind it: what is not typed cannot be mistyped."""
    return re.search(rf"{symbol}\s*[\d.]", entry.formula.translate(_SUBSCRIPTS)) is not None


def _is_step(typed: str, meant: str) -> bool:
    """True if the two amounts are as near as the steps of a series, or one digit stands for another."""
    ratio = float(typed) / float(meant)
    return max(ratio, 1 / ratio) < _GROSS or len(typed) == len(meant)


def _formula_with(entry: Entry, symbol: str, amount: float) -> Mapping[str, str]:
    changed = {**entry.amounts, symbol: amount}
    return {"formula": " ".join(f"{name}{value:.4g}" for name, value in changed.items())}


DETECTOR: Final = TypingSlip()
