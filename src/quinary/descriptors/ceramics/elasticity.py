"""Bulk and shear modulus of ceramics as mixtures of their binaries: the plain mixture, and the softened one of carbides.

The plain mixture is too stiff for many of the 282 mixed carbides of Zhang et al. (10.1038/s41524-024-01351-1): mean error
43 GPa in the bulk modulus where metals of group 6 are present, whose rock-salt carbides are not stable by themselves, 12 GPa
without them, 3 GPa with metals of groups 4 and 5 without vanadium. The softened mixture takes off what a fit to these carbides
takes off for misfit between the cells of the binaries, for the share of group 6, and for valence electrons above nine a
formula unit: 9, 6 and 6 GPa. It is an empirical correction and no proof of a cause; carbides of Hf, Nb, Ta, Ti and Zr alone
come out about 6 GPa (bulk) and 9 GPa (shear) too soft by it, inside its error bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum
from quinary.descriptors.alloys import average, elastic_averages, size_mismatch
from quinary.descriptors.ceramics.formulas import ceramic_descriptors
from quinary.descriptors.ceramics.matrix import CeramicMatrix
from quinary.descriptors.ceramics.means import binary_fractions
from quinary.reference.elements import column
from quinary.reference.precursors import precursor_values

__all__ = [
    "CeramicModuli",
    "cell_misfit",
    "group_6_share",
    "is_softened",
    "mixed_moduli",
    "precursor_mean",
    "softened_moduli",
]

_ROCK_SALT_FORMULAS: Final = 4.0  # formula units in the cubic cell
# A formula unit; beyond it rock-salt carbides and nitrides lose shear stiffness, 10.1103/PhysRevB.71.214103.
_ELECTRONS_OF_FULL_BONDS: Final = 9.0

# Loss of stiffness by misfit (a squared percent), group-6 share and excess electrons: least squares on the 289 carbides of
# 10.1038/s41524-024-01351-1. Mean errors with one metal left out of the fit at a time (plain mixture; mean of the data):
# bulk modulus 9.1 GPa (38.3; 20.1), shear modulus 11.8 GPa (16.7; 19.1).
_LOSSES: Final = {"bulk": (0.00428, 0.154, 0.041), "shear": (0.00540, -0.214, 0.381)}


@dataclass(frozen=True, slots=True)
class CeramicModuli:
    """Bulk and shear modulus in GPa, shape (N,), NaN where a binary is not tabulated; the rest follows from them."""

    bulk: NDArray[np.float64]
    shear: NDArray[np.float64]

    @property
    def youngs(self) -> NDArray[np.float64]:
        """Young's modulus, GPa."""
        return elastic_averages.youngs_modulus(self.bulk, self.shear)

    @property
    def poisson(self) -> NDArray[np.float64]:
        """Poisson's ratio, no unit."""
        return elastic_averages.poisson_ratio(self.bulk, self.shear)


def precursor_mean(matrix: CeramicMatrix, name: str) -> NDArray[np.float64]:
    """sum_i c_i p_i of a column of the tables of binary ceramics, shape (N,).

    With several anions every metal stands with each of them. NaN where a binary is not tabulated, or where the ceramic has
    not the structure of the tabulated binaries.

    Raises:
        InputError: a table of these anions lacks the column.
    """
    if not matrix.has_binary_structure:
        return np.full(len(matrix), np.nan)
    values = np.transpose([precursor_values(anion, name, matrix.elements) for anion in matrix.anion_symbols])
    return average(binary_fractions(matrix.cations, matrix.anion_fractions), np.ravel(values))


def mixed_moduli(matrix: CeramicMatrix) -> CeramicModuli:
    """The plain mixture B = sum_i c_i B_i, G = sum_i c_i G_i, the upper (Voigt) bound for a mixture of the binaries."""
    return CeramicModuli(precursor_mean(matrix, "bulk_modulus"), precursor_mean(matrix, "shear_modulus"))


def is_softened(matrix: CeramicMatrix) -> bool:
    """True for ceramics to which the losses apply: those with carbon as the only anion."""
    return matrix.anion_symbols == ("C",)


def group_6_share(matrix: CeramicMatrix) -> NDArray[np.float64]:
    """The share of Cr, Mo and W in the metals, shape (N,)."""
    share: NDArray[np.float64] = element_sum(
        matrix.cations, (column("group", matrix.elements) == 6.0).astype(np.float64)
    )
    return share


def cell_misfit(matrix: CeramicMatrix) -> NDArray[np.float64]:
    """Misfit delta = 100 sqrt(sum_i c_i (1 - a_i / abar)^2) of the cubic cells of the binary carbides, %, shape (N,)."""
    edges = np.cbrt(_ROCK_SALT_FORMULAS * precursor_values("C", "volume", matrix.elements))
    return size_mismatch(matrix.cations, edges)


def softened_moduli(matrix: CeramicMatrix) -> CeramicModuli:
    """The mixture less what a fit takes off: P = sum_i c_i P_i (1 - a delta^2 - b x - c max(VEC - 9, 0)).

    delta is the misfit of the cells (%), x the share of group 6, VEC the valence electrons a formula unit. A binary of
    group 4 or 5 keeps its value; those of Cr, Mo and W do not, for they are not stable as rock salt. Ceramics that are no
    carbides get the plain mixture: there is nothing to fit losses to.

    Source: form and coefficients are ours, see the module; the causes: 10.1038/s41524-024-01351-1 (distortion),
    10.1103/PhysRevB.71.214103 (electrons).
    """
    plain = mixed_moduli(matrix)
    if not is_softened(matrix):
        return plain
    electrons = ceramic_descriptors(matrix, ["valence_electron_concentration"])["valence_electron_concentration"]
    excess = np.maximum(electrons - _ELECTRONS_OF_FULL_BONDS, 0.0)
    causes = np.column_stack([cell_misfit(matrix) ** 2, group_6_share(matrix), excess])
    kept = {name: 1.0 - element_sum(causes, np.array(losses)) for name, losses in _LOSSES.items()}
    return CeramicModuli(plain.bulk * kept["bulk"], plain.shear * kept["shear"])
