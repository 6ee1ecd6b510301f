"""Many ceramics at once: those that share their anions and their cation sublattices stand in one matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix

__all__ = ["CeramicMatrix", "group_ceramics"]

# Anions per cation between which the rock-salt or the AlB2 structure exists; fewer anions than one are vacancies.
_ROCK_SALT_RANGE: Final = (0.55, 1.05)
_DIBORIDE_RANGE: Final = (1.9, 2.1)
_ROCK_SALT_ANIONS: Final = frozenset({"C", "N", "O"})


@dataclass(frozen=True, slots=True)
class CeramicMatrix:
    """N ceramics with the same anions.

    Attributes:
        sublattices: one matrix (N rows, fractions that sum to one) for each cation sublattice, all over one list of
            elements.
        sites: the share of each sublattice in the cations, sum 1.
        anions: (symbol, atoms per cation) of each anion.
    """

    sublattices: tuple[CompositionMatrix, ...]
    sites: tuple[float, ...]
    anions: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, matrix: CompositionMatrix, **anions: float) -> CeramicMatrix:
        """Ceramics with one cation sublattice: `CeramicMatrix.of(matrix, C=1)` for carbides, `B=2` for diborides."""
        return cls((matrix,), (1.0,), tuple(sorted(anions.items())))

    def __len__(self) -> int:
        return len(self.sublattices[0])

    @property
    def elements(self) -> tuple[str, ...]:
        """The metals, in the order of the columns."""
        return self.sublattices[0].elements

    @property
    def cations(self) -> NDArray[np.float64]:
        """Fractions of the metals over all cation sublattices, shape (N, n_elements)."""
        if len(self.sublattices) == 1:
            return self.sublattices[0].fractions
        merged = np.zeros_like(self.sublattices[0].fractions)
        for share, matrix in zip(self.sites, self.sublattices, strict=True):
            merged += share * matrix.fractions
        return merged

    @property
    def anion_symbols(self) -> tuple[str, ...]:
        """The anions."""
        return tuple(symbol for symbol, _ in self.anions)

    @property
    def n_anions(self) -> float:
        """Anion atoms per cation."""
        return sum(amount for _, amount in self.anions)

    @property
    def anion_fractions(self) -> NDArray[np.float64]:
        """Fractions of the anions, sum 1, shape (n_anion_symbols,)."""
        return np.array([amount for _, amount in self.anions]) / self.n_anions

    @property
    def has_binary_structure(self) -> bool:
        """True where the metals share the one sublattice of a binary: rock salt (C, N, O) or AlB2 type (B)."""
        is_boride = self.anion_symbols == ("B",)
        low, high = _DIBORIDE_RANGE if is_boride else _ROCK_SALT_RANGE
        is_known = is_boride or _ROCK_SALT_ANIONS.issuperset(self.anion_symbols)
        return len(self.sublattices) == 1 and is_known and low <= self.n_anions <= high

    def rows(self, chosen: slice) -> CeramicMatrix:
        """Some of the rows."""
        parts = tuple(CompositionMatrix(matrix.elements, matrix.fractions[chosen]) for matrix in self.sublattices)
        return CeramicMatrix(parts, self.sites, self.anions)


def group_ceramics(compositions: Sequence[Composition]) -> Iterator[tuple[list[int], CeramicMatrix]]:
    """Matrices of the ceramics among `compositions`, each with the positions of its rows; alloys are left out."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for position, composition in enumerate(compositions):
        if composition.is_ceramic:
            sites = tuple(sublattice.sites for sublattice in composition.sublattices[:-1])
            groups.setdefault((sites, tuple(composition.anions.items())), []).append(position)
    for positions in groups.values():
        yield positions, _matrix([compositions[position] for position in positions])


def _matrix(compositions: Sequence[Composition]) -> CeramicMatrix:
    first = compositions[0]
    elements = tuple(sorted({symbol for composition in compositions for symbol in composition.cations}))
    layers = tuple(
        as_matrix([Composition((composition.sublattices[index],)) for composition in compositions], elements)
        for index in range(len(first.sublattices) - 1)
    )
    total = sum(sublattice.sites for sublattice in first.sublattices[:-1])
    shares = tuple(sublattice.sites / total for sublattice in first.sublattices[:-1])
    return CeramicMatrix(layers, shares, tuple(first.anions.items()))
