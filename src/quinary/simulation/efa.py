"""Entropy-forming ability from the energies of all ordered configurations, and the descriptor DEED.

    H_mix = sum_i g_i H_i / sum_i g_i        sigma^2 = sum_i g_i (H_i - H_mix)^2 / (sum_i g_i - 1)        EFA = 1 / sigma

with H_i the energy (eV/atom) of orbit i and g_i its degeneracy (Sarker et al. 2018, 10.1038/s41467-018-07160-7). Small
differences between configurations mean that entropy costs little energy.

Quick: every configuration unrelaxed at the volume of Vegard's law (the mean of the precursors' volumes, that is of a^3).
Full: every configuration relaxed, cell included. Where there are more orbits than `most_structures`, as from six metals
on, some are drawn and the error of EFA that comes from the draw is given.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.constants import BOLTZMANN
from quinary.errors import InputError, WorkError
from quinary.progress import Progress, silent
from quinary.reference.elements import NON_METALS
from quinary.reference.precursors import precursor_values
from quinary.simulation.energies import energy
from quinary.simulation.relax import RelaxSettings, relaxed
from quinary.structures.orbits import MOST_METALS, Orbits, orbits
from quinary.structures.ordered_structures import ordered_structures
from quinary.structures.prototypes import Prototype, prototype_of_ceramic

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = [
    "EfaSettings",
    "Spectrum",
    "configuration_spectrum",
    "deed",
    "energy_spread",
    "equimolar_ceramic",
    "mixing_energy",
    "synthesis_temperature",
    "vegard_cell",
]

_FEWEST_METALS: Final = 3
_EQUAL: Final = 1e-3  # a share may differ by this from 1/n, which is rounding in a formula
_NO_SPREAD: Final = 1e-9  # eV/atom
_FULL_RELAXATION: Final = RelaxSettings(force=0.05, max_steps=60, optimizer="BFGS")


@dataclass(frozen=True, slots=True)
class EfaSettings:
    """How to compute a spectrum.

    Attributes:
        is_full: relax every configuration.
        most_structures: draw so many orbits where there are more.
        seed: of the draw.
        relaxation: how to relax, in full mode.
    """

    is_full: bool = False
    most_structures: int = 200
    seed: int = 0
    relaxation: RelaxSettings = _FULL_RELAXATION

    def __post_init__(self) -> None:
        """Raise InputError for a sample that is too small to have a spread."""
        if self.most_structures < 10:
            raise InputError(f"a spectrum needs at least 10 structures, not {self.most_structures}")


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Energies of the configurations of one ceramic.

    Attributes:
        metals, prototype: what was put where.
        energies: eV/atom, one an orbit, shape (n_orbits,); `degeneracies` alike.
        n_orbits: how many orbits there are in all; more than in `energies` where they were drawn.
        mean, sigma: H_mix and the spread, eV/atom.
        sampling_error: one standard deviation of EFA from drawing orbits, (eV/atom)^-1; 0 where all were computed.
        n_unconverged: how many relaxations did not reach the force wanted.
        volume: of the starting cell, A^3 per cation.
    """

    metals: tuple[str, ...]
    prototype: str
    energies: NDArray[np.float64]
    degeneracies: NDArray[np.int64]
    n_orbits: int
    mean: float
    sigma: float
    sampling_error: float
    n_unconverged: int
    volume: float
    seconds: float

    @property
    def efa(self) -> float:
        """1 / sigma, (eV/atom)^-1."""
        return 1.0 / self.sigma

    @property
    def is_exact(self) -> bool:
        """True if every orbit was computed."""
        return len(self.energies) == self.n_orbits


def energy_spread(energies: NDArray[np.float64], degeneracies: NDArray[np.int64]) -> tuple[float, float]:
    """(H_mix, sigma) in the unit of the energies; both arrays of shape (n_orbits,).

    Raises:
        InputError: fewer than two configurations.
    """
    n_states = int(degeneracies.sum())
    if n_states < 2:
        raise InputError("a spread needs at least two configurations")
    mean = float(degeneracies @ energies) / n_states
    return mean, math.sqrt(float(degeneracies @ (energies - mean) ** 2) / (n_states - 1))


def equimolar_ceramic(source: CompositionLike) -> tuple[tuple[str, ...], Prototype, str]:
    """(metals, structure, anion) of a ceramic with equal shares of 3 to 9 metals and one anion.

    Raises:
        InputError: it is not such a ceramic; the message says what would be.
    """
    composition = Composition.of(source)
    strange = sorted(NON_METALS.intersection(composition.cations))
    if strange:
        raise InputError(
            f"{composition.formula}: no structure is known with {', '.join(strange)}; anions are B, C, N, O"
        )
    if not composition.is_ceramic:
        raise InputError(f"{composition.formula} has no anion: write a ceramic, such as ({composition.formula})C")
    if len(composition.anions) != 1:
        raise InputError(
            f"{composition.formula} mixes the anions {', '.join(composition.anions)}: give one of B, C, N, O"
        )
    ((anion, n_anions),) = composition.anions.items()
    prototype = prototype_of_ceramic(anion, n_anions)
    shares = composition.cations
    if not _FEWEST_METALS <= len(shares) <= MOST_METALS:
        raise InputError(
            f"entropy-forming ability takes {_FEWEST_METALS} to {MOST_METALS} metals; "
            f"{composition.formula} has {len(shares)}"
        )
    if any(abs(share - 1 / len(shares)) > _EQUAL for share in shares.values()):
        equal = Composition.ceramic(dict.fromkeys(shares, 1.0), composition.anions).formula
        raise InputError(f"{composition.formula} is not equimolar: its closest equimolar cell is {equal}", (equal,))
    return tuple(shares), prototype, anion


def vegard_cell(metals: tuple[str, ...], prototype: Prototype, anion: str) -> Atoms:
    """The primitive cell with the mean volume of the binary ceramics (Vegard's law in a^3), one metal in it for all.

    For AlB2 c/a is the mean volume over that of a hexagonal prism with the mean edge a.

    Raises:
        InputError: a binary ceramic is not tabulated.
    """
    volumes = precursor_values(anion, "volume", metals)
    missing = [metal for metal, volume in zip(metals, volumes, strict=True) if math.isnan(volume)]
    if missing:
        raise InputError(f"no volume is tabulated for the binary ceramic of {', '.join(missing)} with {anion}")
    volume = float(volumes.mean())
    symbols = (metals[0], anion)
    if prototype.ratio is None:
        return prototype.atoms(symbols, (4 * volume) ** (1 / 3))
    edge = float(precursor_values(anion, "lattice_parameter", metals).mean())
    return prototype.atoms(symbols, edge, volume / (edge**2 * math.sqrt(3) / 2))


def configuration_spectrum(
    source: CompositionLike,
    potential: Potential,
    settings: EfaSettings | None = None,
    progress: Progress = silent,
) -> Spectrum:
    """The energies of the ordered configurations of an equimolar carbide, nitride, diboride or rock-salt oxide.

    Raises:
        InputError: not such a ceramic, or the potential or the table of precursors lacks an element.
        WorkError: an energy cannot be computed, or all are equal; in full mode RelaxationError with the last structure.
    """
    started = time.perf_counter()
    chosen = settings or EfaSettings()
    metals, prototype, anion = equimolar_ceramic(source)
    parent = vegard_cell(metals, prototype, anion)
    every = orbits(prototype.name, len(metals))
    drawn = _drawn(every, chosen)
    structures = ordered_structures(every, metals, parent, drawn)
    values, n_unconverged = [], 0
    for number, atoms in enumerate(structures, 1):
        value, is_converged = _energy(atoms, potential, chosen)
        values.append(value)
        n_unconverged += not is_converged
        progress("configurations", number, len(drawn))
    energies, degeneracies = np.array(values), every.degeneracies[drawn]
    mean, sigma = energy_spread(energies, degeneracies)
    if sigma < _NO_SPREAD:
        raise WorkError(f"all configurations of {'-'.join(metals)} have the same energy: no spread, no EFA")
    error = _sampling_error(energies, degeneracies, len(every)) / sigma
    return Spectrum(
        metals=metals,
        prototype=prototype.name,
        energies=energies,
        degeneracies=degeneracies,
        n_orbits=len(every),
        mean=mean,
        sigma=sigma,
        sampling_error=error,
        n_unconverged=n_unconverged,
        volume=float(parent.get_volume()),
        seconds=time.perf_counter() - started,
    )


def _drawn(every: Orbits, settings: EfaSettings) -> NDArray[np.int64]:
    """Numbers of the orbits to compute: all, or as many as wanted, each with the same chance, in order."""
    if len(every) <= settings.most_structures:
        return np.arange(len(every))
    generator = np.random.default_rng(settings.seed)
    return np.sort(generator.choice(len(every), settings.most_structures, replace=False))


def _energy(atoms: Atoms, potential: Potential, settings: EfaSettings) -> tuple[float, bool]:
    if not settings.is_full:
        return energy(atoms, potential), True
    found = relaxed(atoms, potential, settings.relaxation)
    return found.energy, found.is_converged


def _sampling_error(energies: NDArray[np.float64], degeneracies: NDArray[np.int64], n_orbits: int) -> float:
    """Relative standard error of sigma of orbits drawn without replacement.

    First order in the weighted mean squares: var(sigma^2) = (1 - n/N) n/(n - 1) sum_i w_i^2 (d_i^2 - sigma^2)^2, with
    w_i = g_i / sum g and d_i the deviation from H_mix (ratio estimator: Cochran, Sampling Techniques, 1977, eq. 2.46).
    """
    n_drawn = len(energies)
    if n_drawn == n_orbits:
        return 0.0
    mean, sigma = energy_spread(energies, degeneracies)
    weights = degeneracies / degeneracies.sum()
    excess = (energies - mean) ** 2 - sigma**2
    variance = (1 - n_drawn / n_orbits) * n_drawn / (n_drawn - 1) * float(weights**2 @ excess**2)
    return math.sqrt(variance) / (2 * sigma**2)


def mixing_energy(spectrum: Spectrum, potential: Potential, anion: str) -> float:
    """H_mix minus the mean energy of the binary ceramics in the same structure, each relaxed with the potential, eV/atom.

    An estimate of <dH_hull> where every binary is stable in that structure; rock-salt CrC, MoC and WC are not, and then
    the hull lies lower and the true distance is larger. From an unrelaxed spectrum it is an upper bound of H_mix.

    Raises:
        InputError, WorkError: a binary cannot be computed.
    """
    from quinary.structures.prototypes import prototype_named

    prototype = prototype_named(spectrum.prototype)
    settings = RelaxSettings(force=0.02, optimizer="BFGS")
    binaries = (vegard_cell((metal,), prototype, anion) for metal in spectrum.metals)
    return spectrum.mean - sum(relaxed(cell, potential, settings).energy for cell in binaries) / len(spectrum.metals)


def deed(sigma: float, hull_distance: float) -> float:
    """Disordered enthalpy-entropy descriptor sqrt(sigma^-1 / <dH_hull>), (eV/atom)^-1, from two energies in eV/atom.

    `hull_distance` is the mean over the configurations of their energy above the convex hull (Divilov et al. 2024,
    10.1038/s41586-023-06786-y).

    Raises:
        InputError: one of them is not positive.
    """
    if not sigma > 0 or not hull_distance > 0:
        raise InputError(f"DEED needs a positive spread and hull distance in eV/atom, not {sigma} and {hull_distance}")
    return math.sqrt(1.0 / (sigma * hull_distance))


def synthesis_temperature(descriptor: float) -> float:
    """Theta = 1 / (k_B DEED) in K: low means easy to make (Divilov et al. 2024, 10.1038/s41586-023-06786-y).

    Raises:
        InputError: the descriptor is not positive.
    """
    if not descriptor > 0:
        raise InputError(f"DEED must be positive, not {descriptor}")
    return 1.0 / (BOLTZMANN * descriptor)
