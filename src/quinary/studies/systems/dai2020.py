"""Dai et al. 2020: (TiZrHfNbTa)C at temperature with a neural potential."""

from __future__ import annotations

from typing import Final

from quinary.simulation.thermal import CUBIC, ThermalSettings
from quinary.studies.potential_driven import NOTES, Crystal, potential_study
from quinary.studies.reproductions import Reproduction, ReproductionSettings

__all__ = ["DATA", "PAPER", "TITLE", "run"]

PAPER: Final = "10.1016/j.jmst.2020.01.005"
TITLE: Final = "lattice, expansion and elasticity of (TiZrHfNbTa)C at temperature: potential-driven"
DATA: Final = ()

_COLD: Final = 273.15  # K, the ends of the published range: 0 and 2400 degrees Celsius
_HOT: Final = 2673.15
_PUBLISHED: Final = {
    "energy_mae": 9.4, "force_mae": 217.0, "a_273_K": 4.5707, "a_2673_K": 4.6727, "expansion_a_273_K": 7.85,
    "expansion_a_2673_K": 10.58,
}  # fmt: skip
_FULL: Final = 4.0  # efforts from which a larger cell is taken
_USUAL: Final = 1.0


def run(settings: ReproductionSettings) -> Reproduction:
    """Edges, expansions and elastic constants in the quasi-harmonic approximation, and a network trained on the potential.

    Cells have 20 atoms; below effort 1 they have 10, from effort 4 on 40.

    Raises:
        WorkError: a calculation failed.
    """
    n_atoms = 40 if settings.effort >= _FULL else 20 if settings.effort >= _USUAL else 10
    n_points = (0.0, 0.012, 0.03) if settings.effort >= _FULL else (0.0, 0.024)
    thermal = ThermalSettings(CUBIC, phonon_scales=n_points, max_steps=6)
    crystal = Crystal("(HfNbTaTiZr)C", "rock-salt", n_atoms, thermal, (_COLD, _HOT), 80)
    study = potential_study(crystal, settings)
    found = study.figures(_COLD, _HOT)
    mean = 1e6 * (study.edge(_HOT) / study.edge(_COLD) - 1) / (_HOT - _COLD)
    published_mean = 1e6 * (_PUBLISHED["a_2673_K"] / _PUBLISHED["a_273_K"] - 1) / (_HOT - _COLD)
    errors = [100 * abs(found[name] / _PUBLISHED[name] - 1) for name in ("a_273_K", "a_2673_K")]
    return Reproduction(
        published={**_PUBLISHED, "mean_expansion": round(published_mean, 2)},
        ours={
            **found,
            "mean_expansion": round(mean, 2),
            "lattice_error_percent": round(max(errors), 2),
            "expansion_error_percent": round(100 * abs(mean / published_mean - 1), 1),
        },
        grouped=study.grouped(),
        data=study.data(),
        stand_in=(
            "The paper's 2,750 configurations are not public: the shipped potential stands in for density-functional theory."
        ),
        notes=(
            "Angstrom, 1e-6/K, GPa, meV/atom, meV/angstrom. Quasi-harmonic approximation, zone centre of one quasirandom "
            "cell, anharmonicity beyond the volume left out; elastic constants are slopes of the static stress at the "
            "edge of that temperature. mean_expansion: 0 to 2400 degrees Celsius, by which the expansion is judged.",
            *NOTES,
        ),
    )
