"""Prototypes of alloys and ceramics as ASE `Atoms`, with every site marked by the sublattice it belongs to.

`atoms.arrays["sublattice"]` is 0, 1, ... for the cation (or metal) sublattices in the order of the formula, and -1 for
anions. Wyckoff positions: International Tables for Crystallography A; names of structures as in the field (B2 = CsCl).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ase import Atoms

__all__ = ["ANION_SITE", "PROTOTYPES", "Prototype", "cation_sites", "prototype_named", "prototype_of_ceramic"]

ANION_SITE: Final = -1
_SYMMETRY_TOLERANCE: Final = 1e-5  # angstrom


@dataclass(frozen=True, slots=True)
class Prototype:
    """One structure type.

    Attributes:
        name: how users call it.
        space_group: number in the International Tables.
        sites: (sublattice, fractional coordinates in the conventional cell) of each Wyckoff position.
        ratio: c/a of the hexagonal cell where nothing better is known; None for cubic ones.
        symbols: elements of a well-known example, one a Wyckoff position.
        edge: lattice parameter a of that example, angstrom.
        origin: origin choice of the International Tables that the coordinates are in.
    """

    name: str
    space_group: int
    sites: tuple[tuple[int, tuple[float, float, float]], ...]
    symbols: tuple[str, ...]
    edge: float
    ratio: float | None = None
    origin: int = 1

    @property
    def n_sublattices(self) -> int:
        """How many cation (or metal) sublattices there are."""
        return len({number for number, _ in self.sites if number != ANION_SITE})

    def atoms(
        self,
        symbols: Sequence[str] | None = None,
        a: float | None = None,
        c: float | None = None,
        *,
        is_primitive: bool = True,
    ) -> Atoms:
        """The cell with `symbols` (one a Wyckoff position) and edges `a`, `c` in angstrom; default: the example.

        A hexagonal prototype without `c` has its own ratio c/a.

        Raises:
            InputError: not one symbol a Wyckoff position, an edge that is not positive, or `c` for a cubic prototype.
        """
        from ase.spacegroup import crystal

        chosen = tuple(symbols or self.symbols)
        edge = self.edge if a is None else a
        if len(chosen) != len(self.sites):
            raise InputError(f"{self.name} takes {len(self.sites)} symbols, not {len(chosen)}: {', '.join(chosen)}")
        if edge <= 0 or (c is not None and c <= 0):
            raise InputError(f"a lattice parameter must be positive, in angstrom; {self.name} got a = {edge}, c = {c}")
        if self.ratio is None and c is not None:
            raise InputError(f"{self.name} is cubic: it has no lattice parameter c")
        height = edge if self.ratio is None else edge * self.ratio if c is None else c
        angle = 90.0 if self.ratio is None else 120.0
        atoms = crystal(
            chosen,
            [position for _, position in self.sites],
            spacegroup=self.space_group,
            setting=self.origin,
            cellpar=[edge, edge, height, 90.0, 90.0, angle],
            primitive_cell=is_primitive,
            onduplicates="error",
        )
        return self._marked(atoms)

    def _marked(self, atoms: Atoms) -> Atoms:
        """The atoms with the array `sublattice`, and without the bookkeeping of ASE's `crystal`."""
        numbers = np.array([number for number, _ in self.sites])
        atoms.set_array("sublattice", numbers[atoms.arrays["spacegroup_kinds"]])
        del atoms.arrays["spacegroup_kinds"]
        atoms.info.clear()
        return atoms

    def site_rotations(self) -> NDArray[np.int64]:
        """Point operations of the structure as whole-number matrices W, shape (n_operations, 3, 3).

        They act on coordinates in units of the primitive vectors: x' = W x.

        Raises:
            InputError: the primitive cell has more than one cation site, so that the sites are not one Bravais lattice.
        """
        import spglib

        atoms = self.atoms()
        if len(cation_sites(atoms)) != 1:
            raise InputError(f"the cation sites of {self.name} are not one Bravais lattice")
        cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
        found = spglib.get_symmetry(cell, symprec=_SYMMETRY_TOLERANCE)
        return np.unique(np.asarray(found["rotations"], dtype=np.int64), axis=0)


_ORIGIN: Final = (0.0, 0.0, 0.0)
_BODY: Final = (0.5, 0.5, 0.5)
_QUARTER: Final = (0.25, 0.25, 0.25)

PROTOTYPES: Final[Mapping[str, Prototype]] = {
    prototype.name: prototype
    for prototype in (
        Prototype("bcc", 229, ((0, _ORIGIN),), ("W",), 3.165),
        Prototype("fcc", 225, ((0, _ORIGIN),), ("Cu",), 3.615),
        Prototype("hcp", 194, ((0, (1 / 3, 2 / 3, 0.25)),), ("Ti",), 2.951, 1.588),
        Prototype("B2", 221, ((0, _ORIGIN), (1, _BODY)), ("Ni", "Al"), 2.887),
        Prototype("rock-salt", 225, ((0, _ORIGIN), (ANION_SITE, _BODY)), ("Ti", "C"), 4.328),
        Prototype("AlB2", 191, ((0, _ORIGIN), (ANION_SITE, (1 / 3, 2 / 3, 0.5))), ("Ti", "B"), 3.029, 1.066),
        Prototype("WC", 187, ((0, _ORIGIN), (ANION_SITE, (1 / 3, 2 / 3, 0.5))), ("W", "C"), 2.906, 0.976),
        Prototype("fluorite", 225, ((0, _ORIGIN), (ANION_SITE, _QUARTER)), ("Ce", "O"), 5.411),
        Prototype(
            "perovskite", 221, ((0, _BODY), (1, _ORIGIN), (ANION_SITE, (0.5, 0.0, 0.0))), ("Sr", "Ti", "O"), 3.905
        ),
        Prototype(
            "spinel",
            227,
            ((0, (0.125, 0.125, 0.125)), (1, _BODY), (ANION_SITE, (0.2625, 0.2625, 0.2625))),
            ("Mg", "Al", "O"),
            8.083,
            origin=2,
        ),
    )
}
_CERAMICS: Final = {("C", 1.0): "rock-salt", ("N", 1.0): "rock-salt", ("O", 1.0): "rock-salt", ("B", 2.0): "AlB2"}


@functools.cache
def prototype_named(name: str) -> Prototype:
    """The prototype of this name.

    Raises:
        InputError: there is none.
    """
    if name not in PROTOTYPES:
        raise unknown_name("prototype", name, PROTOTYPES)
    return PROTOTYPES[name]


def prototype_of_ceramic(anion: str, n_anions: float) -> Prototype:
    """The structure in which mixed ceramics of this anion, `n_anions` per cation, are looked for.

    Raises:
        InputError: there is none for this anion and ratio.
    """
    name = _CERAMICS.get((anion, round(n_anions, 6)))
    if name is None:
        known = ", ".join(f"M{symbol}{'' if count == 1 else f'{count:g}'}" for symbol, count in _CERAMICS)
        raise InputError(
            f"no structure is known for {n_anions:g} {anion} per cation; known: {known}", tuple(PROTOTYPES)
        )
    return PROTOTYPES[name]


def cation_sites(atoms: Atoms) -> NDArray[np.int64]:
    """Numbers of the atoms on cation (or metal) sites, shape (n_sites,)."""
    return np.flatnonzero(atoms.arrays["sublattice"] != ANION_SITE).astype(np.int64)
