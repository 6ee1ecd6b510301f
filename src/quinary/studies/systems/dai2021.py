"""Dai et al. 2021: (TiZrHfNbTa)B2 at temperature with a neural potential."""

from __future__ import annotations

from typing import Final

from quinary.chemistry.composition import Composition
from quinary.constants import ROOM_TEMPERATURE
from quinary.simulation.thermal import HEXAGONAL, ThermalSettings
from quinary.structures.solutions import starting_edges
from quinary.studies.potential_driven import NOTES, Crystal, potential_study
from quinary.studies.reproductions import Reproduction, ReproductionSettings

__all__ = ["DATA", "PAPER", "TITLE", "run"]

PAPER: Final = "10.1016/j.jmst.2020.07.014"
TITLE: Final = "lattice, expansion and elasticity of (TiZrHfNbTa)B2 at temperature: potential-driven"
DATA: Final = ()

_FORMULA: Final = "(HfNbTaTiZr)B2"
_HOT: Final = 1500.0
_FULL: Final = 4.0  # efforts from which a larger cell is taken
_SCALES: Final = (-0.01, 0.0, 0.012, 0.024)


def run(settings: ReproductionSettings) -> Reproduction:
    """Edges, expansions and elastic constants in the quasi-harmonic approximation, and a network trained on the potential.

    Cells have 15 atoms; from effort 4 on 30.

    Raises:
        WorkError: a calculation failed.
    """
    n_atoms = 30 if settings.effort >= _FULL else 15
    thermal = ThermalSettings(HEXAGONAL, energy_scales=_SCALES, phonon_scales=(0.0, 0.015), max_steps=3)
    crystal = Crystal(_FORMULA, "AlB2", n_atoms, thermal, (_HOT,), 48)
    study = potential_study(crystal, settings)
    binaries = starting_edges(Composition.of(_FORMULA), "AlB2")
    return Reproduction(
        published={"energy_mae": 9.2, "force_mae": 208.0},
        ours={
            **study.figures(ROOM_TEMPERATURE, _HOT),
            "volume_difference_from_binaries_percent": round(
                100 * (_volume(study.edge(-1.0), study.edge(-1.0, 1), binaries) - 1), 2
            ),
        },
        grouped=study.grouped(),
        data=study.data(),
        stand_in=(
            "The paper's 4,700 configurations are not public: the shipped potential stands in for density-functional theory. "
            "Its lattice and elastic constants are not in its abstract and are not compared."
        ),
        notes=(
            "Angstrom, 1e-6/K, GPa, meV/atom, meV/angstrom. Quasi-harmonic approximation, zone centre of one quasirandom "
            "cell, phonons linear in both edges by one-sided slopes (for copper this splits equal expansions by a tenth).",
            "Elastic constants are slopes of the static stress at the edges of that temperature. "
            "volume_difference_from_binaries_percent: static cell against Vegard's law of calculated diborides.",
            *NOTES,
        ),
    )


def _volume(a: float, c: float, reference: tuple[float, float | None]) -> float:
    """Volume of the hexagonal cell over that of the reference edges."""
    return (a / reference[0]) ** 2 * (c / (reference[1] or c))
