"""Potentials: loading, cards, precision, energies."""

import warnings

import numpy as np
import pytest

from quinary.errors import InputError, WorkError
from quinary.simulation.energies import energies, energy
from quinary.simulation.potentials import PotentialCard, load_potential, potential_names
from quinary.structures.orbits import orbits
from quinary.structures.ordered_structures import ordered_structures
from quinary.structures.prototypes import prototype_named

METALS = ("Hf", "Nb", "Ta", "Ti", "Zr")


@pytest.fixture(scope="module")
def diep():
    return load_potential()


@pytest.fixture
def mixed():
    parent = prototype_named("rock-salt").atoms(("Ti", "C"), 4.53)
    return next(ordered_structures(orbits("rock-salt", 5), METALS, parent, [3]))


def test_is_loaded_once_and_leaves_number_types_alone(diep, mixed):
    import torch
    from diep import config

    energy(mixed, diep)
    assert load_potential("diep") is load_potential("diep", "double") is diep
    assert torch.get_default_dtype() is torch.float32
    assert config.float_th is torch.float32


def test_energy_does_not_depend_on_orientation_origin_or_cell(diep, mixed):
    turned = mixed.copy()
    turned.rotate(37.0, (1, 2, 3), rotate_cell=True)
    turned.translate((0.3, 0.1, 0.7))
    turned.wrap()
    assert energies([turned, mixed * (2, 1, 1)], diep) == pytest.approx(energy(mixed, diep), abs=1e-8)


def test_energy_alone_equals_energy_with_gradients(diep, mixed):
    mixed.rattle(0.02, seed=1)
    with_forces = diep.prepared(mixed)
    forces = with_forces.get_forces()
    assert energy(mixed, diep) * len(mixed) == pytest.approx(with_forces.get_potential_energy(), abs=1e-8)
    step = 1e-4
    moved = [mixed.copy(), mixed.copy()]
    moved[0].positions[2, 1] += step
    moved[1].positions[2, 1] -= step
    up, down = energies(moved, diep) * len(mixed)
    assert forces[2, 1] == pytest.approx(-(up - down) / (2 * step), abs=2e-3)


def test_a_calculator_of_ase_or_of_a_module_serves_too():
    copper = prototype_named("fcc").atoms()
    emt = load_potential("emt")
    assert energy(copper, emt) == pytest.approx(energy(copper, load_potential("ase.calculators.emt:EMT")))
    assert np.isnan(emt.card.error("shear_modulus", ["Cu"]))


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("diepp", InputError, "did you mean diep"),
        ("no.such:Thing", WorkError, "cannot be loaded"),
        ("math:sqrt", WorkError, "cannot be loaded"),
        ("builtins:dict", InputError, "not an ASE calculator"),
    ],
)
def test_bad_names(name, kind, message):
    with pytest.raises(kind, match=message):
        load_potential(name)


def test_bad_precision():
    with pytest.raises(InputError, match="unknown precision"):
        load_potential("diep", "half")


def test_bad_structures(diep, mixed):
    with pytest.raises(InputError, match="does not know Po"):
        energy(prototype_named("bcc").atoms(("Po",)), diep)
    with pytest.raises(InputError, match="no atoms"):
        energy(mixed[:0], diep)
    mixed.positions[0, 0] = np.nan
    with pytest.raises(InputError, match="not numbers"):
        energy(mixed, diep)


def test_cards_widen_the_error_where_the_potential_is_weak(diep):
    card = diep.card
    assert card.error("efa", ["Hf", "Cr"]) > card.error("efa", ["Hf"])
    assert "Cr" in card.warnings(["Cr", "W"], ["efa"])[0]
    assert card.warnings(["Hf"], ["efa"]) == []
    assert np.isnan(PotentialCard("x", "y", "z").error("energy", []))
    assert "diep" in potential_names()


def test_a_potential_computes_on_one_thread_and_gives_the_count_and_the_warnings_back():
    import torch
    from ase.build import bulk

    before, filters = torch.get_num_threads(), list(warnings.filters)
    torch.set_num_threads(2)
    try:
        potential, counts = load_potential(), []
        energy_of = potential.calculator.potential.forward
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                potential.calculator.potential, "forward",
                lambda *given, **named: (counts.append(torch.get_num_threads()), energy_of(*given, **named))[1],
            )  # fmt: skip
            potential.prepared(bulk("Mo", "bcc", 3.15)).get_potential_energy()
        assert counts == [1]
        assert torch.get_num_threads() == 2
        assert warnings.filters == filters
    finally:
        torch.set_num_threads(before)
