"""The sums over elements and pairs that descriptors are made of, for a block of rows at once.

The functions of `quinary.descriptors` each take fractions and one elemental column: easy to read, but every call goes
through the fractions again. Here all linear sums of a block are made together, and the products of each pair of elements are
shared by all pair sums. The block is turned first, so that each element is a contiguous row and numpy works along many
compositions rather than few elements. Terms are added one element after another (see `quinary.chemistry.element_sums`), and
missing values are treated as `quinary.descriptors.alloys.sums` does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys.elasticity import cubic_values
from quinary.descriptors.alloys.entropy_enthalpy import SMALLEST
from quinary.descriptors.alloys.size import middle_radius, strain_pairs
from quinary.descriptors.alloys.sums import has_missing_pair
from quinary.reference.choices import DEFAULT_CHOICE, TableChoice
from quinary.reference.elements import column
from quinary.reference.lattices import elemental_values

__all__ = ["AVERAGES", "PAIR_SUMS", "BlockSums", "SumTables", "Workspace", "missing_values"]

Values: TypeAlias = NDArray[np.float64]
Elements: TypeAlias = tuple[str, ...]
ValuesOf: TypeAlias = Callable[[Elements, TableChoice], Values]


def _radius_from_middle(power: int) -> ValuesOf:
    def values(elements: Elements, choice: TableChoice) -> Values:
        radii = choice.radii(elements)
        powers: Values = (radii - middle_radius(radii)) ** power
        return powers

    return values


def _product(first: str, second: str) -> ValuesOf:
    return lambda elements, _: column(first, elements) * column(second, elements)


def _squared_differences(values_of: ValuesOf) -> ValuesOf:
    def values(elements: Elements, choice: TableChoice) -> Values:
        one = values_of(elements, choice)
        squares: Values = (one[:, None] - one[None, :]) ** 2
        return squares

    return values


def _column(name: str) -> ValuesOf:
    return lambda elements, _: column(name, elements)


def _radii(elements: Elements, choice: TableChoice) -> Values:
    return choice.radii(elements)


def _in_lattice(name: str, lattice: str) -> ValuesOf:
    return lambda elements, _: elemental_values(name, elements, lattice).values


def _cubic(name: str, lattice: str) -> ValuesOf:
    return lambda elements, _: cubic_values(name, elements, lattice)


# Name -> elemental values, shape (n_elements,), whose sum_i c_i p_i is wanted.
AVERAGES: Final[Mapping[str, ValuesOf]] = {
    **{name: _column(name) for name in ("melting_temperature", "valence_electrons", "mass", "molar_volume")},
    "radius": _radii,
    "radius_from_middle": _radius_from_middle(1),
    "radius_from_middle_squared": _radius_from_middle(2),
    "radius_from_middle_cubed": _radius_from_middle(3),
    "bulk_modulus": _column("bulk_modulus_metal"),
    "bulk_modulus_times_volume": _product("bulk_modulus_metal", "molar_volume"),
    "mass_times_price": _product("mass", "price"),
    **{
        f"{name}_{lattice}": _in_lattice(name, lattice)
        for name in ("bulk_modulus", "shear_modulus")
        for lattice in ("bcc", "fcc", "hcp")
    },
    **{f"{name}_{lattice}": _cubic(name, lattice) for name in ("c12", "c44") for lattice in ("bcc", "fcc")},
}
# Name -> symmetric pair values with zero diagonal, shape (n_elements, n_elements), whose sum_{i<j} c_i c_j P_ij is wanted.
PAIR_SUMS: Final[Mapping[str, ValuesOf]] = {
    "pair_enthalpy": lambda elements, choice: choice.pair_enthalpies(elements),
    "radius_variance": _squared_differences(_radii),
    "electronegativity_variance": _squared_differences(_column("electronegativity")),
    "strain": lambda elements, _: strain_pairs(
        column("bulk_modulus_metal", elements), column("molar_volume", elements)
    ),
}

_OF_RADII: Final = (
    "radius",
    "radius_variance",
    "radius_from_middle",
    "radius_from_middle_squared",
    "radius_from_middle_cubed",
)
# Sums that are made of other columns of the element table than the one they are called after.
_COLUMNS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "bulk_modulus": ("bulk_modulus_metal",),
    "bulk_modulus_times_volume": ("bulk_modulus_metal", "molar_volume"),
    "mass_times_price": ("mass", "price"),
    "electronegativity_variance": ("electronegativity",),
    "strain": ("bulk_modulus_metal", "molar_volume"),
}


def missing_values(sum_name: str, elements: Elements, choice: TableChoice = DEFAULT_CHOICE) -> dict[str, list[str]]:
    """What a sum lacks for these elements: name of the quantity -> the elements, or the pairs `A-B`, without a value."""
    if sum_name == "pair_enthalpy":
        unknown = np.argwhere(np.triu(np.isnan(choice.pair_enthalpies(elements))))
        return {"mixing enthalpy": [f"{elements[i]}-{elements[j]}" for i, j in unknown]} if len(unknown) else {}
    lacking = {}
    columns = (choice.radius_column,) if sum_name in _OF_RADII else _COLUMNS_OF.get(sum_name, ())
    for name in columns or (sum_name,):
        values = column(name, elements) if columns else AVERAGES[sum_name](elements, choice)
        if np.isnan(values).any():
            lacking[name.replace("_", " ")] = [elements[i] for i in np.flatnonzero(np.isnan(values))]
    return lacking


@dataclass(frozen=True, slots=True)
class SumTables:
    """The elemental columns and pair tables of one list of elements that some descriptors need, each read once."""

    elements: Elements
    averages: Mapping[str, Values]
    pairs: Mapping[str, Values]
    radii: Values
    middle_radius: float
    pair_enthalpies: Values
    has_compounds: bool

    @classmethod
    @functools.lru_cache(maxsize=64)
    def of(
        cls,
        elements: Elements,
        averages: tuple[str, ...],
        pairs: tuple[str, ...],
        choice: TableChoice = DEFAULT_CHOICE,
    ) -> SumTables:
        """The tables for sums by the names in `AVERAGES` and `PAIR_SUMS`, read once: nothing writes to their arrays."""
        radii = choice.radii(elements)
        return cls(
            elements,
            {name: AVERAGES[name](elements, choice) for name in averages},
            {name: PAIR_SUMS[name](elements, choice) for name in pairs},
            radii,
            middle_radius(radii),
            choice.pair_enthalpies(elements),
            choice.has_compounds,
        )


class Workspace:
    """What the blocks of one thread share: the known values of the tables as matrices, and arrays to work in.

    The arrays are written anew for every block. Making them anew would cost more time than the sums, because the system
    clears large arrays page by page.
    """

    __slots__ = (
        "_columns",
        "_is_present",
        "_powers",
        "_scratch",
        "affected",
        "is_missing",
        "known_pairs",
        "tables",
        "weights",
    )

    def __init__(self, tables: SumTables, n_rows: int) -> None:
        n_elements = len(tables.elements)
        values = np.array(list(tables.averages.values())).reshape(len(tables.averages), n_elements)
        self.tables = tables
        self.weights = np.nan_to_num(values, nan=0.0)
        self.affected = np.flatnonzero(np.isnan(values).any(axis=0))
        self.is_missing = np.isnan(values[:, self.affected]).astype(np.float64)
        self.known_pairs = {name: np.nan_to_num(pairs, nan=0.0) for name, pairs in tables.pairs.items()}
        self._columns = np.empty(n_elements * n_rows)
        self._scratch = np.empty(n_elements * n_rows)
        self._is_present = np.empty(n_elements * n_rows, dtype=bool)

    def arrays(self, n_rows: int) -> tuple[Values, Values, NDArray[np.bool_]]:
        """Two arrays of numbers and one of truth values, each of shape (n_elements, n_rows) and contiguous."""
        shape = len(self.tables.elements), n_rows
        size = shape[0] * shape[1]
        columns, scratch = (array[:size].reshape(shape) for array in (self._columns, self._scratch))
        return columns, scratch, self._is_present[:size].reshape(shape)


class BlockSums:
    """Sums of a block of rows, each computed when first asked for or all of a kind at once; arrays of shape (N,).

    `fractions` has shape (N, n_elements). Only one block of a workspace can be in use.
    """

    __slots__ = (
        "_columns",
        "_is_present",
        "_present",
        "_products",
        "_scratch",
        "averages",
        "fractions",
        "pairs",
        "tables",
    )

    def __init__(self, fractions: Values, workspace: Workspace) -> None:
        self.fractions = fractions
        self.tables = workspace.tables
        self._columns, self._scratch, self._is_present = workspace.arrays(len(fractions))
        np.copyto(self._columns, fractions.T)
        np.greater(self._columns, 0.0, out=self._is_present)
        self._present = np.flatnonzero(self._is_present.any(axis=1))
        self.averages = self._averages(workspace)
        self.pairs = self._pair_sums(workspace.known_pairs)

    def _averages(self, workspace: Workspace) -> dict[str, Values]:
        sums = np.zeros((len(workspace.weights), len(self.fractions)))
        part = np.empty(len(self.fractions))
        for place in self._present:
            for number, weight in enumerate(workspace.weights[:, place]):
                np.multiply(weight, self._columns[place], out=part)
                sums[number] += part
        if workspace.affected.size:
            is_present = self._is_present[workspace.affected]
            if is_present.any():
                sums[workspace.is_missing @ is_present.astype(np.float64) > 0] = np.nan
        return dict(zip(self.tables.averages, sums, strict=True))

    def _pair_sums(self, known: Mapping[str, Values]) -> dict[str, Values]:
        """sum_{i<j} c_i c_j P_ij of every kind of pair value; each product of fractions is made once."""
        totals = {name: np.zeros(len(self.fractions)) for name in known}
        product, part = np.empty((2, len(self.fractions)))
        for number, first in enumerate(self._present):
            for second in self._present[number + 1 :]:
                np.multiply(self._columns[first], self._columns[second], out=product)
                for name, values in known.items():
                    if values[first, second] != 0.0:
                        np.multiply(values[first, second], product, out=part)
                        totals[name] += part
        for name, total in totals.items():
            if np.isnan(self.tables.pairs[name]).any():
                total[has_missing_pair(self.fractions, self.tables.pairs[name])] = np.nan
        return totals

    def entropy(self) -> Values:
        """-sum_i c_i ln c_i."""
        np.maximum(self._columns, SMALLEST, out=self._scratch)
        np.log(self._scratch, out=self._scratch)
        total = np.zeros(len(self.fractions))
        for place in self._present:
            total -= self._scratch[place] * self._columns[place]
        return total

    def n_present(self) -> NDArray[np.int64]:
        """How many elements have a fraction above zero."""
        n_present: NDArray[np.int64] = np.count_nonzero(self._is_present, axis=0)
        return n_present

    def extreme_radii(self) -> tuple[Values, Values]:
        """Smallest and largest radius of the elements present, pm; NaN where one has none."""
        radii = self.tables.radii
        ascending = np.argsort(radii)  # NaN last
        known = ascending[: np.count_nonzero(~np.isnan(radii))]
        n_rows = len(self.fractions)
        smallest, largest = np.full(n_rows, np.inf), np.full(n_rows, -np.inf)
        # The last radius that is written stays: the smallest present if they come in descending order.
        for radius, order in ((smallest, known[::-1]), (largest, known)):
            for element in (*order, *ascending[len(known) :]):
                np.copyto(radius, radii[element], where=self._is_present[element])
        return smallest, largest
