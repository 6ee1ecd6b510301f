"""Strength of random solid solutions against the glide of edge dislocations: the closed forms of Curtin and co-workers.

A random alloy pins its dislocations by the local fluctuations of composition: every atom acts through the difference
between its volume and the mean. Two numbers follow, the shear stress at 0 K and the energy barrier, and from them the yield
stress at a temperature and a strain rate. Not included: grain boundaries, cold work, short-range order, second phases,
interstitials, the lattice friction of a pure metal, and the softening of the moduli with temperature.

Sources: fcc Varvenne, Luque, Curtin 2016, 10.1016/j.actamat.2016.07.040; bcc Maresca, Curtin 2020,
10.1016/j.actamat.2019.10.015. Unless said otherwise arrays have shape (N,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import BOLTZMANN, GPA_PER_EV_PER_CUBIC_ANGSTROM, ROOM_TEMPERATURE
from quinary.descriptors.alloys.linear_combination import average
from quinary.descriptors.alloys.sums import variance
from quinary.errors import InputError, unknown_name

__all__ = [
    "EDGE_LATTICES",
    "EDGE_MISFIT_PERCENT",
    "REFERENCE_STRAIN_RATE",
    "EdgeBarrier",
    "burgers_vector",
    "edge_barrier",
    "misfit_percent",
    "yield_stress",
]

# Misfit (percent) above which edge rather than screw dislocations set the strength of a bcc alloy: a rule of thumb. Of the
# single-phase bcc alloys of Borg et al. 2020 tested near room temperature (10.1038/s41597-020-00768-9), predicted over
# measured yield strength has the median 1.04 above it (134 values) and 0.53 below it (53 values).
EDGE_MISFIT_PERCENT: Final = 3.5

REFERENCE_STRAIN_RATE: Final = 1e4  # 1/s, the rate at which thermal activation no longer helps, in both papers

_MPA_PER_GPA: Final = 1e3


@dataclass(frozen=True, slots=True)
class _EdgeModel:
    """Constants of one lattice: line tension Gamma / (mu b^2), prefactors, Taylor factor, geometry of the cell."""

    line_tension: float
    stress_prefactor: float
    energy_prefactor: float
    taylor_factor: float
    atoms_per_cell: int
    burgers_over_lattice_parameter: float


# The products 0.051 * 0.35 and 0.274 * 5.70 hold the structure of a dissociated fcc dislocation; both are nearly the same
# for all fcc alloys. The bcc ones hold that of the compact core.
_MODELS: Final = {
    "fcc": _EdgeModel(0.123, 0.051 * 0.35, 0.274 * 5.70, 3.06, 4, 2**-0.5),
    "bcc": _EdgeModel(1.0 / 12.0, 0.040, 2.00, 3.067, 2, 3**0.5 / 2.0),
}
EDGE_LATTICES: Final = tuple(_MODELS)


@dataclass(frozen=True, slots=True)
class EdgeBarrier:
    """What an edge dislocation has to overcome: `stress` is the shear stress at 0 K (MPa), `energy` the barrier (eV)."""

    stress: NDArray[np.float64]
    energy: NDArray[np.float64]


def _model(lattice: str) -> _EdgeModel:
    if lattice not in _MODELS:
        raise unknown_name("lattice of the edge model", lattice, _MODELS)
    return _MODELS[lattice]


def burgers_vector(mean_volume: NDArray[np.float64], lattice: str) -> NDArray[np.float64]:
    """Length b of the Burgers vector (angstrom): a / sqrt(2) in fcc, a sqrt(3) / 2 in bcc.

    `mean_volume` is that of an atom, in cubic angstrom, and gives the lattice parameter a.

    Raises:
        InputError: the lattice is neither bcc nor fcc.
    """
    model = _model(lattice)
    return np.cbrt(model.atoms_per_cell * mean_volume) * model.burgers_over_lattice_parameter


def misfit_percent(fractions: NDArray[np.float64], volumes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Misfit delta = 100 sqrt(sum_i c_i (V_i - Vbar)^2) / (3 Vbar), percent of length; NaN where a volume is missing.

    `fractions` has shape (N, n_elements), `volumes` (n_elements,).
    """
    return 100.0 * np.sqrt(variance(fractions, volumes)) / (3.0 * average(fractions, volumes))


def edge_barrier(
    lattice: str,
    fractions: NDArray[np.float64],
    volumes: NDArray[np.float64],
    shear_modulus: NDArray[np.float64],
    poisson_ratio: NDArray[np.float64],
) -> EdgeBarrier:
    """Shear stress at 0 K and energy barrier of an edge dislocation in a random alloy.

    tau0 = A alpha^(-1/3) mu q^(4/3) S^(2/3), dE = A_E alpha^(1/3) mu b^3 q^(2/3) S^(1/3), with q = (1 + nu) / (1 - nu) and
    S = sum_i c_i (V_i - Vbar)^2 / b^6. `fractions` has shape (N, n_elements), `volumes` (n_elements,) in cubic angstrom,
    `shear_modulus` mu in GPa and `poisson_ratio` nu of the alloy. In bcc the paper takes the modulus of the slip system,
    `elastic_averages.slip_shear_modulus`; an isotropic mean differs little.

    Source: fcc 10.1016/j.actamat.2016.07.040; bcc 10.1016/j.actamat.2019.10.015.

    Raises:
        InputError: the lattice is neither bcc nor fcc.
    """
    model = _model(lattice)
    burgers = burgers_vector(average(fractions, volumes), lattice)
    spread = variance(fractions, volumes) / burgers**6
    factor = (1.0 + poisson_ratio) / (1.0 - poisson_ratio)
    tension = np.cbrt(model.line_tension)
    stress = model.stress_prefactor / tension * shear_modulus * factor ** (4 / 3) * spread ** (2 / 3)
    energy = model.energy_prefactor * tension * shear_modulus * burgers**3 * np.cbrt(factor**2 * spread)
    return EdgeBarrier(stress * _MPA_PER_GPA, energy / GPA_PER_EV_PER_CUBIC_ANGSTROM)


def yield_stress(
    barrier: EdgeBarrier, lattice: str, temperature: float = ROOM_TEMPERATURE, strain_rate: float = 1e-3
) -> NDArray[np.float64]:
    """sigma_y = M tau0 exp(-(1 / 0.55) (k T / dE ln(rate0 / rate))^0.91), MPa, of a polycrystal under uniaxial load.

    `temperature` in K, `strain_rate` in 1/s, rate0 = 1e4 1/s, M the Taylor factor. One form for all temperatures; zero
    where the barrier is. Diffusion, which unpins dislocations above about 0.6 of the melting temperature, is left out.

    Source: 10.1016/j.actamat.2019.10.015.

    Raises:
        InputError: the lattice is neither bcc nor fcc, the temperature is not positive, or the strain rate is not between
            zero and the reference rate.
    """
    if not temperature > 0:
        raise InputError(f"temperature is {temperature:g} K; it must be positive")
    if not 0 < strain_rate < REFERENCE_STRAIN_RATE:
        raise InputError(f"strain_rate is {strain_rate:g} 1/s; it must be between 0 and {REFERENCE_STRAIN_RATE:g}")
    model = _model(lattice)
    thermal = BOLTZMANN * temperature * np.log(REFERENCE_STRAIN_RATE / strain_rate)
    with np.errstate(divide="ignore"):
        activation = thermal / barrier.energy
    stress: NDArray[np.float64] = model.taylor_factor * barrier.stress * np.exp(-(activation**0.91) / 0.55)
    return stress
