"""Relaxation, equation of state and elastic tensor."""

import numpy as np
import pytest

from quinary.errors import InputError, WorkError
from quinary.simulation.elastic import averages, elasticity
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxationError, RelaxSettings, equation_of_state, relaxed
from quinary.structures.prototypes import prototype_named


@pytest.fixture(scope="module")
def diep():
    return load_potential()


@pytest.fixture(scope="module")
def tungsten(diep):
    return relaxed(prototype_named("bcc").atoms(("W",), 3.25), diep, RelaxSettings(force=0.01))


@pytest.mark.physics
def test_lattice_parameter_of_tungsten(tungsten):
    """3.165 angstrom, CRC Handbook of Chemistry and Physics."""
    assert tungsten.is_converged
    assert (2 * tungsten.atoms.get_volume()) ** (1 / 3) == pytest.approx(3.165, rel=0.01)
    assert tungsten.largest_force < 0.01
    assert tungsten.atoms.calc is None


@pytest.mark.physics
def test_moduli_of_tungsten(diep, tungsten):
    """B 310, G 161 GPa (Simmons, Wang 1971); diep is within 12 %, and both ways to the bulk modulus agree."""
    found = elasticity(tungsten.atoms, diep)
    assert found.bulk_modulus == pytest.approx(310, rel=0.12)
    assert found.shear_modulus == pytest.approx(161, rel=0.12)
    assert found.is_stable
    assert found.problems == ()
    assert equation_of_state(tungsten.atoms, diep).bulk_modulus == pytest.approx(found.bulk_modulus, rel=0.03)
    assert found.youngs_modulus == pytest.approx(2 * found.shear_modulus * (1 + found.poisson_ratio))


@pytest.mark.physics
def test_averages_of_a_cubic_crystal():
    """B = (C11 + 2 C12)/3, Voigt and Reuss mean of G: Hill 1952, 10.1088/0370-1298/65/5/307."""
    c11, c12, c44 = 500.0, 120.0, 170.0
    tensor = np.diag([c11] * 3 + [c44] * 3)
    tensor[:3, :3] += c12 * (1 - np.eye(3))
    bulk, shear = averages(tensor)
    assert bulk == pytest.approx([(c11 + 2 * c12) / 3] * 2)
    reuss = 5 * c44 * (c11 - c12) / (4 * c44 + 3 * (c11 - c12))
    assert shear == pytest.approx((reuss, (c11 - c12 + 3 * c44) / 5))


def test_stress_left_in_a_structure_is_a_problem(diep):
    found = elasticity(prototype_named("bcc").atoms(("W",), 3.25), diep)
    assert any("relax it first" in problem for problem in found.problems)


def test_an_exploding_relaxation_keeps_the_last_structure(diep):
    squeezed = prototype_named("rock-salt").atoms(("Ti", "C"), 1.3)
    with pytest.raises(RelaxationError, match="collapsed") as caught:
        relaxed(squeezed, diep, RelaxSettings(max_steps=50))
    assert len(caught.value.atoms) == 2
    assert isinstance(caught.value, WorkError)


def test_steps_are_limited(diep):
    found = relaxed(prototype_named("bcc").atoms(("W",), 3.5), diep, RelaxSettings(max_steps=2))
    assert not found.is_converged
    assert found.n_steps <= 2


def test_atoms_alone_keep_the_cell(diep):
    cell = prototype_named("hcp").atoms()
    moved = cell.copy()
    moved.rattle(0.05, seed=0)
    found = relaxed(moved, diep, RelaxSettings(is_cell_free=False, max_steps=60))
    assert found.is_converged
    assert np.allclose(found.atoms.cell, cell.cell)


def test_no_minimum_in_the_equation_of_state(diep):
    with pytest.raises(WorkError, match="no minimum"):
        equation_of_state(prototype_named("bcc").atoms(("W",), 4.0), diep)
    with pytest.raises(InputError, match="at least five"):
        equation_of_state(prototype_named("bcc").atoms(), diep, (0.9, 1.0, 1.1))


@pytest.mark.parametrize("settings", [{"optimizer": "SGD"}, {"force": 0.0}, {"volume_ratio": 1.0}])
def test_bad_settings(settings):
    with pytest.raises(InputError):
        RelaxSettings(**settings)
