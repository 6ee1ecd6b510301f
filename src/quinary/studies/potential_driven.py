"""What the two systems driven by a potential share: lattice, expansion and elastic constants, and a network trained on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.learning.models.atomic_network import AtomicFrame, AtomicTraining, frame_errors, trained_potential
from quinary.simulation.elastic import averages
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxSettings, relaxed
from quinary.simulation.solid_solution import SolutionSettings, starting_structure
from quinary.simulation.thermal import (
    QuasiHarmonic,
    ThermalSettings,
    quasi_harmonic,
    scaled,
    static_constants,
)
from quinary.simulation.training_frames import rattled_frames

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential
    from quinary.studies.reproductions import ReproductionSettings

__all__ = ["NOTES", "Crystal", "PotentialStudy", "potential_study"]

NOTES: Final = (
    "There is no sampling error; arrangement_spread_a is the standard deviation of the edge over four arrangements.",
    "network_*: structures of arrangements that the network was trained on; network_other_*: of one that it was not. "
    "*_spread is the error of knowing nothing. Errors are against the potential, not against experiment.",
)

_STATIC: Final = -1.0  # no vibrations
_STEP: Final = 50.0  # K, of the slope of the expansion
_TRAINING_SHARE: Final = 0.75
_HIGHEST_EFFORT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Crystal:
    """What is computed: formula, prototype, atoms of the cell, free axes and scales, temperatures (K) of elastic constants."""

    formula: str
    prototype: str
    n_atoms: int
    thermal: ThermalSettings
    temperatures: tuple[float, ...]
    n_frames: int
    n_updates: int = 800


@dataclass(frozen=True, slots=True)
class PotentialStudy:
    """What came out.

    Attributes:
        edges: of the conventional cell of the starting structure, angstrom: a and, if hexagonal, c.
        free: the free energy, from which edges at any temperature follow.
        constants: temperature (K; -1: static lattice) -> C_ij, GPa.
        network: errors of the trained network on held-out structures of arrangements it saw, and (`other_`) of one it did
            not see, meV/atom and meV/angstrom.
        arrangement_spread: standard deviation of the static edge over arrangements of the atoms, angstrom.
    """

    edges: tuple[float, ...]
    free: QuasiHarmonic
    constants: Mapping[float, Any]
    network: Mapping[str, float]
    arrangement_spread: float
    n_atoms: int
    n_frames: int
    n_trained: int

    def edge(self, temperature: float, axis: int = 0) -> float:
        """Edge a (axis 0) or c (axis 1) at a temperature in K, angstrom."""
        return self.edges[axis] * float(np.exp(self.free.equilibrium(temperature)[axis]))

    def expansion(self, temperature: float, axis: int = 0) -> float:
        """Linear expansion d ln a / dT at a temperature in K, in 1e-6/K."""
        high, low = (self.free.equilibrium(temperature + step)[axis] for step in (_STEP, -_STEP))
        return 1e6 * float(high - low) / (2 * _STEP)

    def moduli(self, temperature: float) -> dict[str, float]:
        """Bulk and shear modulus (Hill) at a temperature that constants were computed for, GPa."""
        bulk, shear = averages(self.constants[temperature])
        return {"bulk_modulus": round(sum(bulk) / 2, 1), "shear_modulus": round(sum(shear) / 2, 1)}

    def at(self, temperature: float) -> dict[str, float]:
        """Names and values of the edges (angstrom), expansions (1e-6/K) and, where computed, moduli at a temperature in K."""
        name = f"{temperature:.0f}_K"
        found = {}
        for axis, edge in enumerate("ac"[: len(self.edges)]):
            found[f"{edge}_{name}"] = round(self.edge(temperature, axis), 4)
            found[f"expansion_{edge}_{name}"] = round(self.expansion(temperature, axis), 2)
        if temperature in self.constants:
            found |= {f"{key}_{name}": value for key, value in self.moduli(temperature).items()}
        return found

    def figures(self, *temperatures: float) -> dict[str, float]:
        """What `at` gives for each temperature, static moduli, spread over arrangements, errors on arrangements seen."""
        found = {name: value for temperature in temperatures for name, value in self.at(temperature).items()}
        found |= {f"{name}_static": value for name, value in self.moduli(_STATIC).items()}
        return {
            **found,
            "arrangement_spread_a": round(self.arrangement_spread, 4),
            **self._errors(is_seen=True),
        }

    def grouped(self) -> dict[str, float]:
        """Errors of the network on structures of an arrangement that it did not see."""
        return self._errors(is_seen=False)

    def data(self) -> dict[str, int]:
        """How much was computed and learned from."""
        return {
            "atoms": self.n_atoms,
            "structures": self.n_frames,
            "structures_trained_on": self.n_trained,
            "soft_modes": self.free.n_soft,
        }

    def _errors(self, *, is_seen: bool) -> dict[str, float]:
        return {f"network_{name}": v for name, v in self.network.items() if name.startswith("other_") != is_seen}


def potential_study(crystal: Crystal, settings: ReproductionSettings) -> PotentialStudy:
    """Compute a crystal with the default potential in double precision, then train a network on it.

    Raises:
        InputError: no cell of this size holds the composition.
        WorkError: a calculation failed.
    """
    potential = load_potential()
    cells = [_cell(crystal, settings.seed + number) for number in range(4)]
    atoms, edges = cells[0]
    free = quasi_harmonic(atoms, potential, crystal.thermal, settings.progress)
    constants = {}
    for number, temperature in enumerate((_STATIC, *crystal.temperatures)):
        settings.progress("elastic constants", number, 1 + len(crystal.temperatures))
        at = scaled(atoms, free.axes, free.equilibrium(temperature).tolist())
        constants[temperature] = static_constants(at, potential, max_steps=crystal.thermal.max_steps // 2)
    ready = [scaled(cell, free.axes, free.equilibrium(_STATIC).tolist()) for cell, _ in cells]
    bulk = sum(averages(constants[_STATIC])[0]) / 2
    n_frames = max(8, round(crystal.n_frames * min(_HIGHEST_EFFORT, settings.effort)))
    network, n_trained = _network(ready, potential, n_frames, settings, crystal.n_updates)
    return PotentialStudy(
        edges,
        free,
        constants,
        network,
        _arrangement_spread(ready, potential, bulk) * edges[0],
        len(atoms),
        n_frames,
        n_trained,
    )


def _cell(crystal: Crystal, seed: int) -> tuple[Atoms, tuple[float, ...]]:
    how = SolutionSettings(n_atoms=(crystal.n_atoms, crystal.n_atoms), seed=seed)
    sqs, edges = starting_structure(crystal.formula, crystal.prototype, how)
    return sqs.atoms, edges[:1] if edges[1] is None else (edges[0], edges[1])


def _arrangement_spread(cells: Sequence[Atoms], potential: Potential, bulk: float) -> float:
    """Relative spread of the edge over arrangements: from the pressures at one volume, d ln a = P / 3 B."""
    from ase.units import GPa

    how = RelaxSettings(force=0.05, max_steps=4, is_cell_free=False, optimizer="BFGS")
    pressures = []
    for cell in cells:
        stress = potential.prepared(relaxed(cell, potential, how).atoms).get_stress()
        pressures.append(-float(stress[:3].mean()) / GPa)
    return float(np.std(pressures, ddof=1)) / (3 * bulk)


def _network(
    cells: Sequence[Atoms], potential: Potential, n_frames: int, settings: ReproductionSettings, n_updates: int
) -> tuple[dict[str, float], int]:
    """Errors of a network trained on three arrangements, on held-out structures of these and of the fourth; its rows."""
    frames = list(rattled_frames(cells, potential, n_frames, settings.seed, settings.progress))
    seen = [frame for place, frame in frames if place < len(cells) - 1]
    other = [frame for place, frame in frames if place == len(cells) - 1]
    n_train = round(_TRAINING_SHARE * len(seen))
    training = AtomicTraining(n_updates=max(100, round(n_updates * settings.effort)), seed=settings.seed)
    network = trained_potential(seen[:n_train], training, settings.progress)
    tested: dict[str, list[AtomicFrame]] = {"": seen[n_train:], "other_": other}
    errors = {
        f"{prefix}{name}": round(value, 1)
        for prefix, some in tested.items()
        for name, value in frame_errors(network, some).items()
    }
    return errors, n_train
