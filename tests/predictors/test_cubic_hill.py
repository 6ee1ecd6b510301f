"""Hill moduli and Griffith toughness of alloys."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.plugins.registry import find_plugin
from quinary.plugins.sockets import PredictionTask
from quinary.predictors.cubic_hill import PLUGIN
from quinary.predictors.griffith import PLUGIN as GRIFFITH


def hill(name, *formulas, **settings):
    return PLUGIN.predict(name, PredictionTask(as_matrix(formulas), **settings))


@pytest.mark.physics
def test_pure_cubic_metals_have_the_tabulated_polycrystal_moduli():
    """Mo, W, Ta of 10.1088/1361-648X/ac0195: the Hill means of its constants are the moduli it lists, to its rounding."""
    for symbol, shear, bulk in (("Mo", 117.49, 265.44), ("W", 146.60, 307.08), ("Ta", 60.30, 197.12)):
        assert hill("shear_modulus", symbol).values[0] == pytest.approx(shear, rel=0.03)
        assert hill("bulk_modulus", symbol).values[0] == pytest.approx(bulk, rel=0.01)


def test_the_moduli_of_one_alloy_agree_and_the_detail_names_the_bounds():
    bulk, shear, youngs, poisson = (
        hill(name, "MoNbTaW").values[0] for name in ("bulk_modulus", "shear_modulus", "youngs_modulus", "poisson_ratio")
    )
    assert youngs == pytest.approx(9 * bulk * shear / (3 * bulk + shear))
    assert youngs == pytest.approx(2 * shear * (1 + poisson))
    assert "between 88 (Reuss) and 90 GPa (Voigt)" in hill("shear_modulus", "MoNbTaW").details[0]


def test_what_has_no_cubic_crystal_has_no_value():
    found = hill("shear_modulus", "MoNb", "MoNb", structures=[("HCP",), ("BCC", "FCC")])
    assert np.isnan(found.values).all()
    assert set(found.reasons) == {"not one cubic lattice, or the averaged crystal is not elastically stable in it"}
    assert "Xe" in hill("shear_modulus", "MoXe").reasons[0]


@pytest.mark.physics
def test_cleavage_of_tungsten():
    """sqrt(4 G gamma / (1 - nu)) with G 146.6 GPa, gamma 3.34 J/m^2, nu 0.2941 (10.1088/1361-648X/ac0195)."""
    found = GRIFFITH.predict("fracture_toughness_griffith", PredictionTask(as_matrix(["W", "MoNbTaW"])))
    assert found.values[0] == pytest.approx(0.0316228 * np.sqrt(4 * 146.6 * 3.34 / (1 - 0.2941)), rel=1e-3)
    rice = find_plugin("predictors", "rice").predict("fracture_toughness_rice", PredictionTask(as_matrix(["MoNbTaW"])))
    assert rice.values[0] < found.values[1]
