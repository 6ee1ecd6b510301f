"""Fracture toughness of brittle solids from elastic moduli, MPa m^0.5.

Griffith's is the thermodynamic least for cleaving a perfect crystal. The other two are correlations for covalent and ionic
crystals; metals and alloys are tougher by an enhancement factor, set by plasticity, which is left out here. Moduli in
GPa, all arrays of one shape. The threshold for emitting a dislocation is the predictor `rice`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import RAW_RICE_TO_MPA_SQRT_M

__all__ = ["griffith_toughness", "mazhnik_oganov_toughness", "niu_toughness"]

# GPa times the sixth root of a volume in cubic angstrom: 1e9 Pa * (1e-30 m^3)^(1/6) = 1e4 Pa m^0.5
_GPA_ROOT_ANGSTROM: Final = 0.01
_COVALENT_SCALE_GPA: Final = 8840.0  # of Mazhnik and Oganov, for covalent and ionic crystals


def griffith_toughness(
    shear: NDArray[np.float64], surface_energy: NDArray[np.float64], poisson: NDArray[np.float64]
) -> NDArray[np.float64]:
    """K = sqrt(4 G gamma_s / (1 - nu)): plane strain, two new surfaces of energy gamma_s (J/m^2), no plasticity.

    Source: Griffith 1921, 10.1098/rsta.1921.0006, with Irwin's K^2 = 2 gamma_s E / (1 - nu^2).
    """
    released: NDArray[np.float64] = 4.0 * shear * surface_energy / (1.0 - poisson)
    return np.sqrt(released) * RAW_RICE_TO_MPA_SQRT_M


def niu_toughness(
    bulk: NDArray[np.float64], shear: NDArray[np.float64], volume_per_atom: NDArray[np.float64]
) -> NDArray[np.float64]:
    """K = V^(1/6) G (B / G)^(1/2), V the volume of one atom (cubic angstrom); for covalent and ionic crystals.

    Tables that take the volume of a formula unit of a rock-salt compound come out larger by 2^(1/6) = 1.122.

    Source: Niu, Niu, Oganov 2019, 10.1063/1.5066311.
    """
    return _GPA_ROOT_ANGSTROM * volume_per_atom ** (1 / 6) * np.sqrt(shear * bulk)


def mazhnik_oganov_toughness(
    youngs: NDArray[np.float64], poisson: NDArray[np.float64], volume_per_atom: NDArray[np.float64]
) -> NDArray[np.float64]:
    """K = V^(1/6) (zeta(nu) E)^(3/2) / a^(1/2) with a = 8840 GPa, V the volume of one atom (cubic angstrom).

    zeta = (1 - 13.7 nu + 48.6 nu^2) / (1 - 15.2 nu + 70.2 nu^2 - 81.5 nu^3), for 0 <= nu <= 0.5 and covalent or ionic
    crystals.

    Source: Mazhnik, Oganov 2019, 10.1063/1.5113622.
    """
    numerator = 1.0 - 13.7 * poisson + 48.6 * poisson**2
    denominator = 1.0 - 15.2 * poisson + 70.2 * poisson**2 - 81.5 * poisson**3
    stiffness = numerator / denominator * youngs
    toughness: NDArray[np.float64] = volume_per_atom ** (1 / 6) * stiffness**1.5 / _COVALENT_SCALE_GPA**0.5
    return _GPA_ROOT_ANGSTROM * toughness
