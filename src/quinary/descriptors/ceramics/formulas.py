"""Every descriptor of a ceramic by name: closed forms of the metals' fractions, the anions and the binary ceramics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import average, electronegativity_difference, size_mismatch
from quinary.descriptors.ceramics.bonding import bond_ionic_character, ionic_character, valence_electrons_per_formula
from quinary.descriptors.ceramics.matrix import CeramicMatrix, group_ceramics
from quinary.descriptors.ceramics.means import (
    binary_fractions,
    mass_density,
    pair_interaction_enthalpy,
    relative_deviation,
    sublattice_entropy,
)
from quinary.errors import unknown_name
from quinary.reference.elements import column, element_column
from quinary.reference.precursors import ANIONS_PER_CATION, carbide_pair_matrix, precursor_values

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["CERAMIC_DESCRIPTORS", "ceramic_descriptors", "describe_ceramics"]

Values: TypeAlias = NDArray[np.float64]

_BLOCK_ROWS: Final = 4096


def _binary_masses(anion: str, metals: tuple[str, ...]) -> Values:
    """g/mol per formula unit: as the table of the anion used them where it says so, else from atomic weights."""
    masses = column("mass", metals) + ANIONS_PER_CATION[anion] * element_column("mass")[anion]
    if anion != "C":
        return masses
    published = precursor_values(anion, "mass", metals)
    return np.where(np.isnan(published), masses, published)


def _melting_temperatures(anion: str, metals: tuple[str, ...]) -> Values:
    return precursor_values(anion, "melting_temperature", metals) if anion == "C" else np.full(len(metals), np.nan)


class _Binaries:
    """The binary ceramics of some metals and anions: arrays of shape (n_metals n_anions,), the anion running fastest."""

    __slots__ = ("_known", "matrix")

    def __init__(self, matrix: CeramicMatrix) -> None:
        self.matrix = matrix
        self._known: dict[str, Values] = {}

    def __getitem__(self, name: str) -> Values:
        if name not in self._known:
            self._known[name] = _BINARY_COLUMNS[name](self)
        return self._known[name]

    def anion_column(self, name: str) -> Values:
        return column(name, self.matrix.anion_symbols)

    def metal_column(self, name: str) -> Values:
        return column(name, self.matrix.elements)

    def of_each(self, values: Callable[[str, tuple[str, ...]], Values]) -> Values:
        """Values of the binaries, or NaN if the ceramic has not the structure of the binaries in the tables."""
        metals, anions = self.matrix.elements, self.matrix.anion_symbols
        if not self.matrix.has_binary_structure:
            return np.full(len(metals) * len(anions), np.nan)
        return np.ravel(np.transpose([values(anion, metals) for anion in anions]))

    def tabulated(self, name: str) -> Values:
        return self.of_each(lambda anion, metals: precursor_values(anion, name, metals))


_BINARY_COLUMNS: Final[Mapping[str, Callable[[_Binaries], Values]]] = {
    # The valence electrons of an anion are the electrons outside its core: group 13 to 16 less ten.
    "electrons": lambda of: valence_electrons_per_formula(
        of.metal_column("valence_electrons"), of.anion_column("group") - 10.0, of.matrix.n_anions
    ),
    "electronegativity": lambda of: np.ravel(
        of.metal_column("electronegativity")[:, None] + of.anion_column("electronegativity")
    ),
    "ionic_character": lambda of: bond_ionic_character(
        of.metal_column("electronegativity"), of.anion_column("electronegativity")
    ),
    "volume": lambda of: of.tabulated("volume"),
    "lattice_parameter": lambda of: of.tabulated("lattice_parameter"),
    "mass": lambda of: of.of_each(_binary_masses),
    "density": lambda of: mass_density(of["mass"], of["volume"]),
    "melting_temperature": lambda of: of.of_each(_melting_temperatures),
}


class _Block:
    """A block of rows with what they have in common."""

    __slots__ = ("binaries", "cations", "fractions", "matrix")

    def __init__(self, matrix: CeramicMatrix, binaries: _Binaries) -> None:
        self.matrix = matrix
        self.binaries = binaries
        self.cations = matrix.cations
        self.fractions = binary_fractions(self.cations, matrix.anion_fractions)

    def of_binaries(self, formula: Callable[[Values, Values], Values], name: str) -> Values:
        return formula(self.fractions, self.binaries[name])

    def of_metals(self, formula: Callable[[Values, Values], Values], name: str) -> Values:
        return formula(self.cations, self.binaries.metal_column(name))


def _entropy(block: _Block) -> Values:
    matrix = block.matrix
    parts = [sublattice.fractions for sublattice in matrix.sublattices]
    return sublattice_entropy(parts, matrix.sites, matrix.anion_fractions, matrix.n_anions)


def _mixing_enthalpy(block: _Block) -> Values:
    if block.matrix.anion_symbols != ("C",) or not block.matrix.has_binary_structure:
        return np.full(len(block.matrix), np.nan)
    return pair_interaction_enthalpy(block.cations, carbide_pair_matrix(block.matrix.elements))


def _mean(name: str) -> Callable[[_Block], Values]:
    return lambda block: block.of_binaries(average, name)


def _deviation(name: str) -> Callable[[_Block], Values]:
    return lambda block: block.of_binaries(relative_deviation, name)


_FORMULAS: Final[Mapping[str, Callable[[_Block], Values]]] = {
    "mixing_entropy": _entropy,
    "mixing_entropy_per_atom": lambda block: _entropy(block) / (1.0 + block.matrix.n_anions),
    "mixing_enthalpy": _mixing_enthalpy,
    "valence_electron_concentration": _mean("electrons"),
    "valence_electron_deviation": _deviation("electrons"),
    "electronegativity_difference": lambda block: block.of_metals(electronegativity_difference, "electronegativity"),
    "mean_precursor_electronegativity": _mean("electronegativity"),
    "precursor_electronegativity_deviation": _deviation("electronegativity"),
    "ionic_character": lambda block: ionic_character(
        block.cations, block.matrix.anion_fractions, block.binaries["ionic_character"]
    ),
    "atomic_size_mismatch": lambda block: block.of_metals(size_mismatch, "metallic_radius"),
    "mean_precursor_lattice_parameter": _mean("lattice_parameter"),
    "lattice_mismatch": lambda block: block.of_binaries(size_mismatch, "lattice_parameter"),
    "mean_precursor_volume": _mean("volume"),
    "precursor_volume_deviation": _deviation("volume"),
    "mean_precursor_mass": _mean("mass"),
    "precursor_mass_deviation": _deviation("mass"),
    "mean_precursor_density": _mean("density"),
    "precursor_density_deviation": _deviation("density"),
    "mean_precursor_melting_temperature": _mean("melting_temperature"),
}

CERAMIC_DESCRIPTORS: Final = tuple(_FORMULAS)


def ceramic_descriptors(matrix: CeramicMatrix, names: Iterable[str] = CERAMIC_DESCRIPTORS) -> dict[str, Values]:
    """Name -> values in the unit of the property, shape (N,), for N ceramics with the same anions.

    Entropy and VEC are per mole of cations (per formula unit of a carbide, nitride or diboride). NaN where a metal, a
    pair or a binary ceramic is not tabulated, and where the ceramic has not the structure of the tabulated binaries.

    Raises:
        InputError: a name is not one of `CERAMIC_DESCRIPTORS`.
    """
    wanted = tuple(names)
    for name in wanted:
        if name not in _FORMULAS:
            raise unknown_name("descriptor", name, _FORMULAS)
    results = {name: np.empty(len(matrix)) for name in wanted}
    binaries = _Binaries(matrix)
    for start in range(0, len(matrix), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        block = _Block(matrix.rows(rows), binaries)
        for name, values in results.items():
            values[rows] = _FORMULAS[name](block)
    return results


def describe_ceramics(compositions: Sequence[Composition]) -> dict[str, Values]:
    """All of `ceramic_descriptors` for each composition, shape (N,), whatever its anions; NaN for alloys."""
    results = {name: np.full(len(compositions), np.nan) for name in CERAMIC_DESCRIPTORS}
    for positions, matrix in group_ceramics(compositions):
        for name, values in ceramic_descriptors(matrix).items():
            results[name][positions] = values
    return results
