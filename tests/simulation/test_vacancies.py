"""Vacancies with a classical potential: the energy of copper's, the same on sites that are alike."""

import itertools

import pytest
from ase.build import bulk

from quinary.errors import InputError
from quinary.simulation.potentials import load_potential
from quinary.simulation.vacancies import site_energies


@pytest.mark.physics
def test_vacancies_of_copper():
    """Measured 1.28 eV (Ehrhart 1991, Landolt-Boernstein III/25); effective-medium theory gives about that."""
    potential = load_potential("emt")
    crystal = bulk("Cu", "fcc", a=3.59, cubic=True).repeat(2)
    cohesive = float(potential.prepared(crystal).get_potential_energy()) / len(crystal)
    found = list(itertools.islice(site_energies(crystal, "Cu", cohesive, (potential, potential)), 2))
    assert found[0].relaxed == pytest.approx(found[1].relaxed, abs=1e-4)
    assert found[0].relaxed == pytest.approx(1.28, abs=0.3)
    assert found[0].relaxed < found[0].unrelaxed


def test_an_element_that_is_not_there():
    potential = load_potential("emt")
    with pytest.raises(InputError, match="no C in"):
        list(site_energies(bulk("Cu"), "C", 0.0, (potential, potential)))
