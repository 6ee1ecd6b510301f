"""Energies to take single carbon atoms out of mixed carbides, computed by us with an interatomic potential."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from quinary.reference.elements import data_rows

__all__ = ["VacancyEnergy", "vacancy_energies"]


@dataclass(frozen=True, slots=True)
class VacancyEnergy:
    """One carbon site of a quasirandom rock-salt cell and the energy of its vacancy against graphite, eV.

    Attributes:
        metals: elements on the metal sites of the most compact cell of that size, in the order of its sites.
        site: number of the carbon site, in the order of the sites.
        unrelaxed, relaxed: with the atoms around the vacancy held, and moved by at most four steps.
    """

    formula: str
    metals: tuple[str, ...]
    site: int
    unrelaxed: float
    relaxed: float
    potential: str
    version: str


@functools.cache
def vacancy_energies() -> tuple[VacancyEnergy, ...]:
    """All carbon sites of cells of 30 atoms at the volume of Vegard's law.

    Origin: `quinary.studies.vacancy_sites.computed_sites` with the potential named in each row.
    """
    return tuple(
        VacancyEnergy(
            row["formula"],
            tuple(row["metals"].split()),
            int(row["site"]),
            float(row["unrelaxed"]),
            float(row["relaxed"]),
            row["potential"],
            row["version"],
        )
        for row in data_rows("vacancy_energies_carbides.csv")
    )
