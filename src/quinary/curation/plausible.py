"""Formulas that few materials have: what a person may have mistyped, said before numbers are computed for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quinary.chemistry.alloy_limits import GAS_TAKERS, no_alloy
from quinary.chemistry.composition import Composition
from quinary.reference.radii import ionic_radii, oxide_charges

__all__ = ["Reason", "implausible", "reasons_against"]

_NOBLE_GASES: Final = ("He", "Ne", "Ar", "Rn")
_SALT_FORMERS: Final = ("F", "Cl", "Br", "I", "At")
_GASES: Final = ("H", "N", "O")
_LARGEST_IN_ALLOY: Final = 0.05  # atomic fraction of a gas or halogen that most metals may hold
_LARGEST_IN_TAKERS: Final = 0.5
_CHARGES: Final = {"O": 2.0, "N": 3.0}
_CHARGES_IN_PAIRS: Final = {"O": 1.0, "N": 1.0}  # peroxides, diazenides
# Anions without a charge to speak of: the most of them for each metal (CaC2, YB66; carbon between sheets, KC8, is no carbide).
_MOST_FOR_EACH: Final = {"C": (2.0, "CaC2"), "B": (66.0, "YB66")}
_KINDS: Final = {"C": "carbides", "B": "borides"}
_TOLERANCE: Final = 1.02


@dataclass(frozen=True, slots=True)
class Reason:
    """What is unusual about a composition, in a sentence, and whether no such compound is known at all."""

    text: str
    is_unknown: bool = False


def implausible(composition: Composition) -> list[str]:
    """What is unusual about a composition, one sentence a reason; empty where nothing is: see `reasons_against`."""
    return [reason.text for reason in reasons_against(composition)]


def reasons_against(composition: Composition) -> list[Reason]:
    """What is unusual about a composition; empty where nothing is.

    Oxygen takes two electrons and nitrogen three, and the cations must have them: the highest charges of the elements in
    oxides (Greenwood and Earnshaw 1997; Shannon 1976, 10.1107/S0567739476001551) bound what they give.
    """
    fractions = composition.atomic_fractions
    reasons = [Reason(f"{symbol} forms no solid compound", True) for symbol in _NOBLE_GASES if symbol in fractions]
    gases = (*_SALT_FORMERS, *(() if composition.is_ceramic else _GASES))
    for symbol in gases:
        if fractions.get(symbol, 0.0) > _largest(symbol, fractions):
            kind = (
                "halides are salts, not ceramics or alloys"
                if symbol in _SALT_FORMERS
                else "few alloys dissolve so much"
            )
            reasons.append(Reason(f"{100 * fractions[symbol]:.3g} at.% {symbol}: {kind}"))
    if composition.is_ceramic:
        return reasons + _of_ceramic(composition)
    too_much = no_alloy(composition)
    return [*reasons, Reason(f"predictors of alloys do not answer: {too_much}")] if too_much else reasons


def _largest(symbol: str, fractions: Mapping[str, float]) -> float:
    """The atomic fraction of a gas that alloys of these metals may hold."""
    taken = math.fsum(share for metal, share in fractions.items() if metal in GAS_TAKERS)
    is_taker = symbol in _GASES and taken >= 0.5 * (1.0 - fractions.get(symbol, 0.0))
    return _LARGEST_IN_TAKERS if is_taker else _LARGEST_IN_ALLOY


def _of_ceramic(composition: Composition) -> list[Reason]:
    cations, anions = composition.cations, composition.anions
    reasons = []
    for symbol, (most, example) in _MOST_FOR_EACH.items():
        if anions.get(symbol, 0.0) > most * _TOLERANCE:
            text = f"{anions[symbol]:.3g} {symbol} for each cation: {_KINDS[symbol]} have {most:g} at most ({example})"
            reasons.append(Reason(text, True))
    taken = math.fsum(charge * anions.get(symbol, 0.0) for symbol, charge in _CHARGES.items())
    charges = _highest_charges()
    if taken and all(symbol in charges for symbol in cations):
        given = math.fsum(share * charges[symbol] for symbol, share in cations.items())
        if taken > given * _TOLERANCE:
            anion = "+".join(symbol for symbol in _CHARGES if symbol in anions)
            in_pairs = math.fsum(charge * anions.get(symbol, 0.0) for symbol, charge in _CHARGES_IN_PAIRS.items())
            is_unknown = in_pairs > given * _TOLERANCE
            reasons.append(
                Reason(
                    f"the charges do not balance{', not even' if is_unknown else ' unless'} as a peroxide or pernitride: "
                    f"{anion} takes {taken:.3g} electrons for each cation, {', '.join(cations)} give {given:.3g} at most",
                    is_unknown,
                )
            )
    return reasons


def _highest_charges() -> dict[str, int]:
    highest = {symbol: max(charges) for symbol, charges in oxide_charges().items()}
    for symbol, charge, _ in ionic_radii():
        highest[symbol] = max(charge, highest.get(symbol, 0))
    return highest
