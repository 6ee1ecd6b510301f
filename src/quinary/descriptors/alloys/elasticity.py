"""Ductility screens from the elastic constants of the elements in one lattice: Pugh ratio and Cauchy pressure.

Arrays: `fractions` (N, n_elements), results (N,).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys.linear_combination import average
from quinary.errors import unknown_name
from quinary.reference.lattices import elemental_values

__all__ = ["CUBIC_LATTICES", "cauchy_pressure", "cubic_values", "pugh_ratio"]

CUBIC_LATTICES: Final = ("bcc", "fcc")


def pugh_ratio(fractions: NDArray[np.float64], elements: tuple[str, ...], lattice: str) -> NDArray[np.float64]:
    """B / G of the averaged bulk and shear moduli; above 1.75 a metal tends to be ductile.

    Elements without values in the lattice enter with those of another one (`REPLACEMENT_ORDER`).

    Source: Pugh 1954, 10.1080/14786440808520496; elemental values 10.1088/1361-648X/ac0195.

    Raises:
        InputError: unknown lattice.
    """
    bulk, shear = (elemental_values(name, elements, lattice).values for name in ("bulk_modulus", "shear_modulus"))
    return average(fractions, bulk) / average(fractions, shear)


def cubic_values(name: str, elements: tuple[str, ...], lattice: str) -> NDArray[np.float64]:
    """Elastic constants in the lattice, else in the other cubic one, else NaN; GPa, shape (n_elements,).

    Raises:
        InputError: the lattice is not cubic, or there is no such constant.
    """
    if lattice not in CUBIC_LATTICES:
        raise unknown_name("cubic lattice", lattice, CUBIC_LATTICES)
    other = CUBIC_LATTICES[1 - CUBIC_LATTICES.index(lattice)]
    own, fallback = (elemental_values(name, elements, wanted) for wanted in (lattice, other))
    substitutes = np.where(fallback.is_replaced, np.nan, fallback.values)
    return np.where(own.is_replaced, substitutes, own.values)


def cauchy_pressure(fractions: NDArray[np.float64], elements: tuple[str, ...], lattice: str) -> NDArray[np.float64]:
    """C12 - C44 of the averaged cubic constants, GPa; positive values go with metallic, ductile bonding.

    C12 = C44 is Cauchy's relation for cubic crystals only, so an element without values in the lattice enters with
    those of the other cubic lattice, never with hexagonal ones.

    Source: Pettifor 1992, 10.1179/mst.1992.8.4.345; elemental values 10.1088/1361-648X/ac0195.

    Raises:
        InputError: the lattice is not cubic.
    """
    c12, c44 = (cubic_values(name, elements, lattice) for name in ("c12", "c44"))
    return average(fractions, c12) - average(fractions, c44)
