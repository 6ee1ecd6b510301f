"""What differences of atomic size do: mismatch, packing, hard-sphere excess entropy, elastic strain energy.

All of them depend on the radius table. The one shipped holds metallic radii of coordination number 12 (Cr 129, Mo 139,
Nb 147 pm); with other radii the mismatch of CoCrFeMnNi runs from 1.1 to 3.3 %.

Arrays: `fractions` (N, n_elements), elemental values (n_elements,), results (N,).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloys.linear_combination import average
from quinary.descriptors.alloys.sums import pair_sum, variance

__all__ = [
    "PACKING_BCC",
    "PACKING_FCC",
    "deviation_of_extremes",
    "elastic_strain_energy",
    "excess_entropy",
    "excess_entropy_of_moments",
    "gamma_of_extremes",
    "gamma_parameter",
    "largest_radius_deviation",
    "middle_radius",
    "mismatch_of_sums",
    "relative_moments",
    "size_mismatch",
    "strain_energy_of_sums",
    "strain_pairs",
    "third_moment",
]

PACKING_BCC: Final = 0.68  # space filled by touching spheres; the two values of Ye et al. 2015
PACKING_FCC: Final = 0.74


def size_mismatch(fractions: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Atomic size mismatch delta = 100 sqrt(sum_i c_i (1 - r_i / rbar)^2), rbar = sum_i c_i r_i, in %.

    Exactly zero where all radii are equal. Source: Zhang et al. 2008, 10.1002/adem.200700240.
    """
    return mismatch_of_sums(variance(fractions, radii), average(fractions, radii))


def mismatch_of_sums(variances: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """`size_mismatch` from sum_i c_i (r_i - rbar)^2 and rbar, both of shape (N,)."""
    mismatch: NDArray[np.float64] = 100.0 * np.sqrt(np.maximum(variances, 0.0)) / means
    return mismatch


def _extreme_radii(
    fractions: NDArray[np.float64], radii: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Smallest and largest radius among the elements present; NaN where one has no radius."""
    is_present = fractions > 0
    return np.where(is_present, radii, np.inf).min(axis=1), np.where(is_present, radii, -np.inf).max(axis=1)


def largest_radius_deviation(fractions: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """100 max_i |r_i / rbar - 1| over the elements present, in %.

    The Hume-Rothery size factor, with the mean radius in place of the solvent's: an alloy of principal elements has no
    solvent, and for a dilute binary the two agree. Above about 15 % solubility is small.

    Source: Hume-Rothery, Mabbott, Channel Evans, Phil. Trans. R. Soc. A 233 (1934) 1.
    """
    return deviation_of_extremes(*_extreme_radii(fractions, radii), average(fractions, radii))


def deviation_of_extremes(
    smallest: NDArray[np.float64], largest: NDArray[np.float64], mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`largest_radius_deviation` from the smallest, the largest and the mean radius, each of shape (N,)."""
    deviation: NDArray[np.float64] = 100.0 * np.maximum(largest / mean - 1.0, 1.0 - smallest / mean)
    return deviation


def _solid_angle(radius: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the solid angle around an atom that a neighbour of the mean radius covers (up to a constant factor)."""
    covered: NDArray[np.float64] = 1.0 - np.sqrt(1.0 - (mean / (radius + mean)) ** 2)
    return covered


def gamma_parameter(fractions: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solid-angle ratio gamma = omega(r_smallest) / omega(r_largest), omega(r) = 1 - sqrt(1 - (rbar / (r + rbar))^2).

    1 for equal radii (a pure element among them), larger otherwise. Source: Wang et al. 2015,
    10.1016/j.scriptamat.2014.09.010.
    """
    return gamma_of_extremes(*_extreme_radii(fractions, radii), average(fractions, radii))


def gamma_of_extremes(
    smallest: NDArray[np.float64], largest: NDArray[np.float64], mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`gamma_parameter` from the smallest, the largest and the mean radius, each of shape (N,)."""
    return _solid_angle(smallest, mean) / _solid_angle(largest, mean)


def excess_entropy(
    fractions: NDArray[np.float64], radii: NDArray[np.float64], gas_constant: float = GAS_CONSTANT
) -> NDArray[np.float64]:
    """Excess entropy of mixing hard spheres of diameters d_i at one packing, J/mol/K, mean over packing 0.68 and 0.74.

    The expression of Mansoori et al. 1971 (10.1063/1.1675048), with z = 1 / (1 - packing):
    S_E = R (3/2 (z^2 - 1) y_1 + 3/2 (z - 1)^2 y_2 - ((z - 1)(z - 3) / 2 + ln z)(1 - y_3)).
    Its y_1, y_2, y_3 are double sums over diameters; with x_i = d_i / dbar - 1 they depend only on v = sum c x^2 and
    w = sum c x^3, and in that form S_E is exactly zero for equal radii. Criteria use |S_E|. Averaged over the two
    packings as in Ye et al. 2015, 10.1016/j.scriptamat.2015.03.023.
    """
    middle = middle_radius(radii)
    first, square, cube = (average(fractions, (radii - middle) ** power) for power in (1, 2, 3))
    moments = relative_moments(middle + first, variance(fractions, radii), third_moment(first, square, cube))
    return excess_entropy_of_moments(*moments, gas_constant)


def middle_radius(radii: NDArray[np.float64]) -> float:
    """A radius in the middle of the table, pm: measured from it, raw moments lose few digits."""
    return float(np.nanmean(radii)) if np.isfinite(radii).any() else 0.0


def third_moment(
    first: NDArray[np.float64], square: NDArray[np.float64], cube: NDArray[np.float64]
) -> NDArray[np.float64]:
    """sum_i c_i (p_i - pbar)^3 from the averages of p, p^2 and p^3, each of shape (N,); fractions sum to one."""
    # Written out, because numpy takes ten times as long for a power as for a product.
    moment: NDArray[np.float64] = cube - 3.0 * first * square + 2.0 * first * first * first
    return moment


def relative_moments(
    mean: NDArray[np.float64], second: NDArray[np.float64], third: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The moments of x_i = r_i / rbar - 1 from rbar and the central moments of r; exactly zero for equal radii."""
    return second / (mean * mean), np.where(second == 0.0, 0.0, third / (mean * mean * mean))


def excess_entropy_of_moments(
    second: NDArray[np.float64], third: NDArray[np.float64], gas_constant: float
) -> NDArray[np.float64]:
    """`excess_entropy` from the second and third moment of the relative deviations of the diameters, shape (N,)."""
    cubed = 1.0 + 3.0 * second + third  # sum c d^3 in units of dbar^3
    squared = second * second
    y_1 = (2.0 * second + third) / cubed
    y_2 = (1.0 + second) * (second + third - squared) / (cubed * cubed)
    # cubed^2 - (1 + second)^3, multiplied out so that the ones cancel exactly
    one_minus_y_3 = (
        3.0 * second + 2.0 * third + 6.0 * squared + 6.0 * second * third + third * third - squared * second
    ) / (cubed * cubed)
    # S_E is linear in y_1, y_2 and 1 - y_3, so the mean over the packings is that of their factors.
    factors = [_packing_factors(packing) for packing in (PACKING_BCC, PACKING_FCC)]
    first, middle, last = (gas_constant * sum(each) / len(each) for each in zip(*factors, strict=True))
    entropy: NDArray[np.float64] = first * y_1 + middle * y_2 - last * one_minus_y_3
    return entropy


def _packing_factors(packing: float) -> tuple[float, float, float]:
    """The factors of y_1, y_2 and -(1 - y_3) in Mansoori's expression."""
    z = 1.0 / (1.0 - packing)
    return 1.5 * (z**2 - 1.0), 1.5 * (z - 1.0) ** 2, 0.5 * (z - 1.0) * (z - 3.0) + math.log(z)


def elastic_strain_energy(
    fractions: NDArray[np.float64], bulk_moduli: NDArray[np.float64], volumes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Elastic energy sum_i c_i B_i (V_i - Vbar)^2 / (2 V_i), Vbar = sum c B V / sum c B, kJ/mol (= GPa cm^3/mol).

    Computed as Vbar / (2 sum c B) sum_{i<j} c_i c_j B_i B_j (V_i - V_j)^2 / (V_i V_j): the same, and never negative.

    Source: Andreoli et al. 2019, 10.1016/j.mtla.2019.100222, eqs 9 and 10.
    """
    pairs = pair_sum(fractions, strain_pairs(bulk_moduli, volumes))
    return strain_energy_of_sums(average(fractions, bulk_moduli), average(fractions, bulk_moduli * volumes), pairs)


def strain_pairs(bulk_moduli: NDArray[np.float64], volumes: NDArray[np.float64]) -> NDArray[np.float64]:
    """B_i B_j (V_i - V_j)^2 / (V_i V_j), the pair values of `elastic_strain_energy`, shape (n_elements, n_elements)."""
    differences = (volumes[:, None] - volumes[None, :]) ** 2 / (volumes[:, None] * volumes[None, :])
    pairs: NDArray[np.float64] = bulk_moduli[:, None] * bulk_moduli[None, :] * differences
    return pairs


def strain_energy_of_sums(
    stiffness: NDArray[np.float64], weighted_volume: NDArray[np.float64], pairs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`elastic_strain_energy` from sum c B, sum c B V and the pair sum of `strain_pairs`, each of shape (N,)."""
    energy: NDArray[np.float64] = weighted_volume / (2.0 * stiffness * stiffness) * pairs
    return energy
