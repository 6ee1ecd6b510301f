"""Amounts that nearly sum to 100 (or to 1): one of them, or the sum, is wrong.

Source: rule 1 of PyQAlloy (A. M. Krajewski, Phases Research Lab): sums between
80 and 120 that miss 100 by more than 0.21.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.finding import Suspicion
from quinary.wording import counted

__all__ = ["DETECTOR", "near_whole", "states_whole"]

_ROUNDING: Final = 0.0021  # of the whole: what rounded amounts may miss
_NEAR: Final = 0.2
_LEAST_PERCENTAGES: Final = 3
_LEAST_PERCENTAGE: Final = 2.0
_TYPICAL_PERCENTAGE: Final = 10.0


def near_whole(total: float) -> float | None:
    """100 or 1 where a sum misses it by more than rounding and less than a fifth, else None."""
    for whole in (100.0, 1.0):
        if _ROUNDING * whole < abs(total - whole) < _NEAR * whole:
            return whole
    return None


def states_whole(entry: Entry) -> float | None:
    """100 or 1 where the amounts of an entry sum to it, else None."""
    return next((whole for whole in (100.0, 1.0) if abs(entry.total - whole) <= _ROUNDING * whole), None)


class CompositionSum:
    """Strength 1; 2 where other alloys of the same paper sum to the whole; .5 where its other alloys miss it too.

    A balance typed as 1 is a sum gone wrong as well: MoHf3B14Si10 for Mo-3Hf-14B-10Si (at.%), in which Mo is the rest.
    """

    name = "composition_sum"
    version = "1"
    source = "PyQAlloy rule 1"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each entry whose amounts nearly sum to 100 or 1."""
        for paper in data.papers.values():
            for entry in paper:
                whole = near_whole(entry.total)
                if whole is not None:
                    others = [other for other in paper if other.composition_key != entry.composition_key]
                    yield _suspicion(entry, whole, others)
                elif (symbol := lost_balance(entry.amounts)) is not None:
                    yield _of_balance(entry, symbol)


def lost_balance(amounts: Mapping[str, float]) -> str | None:
    """The element with the amount 1 among amounts that look like percentages and leave most of 100 to it, else None."""
    ones = [symbol for symbol, amount in amounts.items() if amount == 1.0]
    others = [amount for amount in amounts.values() if amount != 1.0]
    if len(ones) != 1 or len(others) < _LEAST_PERCENTAGES or min(others) < _LEAST_PERCENTAGE:
        return None
    rest = 100.0 - math.fsum(others)
    return ones[0] if max(others) >= _TYPICAL_PERCENTAGE and rest > 2 * max(others) else None


def _of_balance(entry: Entry, symbol: str) -> Suspicion:
    rest = 100.0 - (entry.total - 1.0)
    words = f"with {symbol} as the balance ({rest:g}) they sum to 100"
    evidence = f"the amounts of {entry.formula} sum to {entry.total:g}; {words}"
    return Suspicion(entry, 1.0, evidence, {"formula": _written({**entry.amounts, symbol: rest})})


def _written(amounts: Mapping[str, float]) -> str:
    return " ".join(f"{symbol}{amount:.6g}" for symbol, amount in amounts.items())


def _suspicion(entry: Entry, whole: float, others: list[Entry]) -> Suspicion:
    total = entry.total
    n_whole = sum(states_whole(other) == whole for other in others)
    n_near = sum(near_whole(other.total) == whole for other in others)
    repair = _repaired(entry, total - whole, others)
    company = (
        f"; {counted(n_whole, 'other alloy')} of this paper {'sums' if n_whole == 1 else 'sum'} to {whole:g}"
        if n_whole
        else ""
    )
    company += f"; {counted(n_near, 'other')} {'misses' if n_near == 1 else 'miss'} it as well" if n_near else ""
    evidence = f"the amounts of {entry.formula} sum to {total:.6g}, not {whole:g}{company}"
    return Suspicion(entry, 2.0 if n_whole > n_near else 0.5 if n_near > n_whole else 1.0, evidence, repair)


def _repaired(entry: Entry, excess: float, others: list[Entry]) -> dict[str, str] | None:
    """The formula with one amount changed to make the sum right, if just one such amount is typed elsewhere in the paper."""
    fitting = []
    for symbol, amount in entry.amounts.items():
        right = amount - excess
        if right > 0 and any(abs(other.amounts.get(symbol, -1.0) - right) < 0.005 * right for other in others):
            fitting.append({**entry.amounts, symbol: right})
    if len(fitting) != 1:
        return None
    return {"formula": _written(fitting[0])}


DETECTOR: Final = CompositionSum()
