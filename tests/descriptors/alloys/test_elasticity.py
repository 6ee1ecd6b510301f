"""Pugh ratio and Cauchy pressure from the elemental table."""

import numpy as np
import pytest

from quinary.descriptors.alloys.elasticity import cauchy_pressure, pugh_ratio
from quinary.errors import InputError
from quinary.reference.lattices import elemental_values

ELEMENTS = ("Mo", "Nb", "Ta", "W")


@pytest.mark.physics
def test_moduli_of_monbtaw():
    """Chong et al. 2021, 10.1088/1361-648X/ac0195: mean B 236.34 and G 87.35 GPa of bcc Mo, Nb, Ta, W."""
    ratio = pugh_ratio(np.full((1, 4), 0.25), ELEMENTS, "bcc")[0]
    bulk = (265.44 + 175.73 + 197.12 + 307.08) / 4
    assert ratio == pytest.approx(bulk / 87.35, rel=1e-6)


def test_niobium_is_more_ductile_than_tungsten_by_both_screens():
    pure = np.eye(4)
    for screen in (pugh_ratio, cauchy_pressure):
        values = screen(pure, ELEMENTS, "bcc")
        assert values[ELEMENTS.index("Nb")] > values[ELEMENTS.index("W")]


def test_hexagonal_elements_enter_the_cauchy_pressure_with_their_fcc_constants():
    c12, c44 = (elemental_values(name, ("Ti",), "fcc").values[0] for name in ("c12", "c44"))
    assert elemental_values("c12", ("Ti",), "bcc").values[0] != c12
    assert cauchy_pressure(np.ones((1, 1)), ("Ti",), "bcc")[0] == pytest.approx(c12 - c44)


def test_missing_element_and_unknown_lattices():
    assert np.isnan(pugh_ratio(np.array([[0.5, 0.5]]), ("W", "He"), "bcc")[0])
    with pytest.raises(InputError, match="known: bcc, fcc"):
        cauchy_pressure(np.ones((1, 1)), ("Ti",), "hcp")
    with pytest.raises(InputError, match="lattice"):
        pugh_ratio(np.ones((1, 1)), ("Ti",), "b2")
