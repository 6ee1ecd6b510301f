"""Every descriptor of an alloy by name, computed over blocks of rows so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.criteria import king_phi, lambda_parameter, omega, senkov_miracle_margin, ye_phi
from quinary.descriptors.elasticity import cauchy_pressure, pugh_ratio
from quinary.descriptors.electronic import electronegativity_difference, valence_electron_concentration
from quinary.descriptors.entropy_enthalpy import (
    mixing_enthalpy,
    mixing_entropy,
    relative_mixing_entropy,
    strongest_pairs,
)
from quinary.descriptors.linear_combination import average
from quinary.descriptors.mixtures import mixture_density, mixture_price
from quinary.descriptors.size import (
    elastic_strain_energy,
    excess_entropy,
    gamma_parameter,
    largest_radius_deviation,
    size_mismatch,
)
from quinary.errors import unknown_name
from quinary.reference.elements import column
from quinary.reference.pairs import pair_matrix

__all__ = ["ALLOY_DESCRIPTORS", "alloy_descriptors"]

Values: TypeAlias = NDArray[np.float64]

_BLOCK_ROWS: Final = 4096  # 20 columns of float64 then take 0.6 MB, which stays in the second-level cache


@dataclass(slots=True)
class _Tables:
    """Elemental columns and pair enthalpies of one list of elements, each read once."""

    elements: tuple[str, ...]
    columns: dict[str, Values] = field(default_factory=dict)
    pairs: Values | None = None

    def column(self, name: str) -> Values:
        if name not in self.columns:
            self.columns[name] = column(name, self.elements)
        return self.columns[name]

    def pair_enthalpies(self) -> Values:
        if self.pairs is None:
            self.pairs = pair_matrix(self.elements)
        return self.pairs


class _Block:
    """A block of rows; each descriptor is computed when first asked for, by the caller or by another descriptor."""

    __slots__ = ("_extremes", "_known", "fractions", "tables")

    def __init__(self, fractions: Values, tables: _Tables) -> None:
        self.fractions = fractions
        self.tables = tables
        self._known: dict[str, Values] = {}
        self._extremes: tuple[Values, Values] | None = None

    def __getitem__(self, name: str) -> Values:
        if name not in self._known:
            self._known[name] = _FORMULAS[name](self)
        return self._known[name]

    def of(self, formula: Callable[..., Values], *columns: str) -> Values:
        """A formula of the fractions and of columns of the element table."""
        return formula(self.fractions, *(self.tables.column(name) for name in columns))

    def strongest_pairs(self) -> tuple[Values, Values]:
        """Lowest and highest binary enthalpy of each row: the slowest step, so it is kept."""
        if self._extremes is None:
            self._extremes = strongest_pairs(self.fractions, self.tables.pair_enthalpies())
        return self._extremes


def _king_phi(block: _Block) -> Values:
    gibbs = block["mixing_enthalpy"] - block["mean_melting_temperature"] * block["mixing_entropy"] / 1000.0
    return king_phi(gibbs, block.strongest_pairs(), np.count_nonzero(block.fractions > 0, axis=1))


def _senkov_miracle_margin(block: _Block) -> Values:
    lowest, _ = block.strongest_pairs()
    return senkov_miracle_margin(
        lowest, block["mixing_enthalpy"], block["mixing_entropy"], block["mean_melting_temperature"]
    )


def _in_lattice(formula: Callable[[Values, tuple[str, ...], str], Values], lattice: str) -> Callable[[_Block], Values]:
    return lambda block: formula(block.fractions, block.tables.elements, lattice)


_FORMULAS: Final[Mapping[str, Callable[[_Block], Values]]] = {
    "mixing_entropy": lambda block: mixing_entropy(block.fractions),
    "relative_mixing_entropy": lambda block: relative_mixing_entropy(block.fractions),
    "mixing_enthalpy": lambda block: mixing_enthalpy(block.fractions, block.tables.pair_enthalpies()),
    "mean_melting_temperature": lambda block: block.of(average, "melting_temperature"),
    "atomic_size_mismatch": lambda block: block.of(size_mismatch, "metallic_radius"),
    "valence_electron_concentration": lambda block: block.of(valence_electron_concentration, "valence_electrons"),
    "electronegativity_difference": lambda block: block.of(electronegativity_difference, "electronegativity"),
    "omega": lambda block: omega(block["mean_melting_temperature"], block["mixing_entropy"], block["mixing_enthalpy"]),
    "lambda_parameter": lambda block: lambda_parameter(block["mixing_entropy"], block["atomic_size_mismatch"]),
    "gamma_parameter": lambda block: block.of(gamma_parameter, "metallic_radius"),
    "largest_radius_deviation": lambda block: block.of(largest_radius_deviation, "metallic_radius"),
    "excess_entropy": lambda block: block.of(excess_entropy, "metallic_radius"),
    "ye_phi": lambda block: ye_phi(
        block["mixing_entropy"], block["mixing_enthalpy"], block["mean_melting_temperature"], block["excess_entropy"]
    ),
    "king_phi": _king_phi,
    "senkov_miracle_margin": _senkov_miracle_margin,
    "elastic_strain_energy": lambda block: block.of(elastic_strain_energy, "bulk_modulus_metal", "molar_volume"),
    "mixture_density": lambda block: block.of(mixture_density, "mass", "molar_volume"),
    "mixture_price": lambda block: block.of(mixture_price, "mass", "price"),
    "pugh_ratio_bcc": _in_lattice(pugh_ratio, "bcc"),
    "pugh_ratio_fcc": _in_lattice(pugh_ratio, "fcc"),
    "pugh_ratio_hcp": _in_lattice(pugh_ratio, "hcp"),
    "cauchy_pressure_bcc": _in_lattice(cauchy_pressure, "bcc"),
    "cauchy_pressure_fcc": _in_lattice(cauchy_pressure, "fcc"),
}

ALLOY_DESCRIPTORS: Final = tuple(_FORMULAS)


def alloy_descriptors(matrix: CompositionMatrix, names: Iterable[str] = ALLOY_DESCRIPTORS) -> dict[str, Values]:
    """Name -> values in the unit of the property, shape (N,), for N compositions; fractions of each row sum to one.

    NaN where the composition contains an element (or a pair) without a tabulated value, and where a ratio is zero over
    zero because a pure element mixes with nothing; infinite where nothing opposes mixing (omega at zero mixing
    enthalpy, lambda_parameter and ye_phi at equal radii, king_phi where no pair reacts).

    Raises:
        InputError: a name is not one of `ALLOY_DESCRIPTORS`.
    """
    wanted = tuple(names)
    for name in wanted:
        if name not in _FORMULAS:
            raise unknown_name("descriptor", name, _FORMULAS)
    results = {name: np.empty(len(matrix)) for name in wanted}
    tables = _Tables(matrix.elements)
    for start in range(0, len(matrix), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        block = _Block(matrix.fractions[rows], tables)
        for name, values in results.items():
            values[rows] = block[name]
    return results
