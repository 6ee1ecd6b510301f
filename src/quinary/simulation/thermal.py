"""Crystals at temperature in the quasi-harmonic approximation: free energies, thermal expansion, elastic constants.

The cell is scaled along a few axes (one for a cubic crystal, a and c for a hexagonal one); at each of a few scales the
phonons are computed by finite displacements, and F(e, T) = E(e) + F_vib(e, T) is minimised over the logarithmic scales e
(Baroni, Giannozzi, Isaev 2010, 10.2138/rmg.2010.71.3). E is a cubic polynomial in e, F_vib a quadratic one, or a linear
one if there are too few scales for that.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import BOLTZMANN, GPA_PER_EV_PER_CUBIC_ANGSTROM
from quinary.errors import InputError, WorkError
from quinary.progress import Progress, silent
from quinary.simulation.relax import RelaxSettings, relaxed

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = [
    "CUBIC",
    "HEXAGONAL",
    "QuasiHarmonic",
    "ThermalSettings",
    "quasi_harmonic",
    "scaled",
    "static_constants",
    "vibrational_energy",
]

CUBIC: Final = ((0, 1, 2),)
HEXAGONAL: Final = ((0, 1), (2,))

_REDUCED_PLANCK: Final = 6.582119569e-16  # eV s
_FREQUENCY_UNIT: Final = 9.822694788e13  # 1/s, sqrt(eV/(u angstrom^2))
_N_ACOUSTIC: Final = 3
_LOWEST: Final = 1e-3  # eV; softer modes of a small cell are held at this


@dataclass(frozen=True, slots=True)
class ThermalSettings:
    """How to compute.

    Attributes:
        axes: which Cartesian axes stretch together.
        energy_scales: logarithmic scales of each axis at which the energy is computed.
        phonon_scales: those at which phonons are computed too: with one axis two give a linear and three a quadratic
            dependence; with two axes the dependence is linear in both.
        displacement: of the finite differences, angstrom.
        max_steps: of the relaxation of the atoms at each scale.
    """

    axes: tuple[tuple[int, ...], ...] = CUBIC
    energy_scales: tuple[float, ...] = (-0.012, 0.0, 0.012, 0.024, 0.036)
    phonon_scales: tuple[float, ...] = (0.0, 0.012, 0.03)
    displacement: float = 0.02
    max_steps: int = 8


@dataclass(frozen=True, slots=True)
class QuasiHarmonic:
    """Free energy of a crystal as a function of logarithmic scales and temperature.

    Attributes:
        axes: as in the settings.
        energy: coefficients of E, eV a cell, in the order of `_powers(n_axes, 3)`.
        scales: those of the phonons, shape (n_points, n_axes).
        frequencies: hbar omega of the modes at each, eV, shape (n_points, n_modes).
        n_soft: how many modes had no positive frequency, over all points.
    """

    axes: tuple[tuple[int, ...], ...]
    energy: NDArray[np.float64]
    scales: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    n_soft: int

    def equilibrium(self, temperature: float) -> NDArray[np.float64]:
        """The scales of least free energy at a temperature (K; below 0: without vibrations), shape (n_axes,).

        Raises:
            WorkError: the free energy has no minimum near the scales that were computed.
        """
        from scipy.optimize import minimize

        n_axes = len(self.axes)
        vibrations = self._vibrations(temperature)
        degree = self._degree

        def free(scales: NDArray[np.float64]) -> float:
            values = _terms(scales[None, :], 3) @ self.energy + _terms(scales[None, :], degree) @ vibrations
            return float(values[0])

        reach = 1.5 * float(np.abs(self.scales).max()) + 0.03
        found = minimize(free, self.scales.mean(axis=0), method="L-BFGS-B", bounds=[(-reach, reach)] * n_axes)
        if np.abs(found.x).max() > 0.99 * reach:
            raise WorkError(f"the free energy at {temperature:g} K has no minimum near the computed cells")
        return np.asarray(found.x, dtype=np.float64)

    @property
    def _degree(self) -> int:
        """Of F_vib in the scales; the points of two axes lie on the axes, which says nothing of the cross term."""
        return 2 if len(self.axes) == 1 and len(self.scales) > 2 else 1

    def _vibrations(self, temperature: float) -> NDArray[np.float64]:
        """Coefficients of F_vib, eV a cell."""
        n_axes, degree = len(self.axes), self._degree
        if temperature < 0:
            return np.zeros(len(_powers(n_axes, degree)))
        n_modes = self.frequencies.shape[1]
        share = (n_modes + _N_ACOUSTIC) / n_modes
        values = share * np.array([vibrational_energy(modes, temperature) for modes in self.frequencies])
        return np.asarray(np.linalg.lstsq(_terms(self.scales, degree), values, rcond=None)[0])


def vibrational_energy(modes: NDArray[np.float64], temperature: float) -> float:
    """F = sum [hbar omega / 2 + k T ln(1 - exp(-hbar omega / k T))], eV, of modes given as hbar omega in eV."""
    zero_point = 0.5 * float(modes.sum())
    if temperature <= 0:
        return zero_point
    thermal = BOLTZMANN * temperature
    return zero_point + thermal * float(np.log(-np.expm1(-modes / thermal)).sum())


def scaled(atoms: Atoms, axes: tuple[tuple[int, ...], ...], scales: Sequence[float]) -> Atoms:
    """The crystal stretched by exp(e) along the axes of each group, the atoms at their fractional places."""
    factors = np.ones(3)
    for group, scale in zip(axes, scales, strict=True):
        factors[list(group)] = np.exp(scale)
    found = atoms.copy()
    found.set_cell(atoms.cell.array * factors, scale_atoms=True)
    return found


def quasi_harmonic(
    atoms: Atoms, potential: Potential, settings: ThermalSettings | None = None, progress: Progress = silent
) -> QuasiHarmonic:
    """The free energy of a crystal around its cell, phonons at the centre of the zone of the cell as given.

    A cell of n atoms samples 3 n - 3 modes: the three it cannot hold are put in by giving the others the weight n / (n - 1).

    Raises:
        InputError: the potential cannot compute the crystal, or there are too few scales.
        RelaxationError: a cell explodes or collapses.
    """
    chosen = settings or ThermalSettings()
    n_axes = len(chosen.axes)
    grid = list(itertools.product(chosen.energy_scales, repeat=n_axes))
    if len(grid) < len(_powers(n_axes, 3)) or len(chosen.phonon_scales) < 2:
        raise InputError("too few scales for a free energy: take four for the energy and two for the phonons at least")
    how = RelaxSettings(force=0.02, max_steps=chosen.max_steps, is_cell_free=False, optimizer="BFGS")
    energies = []
    for number, scales in enumerate(grid):
        progress("energies", number, len(grid))
        energies.append(relaxed(scaled(atoms, chosen.axes, scales), potential, how).energy * len(atoms))
    energy = np.linalg.lstsq(_terms(np.array(grid), 3), np.array(energies), rcond=None)[0]
    points = _phonon_points(chosen.phonon_scales, n_axes)
    found = []
    for number, point in enumerate(points):
        progress("phonons", number, len(points))
        cell = relaxed(scaled(atoms, chosen.axes, point), potential, how).atoms
        found.append(_modes(cell, potential, chosen.displacement))
    return QuasiHarmonic(
        chosen.axes,
        np.asarray(energy),
        np.array(points),
        np.array([modes for modes, _ in found]),
        sum(n_soft for _, n_soft in found),
    )


def static_constants(
    atoms: Atoms, potential: Potential, strain: float = 0.005, max_steps: int = 4
) -> NDArray[np.float64]:
    """C_ij (GPa, Voigt notation, shape (6, 6)) as slopes of the stress, atoms relaxed in each strained cell.

    A normal strain and the shear across the other two axes are put on together with either sign, so that what one of them
    does to the stress of the other cancels: twelve cells. Couplings of strain and shear, which cubic and hexagonal crystals
    do not have and small mixed cells do, are left at zero.

    Raises:
        InputError: the potential cannot compute the crystal.
        RelaxationError: a cell explodes or collapses.
    """
    how = RelaxSettings(force=0.02, max_steps=max_steps, is_cell_free=False, optimizer="BFGS")
    tensor = np.zeros((6, 6))
    for axis in range(3):
        first, second = (axis + 1) % 3, (axis + 2) % 3
        normal, shear = np.zeros(6), np.zeros(6)
        for stretch, slide in itertools.product((1.0, -1.0), repeat=2):
            deformation = np.eye(3)
            deformation[axis, axis] += stretch * strain
            deformation[first, second] = deformation[second, first] = slide * strain / 2
            cell = atoms.copy()
            cell.set_cell(atoms.cell.array @ deformation, scale_atoms=True)
            stress = np.asarray(potential.prepared(relaxed(cell, potential, how).atoms).get_stress())
            normal += stretch * stress
            shear += slide * stress
        unit = GPA_PER_EV_PER_CUBIC_ANGSTROM / (4 * strain)
        tensor[:3, axis], tensor[3 + axis, 3 + axis] = unit * normal[:3], unit * shear[3 + axis]
    return np.asarray((tensor + tensor.T) / 2)


def _phonon_points(scales: tuple[float, ...], n_axes: int) -> list[tuple[float, ...]]:
    """The first scale on all axes, then each axis by itself at the others."""
    start = (scales[0],) * n_axes
    alone = [(*start[:axis], scale, *start[axis + 1 :]) for axis in range(n_axes) for scale in scales[1:]]
    return [start, *alone]


def _modes(atoms: Atoms, potential: Potential, displacement: float) -> tuple[NDArray[np.float64], int]:
    """Hbar omega (eV) of the modes and how many had none.

    Force constants are slopes between one and two displacements on one side, not across the place at rest: there the
    forces of some potentials jump (see `quinary.simulation.phonons`).
    """
    moving = potential.prepared(atoms)
    places = moving.get_positions()
    columns = []
    for number in range(places.size):
        forces = []
        for steps in (1, 2):
            moved = places.copy()
            moved.flat[number] += steps * displacement
            moving.set_positions(moved)
            forces.append(moving.get_forces().ravel())
        columns.append((forces[0] - forces[1]) / displacement)
    masses = np.repeat(moving.get_masses(), 3) ** 0.5
    matrix = np.array(columns)
    dynamical = (matrix + matrix.T) / 2 / np.outer(masses, masses)
    squares = np.sort(np.linalg.eigvalsh(_without_drift(dynamical, masses)))
    # the three translations have zero; they are dropped by size, unstable modes are not
    kept = np.sort(np.delete(squares, np.argsort(np.abs(squares))[:_N_ACOUSTIC]))
    energies = np.sqrt(np.maximum(kept, 0.0)) * _FREQUENCY_UNIT * _REDUCED_PLANCK
    return np.maximum(energies, _LOWEST), int((kept <= 0).sum())


def _without_drift(dynamical: NDArray[np.float64], roots: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix with the three rigid translations projected out."""
    shifts = np.zeros((len(roots), 3))
    for axis in range(3):
        shifts[axis::3, axis] = roots[axis::3]
    shifts /= np.linalg.norm(shifts, axis=0)
    keep = np.eye(len(roots)) - shifts @ shifts.T
    return np.asarray(keep @ dynamical @ keep)


def _powers(n_axes: int, degree: int) -> list[tuple[int, ...]]:
    """Exponents of all monomials up to a degree, the constant first."""
    every = itertools.product(range(degree + 1), repeat=n_axes)
    return sorted((powers for powers in every if sum(powers) <= degree), key=lambda powers: (sum(powers), powers))


def _terms(scales: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """Monomials of the scales, shape (N, n_terms)."""
    return np.column_stack([np.prod(scales ** np.array(powers), axis=1) for powers in _powers(scales.shape[1], degree)])
