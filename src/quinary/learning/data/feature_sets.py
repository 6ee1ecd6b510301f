"""Feature sets by name: what a model is told about a composition. All are closed forms of the fractions, vectorised."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum, present_columns
from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.alloys import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.errors import InputError, unknown_name
from quinary.reference.elements import column
from quinary.reference.pairs import pair_matrix

if TYPE_CHECKING:
    from quinary.learning.data.table import LearningTable

__all__ = ["FEATURE_SETS", "Features", "composition_features", "table_features"]

_LIMIT: Final = 1e4  # omega and its kin are infinite for ideal mixtures: beyond this, larger says nothing more
_BLOCK_ROWS: Final = 8192
_N_PAIR_KINDS: Final = 4  # beside the enthalpy itself
_ELEMENT_COLUMNS: Final = (
    "mass",
    "metallic_radius",
    "electronegativity",
    "valence_electrons",
    "melting_temperature",
    "molar_volume",
    "bulk_modulus_metal",
)
_ELEMENTAL_NAMES: Final = tuple(
    f"{name}_{what}"
    for name in _ELEMENT_COLUMNS
    for what in ("mean", "deviation", "highest", "lowest", "range", "majority")
)
# Columns of the periodic table that behave alike in alloys: rare earths, then the d block group by group, then s-p metals.
_FAMILIES: Final = {
    "rare_earths": "Sc Y La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu",
    "group_4": "Ti Zr Hf",
    "group_5": "V Nb Ta",
    "group_6": "Cr Mo W",
    "group_7": "Mn Tc Re",
    "group_8": "Fe Ru Os",
    "group_9": "Co Rh Ir",
    "group_10": "Ni Pd Pt",
    "group_11": "Cu Ag Au",
    "metalloids": "B C Si Ge P N",
    "bcc_formers": "Li Na K V Cr Fe Nb Mo Ta W Eu",
    "fcc_formers": "Al Ca Ni Cu Sr Rh Pd Ag Ce Yb Ir Pt Au Pb",
    "hcp_formers": "Be Mg Sc Ti Co Zn Y Zr Tc Ru Cd Gd Tb Dy Ho Er Tm Lu Hf Re Os",
}


@dataclass(frozen=True, slots=True)
class Features:
    """Values, shape (N, n_features), and the name of each column."""

    values: NDArray[np.float64]
    names: tuple[str, ...]

    def position(self, name: str) -> int:
        """Number of a column.

        Raises:
            InputError: there is no such feature.
        """
        if name not in self.names:
            raise unknown_name("feature", name, self.names)
        return self.names.index(name)


def table_features(table: LearningTable, sets: Sequence[str]) -> Features:
    """The columns of the table (conditions, processing, physics), then the feature sets of its compositions."""
    found = composition_features(table.matrix, sets)
    columns = [values for _, values in sorted(table.columns.items())]
    return Features(np.column_stack([*columns, found.values]), (*sorted(table.columns), *found.names))


def composition_features(matrix: CompositionMatrix, sets: Iterable[str]) -> Features:
    """The named feature sets side by side.

    `fractions`; `alloy`: every alloy descriptor; `elements`: mean, deviation, highest, lowest and majority value of seven
    elemental properties; `families`: share of each family of elements and of formers of each lattice; `pairs`:
    strength and spread of the pair enthalpies; `shape`: the five largest fractions and the number of elements; `products`:
    4 c_i c_j of each pair. Missing elemental values are replaced by the median of the elements that have one.

    Raises:
        InputError: unknown feature set, or none.
    """
    wanted = tuple(sets)
    for name in wanted:
        if name not in FEATURE_SETS:
            raise unknown_name("feature set", name, FEATURE_SETS)
    if not wanted:
        raise InputError("no feature set is chosen", sorted(FEATURE_SETS))
    nothing = CompositionMatrix(matrix.elements, matrix.fractions[:0])
    parts = [FEATURE_SETS[name](nothing).names for name in wanted]
    values = np.empty((len(matrix), sum(len(part) for part in parts)))
    for start in range(0, len(matrix), _BLOCK_ROWS):
        rows, column = slice(start, start + _BLOCK_ROWS), 0
        part = CompositionMatrix(matrix.elements, matrix.fractions[rows])
        for name, names in zip(wanted, parts, strict=True):
            values[rows, column : column + len(names)] = FEATURE_SETS[name](part).values
            column += len(names)
    return Features(values, tuple(name for part in parts for name in part))


def _fractions(matrix: CompositionMatrix) -> Features:
    return Features(matrix.fractions, tuple(f"fraction_{symbol}" for symbol in matrix.elements))


def _alloy(matrix: CompositionMatrix) -> Features:
    found = alloy_descriptors(matrix)
    values = np.column_stack([found[name] for name in ALLOY_DESCRIPTORS])
    return Features(
        np.clip(np.nan_to_num(values, nan=0.0, posinf=_LIMIT, neginf=-_LIMIT), -_LIMIT, _LIMIT), ALLOY_DESCRIPTORS
    )


def _element_values(name: str, elements: tuple[str, ...]) -> NDArray[np.float64]:
    """A column of the element table with gaps filled by the median of all that is known."""
    values = column(name, elements)
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), np.median(known) if known.size else 0.0, values)


@functools.lru_cache(maxsize=64)
def _elemental(elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Values of seven quantities, shape (n_elements, 7)."""
    return np.column_stack([_element_values(name, elements) for name in _ELEMENT_COLUMNS])


@functools.lru_cache(maxsize=256)
def _ranked(elements: tuple[str, ...], present: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Of the elements at these places in 14 orders, ascending then descending by each quantity: 4^rank and who has a rank.

    Shapes (n_present, 14) and (14, n_present).
    """
    values = _elemental(elements)[list(present)]
    ascending = np.argsort(values, axis=0, kind="stable").T
    orders = np.vstack([ascending, ascending[:, ::-1]])
    return np.asarray(4.0 ** np.argsort(orders, axis=1).T, dtype=np.float64), orders


def _elements(matrix: CompositionMatrix) -> Features:
    """Of a sum of powers of four, one for each element present, the exponent tells which of them is the highest."""
    if not len(matrix):
        return Features(np.empty((0, len(_ELEMENTAL_NAMES))), _ELEMENTAL_NAMES)
    n_names, present = len(_ELEMENT_COLUMNS), present_columns(matrix.fractions)
    middle = _elemental(matrix.elements).mean(axis=0)  # squares of differences from it lose fewer digits
    fractions = np.ascontiguousarray(matrix.fractions[:, present])
    values = _elemental(matrix.elements)[present]
    powers, orders = _ranked(matrix.elements, tuple(present.tolist()))
    mean = element_sum(fractions, values - middle)
    deviation = np.sqrt(np.maximum(element_sum(fractions, (values - middle) ** 2) - mean**2, 0.0))
    exponents = np.frexp((fractions > 0).astype(np.float64) @ powers)[1]
    extreme = orders[np.arange(2 * n_names), np.maximum(exponents - 1, 0) // 2]
    quantity = np.arange(n_names)
    highest, lowest = values[extreme[:, :n_names], quantity], values[extreme[:, n_names:], quantity]
    majority = values[fractions.argmax(axis=1)]
    columns = (middle + mean, deviation, highest, lowest, highest - lowest, majority)
    return Features(np.stack(columns, axis=2).reshape(len(matrix), len(_ELEMENTAL_NAMES)), _ELEMENTAL_NAMES)


@functools.lru_cache(maxsize=64)
def _members(elements: tuple[str, ...]) -> NDArray[np.float64]:
    """One for the elements of each family, else zero, shape (n_elements, n_families)."""
    return np.array([[s in symbols.split() for s in elements] for symbols in _FAMILIES.values()], dtype=float).T


def _families(matrix: CompositionMatrix) -> Features:
    return Features(
        element_sum(matrix.fractions, _members(matrix.elements)), tuple(f"share_{name}" for name in _FAMILIES)
    )


@functools.lru_cache(maxsize=64)
def _pair_kinds(elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Five functions of the pair enthalpies, shape (n_elements, n_elements, 5)."""
    enthalpies = np.nan_to_num(pair_matrix(elements), nan=0.0)
    np.fill_diagonal(enthalpies, 0.0)
    kinds = (
        np.abs(enthalpies),
        enthalpies**2,
        np.maximum(enthalpies, 0.0),
        (enthalpies < -20.0).astype(float),  # kJ/mol: stable intermetallics are common below
        enthalpies,
    )
    return np.stack(kinds, axis=2)


def _pairs(matrix: CompositionMatrix) -> Features:
    """Quadratic forms of the pair enthalpies: mean strength, mean square, share of repelling and of compound-forming pairs."""
    kinds, columns = _pair_kinds(matrix.elements), np.ascontiguousarray(matrix.fractions.T)
    mixed, own = np.zeros((_N_PAIR_KINDS, len(matrix))), np.zeros(columns.shape)
    present = present_columns(matrix.fractions)
    for number, first in enumerate(present):
        for second in present[number + 1 :]:
            product, values = columns[first] * columns[second], kinds[first, second]
            for kind in np.flatnonzero(values[:-1]):
                mixed[kind] += 2.0 * values[kind] * product
            own[first] += values[-1] * columns[second]
            own[second] += values[-1] * columns[first]
    forms = {
        "pair_enthalpy_strength": mixed[0],
        "pair_enthalpy_square": np.sqrt(mixed[1]),
        "pair_repulsion": mixed[2],
        "pair_compounds": mixed[3],
        "pair_spread_inside": _spread_by_element(own[present], columns[present]),
    }
    return Features(np.column_stack(list(forms.values())), tuple(forms))


def _spread_by_element(own: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Deviation between elements of their mean enthalpy with the rest: one outsider in a quiet mixture is a second phase.

    `own` and the fractions have shape (n_elements, N).
    """
    mean, square = np.zeros((2, columns.shape[1]))
    for enthalpy, amount in zip(own, columns, strict=True):
        mean += amount * enthalpy
        square += amount * enthalpy**2
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)))


def _shape(matrix: CompositionMatrix) -> Features:
    fractions = matrix.fractions
    n_largest = min(5, fractions.shape[1])
    largest = -np.partition(-fractions, range(n_largest), axis=1)[:, :n_largest]
    names = tuple(f"fraction_rank_{rank + 1}" for rank in range(n_largest))
    return Features(np.column_stack([largest, np.count_nonzero(fractions, axis=1)]), (*names, "n_elements"))


def _products(matrix: CompositionMatrix) -> Features:
    first, second = np.triu_indices(len(matrix.elements), 1)
    values = 4.0 * matrix.fractions[:, first] * matrix.fractions[:, second]
    names = tuple(f"pair_{matrix.elements[i]}_{matrix.elements[j]}" for i, j in zip(first, second, strict=True))
    return Features(values, names)


FEATURE_SETS: Final[Mapping[str, Callable[[CompositionMatrix], Features]]] = {
    "fractions": _fractions,
    "alloy": _alloy,
    "elements": _elements,
    "families": _families,
    "pairs": _pairs,
    "shape": _shape,
    "products": _products,
}
