"""Binary ceramics as precursors of mixed ones: one table for each anion, and pair interactions of carbides.

Carbides: volumes and masses of Zhang et al. 2022, 10.1038/s41524-021-00678-3; lattice parameters, melting temperatures
and pair interactions of Lu et al. Nitrides, diborides and oxides: Materials Project, 10.1063/1.4812323 (CC-BY-4.0).
Rock salt for carbon, nitrogen and oxygen, AlB2 type for boron, also where the metal's stable compound is another one.
Oxides were measured more often and are calculated worse: a measured value of the table `measured_oxides`, which names the
source of each number, stands before a calculated one (cube edges by PBE are 0.6 to 1.9 % above those measured at room
temperature).
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import unknown_name
from quinary.reference.elements import data_rows, describe_column

__all__ = ["ANIONS_PER_CATION", "carbide_pair_matrix", "precursor_column", "precursor_values"]

# Anion atoms per cation in the structure that the table of each anion holds.
ANIONS_PER_CATION: Final = {"B": 2.0, "C": 1.0, "N": 1.0, "O": 1.0}
_TABLES: Final = {
    "B": "precursors_borides",
    "C": "precursors_carbides",
    "N": "precursors_nitrides",
    "O": "precursors_oxides",
}
_ROCK_SALT_FORMULAS: Final = 4.0  # formula units in the cubic cell


@functools.cache
def precursor_column(anion: str, name: str) -> dict[str, float]:
    """Metal -> value for its binary ceramic with `anion`; units: `describe_column("precursors_carbides", name)` etc.

    Of oxides a measured value, where there is one: `describe_column("measured_oxides", name)`.

    Raises:
        InputError: there is no table for the anion, or no such column in it.
    """
    if anion not in _TABLES:
        raise unknown_name("anion with a table of binary ceramics", anion, _TABLES)
    table = _TABLES[anion]
    describe_column(table, name)
    calculated = {row["cation"]: float(row[name]) for row in data_rows(f"{table}.csv") if row[name]}
    return {**calculated, **_measured_oxides(name)} if anion == "O" else calculated


def _measured_oxides(name: str) -> dict[str, float]:
    """Metal -> measured value of its rock-salt oxide; the volume of a formula unit is a quarter of the cube."""
    if name == "volume":
        return {metal: edge**3 / _ROCK_SALT_FORMULAS for metal, edge in _measured_oxides("lattice_parameter").items()}
    return {row["cation"]: float(row[name]) for row in data_rows("measured_oxides.csv") if row.get(name)}


def precursor_values(anion: str, name: str, cations: tuple[str, ...]) -> NDArray[np.float64]:
    """Values of a column for the binary ceramics of `cations`, shape (n_cations,), NaN where the table has none.

    Raises:
        InputError: there is no table for the anion, or no such column in it.
    """
    values = precursor_column(anion, name)
    return np.array([values.get(symbol, np.nan) for symbol in cations], dtype=np.float64)


@functools.cache
def _carbide_pairs() -> dict[frozenset[str], float]:
    return {
        frozenset((row["cation"], row["partner"])): float(row["mixing_enthalpy"])
        for row in data_rows("pair_enthalpies_carbides.csv")
    }


def carbide_pair_matrix(cations: tuple[str, ...]) -> NDArray[np.float64]:
    """Interactions H_ij of rock-salt carbides, kJ/mol, shape (n_cations, n_cations): symmetric, zero diagonal.

    The mixing enthalpy is sum_{i<j} H_ij c_i c_j, without the factor 4 of the table of metals. NaN where the pair is
    not tabulated, on the diagonal too if the metal is in no pair at all. Source: Lu et al.
    """
    known = _carbide_pairs()
    metals = frozenset[str]().union(*known)
    matrix = np.full((len(cations), len(cations)), np.nan)
    for i, first in enumerate(cations):
        if first in metals:
            matrix[i, i] = 0.0
        for j in range(i):
            matrix[i, j] = matrix[j, i] = known.get(frozenset((first, cations[j])), np.nan)
    return matrix
