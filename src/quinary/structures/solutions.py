"""Which structure a composition is looked for in, and the edges that its cell starts from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.constants import CUBIC_ANGSTROM_PER_MOLAR
from quinary.errors import InputError
from quinary.reference.elements import NON_METALS, element_column
from quinary.reference.lattices import elemental_values, stable_lattice
from quinary.reference.precursors import precursor_column
from quinary.reference.valence_electron_rule import BCC_BELOW, FCC_FROM
from quinary.structures.prototypes import Prototype, prototype_named

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["conventional_edges", "likely_structures", "starting_edges"]

_OXIDES: Final = {((1.0,), 2.0): "fluorite", ((0.5, 0.5), 1.5): "perovskite", ((1 / 3, 2 / 3), 4 / 3): "spinel"}
_ROCK_SALT_ANIONS: Final = frozenset({"C", "N", "O"})


def likely_structures(composition: Composition) -> tuple[str, ...]:
    """Names of the prototypes to look for a single phase in; two where the rules leave both open.

    Alloys: the lattice in which all their elements are stable; else by valence electron concentration bcc, fcc or both.
    Ceramics by anions per cation: rock salt (C, N, O), AlB2 (B), fluorite, perovskite, spinel (O).

    Raises:
        InputError: nothing is known for such a composition.
    """
    if composition.is_ceramic:
        return (_ceramic_structure(composition),)
    strange = sorted(NON_METALS.intersection(composition.elements))
    if strange:
        raise InputError(
            f"no solid solution of metals can be made of {composition.formula}: it holds {', '.join(strange)}"
        )
    stable = {stable_lattice(symbol) for symbol in composition.elements}
    if len(stable) == 1 and (only := stable.pop()) is not None:
        return (only,)
    electrons = element_column("valence_electrons")
    missing = [symbol for symbol in composition.elements if symbol not in electrons]
    if missing:
        raise InputError(f"no valence electrons are tabulated for {', '.join(missing)}: the lattice is not known")
    mean = math.fsum(share * electrons[symbol] for symbol, share in composition.atomic_fractions.items())
    mean = round(mean, 9)
    return ("fcc",) if mean >= FCC_FROM else ("bcc",) if mean < BCC_BELOW else ("bcc", "fcc")


def _ceramic_structure(composition: Composition) -> str:
    *cations, anion = composition.sublattices
    anions = set(anion.elements)
    if NON_METALS.issuperset(composition.cations):
        raise InputError(f"no structure is known for {composition.formula}: it holds no metal")
    if len(cations) == 1 and anions <= _ROCK_SALT_ANIONS and math.isclose(anion.sites, 1.0, abs_tol=1e-6):
        return "rock-salt"
    if len(cations) == 1 and anions == {"B"} and math.isclose(anion.sites, 2.0, abs_tol=1e-6):
        return "AlB2"
    for (shares, n_anions), name in _OXIDES.items():
        sites = [sublattice.sites for sublattice in cations]
        is_alike = len(sites) == len(shares) and all(abs(a - b) < 1e-6 for a, b in zip(sites, shares, strict=True))
        if anions == {"O"} and is_alike and math.isclose(anion.sites, n_anions, abs_tol=1e-6):
            return name
    raise InputError(
        f"no structure is known for {composition.formula}: known are MC, MN, MO (rock salt), MB2 (AlB2), MO2 (fluorite), "
        "(A)(B)O3 (perovskite) and (A)(B)2O4 (spinel), full"
    )


def starting_edges(composition: Composition, prototype: str) -> tuple[float, float | None]:
    """Edges a and c (None for cubic) in angstrom to start from: Vegard's law in the volume.

    Of the elements in that lattice, of the binary ceramics, or, where no table has them, the prototype's example.

    Raises:
        InputError: a metal of an alloy has no tabulated volume.
    """
    kind = prototype_named(prototype)
    volume = _volume(composition, prototype)
    if volume is None:
        return kind.edge, None if kind.ratio is None else kind.edge * kind.ratio
    example = kind.atoms()
    n_formulas = _n_cations(kind)
    scale = (volume * n_formulas / float(example.get_volume())) ** (1 / 3)
    return kind.edge * scale, None if kind.ratio is None else kind.edge * kind.ratio * scale


def conventional_edges(
    kind: Prototype, start: tuple[float, float | None], stretch: object
) -> tuple[float, float | None]:
    """Edges a and c (None for cubic) of the conventional cell after a deformation of the starting cell, angstrom.

    `stretch` is the matrix F with relaxed vectors = starting vectors F, rows are vectors, shape (3, 3). A cubic structure
    that came back a little distorted has the cube root of its volume for an edge.
    """
    vectors = kind.atoms(a=start[0], c=start[1], is_primitive=False).cell.array @ np.asarray(stretch, dtype=np.float64)
    if kind.ratio is None:
        return float(abs(np.linalg.det(vectors)) ** (1 / 3)), None
    height = float(np.linalg.norm(vectors[2]))
    base = float(np.linalg.norm(np.cross(vectors[0], vectors[1])))
    return math.sqrt(base * 2 / math.sqrt(3)), height


def _n_cations(kind: Prototype) -> int:
    from quinary.structures.prototypes import cation_sites

    return len(cation_sites(kind.atoms()))


def _volume(composition: Composition, prototype: str) -> float | None:
    """Volume per cation (per atom of an alloy), cubic angstrom; None where no table has all of it."""
    if not composition.is_ceramic:
        return _metal_volume(composition, prototype)
    anions, cations = composition.anions, composition.cations
    if prototype not in {"rock-salt", "AlB2"}:
        return None
    parts = [
        share * number * precursor_column(anion, "volume").get(metal, math.nan) / math.fsum(anions.values())
        for anion, number in anions.items()
        for metal, share in cations.items()
    ]
    total = math.fsum(parts)
    return None if math.isnan(total) else total


def _metal_volume(composition: Composition, lattice: str) -> float:
    fractions = composition.atomic_fractions
    symbols = tuple(fractions)
    known = elemental_values("volume", symbols, lattice if lattice in {"bcc", "fcc", "hcp"} else "bcc").values
    molar = element_column("molar_volume")
    volumes = [
        molar.get(symbol, math.nan) * CUBIC_ANGSTROM_PER_MOLAR if math.isnan(value) else float(value)
        for symbol, value in zip(symbols, known, strict=True)
    ]
    missing = [symbol for symbol, volume in zip(symbols, volumes, strict=True) if math.isnan(volume)]
    if missing:
        raise InputError(f"no atomic volume is tabulated for {', '.join(missing)}")
    return math.fsum(share * volume for share, volume in zip(fractions.values(), volumes, strict=True))
