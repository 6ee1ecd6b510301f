"""Formulas of averages: what a class may average."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.plugins import PredictionTask, predictor_of
from quinary.predictors.lattice_formula import LatticeFormula


def test_an_input_without_an_error_of_its_own_is_refused():
    with pytest.raises(TypeError, match=r"Stiff: c11 is none of shear_modulus, "):
        type("Stiff", (LatticeFormula,), {"inputs": ("c11",)})


@pytest.mark.parametrize("name", ["d_parameter", "fracture_toughness_griffith", "fracture_toughness_rice"])
def test_a_class_without_inputs_is_a_base_and_the_spread_is_a_share_of_the_value(name):
    type("Half", (LatticeFormula,), {})
    found = predictor_of(name).predict(name, PredictionTask(as_matrix(["MoNbTaW", "HfNbTaTiZr"])))
    assert (found.uncertainties > 0).all()
    assert (found.uncertainties < found.values).all()
    assert np.isfinite(found.values).all()
