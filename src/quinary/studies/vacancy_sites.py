"""Carbon sites of mixed carbides: what is around them, and how the energies of their vacancies were computed."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.reference.elements import element_column
from quinary.reference.precursors import precursor_column
from quinary.reference.vacancy_energies import VacancyEnergy
from quinary.simulation.potentials import load_potential
from quinary.simulation.solid_solution import SolutionSettings, starting_structure
from quinary.simulation.vacancies import graphite_energy, site_energies
from quinary.structures.cells import compact_cell
from quinary.structures.ordered_structures import supercell
from quinary.structures.prototypes import cation_sites, prototype_named
from quinary.structures.solutions import starting_edges

__all__ = ["computed_sites", "radial_counts", "shell_counts", "shell_features"]

_PROTOTYPE: Final = "rock-salt"
_N_ATOMS: Final = 30
_MAX_STEPS: Final = 4
_REACH: Final = 6.0  # angstrom
_BIN: Final = 0.2  # angstrom
_SHELLS: Final = (0.5, 0.866, 1.118)  # distances from carbon to metals, in lattice parameters
_NEAR: Final = 0.05
_PROPERTIES: Final = ("electronegativity", "group", "metallic_radius")


def computed_sites(formula: str, seed: int) -> Iterator[VacancyEnergy]:
    """The vacancy energies of all carbon sites of a quasirandom cell of 30 atoms, with the default potential.

    Atoms move by the potential in single precision, energies are in double precision. Minutes a cell.

    Raises:
        InputError: no such cell holds the composition.
        RelaxationError: a cell explodes or collapses.
    """
    potentials = load_potential(), load_potential(precision="single")
    sqs, _ = starting_structure(formula, _PROTOTYPE, SolutionSettings(n_atoms=(_N_ATOMS, _N_ATOMS), seed=seed))
    symbols = sqs.atoms.get_chemical_symbols()
    metals = tuple(symbols[number] for number in cation_sites(sqs.atoms))
    places = [number for number, symbol in enumerate(symbols) if symbol == "C"]
    for found in site_energies(sqs.atoms, "C", graphite_energy(potentials[0]), potentials, _MAX_STEPS):
        site = places.index(found.site)
        name, version = potentials[0].name, potentials[0].version
        yield VacancyEnergy(formula, metals, site, found.unrelaxed, found.relaxed, name, version)


def radial_counts(rows: Sequence[VacancyEnergy], metals: Sequence[str]) -> NDArray[np.float64]:
    """Metals of each kind around each site in steps of 0.2 angstrom up to 6, on the unrelaxed lattice, shape (N, n_features).

    The steps between the first and the last that any metal falls into are given.
    """
    n_bins = round(_REACH / _BIN)
    found = np.zeros((len(rows), len(metals), n_bins))
    for number, row in enumerate(rows):
        distances, symbols = _around(row)
        for kind, metal in enumerate(metals):
            found[number, kind] = np.histogram(distances[symbols == metal], n_bins, (0.0, _REACH))[0]
    return found[:, :, found.any(axis=(0, 1))].reshape(len(rows), -1)


def shell_counts(rows: Sequence[VacancyEnergy], metals: Sequence[str], n_shells: int = 2) -> NDArray[np.float64]:
    """Metals of each kind in the nearest shells of each site (6, 8 and 24 metals), shape (N, n_shells n_metals)."""
    found = []
    for row in rows:
        distances, symbols = _around(row)
        shells = [np.abs(distances / _edge(row.formula) - shell) < _NEAR for shell in _SHELLS[:n_shells]]
        found.append([float((symbols[shell] == metal).sum()) for shell in shells for metal in metals])
    return np.array(found)


def shell_features(rows: Sequence[VacancyEnergy]) -> NDArray[np.float64]:
    """Of the three nearest shells of metals, what does not name a metal: means and deviations of properties, (N, 26).

    Electronegativity, group, metallic radius and edge of the binary carbide, each as mean and deviation over the shell,
    and the shares of groups 4 and 6 in the nearest shell.
    """
    tables = [element_column(name) for name in _PROPERTIES] + [precursor_column("C", "volume")]
    found = []
    for row in rows:
        distances, symbols = _around(row)
        edge = _edge(row.formula)
        features: list[float] = []
        for shell in _SHELLS:
            chosen = symbols[np.abs(distances / edge - shell) < _NEAR]
            for table in tables:
                values = np.array([table[symbol] for symbol in chosen])
                features += [float(values.mean()), float(values.std())]
        near = np.array([tables[1][symbol] for symbol in symbols[np.abs(distances / edge - _SHELLS[0]) < _NEAR]])
        found.append([*features, float((near == 4).mean()), float((near == 6).mean())])
    return np.array(found)


@functools.cache
def _edge(formula: str) -> float:
    return starting_edges(Composition.of(formula), _PROTOTYPE)[0]


@functools.cache
def _neighbours(n_cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """(carbon site, metal site, distance in lattice parameters) of all pairs within reach in the smallest carbide."""
    from ase.neighborlist import neighbor_list

    atoms = supercell(prototype_named(_PROTOTYPE).atoms(a=1.0), compact_cell(_PROTOTYPE, n_cells))
    first, second, distances = neighbor_list("ijd", atoms, 1.5)
    sites = cation_sites(atoms)
    others = np.setdiff1d(np.arange(len(atoms)), sites)
    is_asked = np.isin(first, others) & np.isin(second, sites)
    return (
        np.searchsorted(others, first[is_asked]),
        np.searchsorted(sites, second[is_asked]),
        distances[is_asked],
    )


def _around(row: VacancyEnergy) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Distances (angstrom) and elements of the metals around a site, up to 6 angstrom."""
    carbon, metal, distances = _neighbours(len(row.metals))
    chosen = carbon == row.site
    lengths = distances[chosen] * _edge(row.formula)
    symbols = np.array(row.metals)[metal[chosen]]
    return lengths[lengths < _REACH], symbols[lengths < _REACH]
