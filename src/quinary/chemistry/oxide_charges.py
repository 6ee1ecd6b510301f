"""Charges of the metals of an oxide that balance its oxygen, and the sizes of the cations at these charges."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Final

from quinary.reference.radii import ionic_radii, oxide_charges

__all__ = ["balanced_charges", "cation_sizes"]

_TOLERANCE: Final = 1e-3  # of the charge per cation: what rounding of a formula may cost
_MOST_COMBINATIONS: Final = (
    20_000  # twelve metals with two charges each and a few with three; beyond it one metal is mixed
)
_OCTAHEDRAL: Final = 6


def balanced_charges(cations: Mapping[str, float], n_oxygen: float) -> dict[str, float] | None:
    """Charge of each metal such that they balance `n_oxygen` oxide ions per cation; None if they cannot.

    Whole charges first, the more common ones preferred; else one metal has two charges side by side and the mean of
    them is given (manganese in La0.7Sr0.3MnO3 has 3.3).
    """
    known = oxide_charges()
    if any(symbol not in known for symbol in cations):
        return None
    wanted = 2.0 * n_oxygen
    choices = [list(enumerate(known[symbol])) for symbol in cations]
    if math.prod(map(len, choices)) > _MOST_COMBINATIONS:
        return _mixed_valence(cations, wanted)
    combinations = sorted(itertools.product(*choices), key=lambda chosen: sum(rank for rank, _ in chosen))
    for chosen in combinations:
        charges = dict(zip(cations, (float(charge) for _, charge in chosen), strict=True))
        if abs(_total(cations, charges) - wanted) < _TOLERANCE:
            return charges
    return _mixed_valence(cations, wanted)


def _total(cations: Mapping[str, float], charges: Mapping[str, float]) -> float:
    return sum(fraction * charges[symbol] for symbol, fraction in cations.items())


def _mixed_valence(cations: Mapping[str, float], wanted: float) -> dict[str, float] | None:
    known = oxide_charges()
    charges = {symbol: float(known[symbol][0]) for symbol in cations}
    for symbol, fraction in cations.items():
        mean = charges[symbol] + (wanted - _total(cations, charges)) / fraction
        if min(known[symbol]) <= mean <= max(known[symbol]):
            return {**charges, symbol: mean}
    return None


def cation_sizes(charges: Mapping[str, float]) -> dict[str, float] | None:
    """Shannon's radius of each cation in a common octahedral site, angstrom; None if one is not tabulated.

    A cation that has no entry for six neighbours is taken at the nearest number that it has, a mean charge at the nearest
    whole one.
    """
    sizes = {}
    for symbol, charge in charges.items():
        entries = [key for key in ionic_radii() if key[0] == symbol]
        if not entries:
            return None
        nearest = min(entries, key=lambda key: (abs(key[1] - charge), abs(key[2] - _OCTAHEDRAL)))
        sizes[symbol] = ionic_radii()[nearest]
    return sizes
