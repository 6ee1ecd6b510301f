"""Moduli of a polycrystal from the three elastic constants of a cubic crystal: bounds, averages, anisotropy, stability.

All arguments and results have one shape, elastic constants and moduli in GPa. The formulas hold for a crystal that is
stable (`is_stable_cubic`); of an unstable one they make no sense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ShearBounds",
    "bulk_modulus",
    "is_stable_cubic",
    "percent_anisotropy",
    "poisson_ratio",
    "shear_bounds",
    "slip_shear_modulus",
    "universal_anisotropy",
    "youngs_modulus",
    "zener_ratio",
]


@dataclass(frozen=True, slots=True)
class ShearBounds:
    """Bounds of the shear modulus of a random polycrystal, GPa.

    reuss <= hashin_shtrikman_lower <= truth <= hashin_shtrikman_upper <= voigt.
    """

    reuss: NDArray[np.float64]
    hashin_shtrikman_lower: NDArray[np.float64]
    hashin_shtrikman_upper: NDArray[np.float64]
    voigt: NDArray[np.float64]

    @property
    def hill(self) -> NDArray[np.float64]:
        """(voigt + reuss) / 2, the usual estimate. Source: Hill 1952, 10.1088/0370-1298/65/5/307."""
        return (self.voigt + self.reuss) / 2.0


def bulk_modulus(c11: NDArray[np.float64], c12: NDArray[np.float64]) -> NDArray[np.float64]:
    """B = (C11 + 2 C12) / 3, exact for cubic crystals."""
    return (c11 + 2.0 * c12) / 3.0


def shear_bounds(c11: NDArray[np.float64], c12: NDArray[np.float64], c44: NDArray[np.float64]) -> ShearBounds:
    """Bounds of G by Voigt, Reuss, Hashin and Shtrikman.

    Voigt (C11 - C12 + 3 C44) / 5; Reuss 5 C44 (C11 - C12) / (4 C44 + 3 (C11 - C12)). Those of Hashin and Shtrikman are
    the weighted means of the two cubic shear moduli with one or the other of them as the comparison medium.

    Source: Hill 1952, 10.1088/0370-1298/65/5/307; Hashin, Shtrikman 1962, 10.1016/0022-5096(62)90005-4.
    """
    bulk, tetragonal = bulk_modulus(c11, c12), (c11 - c12) / 2.0
    variational = [_mean_beside(tetragonal, c44, _overall(bulk, medium)) for medium in (tetragonal, c44)]
    return ShearBounds(
        reuss=_mean_beside(tetragonal, c44, np.zeros_like(bulk)),
        hashin_shtrikman_lower=np.minimum(*variational),
        hashin_shtrikman_upper=np.maximum(*variational),
        voigt=(2.0 * tetragonal + 3.0 * c44) / 5.0,
    )


def _mean_beside(
    tetragonal: NDArray[np.float64], rhombohedral: NDArray[np.float64], overall: NDArray[np.float64]
) -> NDArray[np.float64]:
    """G with 1 / (G + G*) = (2/5) / (G_1 + G*) + (3/5) / (G_2 + G*), G* the constraint of the surroundings."""
    return 1.0 / (0.4 / (tetragonal + overall) + 0.6 / (rhombohedral + overall)) - overall


def _overall(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
    """G* = G (9 B + 8 G) / (6 (B + 2 G)): how a medium resists the shear of a spherical inclusion."""
    return shear * (9.0 * bulk + 8.0 * shear) / (6.0 * (bulk + 2.0 * shear))


def youngs_modulus(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
    """E = 9 B G / (3 B + G) of an isotropic solid."""
    return 9.0 * bulk * shear / (3.0 * bulk + shear)


def poisson_ratio(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Poisson's ratio nu = (3 B - 2 G) / (2 (3 B + G)) of an isotropic solid; no unit."""
    return (3.0 * bulk - 2.0 * shear) / (2.0 * (3.0 * bulk + shear))


def slip_shear_modulus(
    c11: NDArray[np.float64], c12: NDArray[np.float64], c44: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The modulus mu = sqrt(C44 (C11 - C12) / 2) that the edge model of bcc alloys takes.

    Source: Maresca, Curtin 2020, 10.1016/j.actamat.2019.10.015.
    """
    return np.sqrt(c44 * (c11 - c12) / 2.0)


def zener_ratio(c11: NDArray[np.float64], c12: NDArray[np.float64], c44: NDArray[np.float64]) -> NDArray[np.float64]:
    """A = 2 C44 / (C11 - C12): 1 for an isotropic crystal."""
    return 2.0 * c44 / (c11 - c12)


def percent_anisotropy(bounds: ShearBounds) -> NDArray[np.float64]:
    """A_G = (G_V - G_R) / (G_V + G_R) as a fraction: 0 for an isotropic crystal, never above 1.

    Source: Chung, Buessem 1967, 10.1063/1.1709819.
    """
    return (bounds.voigt - bounds.reuss) / (bounds.voigt + bounds.reuss)


def universal_anisotropy(bounds: ShearBounds) -> NDArray[np.float64]:
    """A_U = 5 G_V / G_R + B_V / B_R - 6 = 5 (G_V / G_R - 1) for a cubic crystal, whose two bulk moduli are equal.

    Source: Ranganathan, Ostoja-Starzewski 2008, 10.1103/PhysRevLett.101.055504.
    """
    return 5.0 * (bounds.voigt / bounds.reuss - 1.0)


def is_stable_cubic(c11: NDArray[np.float64], c12: NDArray[np.float64], c44: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True where C11 > C12, C11 + 2 C12 > 0 and C44 > 0 (Born).

    Source: Mouhat, Coudert 2014, 10.1103/PhysRevB.90.224104.
    """
    return (c11 > c12) & (c11 + 2.0 * c12 > 0.0) & (c44 > 0.0)
