"""Thresholds of the valence electrons of rock-salt ceramics, and the Pilling-Bedworth ratio of alloys."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.descriptors.electron_criteria import PLUGIN
from quinary.descriptors.oxidation import PLUGIN as OXIDATION


def margins(*formulas):
    found = PLUGIN.describe([Composition.of(formula) for formula in formulas])
    return [found[name] for name in PLUGIN.properties]


@pytest.mark.physics
def test_thresholds():
    """Review 10.1016/j.cossms.2023.101057: hardest at 8.4, ductile from 10, unstable from 10.6 electrons a formula unit."""
    hardness, ductility, stability = margins("(HfNbTaTiZr)C", "(MoNbTaVW)C", "WN", "TiC0.5N0.5")
    assert hardness == pytest.approx([0.0, 1.0, 2.6, 0.1], abs=1e-9)
    assert ductility == pytest.approx([-1.6, -0.6, 1.0, -1.5], abs=1e-9)
    assert stability == pytest.approx([2.2, 1.2, -0.4, 2.1], abs=1e-9)


def test_nothing_is_said_of_other_materials():
    assert all(np.isnan(entry).all() for entry in margins("MoNbTaW", "(TiZr)B2", "MgO", "ZrC0.5"))
    assert margins()[0].shape == (0,)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("metal", "ratio"),
    [("Al", 1.28), ("Zr", 1.56), ("Hf", 1.62), ("Cr", 2.07), ("Nb", 2.69), ("Ti", 1.76), ("Ta", 2.47), ("W", 3.39)],
)
def test_pilling_bedworth_ratio_of_metals(metal, ratio):
    """The usual values of corrosion handbooks, which differ by a few per cent with the density taken for the oxide."""
    found = OXIDATION.describe([Composition.of(metal)])["pilling_bedworth_ratio"]
    assert found[0] == pytest.approx(ratio, rel=0.05)


def test_pilling_bedworth_ratio_of_alloys_lies_between_those_of_the_metals():
    alloy, first, second, unknown, carbide = OXIDATION.describe(
        [Composition.of(formula) for formula in ("AlNb", "Al", "Nb", "AlRe", "TiC")]
    )["pilling_bedworth_ratio"]
    assert first < alloy < second
    assert np.isnan([unknown, carbide]).all()
