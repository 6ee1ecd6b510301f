"""What to weigh in for an ingot: grams of each element, corrected for the purity of what is in the jar."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError
from quinary.reference.elements import element_column

__all__ = ["charge", "sample_id"]

# Elements that are gases at room temperature: they come in with a compound, not from a jar.
_GASES: Final = frozenset({"H", "N", "O", "F", "Cl", "He", "Ne", "Ar", "Kr", "Xe", "Rn"})


def charge(source: CompositionLike, mass: float, purities: Mapping[str, float] | None = None) -> dict[str, float]:
    """Grams of each element for `mass` grams of material: m_i = mass x_i M_i / sum_j x_j M_j / purity_i.

    `purities` are mass fractions (0.999); elements that are not named are taken as pure. Impurities come on top of `mass`.

    Raises:
        InputError: a mass or purity out of range, a purity of an element that is not in the material, an element without
            atomic mass, or one that is a gas and cannot be weighed in as such.
    """
    composition = Composition.of(source)
    stated = dict(purities or {})
    _check(composition, mass, stated)
    atomic = element_column("mass")
    parts = {symbol: share * atomic[symbol] for symbol, share in composition.atomic_fractions.items()}
    total = math.fsum(parts.values())
    return {symbol: mass * part / total / stated.get(symbol, 1.0) for symbol, part in parts.items()}


def sample_id(source: CompositionLike) -> str:
    """A short name of a sample that its formula can be checked against: `Q-` and eight digits."""
    formula = Composition.of(source).formula
    return f"Q-{hashlib.blake2b(formula.encode(), digest_size=4).hexdigest()}"


def _check(composition: Composition, mass: float, purities: Mapping[str, float]) -> None:
    if not (math.isfinite(mass) and mass > 0):
        raise InputError(f"the mass of an ingot must be positive, in grams, not {mass:g}")
    for symbol, purity in purities.items():
        if not 0 < purity <= 1:
            raise InputError(
                f"the purity of {symbol} is a mass fraction above 0 and up to 1 (99.9 % is 0.999), not {purity:g}"
            )
    gases = sorted(_GASES.intersection(composition.elements))
    if gases:
        raise InputError(f"{composition.formula}: {', '.join(gases)} is a gas: weigh in a compound that holds it")
    atomic = element_column("mass")
    missing = [symbol for symbol in composition.elements if symbol not in atomic]
    if missing:
        raise InputError(f"{composition.formula}: no atomic mass is tabulated for {', '.join(missing)}")
