"""Tolerance factors of perovskite oxides ABO3 from ionic radii. Radii in angstrom; all arrays have shape (N,)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from quinary.reference.radii import OXIDE_ION_RADIUS

__all__ = ["bartel_tolerance_factor", "goldschmidt_tolerance_factor"]


def goldschmidt_tolerance_factor(a_radius: NDArray[np.float64], b_radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Goldschmidt's t = (r_A + r_O) / (sqrt(2) (r_B + r_O)); cubic perovskites have about 0.9 to 1.

    Source: Goldschmidt 1926, 10.1007/BF01507527.
    """
    return (a_radius + OXIDE_ION_RADIUS) / (math.sqrt(2.0) * (b_radius + OXIDE_ION_RADIUS))


def bartel_tolerance_factor(
    a_radius: NDArray[np.float64], b_radius: NDArray[np.float64], a_charge: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Bartel's tau = r_O / r_B - n_A (n_A - (r_A / r_B) / ln(r_A / r_B)), n_A the charge of A; perovskite below 4.18.

    Defined for r_A > r_B and NaN elsewhere. Source: Bartel et al. 2019, 10.1126/sciadv.aav0693.
    """
    quotient = np.where(a_radius > b_radius, a_radius / b_radius, np.nan)
    return OXIDE_ION_RADIUS / b_radius - a_charge * (a_charge - quotient / np.log(quotient))
