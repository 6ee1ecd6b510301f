"""A solid solution with a potential: quasirandom structure, relaxation, lattice, elasticity, energies, distortion."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, WorkError
from quinary.progress import Progress, silent
from quinary.reference.lattices import stable_lattice
from quinary.simulation.elastic import Elasticity, elasticity
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import Relaxation, RelaxSettings, relaxed
from quinary.structures.prototypes import prototype_named
from quinary.structures.solutions import conventional_edges, likely_structures, starting_edges
from quinary.structures.sqs import Sqs, SqsSettings, fitting_size, occupations_of, special_quasirandom

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = [
    "ReferenceEnergies",
    "SolidSolution",
    "SolutionSettings",
    "recent_solution",
    "references_with",
    "same_solution",
    "solid_solution",
    "starting_structure",
]

_BINARY_RELAXATION: Final = RelaxSettings(force=0.02, optimizer="BFGS")


@dataclass(frozen=True, slots=True)
class SolutionSettings:
    """How to compute a solid solution.

    Attributes:
        n_atoms: fewest and most atoms in the cell.
        seed: of the arrangement.
        tolerance: largest rounding error of a fraction.
        relaxation: how to relax; the structure keeps no symmetry.
    """

    n_atoms: tuple[int, int] = (32, 54)
    seed: int = 0
    tolerance: float = 0.02
    relaxation: RelaxSettings = field(default=RelaxSettings(force=0.03, max_steps=100, optimizer="BFGS"))


@dataclass(frozen=True, slots=True)
class SolidSolution:
    """What was found for one composition in one structure.

    Attributes:
        edges: a and c (None for cubic) of the conventional cell, angstrom.
        distortion: root mean square displacement of the atoms from the sites of the ideal lattice, angstrom.
        formation_energy: against the elements in their stable lattices, eV/atom; None for ceramics, and where the
            stable structure of an element is not bcc, fcc or hcp.
        mixing_energy: of a ceramic, against the binary ceramics in the same structure, eV/atom; None elsewhere.
    """

    sqs: Sqs
    relaxation: Relaxation
    elasticity: Elasticity
    edges: tuple[float, float | None]
    distortion: float
    formation_energy: float | None
    mixing_energy: float | None


class ReferenceEnergies:
    """Energies of elements and binary ceramics with one potential, each computed once."""

    def __init__(self, potential: Potential) -> None:
        self.potential = potential
        self._known: dict[tuple[str, str], float] = {}

    def of_element(self, symbol: str) -> float | None:
        """Energy of an element in its stable lattice, eV/atom; None where that is none of bcc, fcc, hcp."""
        lattice = stable_lattice(symbol)
        return None if lattice is None else self._energy(lattice, symbol)

    def of_binary(self, prototype: str, metal: str, anion: str) -> float:
        """Energy of a binary ceramic, eV/atom."""
        kind = prototype_named(prototype)
        n_anions = len(kind.atoms()) - 1
        return self._energy(prototype, f"({metal}){anion}{n_anions}")

    def _energy(self, prototype: str, formula: str) -> float:
        key = (prototype, formula)
        if key not in self._known:
            composition = Composition.of(formula)
            edges = starting_edges(composition, prototype)
            symbols = composition.cations if composition.is_ceramic else composition.atomic_fractions
            atoms = prototype_named(prototype).atoms([*symbols, *composition.anions], *edges)
            self._known[key] = _relaxed(atoms, self.potential, _BINARY_RELAXATION).energy
        return self._known[key]


def starting_structure(
    source: CompositionLike, prototype: str, settings: SolutionSettings | None = None
) -> tuple[Sqs, tuple[float, float | None]]:
    """The quasirandom structure at Vegard's volume, and the edges a and c of its conventional cell, angstrom.

    One element on each sublattice needs no quasirandom structure: the primitive cell is given.

    Raises:
        InputError: the composition does not fit the structure, or no cell in the range can hold it.
    """
    chosen = settings or SolutionSettings()
    composition = Composition.of(source)
    edges = starting_edges(composition, prototype)
    occupations = occupations_of(composition, prototype_named(prototype))
    is_mixed = any(len(occupation) > 1 for occupation in occupations)
    n_cells = fitting_size(prototype, occupations, chosen.n_atoms) if is_mixed else 1
    how = SqsSettings(seed=chosen.seed, tolerance=chosen.tolerance, a=edges[0], c=edges[1])
    return special_quasirandom(prototype, occupations, n_cells, how), edges


def solid_solution(
    source: CompositionLike,
    potential: Potential,
    settings: SolutionSettings | None = None,
    references: ReferenceEnergies | None = None,
    progress: Progress = silent,
) -> SolidSolution:
    """Relax a composition in the structures that it is likely to have, and compute the one of lowest energy.

    Moduli are those of atoms that move with the strain: upper bounds, as a rule a few per cent too high.

    Raises:
        InputError: no structure is known for it, no cell of this size can hold it, or the potential lacks an element.
        WorkError: a calculation failed; `RelaxationError` carries the last structure.
    """
    chosen = settings or SolutionSettings()
    composition = Composition.of(source)
    known = references or ReferenceEnergies(potential)
    starts = []
    for name in likely_structures(composition):
        sqs, _ = starting_structure(composition, name, chosen)
        progress(f"relaxing {composition.formula} ({name}, {len(sqs.atoms)} atoms)", 0, 0)
        starts.append((sqs, _relaxed(sqs.atoms, potential, chosen.relaxation)))
    sqs, relaxation = min(starts, key=lambda start: start[1].energy)
    return _characterised(composition, sqs, relaxation, known, progress)


def same_solution(
    source: CompositionLike,
    found: SolidSolution,
    references: ReferenceEnergies,
    settings: SolutionSettings | None = None,
    progress: Progress = silent,
) -> SolidSolution:
    """What another potential, that of `references`, says of the same arrangement, relaxed from where the first left it.

    Raises:
        InputError, WorkError: as `solid_solution`.
    """
    composition = Composition.of(source)
    progress(f"relaxing {composition.formula} with {references.potential.name}", 0, 0)
    relaxation = _relaxed(found.relaxation.atoms, references.potential, (settings or SolutionSettings()).relaxation)
    return _characterised(composition, found.sqs, relaxation, references, progress)


def _characterised(
    composition: Composition, sqs: Sqs, relaxation: Relaxation, known: ReferenceEnergies, progress: Progress
) -> SolidSolution:
    progress(f"elasticity of {composition.formula} ({sqs.prototype})", 0, 0)
    constants = elasticity(relaxation.atoms, known.potential)
    stretch = _stretch(sqs, relaxation)
    edges = starting_edges(composition, sqs.prototype)
    progress(f"reference energies of {composition.formula}", 0, 0)
    return SolidSolution(
        sqs,
        relaxation,
        constants,
        conventional_edges(prototype_named(sqs.prototype), edges, stretch),
        _distortion(sqs, relaxation),
        _or_none(lambda: _formation_energy(sqs, relaxation, known)),
        _or_none(lambda: _mixing_energy(composition, sqs, relaxation, known)),
    )


@functools.lru_cache(maxsize=4)
def references_with(potential: str) -> ReferenceEnergies:
    """A potential by its name, and the energies of elements and binaries that were computed with it in this process.

    Raises:
        InputError: unknown potential.
        WorkError: it cannot be loaded.
    """
    return ReferenceEnergies(load_potential(potential))


@functools.lru_cache(maxsize=2)
def recent_solution(composition: Composition, potential: str, n_atoms: tuple[int, int]) -> SolidSolution:
    """`solid_solution`, kept for the next rung that asks for the same one.

    Raises:
        InputError, WorkError: as there.
    """
    references = references_with(potential)
    return solid_solution(composition, references.potential, SolutionSettings(n_atoms=n_atoms), references)


def _relaxed(atoms: Atoms, potential: Potential, settings: RelaxSettings) -> Relaxation:
    with warnings.catch_warnings():
        # the cell filter takes logarithms of matrices next to one, and scipy doubts its thirteenth digit
        warnings.filterwarnings("ignore", "logm result may be inaccurate", RuntimeWarning)
        return relaxed(atoms, potential, settings)


def _or_none(compute: Callable[[], float | None]) -> float | None:
    """A reference that cannot be computed costs its own number only."""
    try:
        return compute()
    except (InputError, WorkError):
        return None


def _stretch(sqs: Sqs, relaxation: Relaxation) -> object:
    return np.linalg.solve(sqs.atoms.cell.array, relaxation.atoms.cell.array)


def _distortion(sqs: Sqs, relaxation: Relaxation) -> float:
    """Root mean square displacement in the relaxed cell, after the mean displacement is taken off."""
    moved = relaxation.atoms.get_scaled_positions(wrap=False) - sqs.atoms.get_scaled_positions(wrap=False)
    moved -= moved.mean(axis=0)
    return float(np.sqrt(((moved @ relaxation.atoms.cell.array) ** 2).sum(axis=1).mean()))


def _formation_energy(sqs: Sqs, relaxation: Relaxation, references: ReferenceEnergies) -> float | None:
    """Energy minus that of the elements, eV/atom; fractions are those of the cell."""
    if -1 in sqs.atoms.arrays["sublattice"]:
        return None
    parts = [(share, references.of_element(symbol)) for symbol, share in sqs.composition.items()]
    if any(energy is None for _, energy in parts):
        return None
    return relaxation.energy - math.fsum(share * energy for share, energy in parts if energy is not None)


def _mixing_energy(
    composition: Composition, sqs: Sqs, relaxation: Relaxation, references: ReferenceEnergies
) -> float | None:
    """Energy minus that of the binary ceramics in the same structure, eV/atom, for one cation and one anion sublattice."""
    if len(sqs.counts) != 2 or not composition.is_ceramic or len(composition.anions) != 1:
        return None
    metals, (anion,) = sqs.counts[0], composition.anions
    n_metals = sum(metals.values())
    energies = [number * references.of_binary(sqs.prototype, metal, anion) for metal, number in metals.items()]
    return relaxation.energy - math.fsum(energies) / n_metals
