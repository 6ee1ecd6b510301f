"""Relaxing a crystal with nothing but energies: Bayesian optimisation within its symmetry (BOWSR).

The free lattice parameters and coordinates of a space group span the strains and displacements that every operation of
the group leaves alone. They are found as such: the projector on them is the mean of the operations, its eigenvectors of
eigenvalue one are the modes. A Gaussian process learns the energy over their amplitudes, and the next crystal is the one
with the largest expected improvement. The energy model needs no forces: a regression on compositions and structures will do.

Source: Zuo et al. 2021, 10.1016/j.mattod.2021.08.012; expected improvement: Jones et al. 1998, 10.1023/A:1008306431147.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, WorkError
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["BowsrRelaxation", "BowsrSettings", "SymmetryModes", "bowsr_relaxed", "symmetry_modes"]

_INVARIANT: Final = 1 - 1e-6  # eigenvalue of the projector
_SAME_PLACE: Final = 1e-2  # fractional, between an atom and the image of another
_SOFT: Final = 0.02  # eV/atom; the process sees log(E - E_best + this)
_HIGH: Final = 5.0  # eV/atom above the best: worse is not told apart
_N_TRIED: Final = 2048  # points among which the expected improvement is maximised
_NEAR: Final = 0.05  # of the bounds: spread of the half of them around the best
_JITTER: Final = 1e-6


@dataclass(frozen=True, slots=True)
class BowsrSettings:
    """How to search.

    Attributes:
        n_evaluations: of the energy, at most.
        n_first: spread over the bounds before the process is asked; 0: four a parameter and two.
        strain: bound on the logarithm of a lattice parameter; 0.18 is 20 %.
        displacement: bound on the way of an atom, angstrom.
        tolerance: stop when no point is expected to lower the energy by more, eV/atom.
        shortest: crystals with two atoms closer than this are not computed, angstrom.
        symmetry_tolerance: of the positions that the symmetry is found by, angstrom.
        seed: of all draws.
    """

    n_evaluations: int = 100
    n_first: int = 0
    strain: float = 0.18
    displacement: float = 0.4
    tolerance: float = 1e-5
    shortest: float = 0.5
    symmetry_tolerance: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise InputError for settings that make no sense."""
        positive = self.strain, self.displacement, self.tolerance, self.symmetry_tolerance
        if min(positive) <= 0 or self.n_evaluations < 4 or min(self.n_first, self.seed) < 0 or self.shortest < 0:
            raise InputError(f"settings of a Bayesian relaxation out of range: {self}")


@dataclass(frozen=True, slots=True)
class SymmetryModes:
    """What the symmetry leaves free; the first strain is that of the volume.

    Attributes:
        space_group: international symbol and number.
        strains: symmetric matrices with a largest entry of 1, shape (n_strains, 3, 3); to be used as logarithms.
        displacements: Cartesian, the longest of each mode is 1, shape (n_displacements, n_atoms, 3).
    """

    space_group: str
    strains: NDArray[np.float64]
    displacements: NDArray[np.float64]

    def __len__(self) -> int:
        """How many parameters there are."""
        return len(self.strains) + len(self.displacements)

    def applied(self, atoms: Atoms, amplitudes: NDArray[np.float64]) -> Atoms:
        """The crystal with these amplitudes (strains first, then displacements in angstrom), shape (n_parameters,)."""
        from scipy.linalg import expm

        n_strains = len(self.strains)
        moved = atoms.copy()
        moved.positions += np.tensordot(amplitudes[n_strains:], self.displacements, axes=1)
        stretch = expm(np.tensordot(amplitudes[:n_strains], self.strains, axes=1))
        moved.set_cell(atoms.cell.array @ stretch, scale_atoms=True)
        return moved


@dataclass(frozen=True, slots=True)
class BowsrRelaxation:
    """The best crystal, its energy (eV/atom), all energies in order (NaN: atoms too close), and whether it converged."""

    atoms: Atoms
    energy: float
    modes: SymmetryModes
    amplitudes: NDArray[np.float64]
    energies: NDArray[np.float64]
    is_converged: bool


def symmetry_modes(atoms: Atoms, tolerance: float = 1e-3) -> SymmetryModes:
    """The strains and displacements that keep the space group of a crystal; `tolerance` of its positions in angstrom.

    Uniform translations, which polar groups leave free, are taken out: they cost no energy.

    Raises:
        InputError: the crystal has no cell, or no symmetry can be found.
    """
    import spglib

    if not len(atoms) or not atoms.pbc.all() or abs(atoms.get_volume()) < _JITTER:
        raise InputError("symmetry needs a crystal: atoms in a cell that is periodic in all directions")
    cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
    found = spglib.get_symmetry(cell, symprec=tolerance)
    name = spglib.get_spacegroup(cell, symprec=tolerance)
    if found is None or name is None:
        raise InputError(f"no symmetry can be found in {atoms.get_chemical_formula()}")
    columns = atoms.cell.array.T
    rotations = [columns @ rotation @ np.linalg.inv(columns) for rotation in found["rotations"]]
    images = [_images(cell[1], *pair) for pair in zip(found["rotations"], found["translations"], strict=True)]
    return SymmetryModes(str(name), _strains(rotations), _displacements(rotations, images))


def _images(places: Any, rotation: Any, translation: Any) -> NDArray[np.int64]:
    """Which atom each atom is carried to."""
    apart = (places @ rotation.T + translation)[:, None, :] - places[None, :, :]
    apart -= np.rint(apart)
    images = np.abs(apart).max(axis=2)
    if images.min(axis=1).max() > _SAME_PLACE:
        raise InputError("the symmetry of the crystal is too rough: lower its tolerance")
    return np.asarray(images.argmin(axis=1), dtype=np.int64)


def _strains(rotations: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Orthogonal symmetric matrices that all rotations leave alone, the unit matrix first."""

    def invariant(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.mean([turn @ matrix @ turn.T for turn in rotations], axis=0))

    units = [np.eye(3) / math.sqrt(3)]
    for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)):
        matrix = np.zeros((3, 3))
        matrix[i, j] = matrix[j, i] = 1.0
        matrix = invariant(matrix)
        matrix -= sum(float((unit * matrix).sum()) * unit for unit in units)
        if np.linalg.norm(matrix) > _JITTER:
            units.append(matrix / np.linalg.norm(matrix))
    return np.array([unit / np.abs(unit).max() for unit in units])


def _displacements(rotations: list[NDArray[np.float64]], images: list[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Orthogonal displacements that all operations leave alone, without uniform ones."""
    n_atoms = len(images[0])
    projector = np.zeros((n_atoms, 3, n_atoms, 3))
    for turn, image in zip(rotations, images, strict=True):
        projector[image, :, np.arange(n_atoms), :] += turn / len(rotations)
    flat = projector.reshape(3 * n_atoms, 3 * n_atoms)
    shifts = np.tile(np.eye(3), (n_atoms, 1)) / math.sqrt(n_atoms)
    flat = flat - flat @ shifts @ shifts.T
    values, vectors = np.linalg.eigh((flat + flat.T) / 2)
    modes = vectors[:, values > _INVARIANT].T.reshape(-1, n_atoms, 3)
    return np.array([mode / np.linalg.norm(mode, axis=1).max() for mode in modes]).reshape(-1, n_atoms, 3)


def bowsr_relaxed(
    atoms: Atoms,
    energy: Callable[[Atoms], float],
    settings: BowsrSettings | None = None,
    progress: Progress = silent,
) -> BowsrRelaxation:
    """The crystal of lowest energy within the space group of the one given.

    `energy` gives eV/atom: of a potential `functools.partial(quinary.simulation.energies.energy, potential=potential)`.

    Raises:
        InputError: not a crystal, or the energy model cannot compute it.
        WorkError: atoms are too close in all crystals that were tried.
    """
    chosen = settings or BowsrSettings()
    modes = symmetry_modes(atoms, chosen.symmetry_tolerance)
    bounds = np.array([chosen.strain] * len(modes.strains) + [chosen.displacement] * len(modes.displacements))
    generator = np.random.default_rng(chosen.seed)
    points = list(_first_points(len(modes), chosen, generator))
    values: list[float] = []
    is_converged = False
    while len(values) < chosen.n_evaluations:
        if len(values) == len(points):
            point, gain = _next_point(np.array(points), np.array(values), generator)
            if gain < chosen.tolerance:
                is_converged = True
                break
            points.append(point)
        values.append(_value(modes.applied(atoms, points[len(values)] * bounds), energy, chosen.shortest))
        progress("energies", len(values), chosen.n_evaluations)
    energies = np.array(values)
    if np.isnan(energies).all():
        raise WorkError(f"atoms of {atoms.get_chemical_formula()} are too close in every cell that was tried")
    best = int(np.nanargmin(energies))
    amplitudes = points[best] * bounds
    return BowsrRelaxation(
        modes.applied(atoms, amplitudes), float(energies[best]), modes, amplitudes, energies, is_converged
    )


def _first_points(n_parameters: int, settings: BowsrSettings, generator: Any) -> NDArray[np.float64]:
    """The crystal as given, then a Latin hypercube; in units of the bounds."""
    from scipy.stats import qmc

    n_first = min(settings.n_first or 4 * n_parameters + 2, settings.n_evaluations)
    drawn = qmc.LatinHypercube(n_parameters, rng=generator).random(max(n_first - 1, 1)) * 2 - 1
    return np.vstack([np.zeros(n_parameters), drawn])[:n_first]


def _value(atoms: Atoms, energy: Callable[[Atoms], float], shortest: float) -> float:
    """The energy, eV/atom; NaN where atoms are too close."""
    from ase.neighborlist import neighbor_list

    return math.nan if shortest and len(neighbor_list("i", atoms, shortest)) else energy(atoms)


def _next_point(points: Any, values: Any, generator: Any) -> tuple[NDArray[np.float64], float]:
    """The point of largest expected improvement, in units of the bounds, and that improvement in eV/atom."""
    from scipy.stats import norm

    best = float(np.nanmin(values)) if not np.isnan(values).all() else 0.0
    raised = np.minimum(np.where(np.isnan(values), math.inf, values) - best, _HIGH)
    seen = np.log(raised + _SOFT)
    process = _process(points, seen)
    tried = _tried(points, points[int(raised.argmin())], generator)
    mean, deviation = process.predict(tried, return_std=True)
    deviation = np.maximum(deviation, 1e-12)
    score = (seen.min() - mean) / deviation
    gains = deviation * (score * norm.cdf(score) + norm.pdf(score))
    chosen = int(gains.argmax())
    return tried[chosen], _SOFT * float(-np.expm1(-gains[chosen]))


def _tried(points: Any, best: Any, generator: Any) -> Any:
    """Half of them anywhere, half around the best at several distances."""
    n_parameters = points.shape[1]
    anywhere = generator.uniform(-1, 1, (_N_TRIED // 2, n_parameters))
    reach = _NEAR * 10.0 ** generator.uniform(-2, 0.5, (_N_TRIED // 2, 1))
    near = np.clip(best + reach * generator.standard_normal((_N_TRIED // 2, n_parameters)), -1, 1)
    return np.vstack([anywhere, near])


def _process(points: Any, seen: Any) -> Any:
    """A Gaussian process with a length for each parameter, fitted."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * Matern(np.full(points.shape[1], 0.5), (0.02, 20.0), nu=2.5)
    process = GaussianProcessRegressor(kernel, alpha=_JITTER, normalize_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound is an answer too
        return process.fit(points, seen)
