"""Pairs of elements: mixing enthalpies, by Miedema's model or by density-functional theory, and which have been alloyed."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import unknown_name
from quinary.reference.elements import data_rows

__all__ = ["ENTHALPY_TABLES", "alloyed_matrix", "alloyed_systems", "mixing_enthalpies", "pair_matrix"]

ENTHALPY_TABLES: Final = ("miedema", "dft_bcc", "dft_fcc", "dft_hcp")


@functools.cache
def mixing_enthalpies(table: str = "miedema") -> dict[frozenset[str], float]:
    """{a, b} -> mixing enthalpy of the equiatomic binary, kJ/mol.

    `miedema`: the liquid, by Miedema's model (Takeuchi, Inoue 2005, 10.2320/matertrans.46.2817). `dft_bcc`, `dft_fcc` and
    `dft_hcp`: the random solid solution at 0 K against both elements on the same lattice, by density-functional theory, of
    40 elements (Chen et al. 2023, 10.1038/s41467-023-38423-7). A value more than 15 kJ/mol below those of both other lattices
    is left out: there an element is far from stable on the lattice, or the cell left it, and the difference says little of
    mixing.

    Raises:
        InputError: there is no such table.
    """
    if table not in ENTHALPY_TABLES:
        raise unknown_name("enthalpy table", table, ENTHALPY_TABLES)
    file_name, column = ("pair_enthalpies.csv", "mixing_enthalpy")
    if table != "miedema":
        file_name, column = "pair_enthalpies_dft.csv", table.removeprefix("dft_")
    return {
        frozenset((row["symbol"], row["partner"])): float(row[column]) for row in data_rows(file_name) if row[column]
    }


def pair_matrix(elements: tuple[str, ...], table: str = "miedema") -> NDArray[np.float64]:
    """Mixing enthalpies H_ij in kJ/mol, shape (n_elements, n_elements), symmetric, zero diagonal, NaN where unknown.

    Raises:
        InputError: there is no such table.
    """
    known = mixing_enthalpies(table)
    matrix = np.zeros((len(elements), len(elements)))
    for i, first in enumerate(elements):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = known.get(frozenset((first, elements[j])), np.nan)
    return matrix


@functools.cache
def alloyed_systems() -> dict[frozenset[str], int]:
    """{a, b} -> number of chemical systems of measured alloys that hold both elements.

    Counted over the compositions of two tables of published measurements (10.1038/s41597-020-00768-9,
    10.1038/s41597-026-06930-z), most of them multi-principal-element alloys and metallic glasses.
    """
    return {frozenset((row["symbol"], row["partner"])): int(row["n_systems"]) for row in data_rows("alloyed_pairs.csv")}


@functools.lru_cache(maxsize=64)
def alloyed_matrix(elements: tuple[str, ...]) -> NDArray[np.float64]:
    """1 for two different elements that a measured alloy holds together, else 0, shape (n_elements, n_elements)."""
    known = alloyed_systems()
    matrix = np.array([[float(frozenset((a, b)) in known) for b in elements] for a in elements])
    matrix.flags.writeable = False  # one array for all who ask
    return matrix
