"""The constants of physics, each once. CODATA 2018 (10.1103/RevModPhys.93.025010); those that follow from the SI are exact."""

from __future__ import annotations

from typing import Final

__all__ = [
    "AVOGADRO",
    "BOLTZMANN",
    "CUBIC_ANGSTROM_PER_MOLAR",
    "GAS_CONSTANT",
    "GPA_PER_EV_PER_CUBIC_ANGSTROM",
    "KJ_PER_MOL_PER_EV",
    "RAW_RICE_TO_MPA_SQRT_M",
    "ROOM_TEMPERATURE",
]

AVOGADRO: Final = 6.02214076e23  # 1/mol, exact
BOLTZMANN: Final = 8.617333262e-5  # eV/K, rounded from the exact value
GAS_CONSTANT: Final = 8.314462618  # J/mol/K, rounded from the exact value
GPA_PER_EV_PER_CUBIC_ANGSTROM: Final = 160.2176634  # exact
KJ_PER_MOL_PER_EV: Final = 96.48533212  # rounded from the exact value
CUBIC_ANGSTROM_PER_MOLAR: Final = 1.66053906717  # cubic angstrom an atom for 1 cm^3/mol, rounded from the exact value
ROOM_TEMPERATURE: Final = 298.15  # K, 25 degrees Celsius
# sqrt(GPa J/m^2) = sqrt(1e9 N m^-2 * N m^-1) = 31622.8 Pa m^0.5
RAW_RICE_TO_MPA_SQRT_M: Final = 1e9**0.5 / 1e6
