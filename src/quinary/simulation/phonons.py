"""Harmonic phonons of a small crystal by finite displacements: is it stable, and what do its vibrations weigh?

Atoms of a supercell are displaced one by one, as few as symmetry allows (phonopy, 10.7566/JPSJ.92.012001), and the forces
give the force constants. Each is the slope of the forces between a displacement d and 2 d, not between 0 and d: the energy
of some potentials has an edge where lengths are equal, as in any perfect crystal, and there their forces jump (diep, W: by
0.19 eV/angstrom, which across d = 0.02 would pass for a quarter of the force constant). Frequencies are looked at where the
supercell gives them exactly, at the wave vectors that fit into it, and nowhere in between: interpolation from a small
supercell invents imaginary modes near the centre of the zone. Below some 50 K the few wave vectors show in the heat capacity.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import KJ_PER_MOL_PER_EV, ROOM_TEMPERATURE
from quinary.errors import InputError, WorkError
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["PhononSettings", "Phonons", "n_evaluations", "phonons", "repeats_for"]

_N_ACOUSTIC: Final = 3
_SYMMETRY: Final = 1e-3  # angstrom; relaxed cells keep theirs to less than this
_FEW_ATOMS: Final = 16


@dataclass(frozen=True, slots=True)
class PhononSettings:
    """How to compute.

    Attributes:
        width: the supercell is at least so wide between its faces, angstrom, if `most_atoms` allow it.
        most_atoms: in the supercell; a cell of more than 16 atoms is taken as it is.
        displacement: d of the finite differences, angstrom: d and 2 d are about as far as atoms move in heavy crystals at
            0 K and at room temperature, and further than relaxation leaves them off sites of high symmetry.
        tolerance: imaginary frequencies down to this are taken for noise, THz. h nu of 0.3 THz is k T at 14 K: a well so
            shallow is filled by the motion of the atoms at any temperature of use. Numerical noise is well below:
            forces in single precision, good to 1e-5 eV/angstrom, leave some 0.05 THz.
        temperatures: of heat capacity and free energy, K.
    """

    width: float = 8.0
    most_atoms: int = 64
    displacement: float = 0.02
    tolerance: float = 0.3
    temperatures: tuple[float, ...] = (ROOM_TEMPERATURE, 1273.0)

    def __post_init__(self) -> None:
        """Raise InputError for settings that make no sense."""
        if self.width <= 0 or self.most_atoms < 1 or self.displacement <= 0 or self.tolerance < 0:
            raise InputError(f"settings of phonons out of range: {self}")
        if any(temperature < 0 for temperature in self.temperatures):
            raise InputError("temperatures of phonons cannot be below 0 K")


@dataclass(frozen=True, slots=True)
class Phonons:
    """What was found; thermal quantities are None or empty for an unstable crystal, which has none in this approximation.

    Attributes:
        lowest: frequency of the softest mode but the three translations at the centre of the zone, THz; imaginary
            frequencies are negative.
        where: its wave vector, in units of the reciprocal cell vectors.
        unstable_share: share of the modes that are imaginary beyond the tolerance.
        highest: largest frequency, THz.
        wave_vectors: how many along each reciprocal axis: the repeats of the cell.
        zero_point_energy: eV/atom.
        heat_capacities: at constant volume, J/(mol K) for one mole of atoms, one for each temperature (K).
        free_energies: F_vib with the zero-point energy, eV/atom, one for each temperature.
        largest_force: on an atom at rest, eV/angstrom; large where the crystal was not relaxed.
    """

    lowest: float
    where: tuple[float, float, float]
    unstable_share: float
    highest: float
    tolerance: float
    wave_vectors: tuple[int, int, int]
    n_atoms: int
    n_displacements: int
    temperatures: tuple[float, ...]
    zero_point_energy: float | None
    heat_capacities: tuple[float, ...]
    free_energies: tuple[float, ...]
    largest_force: float

    @property
    def is_stable(self) -> bool:
        """True if no mode is imaginary beyond the tolerance."""
        return self.lowest >= -self.tolerance


def repeats_for(atoms: Atoms, settings: PhononSettings | None = None) -> tuple[int, int, int]:
    """How often the cell is repeated along each edge: the narrowest direction first, until it is wide or large enough."""
    chosen = settings or PhononSettings()
    widths = 1 / np.linalg.norm(np.linalg.inv(atoms.cell.array), axis=0)
    repeats = np.ones(3, dtype=int)
    while len(atoms) <= _FEW_ATOMS and (widths * repeats).min() < chosen.width:
        narrow = widths * repeats < (widths * repeats).min() * (1 + 1e-3)  # those that are equal grow together
        repeats = repeats + narrow
        if len(atoms) * repeats.prod() > chosen.most_atoms:
            repeats = repeats - narrow
            break
    first, second, third = (int(number) for number in repeats)
    return first, second, third


def n_evaluations(n_atoms: int) -> int:
    """How often the forces of a crystal of `n_atoms` without any symmetry are computed."""
    return 2 * 3 * n_atoms * (2 if n_atoms <= _FEW_ATOMS else 1)


def phonons(
    atoms: Atoms, potential: Potential, settings: PhononSettings | None = None, progress: Progress = silent
) -> Phonons:
    """Phonons of a relaxed crystal.

    Atoms of small cells are displaced both ways where symmetry does not make that needless, those of cells of more than 16
    atoms one way only.

    Raises:
        InputError: the potential cannot compute the crystal.
        WorkError: forces are not numbers.
    """
    chosen = settings or PhononSettings()
    lattice = _lattice(atoms, repeats_for(atoms, chosen))
    lattice.generate_displacements(
        distance=chosen.displacement, is_plusminus="auto" if len(atoms) <= _FEW_ATOMS else False
    )
    largest = float(np.linalg.norm(_forces(lattice.supercell, potential), axis=1).max())
    lattice.forces = _differences(lattice, potential, progress)
    lattice.produce_force_constants(show_drift=False)
    lattice.symmetrize_force_constants(show_drift=False)
    mesh = tuple(int(number) for number in lattice.supercell_matrix.diagonal())
    lattice.run_mesh(mesh, is_gamma_center=True, is_mesh_symmetry=False)
    return _summary(lattice, chosen, largest)


def _lattice(atoms: Atoms, repeats: tuple[int, int, int]) -> Any:
    from phonopy import Phonopy
    from phonopy.structure.atoms import PhonopyAtoms

    cell = PhonopyAtoms(
        symbols=atoms.get_chemical_symbols(),
        cell=atoms.cell.array,
        scaled_positions=atoms.get_scaled_positions(),
        masses=atoms.get_masses(),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Warning: Point group symmetries", UserWarning)  # unequal repeats, no harm
        return Phonopy(cell, np.diag(repeats), primitive_matrix="P", symprec=_SYMMETRY)


def _differences(lattice: Any, potential: Potential, progress: Progress) -> NDArray[np.float64]:
    """How the forces change from each displacement to its double, eV/angstrom, shape (n_displacements, n_atoms, 3)."""
    entries, found = lattice.dataset["first_atoms"], []
    for number, entry in enumerate(entries):
        progress("phonons", number, len(entries))
        near, far = (_moved(lattice.supercell, entry["number"], n * entry["displacement"]) for n in (1, 2))
        found.append(_forces(far, potential) - _forces(near, potential))
    return np.array(found)


def _moved(cell: Any, number: int, displacement: NDArray[np.float64]) -> Any:
    """The cell with one atom displaced; all other positions stay the same to the last bit, and so do ties of lengths."""
    moved = cell.copy()
    positions = cell.positions.copy()
    positions[number] += displacement
    moved.positions = positions
    return moved


def _forces(cell: Any, potential: Potential) -> NDArray[np.float64]:
    """EV/angstrom, shape (n_atoms, 3)."""
    from ase import Atoms

    atoms = Atoms(cell.symbols, positions=cell.positions, cell=cell.cell, pbc=True)
    found = np.asarray(potential.prepared(atoms).get_forces(), dtype=np.float64)
    if not np.isfinite(found).all():
        raise WorkError(f"the forces of {potential.name} on {atoms.get_chemical_formula()} are not numbers")
    return found


def _summary(lattice: Any, chosen: PhononSettings, largest_force: float) -> Phonons:
    mesh = lattice.mesh
    places, weights = mesh.qpoints, mesh.weights
    modes = _without_translations(places, mesh.frequencies)
    point, band = np.unravel_index(int(np.nanargmin(modes)), modes.shape)
    lowest = float(modes[point, band])
    n_unstable = float(((modes < -chosen.tolerance) * weights[:, None]).sum())
    thermal = _thermal(lattice, chosen) if lowest >= -chosen.tolerance else (None, (), ())
    first, second, third = (int(number) for number in lattice.supercell_matrix.diagonal())
    return Phonons(
        lowest,
        (float(places[point, 0]), float(places[point, 1]), float(places[point, 2])),
        n_unstable / float(weights.sum() * modes.shape[1] - _N_ACOUSTIC),
        float(np.nanmax(modes)),
        chosen.tolerance,
        (first, second, third),
        len(lattice.supercell),
        len(lattice.supercells_with_displacements),
        chosen.temperatures,
        *thermal,
        largest_force,
    )


def _without_translations(places: NDArray[np.float64], frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """The frequencies with NaN for the three nearest to zero at the centre of the zone."""
    found = np.array(frequencies)
    for row in np.flatnonzero(np.abs(places).max(axis=1) < 1e-9):
        found[row, np.argsort(np.abs(found[row]))[:_N_ACOUSTIC]] = np.nan
    return found


def _thermal(lattice: Any, chosen: PhononSettings) -> tuple[float | None, tuple[float, ...], tuple[float, ...]]:
    """(zero-point energy, heat capacities, free energies): modes left out are given the mean of the others."""
    found = lattice.run_thermal_properties(
        temperatures=list(chosen.temperatures), cutoff_frequency=chosen.tolerance, exclude_gamma_acoustic=True
    )
    share = float(found.number_of_modes / found.number_of_integrated_modes / len(lattice.primitive))
    capacities = tuple(float(value) * share for value in found.heat_capacity)
    energies = tuple(float(value) * share / KJ_PER_MOL_PER_EV for value in found.free_energy)
    return float(found.zero_point_energy) * share / KJ_PER_MOL_PER_EV, capacities, energies
