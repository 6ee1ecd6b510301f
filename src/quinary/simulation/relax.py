"""Relaxing a structure with a potential, and its equation of state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import GPA_PER_EV_PER_CUBIC_ANGSTROM
from quinary.errors import InputError, WorkError

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["EquationOfState", "RelaxSettings", "Relaxation", "RelaxationError", "equation_of_state", "relaxed"]

_OPTIMIZERS: Final = ("BFGS", "FIRE", "LBFGS")
_DEFAULT_STRAINS: Final = (0.94, 0.96, 0.98, 1.0, 1.02, 1.04, 1.06)


class RelaxationError(WorkError):
    """A relaxation that left all bounds of sense; `atoms` is the last structure, without a calculator."""

    def __init__(self, message: str, atoms: Atoms) -> None:
        super().__init__(message)
        self.atoms = atoms


@dataclass(frozen=True, slots=True)
class RelaxSettings:
    """How to relax.

    Attributes:
        force: stop when no force (and no stress times volume of an atom's cell, in eV) exceeds this, eV/angstrom.
        max_steps: stop unconverged after so many steps.
        is_cell_free: relax the cell's shape and volume too.
        optimizer: `BFGS`, `FIRE` or `LBFGS` of ASE.
        volume_ratio: give up when the volume leaves the starting one by more than this factor.
        shortest: give up when two atoms come closer, angstrom.
    """

    force: float = 0.03
    max_steps: int = 200
    is_cell_free: bool = True
    optimizer: str = "FIRE"
    volume_ratio: float = 2.0
    shortest: float = 0.7

    def __post_init__(self) -> None:
        """Raise InputError for settings that make no sense."""
        if self.optimizer not in _OPTIMIZERS:
            raise InputError(f"unknown optimizer {self.optimizer!r}; known: {', '.join(_OPTIMIZERS)}", _OPTIMIZERS)
        if self.force <= 0 or self.max_steps < 0 or self.volume_ratio <= 1 or self.shortest < 0:
            raise InputError(f"relaxation settings out of range: {self}")


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A relaxed structure (no calculator attached), its energy (eV/atom), largest force (eV/A) and number of steps."""

    atoms: Atoms
    energy: float
    largest_force: float
    n_steps: int
    is_converged: bool


@dataclass(frozen=True, slots=True)
class EquationOfState:
    """Fit of energies (eV/atom) against volumes (A^3/atom): minimum, bulk modulus (GPa), its pressure derivative."""

    volume: float
    energy: float
    bulk_modulus: float
    derivative: float
    volumes: NDArray[np.float64]
    energies: NDArray[np.float64]


def relaxed(atoms: Atoms, potential: Potential, settings: RelaxSettings | None = None) -> Relaxation:
    """The structure with forces (and stress) relaxed, in the Frechet cell filter of ASE where the cell is free.

    Not converging within the steps is no error: look at `is_converged`.

    Raises:
        InputError: the potential cannot compute the structure.
        RelaxationError: the structure explodes or collapses; it carries the last structure.
    """
    import ase.optimize
    from ase.filters import FrechetCellFilter

    chosen = settings or RelaxSettings()
    moving = potential.prepared(atoms)
    target = FrechetCellFilter(moving) if chosen.is_cell_free else moving
    optimizer = getattr(ase.optimize, chosen.optimizer)(target, logfile=None)
    start = _Bounds(moving.get_volume(), chosen)
    start.check_shape(moving)
    for _ in optimizer.irun(fmax=chosen.force, steps=chosen.max_steps):
        start.check(moving)
    return Relaxation(
        _without_calculator(moving),
        float(moving.get_potential_energy()) / len(moving),
        _largest_force(moving),
        optimizer.get_number_of_steps(),
        bool(optimizer.converged(target.get_forces().ravel())),
    )


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a structure must stay within."""

    volume: float
    settings: RelaxSettings

    def check_shape(self, atoms: Atoms) -> None:
        """Raise RelaxationError for a cell or a distance out of bounds; needs no energy, which could need all memory."""
        from ase.neighborlist import neighbor_list

        name, shortest = atoms.get_chemical_formula(), self.settings.shortest
        ratio = atoms.get_volume() / self.volume
        if not 1 / self.settings.volume_ratio < ratio < self.settings.volume_ratio:
            raise self._error(
                f"the relaxation of {name} exploded: its volume is {ratio:.2g} times the first one", atoms
            )
        if len(neighbor_list("i", atoms, shortest)):
            raise self._error(f"the relaxation of {name} collapsed: atoms are closer than {shortest} angstrom", atoms)

    def check(self, atoms: Atoms) -> None:
        """Raise RelaxationError where the structure has left all bounds, or its energy or forces are not numbers."""
        if not np.isfinite(atoms.get_forces()).all() or not np.isfinite(atoms.get_potential_energy()):
            name = atoms.get_chemical_formula()
            raise self._error(f"the relaxation of {name} failed: its energy or forces are not numbers", atoms)
        self.check_shape(atoms)

    def _error(self, message: str, atoms: Atoms) -> RelaxationError:
        return RelaxationError(message, _without_calculator(atoms))


def _without_calculator(atoms: Atoms) -> Atoms:
    return atoms.copy()  # ASE leaves the calculator behind


def _largest_force(atoms: Atoms) -> float:
    return float(np.linalg.norm(atoms.get_forces(), axis=1).max())


def equation_of_state(
    atoms: Atoms, potential: Potential, ratios: Sequence[float] = _DEFAULT_STRAINS
) -> EquationOfState:
    """Birch-Murnaghan fit (Birch 1947, 10.1103/PhysRev.71.809) to energies at `ratios` of the volume, atoms not relaxed.

    Raises:
        InputError: fewer than five volumes, or the potential cannot compute the structure.
        WorkError: the energies have no minimum within the volumes.
    """
    from ase.eos import EquationOfState as Fit

    if len(ratios) < 5 or min(ratios) <= 0:
        raise InputError("an equation of state needs at least five positive ratios of the volume")
    volumes, values = [], []
    for ratio in sorted(ratios):
        scaled = potential.prepared(atoms)
        scaled.set_cell(scaled.cell * ratio ** (1 / 3), scale_atoms=True)
        volumes.append(scaled.get_volume() / len(atoms))
        values.append(float(scaled.get_potential_energy()) / len(atoms))
    if not 0 < int(np.argmin(values)) < len(values) - 1:
        raise WorkError(
            f"the energies of {atoms.get_chemical_formula()} have no minimum between {volumes[0]:.4g} and "
            f"{volumes[-1]:.4g} cubic angstrom per atom; start from another volume"
        )
    fit = Fit(volumes, values, eos="birchmurnaghan")
    volume, energy, modulus = fit.fit(warn=False)
    return EquationOfState(
        float(volume),
        float(energy),
        float(modulus) * GPA_PER_EV_PER_CUBIC_ANGSTROM,
        float(fit.eos_parameters[2]),
        np.array(volumes),
        np.array(values),
    )
