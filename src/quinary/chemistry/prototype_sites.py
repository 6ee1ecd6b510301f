"""Sites that a formula without brackets has by its type: `SrTiO3` has two cation sites, `MgCoNiCuZnO5` has one.

Oxides: ABO3 perovskite or ilmenite, A2B2O7 pyrochlore, A3B5O12 garnet, AB2O4 spinel and its like, ABO4 scheelite or zircon,
AB2O6 columbite. The cations are sorted by size; those of A differ from those of B by more than Goldschmidt's 15 % (ions that
differ by less replace each other: Goldschmidt 1926, 10.1007/BF01507527), or in charge. Where neither holds, or the amounts
divide in no such way, the metals share one lattice, as in (GdY)2O3.

MAX phases: M(n+1)AXn with n = 1, 2, 3, M an early transition metal, A of groups 11 to 16, X carbon or nitrogen
(Sokol et al. 2019, 10.1016/j.trechm.2019.02.016).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quinary.chemistry.oxide_charges import balanced_charges, cation_sizes
from quinary.reference.radii import oxide_charges

__all__ = ["MAX_A_ELEMENTS", "SplitSites", "max_phase_sites", "oxide_prototype_sites"]


@dataclass(frozen=True, slots=True)
class _OxideType:
    """`n_a` A and `n_b` B atoms to `n_oxygen` of oxygen.

    The ions of A and B are told apart by a ratio of sizes above `size_ratio`, or by a step of at least `charge_step`
    between the charges of just two cations.
    """

    name: str
    n_a: int
    n_b: int
    n_oxygen: int
    size_ratio: float
    charge_step: float


_GOLDSCHMIDT: Final = 1.15
# Lu2Zr2O7 (1.196) is still written as a pyrochlore; La2Ce2O7 (1.186) is a fluorite with one lattice of cations.
_OXIDES: Final = (
    _OxideType("ABO3", 1, 1, 3, _GOLDSCHMIDT, 2.0),
    _OxideType("A2B2O7", 2, 2, 7, 1.19, 2.0),
    _OxideType("A3B5O12", 3, 5, 12, _GOLDSCHMIDT, math.inf),
    _OxideType("AB2O4", 1, 2, 4, _GOLDSCHMIDT, 0.5),
    _OxideType("A2BO4", 2, 1, 4, _GOLDSCHMIDT, 0.5),
    # Two oxygen atoms a cation: ions that differ in size alone may share the lattice of a dioxide, as in CeZrO4.
    _OxideType("ABO4", 1, 1, 4, math.inf, 2.0),
    _OxideType("AB2O6", 1, 2, 6, math.inf, 2.0),
    _OxideType("A2BO6", 2, 1, 6, math.inf, 2.0),
)
_MANY_METALS: Final = frozenset({"ABO3", "A2B2O7", "A3B5O12"})  # types whose A is the larger ion throughout
_EQUAL: Final = 1e-3
_MOST_METALS: Final = 8

MAX_A_ELEMENTS: Final = frozenset(
    {
        "Al", "Si", "P", "S", "Cu", "Zn", "Ga", "Ge", "As", "Se", "Pd", "Cd", "In", "Sn", "Sb", "Te", "Ir", "Au", "Tl", "Pb",
        "Bi",
    }
)  # fmt: skip
_MAX_METALS: Final = frozenset({"Sc", "Ti", "V", "Cr", "Mn", "Y", "Zr", "Nb", "Mo", "Lu", "Hf", "Ta", "W"})
_MAX_LAYERS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class SplitSites:
    """The cations of a formula on two sites, in the order A, B (or M, A), and the type of formula that says so."""

    prototype: str
    sites: tuple[Mapping[str, float], ...]


def oxide_prototype_sites(cations: Mapping[str, float], n_oxygen: float) -> SplitSites | None:
    """The A and the B site of an oxide of a known type, amounts as given; None where the cations share one lattice."""
    total = math.fsum(cations.values())
    if not 2 <= len(cations) <= _MOST_METALS or not cations.keys() <= oxide_charges().keys():
        return None
    shares = {symbol: amount / total for symbol, amount in cations.items()}
    charges = balanced_charges(shares, n_oxygen / total) or {s: float(oxide_charges()[s][0]) for s in cations}
    sizes = cation_sizes(charges)
    if sizes is None:
        return None
    for kind in _OXIDES:
        n_cations = kind.n_a + kind.n_b
        is_such = math.isclose(n_oxygen / total, kind.n_oxygen / n_cations, rel_tol=_EQUAL)
        if not is_such or (len(cations) > 2 and kind.name not in _MANY_METALS):
            continue
        divided = _divided(shares, sizes, kind.n_a / n_cations)
        is_in_order = kind.name in _MANY_METALS or (divided is not None and next(iter(cations)) in divided[0])
        if divided is not None and is_in_order and _is_apart(divided, sizes, charges, kind):
            return SplitSites(kind.name, tuple({s: cations[s] for s in cations if s in site} for site in divided))
    return None


def _divided(
    shares: Mapping[str, float], sizes: Mapping[str, float], share_of_a: float
) -> tuple[frozenset[str], frozenset[str]] | None:
    """The largest cations that together fill the A site, and the others; None where no number of them does.

    Of two cations the amounts say which is which; where these are equal, the size does.
    """
    ordered = sorted(shares, key=lambda symbol: (-sizes[symbol], symbol))
    if len(shares) == 2:
        ordered.sort(key=lambda symbol: abs(shares[symbol] - share_of_a))
    filled = 0.0
    for place, symbol in enumerate(ordered[:-1], start=1):
        filled += shares[symbol]
        if math.isclose(filled, share_of_a, rel_tol=_EQUAL):
            return frozenset(ordered[:place]), frozenset(ordered[place:])
    return None


def _is_apart(
    divided: tuple[frozenset[str], frozenset[str]],
    sizes: Mapping[str, float],
    charges: Mapping[str, float],
    kind: _OxideType,
) -> bool:
    a, b = divided
    if len(a) == len(b) == 1:
        (one,), (other,) = a, b
        ratio = max(sizes[one], sizes[other]) / min(sizes[one], sizes[other])
        return ratio > kind.size_ratio or abs(charges[one] - charges[other]) >= kind.charge_step
    return min(sizes[symbol] for symbol in a) > kind.size_ratio * max(sizes[symbol] for symbol in b)


def max_phase_sites(amounts: Mapping[str, float]) -> SplitSites | None:
    """The M and the A site of a MAX phase such as Ti2AlC or Ti3SiC2, amounts as given; None if it is none."""
    metals = {symbol: amount for symbol, amount in amounts.items() if symbol in _MAX_METALS}
    between = {symbol: amount for symbol, amount in amounts.items() if symbol in MAX_A_ELEMENTS}
    rest = amounts.keys() - metals.keys() - between.keys()
    if not metals or not between or not rest or not rest <= {"C", "N"}:
        return None
    n_m, n_a = math.fsum(metals.values()), math.fsum(between.values())
    n_x = math.fsum(amounts[symbol] for symbol in rest)
    for n in _MAX_LAYERS:
        if math.isclose(n_m, (n + 1) * n_a, rel_tol=_EQUAL) and math.isclose(n_x, n * n_a, rel_tol=_EQUAL):
            return SplitSites(f"M{n + 1}AX{n if n > 1 else ''}", (metals, between))
    return None
