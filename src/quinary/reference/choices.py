"""Which table of atomic radii and of pair enthalpies descriptors are made of, by name.

Size mismatch, Lambda, gamma and Ye's phi depend on the radii more than on anything else, and Omega on the enthalpies: who
compares with a paper must be able to take its kind of table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import AVOGADRO
from quinary.errors import unknown_name
from quinary.reference.elements import column
from quinary.reference.pairs import ENTHALPY_TABLES, pair_matrix

__all__ = ["DEFAULT_CHOICE", "ENTHALPY_TABLES", "RADIUS_TABLES", "TableChoice"]

# Name -> the column of the element table that it is made of.
RADIUS_TABLES: Final = {"metallic": "metallic_radius", "covalent": "covalent_radius", "volume": "molar_volume"}


@dataclass(frozen=True, slots=True)
class TableChoice:
    """The names of the tables of atomic radii (`RADIUS_TABLES`) and pair enthalpies (`ENTHALPY_TABLES`).

    `metallic`: coordination number 12; `covalent`: single bonds (10.1039/b801115j); `volume`: radius of the sphere with the
    volume of an atom in the element, (3 V / (4 pi N_A))^(1/3), the Wigner-Seitz radius.

    Raises:
        InputError: there is no table of that name.
    """

    radius: str = "metallic"
    enthalpy: str = "miedema"

    def __post_init__(self) -> None:
        if self.radius not in RADIUS_TABLES:
            raise unknown_name("radius table", self.radius, RADIUS_TABLES)
        if self.enthalpy not in ENTHALPY_TABLES:
            raise unknown_name("enthalpy table", self.enthalpy, ENTHALPY_TABLES)

    @property
    def radius_column(self) -> str:
        """The column of the element table that the radii are made of."""
        return RADIUS_TABLES[self.radius]

    @property
    def has_compounds(self) -> bool:
        """True where the strongest pair may stand for a compound: not for random solutions on one lattice."""
        return self.enthalpy == "miedema"

    def radii(self, elements: tuple[str, ...]) -> NDArray[np.float64]:
        """Atomic radii, pm, shape (n_elements,), NaN where the table has none."""
        values = column(self.radius_column, elements)
        if self.radius != "volume":
            return values
        # cm^3/mol -> cm^3 an atom; 1 cm = 1e10 pm
        radii: NDArray[np.float64] = 1e10 * (3.0 * values / (4.0 * math.pi * AVOGADRO)) ** (1.0 / 3.0)
        return radii

    def pair_enthalpies(self, elements: tuple[str, ...]) -> NDArray[np.float64]:
        """Mixing enthalpies of equiatomic pairs, kJ/mol, shape (n_elements, n_elements), NaN where unknown."""
        return pair_matrix(elements, self.enthalpy)


DEFAULT_CHOICE: Final = TableChoice()
