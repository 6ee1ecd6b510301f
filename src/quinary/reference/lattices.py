"""Elemental properties by lattice (bcc, fcc, hcp) from density-functional theory, and the replacement of missing lattices.

Sources: Chong et al., J. Phys.: Condens. Matter 33 (2021) 295702, 10.1088/1361-648X/ac0195 (`chong2021`), and the later
revision behind Debnath et al., J. Mater. Res. 38 (2023) 4107, 10.1557/s43578-023-01122-6 (`ultera2023`), which differs in
the unstable stacking-fault energies of nine refractory elements.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import unknown_name
from quinary.reference.elements import data_rows, describe_column

__all__ = [
    "DEFAULT_TABLE",
    "LATTICES",
    "REPLACEMENTS",
    "REPLACEMENT_ORDER",
    "TABLES",
    "ElementalValues",
    "elemental_values",
    "elements_with",
    "revision_column",
    "stable_lattice",
]

LATTICES: Final = ("bcc", "fcc", "hcp")
TABLES: Final = ("ultera2023", "chong2021")
DEFAULT_TABLE: Final = "ultera2023"

# Where an element has no value in the wanted lattice, another stands in. `stable`: the lattice in which the element is
# stable at room temperature, then the rest. `ultera`: the order that the published averages obey (for a bcc alloy, hcp
# before fcc whatever the element), for reproducing them. They differ for Ni, Cu, Ir and a few others.
REPLACEMENT_ORDER: Final = {"bcc": ("hcp", "fcc"), "fcc": ("bcc", "hcp"), "hcp": ("bcc", "fcc")}
REPLACEMENTS: Final = ("stable", "ultera")
_STABLE: Final = {
    "bcc": "Li Na K V Cr Fe Rb Nb Mo Cs Ba Eu Ta W",
    "fcc": "Al Ca Ni Cu Sr Rh Pd Ag Ce Yb Ir Pt Au Pb",
    "hcp": "Be Mg Sc Ti Co Zn Y Zr Tc Ru Cd Gd Tb Dy Ho Er Tm Lu Hf Re Os Tl",
}


@dataclass(frozen=True, slots=True)
class ElementalValues:
    """One property of a list of elements as seen from one lattice.

    Attributes are arrays of shape (n_elements,): `values` (NaN where no lattice has one) and `is_replaced` (True where
    another lattice stood in).
    """

    values: NDArray[np.float64]
    is_replaced: NDArray[np.bool_]


@functools.cache
def _lattice_table() -> dict[str, dict[tuple[str, str], float]]:
    table: dict[str, dict[tuple[str, str], float]] = {}
    for row in data_rows("lattice_chong2021.csv"):
        lattice, symbol = row.pop("lattice"), row.pop("symbol")
        for name, text in row.items():
            if text:
                table.setdefault(name, {})[lattice, symbol] = float(text)
    return table


@functools.cache
def revision_column(name: str) -> dict[str, float]:
    """Symbol -> value of a column of the 2023 revision (nine refractory elements, each in its own lattice).

    Raises:
        InputError: the revision has no such column.
    """
    describe_column("revision", name)
    return {row["symbol"]: float(row[name]) for row in data_rows("revision_ultera2023.csv")}


def _lookup(name: str, table: str) -> dict[tuple[str, str], float]:
    """(lattice, symbol) -> value; the revision replaces the 2021 value of the element's own lattice."""
    values = dict(_lattice_table()[name])
    if table == "ultera2023" and name == "unstable_stacking_fault_energy":
        for symbol, value in revision_column(name).items():
            own = "bcc" if ("bcc", symbol) in values else "hcp"
            values[own, symbol] = value
    return values


@functools.cache
def _stable_lattices() -> dict[str, str]:
    return {symbol: lattice for lattice, members in _STABLE.items() for symbol in members.split()}


def stable_lattice(symbol: str) -> str | None:
    """The lattice (bcc, fcc, hcp) in which an element is stable at room temperature; None for other structures."""
    return _stable_lattices().get(symbol)


def _candidates(symbol: str, lattice: str, replacement: str) -> tuple[str, ...]:
    """The lattices to look in for an element, in order."""
    order = (lattice, *REPLACEMENT_ORDER[lattice])
    stable = _stable_lattices().get(symbol)
    return order if replacement == "ultera" or stable is None else (lattice, stable, *order)


def elemental_values(
    name: str,
    elements: tuple[str, ...],
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    replacement: str = "stable",
) -> ElementalValues:
    """Values of `name` for each element in `lattice`, another lattice standing in where it has none.

    Units are those of `describe_column("lattice", name)`.

    Raises:
        InputError: unknown property, lattice, table or way of replacement.
    """
    describe_column("lattice", name)
    if lattice not in LATTICES:
        raise unknown_name("lattice", lattice, LATTICES)
    if table not in TABLES:
        raise unknown_name("elemental table", table, TABLES)
    if replacement not in REPLACEMENTS:
        raise unknown_name("way of replacement", replacement, REPLACEMENTS)
    lookup = _lookup(name, table)
    values = np.full(len(elements), np.nan)
    is_replaced = np.zeros(len(elements), dtype=bool)
    for position, symbol in enumerate(elements):
        for candidate in _candidates(symbol, lattice, replacement):
            if (candidate, symbol) in lookup:
                values[position] = lookup[candidate, symbol]
                is_replaced[position] = candidate != lattice
                break
    return ElementalValues(values, is_replaced)


@functools.cache
def elements_with(*names: str) -> frozenset[str]:
    """The elements that have every one of these properties in some lattice.

    Raises:
        InputError: unknown property.
    """
    known = []
    for name in names:
        describe_column("lattice", name)
        known.append(frozenset(symbol for _, symbol in _lattice_table()[name]))
    return frozenset.intersection(*known)
