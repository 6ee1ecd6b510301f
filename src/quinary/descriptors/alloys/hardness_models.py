"""Vickers hardness from elastic moduli: four correlations fitted to hard, brittle compounds.

They stand for the load-free (asymptotic) hardness of dense, single-phase ceramics such as carbides, nitrides and borides.
They are not for metals and alloys: there hardness is set by how dislocations are pinned, not by the moduli. With averaged
elemental moduli none of those tried on the 530 measured hardness values of Borg et al. 2020 (10.1038/s41597-020-00768-9)
came closer than the mean of the data.

Moduli in GPa, results in GPa, all of one shape.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["chen_hardness", "mazhnik_oganov_hardness", "teter_hardness", "tian_hardness"]


def chen_hardness(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
    """H = 2 (k^2 G)^0.585 - 3 with Pugh's k = G / B; below zero, hence meaningless, for soft ductile solids.

    Fitted to hard compounds, diamond among them, and to metallic glasses. Source: Chen et al. 2011,
    10.1016/j.intermet.2011.03.026.
    """
    return 2.0 * (shear**3 / bulk**2) ** 0.585 - 3.0


def tian_hardness(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
    """H = 0.92 k^1.137 G^0.708 with k = G / B: Chen's relation refitted without the offset, so never negative.

    Source: Tian, Xu, Zhao 2012, 10.1016/j.ijrmhm.2012.02.021.
    """
    return 0.92 * (shear / bulk) ** 1.137 * shear**0.708


def teter_hardness(shear: NDArray[np.float64]) -> NDArray[np.float64]:
    """H = 0.151 G: the oldest and coarsest, for superhard compounds; too large for ductile ones.

    Source: Teter 1998, 10.1557/S0883769400031420, in the form given by Chen et al. 2011, 10.1016/j.intermet.2011.03.026.
    """
    return 0.151 * shear


def mazhnik_oganov_hardness(youngs: NDArray[np.float64], poisson: NDArray[np.float64]) -> NDArray[np.float64]:
    """H = 0.096 chi(nu) E, chi = (1 - 8.5 nu + 19.5 nu^2) / (1 - 7.5 nu + 12.2 nu^2 + 19.6 nu^3).

    For 0 <= nu <= 0.5; for metals and intermetallics the authors call it inaccurate. Source: Mazhnik, Oganov 2019,
    10.1063/1.5113622.
    """
    numerator = 1.0 - 8.5 * poisson + 19.5 * poisson**2
    denominator = 1.0 - 7.5 * poisson + 12.2 * poisson**2 + 19.6 * poisson**3
    return 0.096 * youngs * numerator / denominator
