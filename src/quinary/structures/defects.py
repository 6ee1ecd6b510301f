"""Vacancies: the sites that differ by symmetry, single vacancies, and structures that lack a share of their anions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quinary.errors import InputError

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["VacancySite", "single_vacancies", "vacancy_sites", "without_atoms"]

_SYMMETRY_TOLERANCE: Final = 1e-3  # angstrom


@dataclass(frozen=True, slots=True)
class VacancySite:
    """One of the sites of a structure that differ by symmetry: an atom on it, its element, and how many there are."""

    atom: int
    symbol: str
    multiplicity: int


def vacancy_sites(atoms: Atoms, symbol: str = "") -> tuple[VacancySite, ...]:
    """The sites that are not equivalent (of one element, or of all), in the order of the atoms.

    Raises:
        InputError: there is no atom of that element.
    """
    import numpy as np
    import spglib

    chosen = [number for number, name in enumerate(atoms.get_chemical_symbols()) if symbol in {"", name}]
    if not chosen:
        raise InputError(f"there is no {symbol} in {atoms.get_chemical_formula()}")
    cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
    classes = np.asarray(spglib.get_symmetry(cell, symprec=_SYMMETRY_TOLERANCE)["equivalent_atoms"])
    first, counts = np.unique(classes[chosen], return_counts=True)
    return tuple(
        VacancySite(int(atom), atoms.symbols[int(atom)], int(count)) for atom, count in zip(first, counts, strict=True)
    )


def single_vacancies(atoms: Atoms, symbol: str = "") -> Iterator[tuple[VacancySite, Atoms]]:
    """Each vacancy that differs by symmetry, with the structure that has it.

    Raises:
        InputError: there is no atom of that element.
    """
    for site in vacancy_sites(atoms, symbol):
        without = atoms.copy()
        del without[site.atom]
        yield site, without


def without_atoms(atoms: Atoms, symbol: str, n_vacancies: int, seed: int = 0) -> Atoms:
    """The structure without `n_vacancies` atoms of one element, far from each other.

    The first one is drawn; each further one is the atom farthest from all vacancies before it (ties: the first).

    Raises:
        InputError: there are not so many atoms of that element.
    """
    import numpy as np

    sites = np.flatnonzero(np.array(atoms.get_chemical_symbols()) == symbol)
    if not 0 <= n_vacancies <= len(sites):
        raise InputError(
            f"{atoms.get_chemical_formula()} has {len(sites)} {symbol}: cannot take {n_vacancies} of them out"
        )
    if n_vacancies == 0:
        return atoms.copy()
    between = atoms[sites].get_all_distances(mic=True)
    taken = [int(np.random.default_rng(seed).integers(len(sites)))]
    while len(taken) < n_vacancies:
        nearest = between[taken].min(axis=0).round(6)
        nearest[taken] = -1.0
        taken.append(int(nearest.argmax()))
    without = atoms.copy()
    del without[[int(sites[number]) for number in taken]]
    return without
