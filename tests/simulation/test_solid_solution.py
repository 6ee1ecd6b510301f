"""Solid solutions with a potential; EMT of ASE is fast and knows Cu, Au, Pd, Pt, Ni, Ag, Al."""

from dataclasses import replace

import pytest

from quinary.errors import InputError
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxationError, RelaxSettings
from quinary.simulation.solid_solution import ReferenceEnergies, SolutionSettings, solid_solution, starting_structure

SMALL = SolutionSettings(n_atoms=(10, 10))


@pytest.fixture(scope="module")
def emt():
    return load_potential("emt")


@pytest.fixture(scope="module")
def copper_gold(emt):
    return solid_solution("CuAu", emt, SMALL)


def test_a_pure_element_is_its_own_reference(emt):
    found = solid_solution("Cu", emt)
    assert len(found.sqs.atoms) == 1
    assert found.formation_energy == pytest.approx(0.0, abs=1e-9)
    assert found.distortion == pytest.approx(0.0, abs=1e-9)
    assert found.edges == (pytest.approx(3.59, abs=0.02), None)


def test_a_solution_lies_between_its_elements_and_is_distorted(copper_gold):
    assert copper_gold.sqs.prototype == "fcc"
    assert 3.6 < copper_gold.edges[0] < 4.08
    assert 0.01 < copper_gold.distortion < 0.3
    assert copper_gold.elasticity.is_stable
    assert copper_gold.relaxation.is_converged
    assert copper_gold.mixing_energy is None
    assert -0.2 < copper_gold.formation_energy < 0.1


def test_the_edge_is_that_of_the_volume(copper_gold):
    atoms = copper_gold.relaxation.atoms
    assert copper_gold.edges[0] ** 3 == pytest.approx(4 * atoms.get_volume() / len(atoms), rel=1e-9)


def test_references_are_computed_once(emt):
    references = ReferenceEnergies(emt)
    first = references.of_element("Cu")
    assert references.of_element("Cu") == first
    assert references.of_element("Mn") is None


def test_a_relaxation_that_leaves_its_bounds_carries_the_last_structure(emt):
    bounds = RelaxSettings(force=1e-4, volume_ratio=1.0001, optimizer="BFGS")
    with pytest.raises(RelaxationError, match="exploded") as caught:
        solid_solution("CuAu", emt, replace(SMALL, relaxation=bounds))
    assert len(caught.value.atoms) == 10


def test_what_no_cell_can_hold_is_refused():
    with pytest.raises(InputError, match="too few"):
        starting_structure("Cu99Au", "fcc", SMALL)
