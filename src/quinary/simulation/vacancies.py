"""Energies to make a vacancy on each site of one element of a cell, with a potential."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quinary.errors import InputError
from quinary.simulation.relax import RelaxSettings, relaxed

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["SiteEnergy", "graphite_energy", "site_energies"]

_FORCE: Final = 0.05  # eV/angstrom
_GRAPHITE: Final = (2.461, 6.708)  # angstrom, room temperature


@dataclass(frozen=True, slots=True)
class SiteEnergy:
    """The energy to take the atom number `site` out into its reservoir, eV, with the atoms around it held and let go."""

    site: int
    unrelaxed: float
    relaxed: float


def site_energies(
    atoms: Atoms, symbol: str, reservoir: float, potentials: tuple[Potential, Potential], max_steps: int = 5
) -> Iterator[SiteEnergy]:
    """E(cell without one atom) + reservoir - E(cell) for every atom of an element, in a cell of fixed shape.

    Args:
        atoms: the full cell; its atoms are relaxed first, by at most four times `max_steps`.
        symbol: the element that is taken out.
        reservoir: energy of one such atom where it goes, eV.
        potentials: the one that energies come from, and the one that atoms move by (a less precise one is enough).
        max_steps: of the relaxation around each vacancy (BFGS, to 0.05 eV/angstrom).

    Raises:
        InputError: there is no atom of that element, or a potential cannot compute the cell.
        RelaxationError: the cell explodes or collapses.
    """
    sites = [number for number, name in enumerate(atoms.get_chemical_symbols()) if name == symbol]
    if not sites:
        raise InputError(f"there is no {symbol} in {atoms.get_chemical_formula()}")
    energies, movers = potentials
    full = _moved(atoms, movers, 4 * max_steps)
    energy = _energy(full, energies)
    for site in sites:
        without = full.copy()
        del without[site]
        held = _energy(without, energies)
        let_go = _energy(_moved(without, movers, max_steps), energies)
        yield SiteEnergy(site, held + reservoir - energy, let_go + reservoir - energy)


def graphite_energy(potential: Potential) -> float:
    """Energy of an atom of graphite at its measured cell, eV: the usual reservoir of carbon.

    Raises:
        InputError: the potential does not know carbon.
    """
    from ase import Atoms

    a, c = _GRAPHITE
    places = [(0.0, 0.0, 0.25), (0.0, 0.0, 0.75), (1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)]
    cell = Atoms("C4", cell=[a, a, c, 90, 90, 120], scaled_positions=places, pbc=True)
    return _energy(cell, potential) / len(cell)


def _moved(atoms: Atoms, potential: Potential, max_steps: int) -> Atoms:
    how = RelaxSettings(force=_FORCE, max_steps=max_steps, is_cell_free=False, optimizer="BFGS")
    return relaxed(atoms, potential, how).atoms


def _energy(atoms: Atoms, potential: Potential) -> float:
    return float(potential.prepared(atoms).get_potential_energy())
