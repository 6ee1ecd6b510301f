"""Published criteria for solid solutions, as closed forms of descriptors. Thresholds and verdicts are the validator's.

All arguments and results have shape (N,) unless said otherwise. Where nothing opposes mixing the ratio is infinite; for
a pure element, where nothing mixes at all, it is NaN (zero over zero).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys.sums import ratio

__all__ = [
    "INTERMETALLIC_ENTROPY_SHARE",
    "kappa_critical",
    "king_phi",
    "lambda_parameter",
    "omega",
    "senkov_miracle_margin",
    "ye_phi",
]

# Entropy of the intermetallic over that of the solution, as Senkov and Miracle 2016 take it.
INTERMETALLIC_ENTROPY_SHARE: Final = 0.6


def omega(
    melting_temperature: NDArray[np.float64], entropy: NDArray[np.float64], enthalpy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Omega = T_m dS / |dH|, from K, J/mol/K and kJ/mol; infinite where dH = 0, NaN for a pure element.

    Source: Yang, Zhang 2012, 10.1016/j.matchemphys.2011.11.021.
    """
    return ratio(melting_temperature * entropy, 1000.0 * np.abs(enthalpy))


def lambda_parameter(entropy: NDArray[np.float64], mismatch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lambda = dS / delta^2, J/mol/K per squared percent; infinite where all radii are equal, NaN for a pure element.

    Source: Singh et al. 2014, 10.1016/j.intermet.2014.04.019.
    """
    return ratio(entropy, mismatch**2)


def ye_phi(
    entropy: NDArray[np.float64],
    enthalpy: NDArray[np.float64],
    melting_temperature: NDArray[np.float64],
    excess_entropy: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Ye's phi = (dS - |dH| / T_m) / |S_E| (J/mol/K, kJ/mol, K); infinite for equal radii, NaN for a pure element.

    Source: Ye et al. 2015, 10.1016/j.scriptamat.2015.03.023.
    """
    return ratio(entropy - 1000.0 * np.abs(enthalpy) / melting_temperature, np.abs(excess_entropy))


def king_phi(
    solution_gibbs: NDArray[np.float64],
    pair_extremes: tuple[NDArray[np.float64], NDArray[np.float64]],
    n_elements: NDArray[np.int64],
) -> NDArray[np.float64]:
    """King's Phi = dG_ss / -|dG_max|, kJ/mol; infinite where no pair reacts, NaN for a pure element.

    dG_ss = dH - T_m dS is that of the solution (`solution_gibbs`), dG_max = floor(n / 2) H_pair that of the strongest
    binaries: H_pair is the lowest or the highest enthalpy of a binary (`pair_extremes`), whichever is larger in
    magnitude, so a pair that wants to separate counts as well as one that wants to order. Each binary has the ratio
    its elements have in the alloy, and `n_elements` leave room for floor(n / 2) binaries. Programs that take the most
    negative equiatomic pair enthalpy alone get values larger by about n / 2, which also jump when a trace of an
    element is added. The enthalpies here are those of the liquid, not of ordered compounds as in the paper: Phi comes
    out somewhat too large.

    Source: King et al. 2016, 10.1016/j.actamat.2015.11.040.
    """
    lowest, highest = pair_extremes
    strongest = (n_elements // 2) * np.abs(np.maximum(-lowest, highest))
    return ratio(-solution_gibbs, strongest.astype(np.float64))


def kappa_critical(
    enthalpy: NDArray[np.float64], entropy: NDArray[np.float64], temperature: NDArray[np.float64]
) -> NDArray[np.float64]:
    """kappa_1^cr = 1 + (1 - 0.6) T dS / |dH| (kJ/mol, J/mol/K, K): a solution wins while H_IM / dH is smaller.

    Holds for dH < 0 only and is NaN elsewhere. Source: Senkov, Miracle 2016, 10.1016/j.jallcom.2015.10.279.
    """
    critical = 1.0 + (1.0 - INTERMETALLIC_ENTROPY_SHARE) * ratio(temperature * entropy / 1000.0, np.abs(enthalpy))
    return np.where(enthalpy < 0, critical, np.nan)


def senkov_miracle_margin(
    intermetallic_enthalpy: NDArray[np.float64],
    enthalpy: NDArray[np.float64],
    entropy: NDArray[np.float64],
    temperature: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(H_IM - 0.6 T dS) - (dH - T dS), kJ/mol: by how much the solution lies below the intermetallic at T.

    The inequality behind kappa_1 < kappa_1^cr, valid for either sign of dH; positive favours the solid solution. The
    paper averages calculated enthalpies of compounds. Where none are at hand, the lowest binary of `strongest_pairs`
    stands in: it lets one binary take the whole alloy, so the margin is then a pessimistic one.

    Source: Senkov, Miracle 2016, 10.1016/j.jallcom.2015.10.279.
    """
    released = (1.0 - INTERMETALLIC_ENTROPY_SHARE) * temperature * entropy / 1000.0
    return intermetallic_enthalpy - enthalpy + released
