"""Alloys that people call by a name: standard designations and nominal compositions, each with its source.

Nominal compositions leave impurities out; of a range in a standard, the middle or the value that handbooks call nominal.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import Final

from quinary.reference.elements import data_rows

__all__ = ["NamedAlloy", "alloy_named", "named_alloys"]

_SEPARATORS: Final = str.maketrans("", "", " -_\u2010\u2011\u2012\u2013\u2014\u2212®™")
_LONGEST_NAME: Final = 40
_AMOUNT = re.compile(r"([A-Z][a-z]?) (bal|[\d.]+)")


@dataclass(frozen=True, slots=True)
class NamedAlloy:
    """An alloy of the trade: `amounts` are percent of mass (`unit` "wt") or of atoms ("at") and sum to 100.

    `percentages` are the same as the table has them, with the balance unsaid: `Ti bal Al 6 V 4`.
    """

    name: str
    aliases: tuple[str, ...]
    unit: str
    percentages: str
    amounts: tuple[tuple[str, float], ...]
    source: str


@functools.cache
def named_alloys() -> tuple[NamedAlloy, ...]:
    """The alloys of the table, in its order."""
    return tuple(
        NamedAlloy(
            row["name"], tuple(filter(None, row["aliases"].split("|"))), row["unit"], row["percentages"],
            _amounts(row["percentages"]), row["source"],
        )
        for row in data_rows("alloy_names.csv")
    )  # fmt: skip


def alloy_named(text: str) -> NamedAlloy | None:
    """The alloy of this name, whatever its case, blanks and dashes; None if the table has none."""
    if len(text) > _LONGEST_NAME:
        return None
    return _by_key().get(_key(text))


@functools.cache
def _by_key() -> dict[str, NamedAlloy]:
    return {_key(name): alloy for alloy in named_alloys() for name in (alloy.name, *alloy.aliases)}


def _key(name: str) -> str:
    return name.translate(_SEPARATORS).lower()


def _amounts(percentages: str) -> tuple[tuple[str, float], ...]:
    found = _AMOUNT.findall(percentages)
    rest = 100.0 - math.fsum(float(amount) for _, amount in found if amount != "bal")
    return tuple((symbol, rest if amount == "bal" else float(amount)) for symbol, amount in found)
