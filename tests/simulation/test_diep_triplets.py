"""The closed forms give what automatic differentiation through diep gives."""

import numpy as np
import pytest

from quinary.simulation.diep_triplets import closed_form_features, closed_form_sums
from quinary.simulation.potentials import load_potential
from quinary.structures.prototypes import prototype_named


@pytest.fixture(scope="module")
def plain():
    """Diep as it comes, in double precision."""
    import torch
    from diep import config
    from diep.pretrained import DIEPCalculator
    from diep.pretrained import load_potential as load

    before = torch.get_default_dtype()
    config.set_default_dtype("float", 64)
    yield DIEPCalculator(potential=load().double(), stress_unit="eV/A3")
    config.set_default_dtype("float", 32)
    torch.set_default_dtype(before)


@pytest.mark.parametrize(
    ("name", "symbols", "edge"), [("bcc", ("W",), 3.2), ("rock-salt", ("Ti", "C"), 4.3), ("hcp", ("Ti",), 2.95)]
)
def test_energy_forces_and_stress_are_those_of_diep(plain, name, symbols, edge):
    atoms = prototype_named(name).atoms(symbols, edge) * (2, 1, 2)
    atoms.symbols[0] = "Zr"
    atoms.rattle(0.05, seed=3)
    ours, theirs = load_potential().prepared(atoms), atoms.copy()
    theirs.calc = plain
    assert ours.get_potential_energy() == pytest.approx(theirs.get_potential_energy(), abs=1e-9)
    assert np.allclose(ours.get_forces(), theirs.get_forces(), atol=1e-9)
    assert np.allclose(ours.get_stress(), theirs.get_stress(), atol=1e-9)


def test_settings_of_another_model_are_left_to_diep(plain):
    from diep.layers._diep import DIEPIntegrator

    other = DIEPIntegrator(triplet_frame="bond", mode="grid")
    assert closed_form_features(other) == other.forward
    assert closed_form_sums(plain.potential.model.three_body_interactions[0]) is not None
