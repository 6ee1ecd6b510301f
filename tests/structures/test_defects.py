"""Vacancies."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.structures.defects import single_vacancies, vacancy_sites, without_atoms
from quinary.structures.prototypes import prototype_named


@pytest.fixture
def spinel():
    return prototype_named("spinel").atoms(is_primitive=False)


@pytest.mark.physics
def test_the_sites_of_spinel(spinel):
    """Wyckoff positions 8a, 16d and 32e of space group 227 (International Tables A)."""
    assert sorted((site.symbol, site.multiplicity) for site in vacancy_sites(spinel)) == [
        ("Al", 16),
        ("Mg", 8),
        ("O", 32),
    ]
    found = {site.symbol: len(structure) for site, structure in single_vacancies(spinel)}
    assert found == {"Mg": 55, "Al": 55, "O": 55}


def test_vacancies_keep_away_from_each_other():
    carbide = prototype_named("rock-salt").atoms(is_primitive=False).repeat(2)
    without = without_atoms(carbide, "C", 4, seed=3)
    assert without.get_chemical_formula() == "C28Ti32"
    gone = [p for p in carbide.positions if not (np.abs(without.positions - p).sum(axis=1) < 1e-9).any()]
    apart = type(carbide)("C4", positions=gone, cell=carbide.cell, pbc=True).get_all_distances(mic=True)
    assert apart[apart > 0].min() > 4.3  # the next carbon atoms are at 3.06 angstrom
    assert np.array_equal(without.positions, without_atoms(carbide, "C", 4, seed=3).positions)


def test_what_is_not_there_cannot_be_taken_out(spinel):
    with pytest.raises(InputError, match="no Ti"):
        vacancy_sites(spinel, "Ti")
    with pytest.raises(InputError, match="has 8 Mg"):
        without_atoms(spinel, "Mg", 9)
    assert len(without_atoms(spinel, "Mg", 0)) == 56
