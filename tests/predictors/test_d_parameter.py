"""The ductility parameter D."""

import pytest


@pytest.mark.physics
@pytest.mark.parametrize(
    ("formula", "ratio"),
    [("Mo", 2.1272), ("W", 2.0503), ("Nb", 3.5953), ("Ta", 3.6611), ("MoNbTaW", 2.5423), ("HfNbTaTiZr", 4.1953)],
)
def test_surface_over_fault_energy(value, formula, ratio):
    """Energies of Chong et al. 2021 (10.1088/1361-648X/ac0195), averaged first and then divided."""
    assert value("d_parameter", formula, table="chong2021") == pytest.approx(ratio, rel=2e-4)


@pytest.mark.physics
def test_niobium_is_more_ductile_than_tungsten(value):
    """Larger is more ductile: Rice 1992, 10.1016/S0022-5096(05)80012-2."""
    assert value("d_parameter", "Nb") > value("d_parameter", "W")
