"""Every descriptor of an alloy by name, computed over blocks of rows by all cores; memory stays flat.

The formulas are those of the functions named here, each of which can be called alone. What a block of rows has in common
(averages, pair sums, entropy, extreme radii) is summed once, see `quinary.descriptors.alloys.block_sums`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.bulk import read_formulas
from quinary.chemistry.matrix import CompositionMatrix
from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloys.block_sums import BlockSums, SumTables, Workspace
from quinary.descriptors.alloys.criteria import king_phi, lambda_parameter, omega, senkov_miracle_margin, ye_phi
from quinary.descriptors.alloys.entropy_enthalpy import relative_entropy_of_sums, strongest_pairs
from quinary.descriptors.alloys.size import (
    deviation_of_extremes,
    excess_entropy_of_moments,
    gamma_of_extremes,
    mismatch_of_sums,
    relative_moments,
    strain_energy_of_sums,
    third_moment,
)
from quinary.errors import unknown_name
from quinary.reference.choices import DEFAULT_CHOICE, TableChoice
from quinary.threads import over_blocks

__all__ = [
    "ALLOY_DESCRIPTORS",
    "OF_COMPOUNDS",
    "alloy_descriptors",
    "depends_on_columns",
    "describe_alloys",
    "needed_sums",
]

Values: TypeAlias = NDArray[np.float64]

_BLOCK_ROWS: Final = 8192  # long enough that threads seldom wait for the interpreter, short enough for the caches


class _Block:
    """A block of rows; each descriptor is computed when first asked for, by the caller or by another descriptor."""

    __slots__ = ("_known", "_pairs", "_radii", "gas_constant", "sums")

    def __init__(self, sums: BlockSums, gas_constant: float) -> None:
        self.sums = sums
        self.gas_constant = gas_constant
        self._known: dict[str, Values] = {}
        self._pairs: tuple[Values, Values] | None = None
        self._radii: tuple[Values, Values] | None = None

    def __getitem__(self, name: str) -> Values:
        if name not in self._known:
            self._known[name] = _RECIPES[name].formula(self)
        return self._known[name]

    def average(self, name: str) -> Values:
        return self.sums.averages[name]

    def extreme_radii(self) -> tuple[Values, Values]:
        if self._radii is None:
            self._radii = self.sums.extreme_radii()
        return self._radii

    def strongest_pairs(self) -> tuple[Values, Values]:
        """Lowest and highest binary enthalpy of each row: the slowest step of all, so it is kept.

        NaN with enthalpies of random solutions: there no binary compound is among the pairs.
        """
        if not self.sums.tables.has_compounds:
            nothing = np.full(len(self.sums.fractions), np.nan)
            return nothing, nothing
        if self._pairs is None:
            self._pairs = strongest_pairs(self.sums.fractions, self.sums.tables.pair_enthalpies)
        return self._pairs


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a descriptor is made: of which sums (names of `AVERAGES` and `PAIR_SUMS`) and of which other descriptors."""

    formula: Callable[[_Block], Values]
    averages: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


_RADIUS_MOMENTS: Final = ("radius_from_middle", "radius_from_middle_squared", "radius_from_middle_cubed")


def _excess_entropy(block: _Block) -> Values:
    first, square, cube = (block.average(name) for name in _RADIUS_MOMENTS)
    mean = block.sums.tables.middle_radius + first
    moments = relative_moments(mean, block.sums.pairs["radius_variance"], third_moment(first, square, cube))
    return excess_entropy_of_moments(*moments, block.gas_constant)


def _king_phi(block: _Block) -> Values:
    gibbs = block["mixing_enthalpy"] - block["mean_melting_temperature"] * block["mixing_entropy"] / 1000.0
    return king_phi(gibbs, block.strongest_pairs(), block.sums.n_present())


def _mean(name: str) -> _Recipe:
    return _Recipe(lambda block: block.average(name), averages=(name,))


def _ratio_of_means(first: str, second: str) -> _Recipe:
    return _Recipe(lambda block: block.average(first) / block.average(second), averages=(first, second))


def _difference_of_means(first: str, second: str) -> _Recipe:
    return _Recipe(lambda block: block.average(first) - block.average(second), averages=(first, second))


_THERMODYNAMIC: Final = ("mean_melting_temperature", "mixing_entropy", "mixing_enthalpy")
_RECIPES: Final[Mapping[str, _Recipe]] = {
    "mixing_entropy": _Recipe(lambda block: block.gas_constant * block.sums.entropy()),
    "relative_mixing_entropy": _Recipe(
        lambda block: relative_entropy_of_sums(block["mixing_entropy"], block.sums.n_present(), block.gas_constant),
        others=("mixing_entropy",),
    ),
    "mixing_enthalpy": _Recipe(lambda block: 4.0 * block.sums.pairs["pair_enthalpy"], pairs=("pair_enthalpy",)),
    "mean_melting_temperature": _mean("melting_temperature"),
    "atomic_size_mismatch": _Recipe(
        lambda block: mismatch_of_sums(block.sums.pairs["radius_variance"], block.average("radius")),
        averages=("radius",),
        pairs=("radius_variance",),
    ),
    "valence_electron_concentration": _mean("valence_electrons"),
    "electronegativity_difference": _Recipe(
        lambda block: np.sqrt(block.sums.pairs["electronegativity_variance"]), pairs=("electronegativity_variance",)
    ),
    "omega": _Recipe(lambda block: omega(*(block[name] for name in _THERMODYNAMIC)), others=_THERMODYNAMIC),
    "lambda_parameter": _Recipe(
        lambda block: lambda_parameter(block["mixing_entropy"], block["atomic_size_mismatch"]),
        others=("mixing_entropy", "atomic_size_mismatch"),
    ),
    "gamma_parameter": _Recipe(
        lambda block: gamma_of_extremes(*block.extreme_radii(), block.average("radius")),
        averages=("radius",),
    ),
    "largest_radius_deviation": _Recipe(
        lambda block: deviation_of_extremes(*block.extreme_radii(), block.average("radius")),
        averages=("radius",),
    ),
    "excess_entropy": _Recipe(_excess_entropy, averages=_RADIUS_MOMENTS, pairs=("radius_variance",)),
    "ye_phi": _Recipe(
        lambda block: ye_phi(
            block["mixing_entropy"],
            block["mixing_enthalpy"],
            block["mean_melting_temperature"],
            block["excess_entropy"],
        ),
        others=(*_THERMODYNAMIC, "excess_entropy"),
    ),
    "king_phi": _Recipe(_king_phi, others=_THERMODYNAMIC),
    "senkov_miracle_margin": _Recipe(
        lambda block: senkov_miracle_margin(
            block.strongest_pairs()[0],
            block["mixing_enthalpy"],
            block["mixing_entropy"],
            block["mean_melting_temperature"],
        ),
        others=_THERMODYNAMIC,
    ),
    "elastic_strain_energy": _Recipe(
        lambda block: strain_energy_of_sums(
            block.average("bulk_modulus"), block.average("bulk_modulus_times_volume"), block.sums.pairs["strain"]
        ),
        averages=("bulk_modulus", "bulk_modulus_times_volume"),
        pairs=("strain",),
    ),
    "mixture_density": _ratio_of_means("mass", "molar_volume"),
    "mixture_price": _ratio_of_means("mass_times_price", "mass"),
    "pugh_ratio_bcc": _ratio_of_means("bulk_modulus_bcc", "shear_modulus_bcc"),
    "pugh_ratio_fcc": _ratio_of_means("bulk_modulus_fcc", "shear_modulus_fcc"),
    "pugh_ratio_hcp": _ratio_of_means("bulk_modulus_hcp", "shear_modulus_hcp"),
    "cauchy_pressure_bcc": _difference_of_means("c12_bcc", "c44_bcc"),
    "cauchy_pressure_fcc": _difference_of_means("c12_fcc", "c44_fcc"),
}

ALLOY_DESCRIPTORS: Final = tuple(_RECIPES)
# Those that hold a solution against the strongest binary compound.
OF_COMPOUNDS: Final = frozenset({"king_phi", "senkov_miracle_margin"})


def needed_sums(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The averages and the pair sums that descriptors are made of, also by way of other descriptors, each once.

    Raises:
        InputError: a name is not one of `ALLOY_DESCRIPTORS`.
    """
    waiting, seen = list(names), dict[str, None]()
    while waiting:
        name = waiting.pop()
        if name not in _RECIPES:
            raise unknown_name("descriptor", name, _RECIPES)
        if name not in seen:
            seen[name] = None
            waiting += _RECIPES[name].others
    averages = dict.fromkeys(average for name in seen for average in _RECIPES[name].averages)
    pairs = dict.fromkeys(pair for name in seen for pair in _RECIPES[name].pairs)
    return tuple(averages), tuple(pairs)


def depends_on_columns(name: str) -> bool:
    """True for a descriptor whose last digit may depend on which elements, present or not, the matrix has columns for.

    The moments of the radii are taken from the middle of the radii of all columns.
    """
    return not set(_RADIUS_MOMENTS).isdisjoint(needed_sums([name])[0])


def alloy_descriptors(
    matrix: CompositionMatrix,
    names: Iterable[str] = ALLOY_DESCRIPTORS,
    gas_constant: float = GAS_CONSTANT,
    n_threads: int | None = None,
    choice: TableChoice = DEFAULT_CHOICE,
) -> dict[str, Values]:
    """Name -> values in the unit of the property, shape (N,), for N compositions; fractions of each row sum to one.

    NaN where the composition contains an element (or a pair) without a tabulated value, and where a ratio is zero over
    zero because a pure element mixes with nothing; infinite where nothing opposes mixing (omega at zero mixing
    enthalpy, lambda_parameter and ye_phi at equal radii, king_phi where no pair reacts).

    `gas_constant` enters all entropies: CODATA's, or the rounded one (8.314) of a source that is to be met digit for
    digit. `n_threads` is the number of cores where it is None. `choice` names the tables of radii and pair enthalpies.

    Raises:
        InputError: a name is not one of `ALLOY_DESCRIPTORS`.
    """
    wanted = tuple(names)
    tables = SumTables.of(matrix.elements, *needed_sums(wanted), choice)
    results = {name: np.empty(len(matrix)) for name in wanted}

    def new_worker() -> Callable[[slice], None]:
        workspace = Workspace(tables, min(_BLOCK_ROWS, len(matrix)))

        def fill(rows: slice) -> None:
            block = _Block(BlockSums(matrix.fractions[rows], workspace), gas_constant)
            for name, values in results.items():
                values[rows] = block[name]

        return fill

    over_blocks(new_worker, len(matrix), _BLOCK_ROWS, n_threads)
    return results


def describe_alloys(
    formulas: Sequence[str],
    names: Iterable[str] = ALLOY_DESCRIPTORS,
    gas_constant: float = GAS_CONSTANT,
    choice: TableChoice = DEFAULT_CHOICE,
) -> dict[str, Values]:
    """`alloy_descriptors` of formulas, shape (N,), all of them read at once; NaN for a ceramic.

    Raises:
        InputError: a formula cannot be read, or a name is not one of `ALLOY_DESCRIPTORS`.
    """
    table = read_formulas(formulas)
    described = alloy_descriptors(table.matrix, names, gas_constant, choice=choice)
    ceramics = [row for row, composition in table.compositions.items() if composition.is_ceramic]
    for values in described.values():
        values[ceramics] = np.nan
    return described
