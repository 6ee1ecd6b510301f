"""Which cation of an oxide has which charge and which radius: the structure as the formula suggests it.

One cation sublattice: MO rock salt (coordination number 6), M2O3 bixbyite (6), MO1.6 to MO2 fluorite (8). Two: ABO3
perovskite (A 12, B 6), AB2O4 normal spinel (A 4, B 6), A2B2O7 pyrochlore (A 8, B 6). Of equal sites A is the one of the
larger ions, whatever the order in the formula. A formula alone cannot tell rutile from fluorite, an ilmenite from a
perovskite or a normal spinel from an inverse one.

Charges balance the oxygen (`quinary.chemistry.oxide_charges`): the usual ones of Greenwood and Earnshaw where they do, else
less usual ones, else one metal has two side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.oxide_charges import balanced_charges, cation_sizes
from quinary.reference.radii import ionic_radii, oxide_charges

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.chemistry.sublattices import Sublattice

__all__ = ["OxideSite", "oxide_sites"]

# Name, cation sites of the sublattices per cation, range of oxygen atoms per cation, coordination numbers.
_STRUCTURES: Final = (
    ("rock salt", (1.0,), (0.9, 1.1), (6,)),
    ("bixbyite", (1.0,), (1.45, 1.55), (6,)),
    ("fluorite", (1.0,), (1.6, 2.05), (8,)),
    ("perovskite", (0.5, 0.5), (1.4, 1.55), (12, 6)),
    ("spinel", (1 / 3, 2 / 3), (1.3, 1.37), (4, 6)),
    ("pyrochlore", (0.5, 0.5), (1.7, 1.8), (8, 6)),
)
# Octahedral radius, angstrom: CdFe2O4 (0.95) is a spinel, CaFe2O4 (1.00) and La2CuO4 are not.
_LARGEST_IN_SPINEL: Final = 0.98
_LEAST_FILLING: Final = 0.75  # of the oxygen sites of a fluorite; M2O3 fills three quarters of them


@dataclass(frozen=True, slots=True)
class OxideSite:
    """One cation sublattice: fractions, charges and radii (angstrom), shape (n_elements,), and its share of the cations."""

    fractions: tuple[float, ...]
    charges: tuple[float, ...]
    radii: tuple[float, ...]
    sites: float

    @property
    def mean_radius(self) -> float:
        """sum_i c_i r_i, angstrom."""
        return float(np.dot(self.fractions, self.radii))

    @property
    def mean_charge(self) -> float:
        """sum_i c_i q_i."""
        return float(np.dot(self.fractions, self.charges))


def oxide_sites(composition: Composition) -> tuple[str, tuple[OxideSite, ...]] | None:
    """Structure and cation sublattices of an oxide; None if the formula fits none, or charges or radii are not known."""
    found = _structure(composition)
    if found is None:
        return None
    name, coordinations = found
    charges = _charges(name, composition.cations, composition.anions["O"])
    ordered = charges and _ordered(name, composition.sublattices[:-1], charges)
    if not charges or not ordered:
        return None
    sites = []
    for sublattice, coordination in zip(ordered, coordinations, strict=True):
        radii = _common_radii({symbol: charges[symbol] for symbol in sublattice.elements}, coordination)
        if radii is None:
            return None
        fractions = tuple(fraction for _, fraction in sublattice.fractions)
        of_site = tuple(charges[symbol] for symbol in sublattice.elements)
        sites.append(OxideSite(fractions, of_site, radii, sublattice.sites))
    return name, tuple(sites)


def _structure(composition: Composition) -> tuple[str, tuple[int, ...]] | None:
    if set(composition.anions) != {"O"}:
        return None
    shares = tuple(sorted(sublattice.sites for sublattice in composition.sublattices[:-1]))
    n_oxygen = composition.anions["O"]
    for name, sites, (low, high), coordinations in _STRUCTURES:
        if len(sites) == len(shares) and np.allclose(sites, shares, atol=0.01) and low <= n_oxygen <= high:
            return name, coordinations
    return None


def _ordered(
    structure: str, sublattices: Sequence[Sublattice], charges: Mapping[str, float]
) -> tuple[Sublattice, ...] | None:
    """The sublattices as A, B: of a spinel A has half the sites of B, else the larger ions; None if an ion is too large."""
    sizes = cation_sizes(charges)
    if sizes is None:
        return None
    if structure == "spinel":
        is_small = max(sizes.values()) < _LARGEST_IN_SPINEL
        return tuple(sorted(sublattices, key=lambda sublattice: sublattice.sites)) if is_small else None
    return tuple(sorted(sublattices, key=lambda one: -sum(share * sizes[symbol] for symbol, share in one.fractions)))


def _charges(structure: str, cations: Mapping[str, float], n_oxygen: float) -> dict[str, float] | None:
    charges = balanced_charges(cations, n_oxygen)
    if structure == "fluorite" and charges is None and all(symbol in oxide_charges() for symbol in cations):
        # Fluorites are written MO2 even where metals of charge 3 leave oxygen sites empty.
        charges = {symbol: float(oxide_charges()[symbol][0]) for symbol in cations}
        given = sum(fraction * charges[symbol] for symbol, fraction in cations.items())
        is_short = _LEAST_FILLING * 2.0 * n_oxygen <= given <= 2.0 * n_oxygen
        return charges if is_short else None
    if structure == "bixbyite" and charges is not None and set(charges.values()) != {3.0}:
        return None  # M2O3 with other charges is some other oxide, such as SrTiO3 without brackets
    return charges


def _common_radii(charges: Mapping[str, float], coordination: int) -> tuple[float, ...] | None:
    """Radii of all cations of a site at one coordination number: the wanted one, or the nearest that all of them have.

    Radii of different coordination numbers would make a mismatch out of nothing: lanthanum is tabulated at 12, yttrium
    at 9 at most, so for both on one site 9 is taken.
    """
    for candidate in sorted(range(4, 13), key=lambda number: (abs(number - coordination), -number)):
        radii = [_radius(symbol, charge, candidate) for symbol, charge in charges.items()]
        if all(radius is not None for radius in radii):
            return tuple(radius for radius in radii if radius is not None)
    return None


def _radius(symbol: str, charge: float, coordination: int) -> float | None:
    """The radius at a charge; of a mean charge, the mean of the radii of its two charges."""
    known = oxide_charges()[symbol]
    around = sorted({max(q for q in known if q <= charge), min(q for q in known if q >= charge)})
    radii = [ionic_radii().get((symbol, q, coordination), np.nan) for q in around]
    radius = float(np.interp(charge, around, radii))
    return None if np.isnan(radius) else radius
