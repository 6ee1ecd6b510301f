"""Unstable stacking-fault and surface energies of bcc and fcc crystals and solid solutions with a potential.

A slab of close-packed planes, {110} of bcc or {111} of fcc, is cut in the middle and its upper half displaced by a
fraction of <111>/2 or <112>/6 (Vitek 1968, 10.1080/14786436808227500); atoms then move along the normal only:

    gamma_usf = max over displacements of (E_displaced - E_slab) / A,      gamma_surface = (E_slab - E_bulk) / (2 A)

In bcc the maximum lies at half the way by symmetry; in fcc it is that of a parabola through three displacements. Energies
of a solution are means over arrangements, each with the composition asked for, rounded to whole atoms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, WorkError, unknown_name
from quinary.progress import Progress, silent
from quinary.simulation.relax import RelaxSettings, relaxed
from quinary.structures.prototypes import prototype_named
from quinary.structures.solutions import likely_structures, starting_edges
from quinary.structures.sqs import whole_occupation

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["FaultEnergies", "FaultSettings", "fault_energies", "oriented_slab"]

_J_PER_M2: Final = 16.02176634  # of one eV/A^2
_Rows = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class _Plane:
    """Vectors in units of a: two in the plane, one to the next plane, the way of slip, and where its peak is looked for."""

    cell: _Rows
    slip: tuple[float, float, float]
    fractions: tuple[float, ...]


_PLANES: Final = {
    "bcc": _Plane(((0.5, 0.5, 0.5), (0.5, 0.5, -0.5), (1.0, 0.0, 0.0)), (0.5, 0.5, 0.5), (0.5,)),
    "fcc": _Plane(((-0.5, 0.5, 0.0), (-0.5, 0.0, 0.5), (0.5, 0.5, 0.0)), (1 / 6, 1 / 6, -1 / 3), (0.4, 0.55, 0.7)),
}


@dataclass(frozen=True, slots=True)
class FaultSettings:
    """How to compute.

    Attributes:
        n_planes: of the slab, an even number.
        width: repeats of the smallest cell of the plane along both of its edges, for solutions.
        n_arrangements: of a solution, each with another seed.
        n_shuffles: tried for each arrangement; that with the smallest pair correlations is taken.
        vacuum: between the slab and its image, angstrom; more than the reach of the potential.
        seed: of the arrangements.
        relaxation: of the atoms along the normal.
    """

    n_planes: int = 8
    width: int = 2
    n_arrangements: int = 3
    n_shuffles: int = 200
    vacuum: float = 10.0
    seed: int = 0
    relaxation: RelaxSettings = field(
        default=RelaxSettings(force=0.03, max_steps=40, is_cell_free=False, optimizer="BFGS")
    )

    def __post_init__(self) -> None:
        """Raise InputError for settings that make no sense."""
        if self.n_planes < 4 or self.n_planes % 2 or min(self.width, self.n_arrangements, self.n_shuffles) < 1:
            raise InputError(f"settings of a stacking fault out of range: {self}")
        if self.vacuum <= 0 or self.seed < 0:
            raise InputError(f"settings of a stacking fault out of range: {self}")


@dataclass(frozen=True, slots=True)
class FaultEnergies:
    """Energies in J/m^2; spreads are standard errors of the means over arrangements, 0 for an element.

    Attributes:
        lattice: `bcc` ({110}<111>) or `fcc` ({111}<112>).
        edge: lattice parameter, angstrom.
        unstable, surface: unstable stacking-fault and surface energy of the slip plane.
        n_atoms: in the slab.
        is_converged: all relaxations ended by themselves.
    """

    lattice: str
    edge: float
    unstable: float
    surface: float
    unstable_spread: float
    surface_spread: float
    n_atoms: int
    is_converged: bool

    @property
    def d_parameter(self) -> float:
        """D = gamma_surface / gamma_usf (Rice 1992, 10.1016/S0022-5096(05)80012-2)."""
        return self.surface / self.unstable


def fault_energies(
    source: CompositionLike,
    potential: Potential,
    lattice: str = "",
    edge: float | None = None,
    settings: FaultSettings | None = None,
    progress: Progress = silent,
) -> FaultEnergies:
    """The energies of an element or a solid solution.

    `lattice` is taken from the composition where it is not given; `edge` (angstrom) is relaxed with the potential for an
    element, and Vegard's for a solution: better give that of a relaxed solution.

    Raises:
        InputError: a ceramic, a lattice that is not bcc or fcc, or an element the potential lacks.
        WorkError: a relaxation explodes, or the energy has no maximum along the slip.
    """
    chosen = settings or FaultSettings()
    composition = Composition.of(source)
    name = lattice or _only_lattice(composition)
    if name not in _PLANES:
        raise unknown_name("lattice of a stacking fault", name, _PLANES)
    is_pure = len(composition.elements) == 1
    length = edge or _edge(composition, name, potential)
    found = []
    for number in range(1 if is_pure else chosen.n_arrangements):
        progress(f"stacking fault of {composition.formula}", number, chosen.n_arrangements)
        slab = oriented_slab(composition, name, length, chosen, chosen.seed + number)
        found.append(_energies(slab, name, length, potential, chosen))
    unstable, surface = ([values[which] for values in found] for which in (0, 1))
    return FaultEnergies(
        name,
        length,
        _mean(unstable),
        _mean(surface),
        _standard_error(unstable),
        _standard_error(surface),
        len(slab),
        all(values[2] for values in found),
    )


def _only_lattice(composition: Composition) -> str:
    if composition.is_ceramic:
        raise InputError(f"stacking faults are computed for alloys, and {composition.formula} is a ceramic")
    return likely_structures(composition)[0]


def _edge(composition: Composition, lattice: str, potential: Potential) -> float:
    start = starting_edges(composition, lattice)[0]
    if len(composition.elements) > 1:
        return start
    cell = prototype_named(lattice).atoms(composition.elements, start)
    found = relaxed(cell, potential, RelaxSettings(force=0.005, optimizer="BFGS")).atoms
    return float((found.get_volume() * (2 if lattice == "bcc" else 4)) ** (1 / 3))


def oriented_slab(composition: Composition, lattice: str, edge: float, settings: FaultSettings, seed: int = 0) -> Atoms:
    """Periodic crystal with the slip plane in x and y: `n_planes` of them along the third vector, atoms in that order.

    One atom a plane for an element, `width`^2 for a solution, whose elements are laid out by the seed.

    Raises:
        InputError: the composition cannot be rounded to this number of atoms.
    """
    from ase import Atoms

    fractions = composition.atomic_fractions
    width = 1 if len(fractions) == 1 else settings.width
    first, second, step = _turned(np.array(_PLANES[lattice].cell)) * edge
    repeats = np.indices((width, width)).reshape(2, -1).T @ np.array([first, second])
    places = np.concatenate([repeats + plane * step for plane in range(settings.n_planes)])
    cell = np.array([first * width, second * width, step * settings.n_planes])
    counts, _ = whole_occupation(fractions, len(places))
    symbols = np.repeat(list(counts), list(counts.values()))
    atoms = Atoms(symbols, positions=places, cell=cell, pbc=True)
    if len(fractions) > 1:
        atoms.set_chemical_symbols(list(_least_correlated(atoms, edge, settings.n_shuffles, seed)))
    return atoms


def _turned(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vectors (rows) in axes with the first along x and the second in the plane of x and y."""
    normal = np.cross(vectors[0], vectors[1])
    normal *= np.sign(normal @ vectors[2])
    along = vectors[0] / np.linalg.norm(vectors[0])
    normal /= np.linalg.norm(normal)
    return np.asarray(vectors @ np.array([along, np.cross(normal, along), normal]).T)


def _least_correlated(atoms: Atoms, edge: float, n_shuffles: int, seed: int) -> NDArray[np.str_]:
    """Of so many random orders of the symbols that with the fewest like neighbours too many or too few, two shells."""
    from ase.neighborlist import neighbor_list

    first, second = neighbor_list("ij", atoms, 1.05 * edge)
    symbols = np.array(atoms.get_chemical_symbols())
    kinds, codes = np.unique(symbols, return_inverse=True)
    shares = np.bincount(codes) / len(codes)
    wanted = np.outer(shares, shares) * len(first)
    generator = np.random.default_rng(seed)
    best, least = codes, math.inf
    for _ in range(n_shuffles):
        order = generator.permutation(codes)
        pairs = np.bincount(order[first] * len(kinds) + order[second], minlength=len(kinds) ** 2)
        error = float(((pairs.reshape(wanted.shape) - wanted) ** 2 / wanted).sum())
        if error < least:
            best, least = order, error
    return np.asarray(kinds[best])


def _energies(
    bulk: Atoms, lattice: str, edge: float, potential: Potential, settings: FaultSettings
) -> tuple[float, float, bool]:
    """(gamma_usf, gamma_surface, J/m^2; whether all relaxations converged) of one arrangement."""
    area = float(np.linalg.norm(np.cross(*bulk.cell.array[:2])))
    slab = bulk.copy()
    slab.cell[2] += [0.0, 0.0, settings.vacuum]
    plane = _PLANES[lattice]
    slip = (_turned(np.array([*plane.cell[:2], plane.cell[2], plane.slip])) * edge)[3]
    upper = np.arange(len(slab)) >= len(slab) // 2
    relaxations = [_along_normal(cell, potential, settings) for cell in (bulk, slab)]
    for fraction in plane.fractions:
        displaced = slab.copy()
        displaced.positions[upper] += fraction * slip
        relaxations.append(_along_normal(displaced, potential, settings))
    whole, cut, *faulted = (energy for energy, _ in relaxations)
    heights = [(energy - cut) / area * _J_PER_M2 for energy in faulted]
    is_converged = all(is_done for _, is_done in relaxations)
    return _peak(plane.fractions, heights), (cut - whole) / (2 * area) * _J_PER_M2, is_converged


def _along_normal(atoms: Atoms, potential: Potential, settings: FaultSettings) -> tuple[float, bool]:
    """(energy, eV; whether it converged) after the atoms moved along z."""
    from ase.constraints import FixCartesian

    held = atoms.copy()
    held.set_constraint(FixCartesian(range(len(held)), mask=(True, True, False)))
    found = relaxed(held, potential, settings.relaxation)
    return found.energy * len(held), found.is_converged


def _peak(fractions: Sequence[float], heights: Sequence[float]) -> float:
    """The maximum of the parabola through three points; of one point its height.

    Raises:
        WorkError: there is no maximum, or it is not positive.
    """
    if len(heights) == 1:
        peak = heights[0]
    else:
        bend, slope, start = np.polyfit(fractions, heights, 2)
        peak = max(*heights, float(start - slope**2 / (4 * bend))) if bend < 0 else max(heights)
    if not peak > 0:
        raise WorkError(f"the energy has no maximum along the slip ({peak:.3g} J/m^2): the lattice is not stable there")
    return float(peak)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _standard_error(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
