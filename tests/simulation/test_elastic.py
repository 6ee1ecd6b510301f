"""The elastic tensor against that of matcalc, on a potential that takes no time."""

import numpy as np
import pytest

from quinary.simulation.elastic import elasticity
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxSettings, relaxed
from quinary.structures.prototypes import prototype_named


@pytest.mark.parametrize("are_atoms_relaxed", [False, True])
def test_tensor_is_that_of_matcalc(are_atoms_relaxed):
    from matcalc import ElasticityCalc

    potential = load_potential("emt")
    cell = prototype_named("fcc").atoms(("Cu",), 3.6, is_primitive=False)
    cell.symbols[0] = "Au"
    atoms = relaxed(cell, potential, RelaxSettings(force=1e-4)).atoms
    theirs = ElasticityCalc(
        potential.calculator,
        norm_strains=(-0.01, -0.005, 0.005, 0.01),
        shear_strains=(-0.02, -0.01, 0.01, 0.02),
        fmax=0.03,
        relax_structure=False,
        relax_deformed_structures=are_atoms_relaxed,
        units_GPa=True,
    ).calc(potential.prepared(atoms))
    ours = elasticity(atoms, potential, are_atoms_relaxed=are_atoms_relaxed)
    assert np.allclose(ours.tensor, theirs["elastic_tensor"].voigt, atol=0.01 * ours.tensor.max())
    assert ours.bulk_modulus == pytest.approx(theirs["bulk_modulus_vrh"], rel=0.01)
    assert ours.shear_modulus == pytest.approx(theirs["shear_modulus_vrh"], rel=0.01)
    assert ours.is_stable
