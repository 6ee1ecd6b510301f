"""Sublattices: the sites of a crystal that the same elements share, with fractions that sum to one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from quinary.errors import InputError
from quinary.reference.elements import NON_METALS

__all__ = ["Sublattice"]


@dataclass(frozen=True, slots=True)
class Sublattice:
    """One sublattice: `fractions` (alphabetical, sum 1) and `sites` per cation of the whole formula."""

    fractions: tuple[tuple[str, float], ...]
    sites: float

    @classmethod
    def of(cls, amounts: Iterable[tuple[str, float]], sites: float) -> Sublattice:
        """A sublattice with these relative amounts; zeros are left out.

        Raises:
            InputError: no amount is positive.
        """
        present = sorted((symbol, float(amount)) for symbol, amount in amounts if amount > 0)
        total = math.fsum(amount for _, amount in present)
        if total <= 0:
            raise InputError("a composition needs at least one positive amount")
        return cls(tuple((symbol, amount / total) for symbol, amount in present), sites)

    @property
    def elements(self) -> tuple[str, ...]:
        """The symbols on this sublattice, alphabetical."""
        return tuple(symbol for symbol, _ in self.fractions)

    @property
    def is_anionic(self) -> bool:
        """True if only non-metals sit here; behind the cations they are the anions."""
        return NON_METALS.issuperset(self.elements)
