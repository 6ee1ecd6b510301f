"""Rice's toughness: the published numbers, in both of their units."""

import pytest

from quinary.constants import RAW_RICE_TO_MPA_SQRT_M


@pytest.mark.physics
@pytest.mark.parametrize(
    ("formula", "table", "raw"),
    [
        ("Mo", "chong2021", 21.5389), ("W", "chong2021", 26.0118), ("Nb", "chong2021", 7.2575),
        ("Ta", "chong2021", 11.1710), ("MoNbTaW", "chong2021", 16.8928), ("HfNbTaTiZr", "chong2021", 8.0011),
        ("MoNbTaW", "ultera2023", 16.3441), ("HfNbTaTiZr", "ultera2023", 6.9475),
        ("Hf0.18Ta0.23Ti0.29Nb0.02V0.05W0.24", "ultera2023", 12.0238401347752),
    ],
)  # fmt: skip
def test_raw_numbers(value, formula, table, raw):
    """Rice 1992 (10.1016/S0022-5096(05)80012-2) on Chong et al. 2021; last: row 0 of the 2023 data set, all digits."""
    found = value("fracture_toughness_rice", formula, table=table) / RAW_RICE_TO_MPA_SQRT_M
    assert found == pytest.approx(raw, rel=1e-12 if raw == 12.0238401347752 else 1e-4)


@pytest.mark.physics
@pytest.mark.parametrize(("table", "toughness"), [("ultera2023", 0.51685), ("chong2021", 0.5342)])
def test_monbtaw_in_proper_units(value, table, toughness):
    """sqrt(GPa J/m^2) is 0.0316228 MPa m^0.5 (S1's group prints the raw number under that unit)."""
    assert value("fracture_toughness_rice", "MoNbTaW", table=table) == pytest.approx(toughness, rel=1e-4)


@pytest.mark.physics
def test_the_inputs_of_monbtaw(value):
    """Chong et al. 2021 and its 2023 revision: G 87.35 GPa, nu 0.34865, E_USF 1.064 and 0.996 J/m^2."""
    energy = "unstable_stacking_fault_energy"
    assert value("shear_modulus", "MoNbTaW") == pytest.approx(87.35, rel=1e-4)
    assert value("poisson_ratio", "MoNbTaW") == pytest.approx(0.34865, rel=1e-4)
    assert value(energy, "MoNbTaW", table="chong2021") == pytest.approx(1.064, rel=1e-4)
    assert value(energy, "MoNbTaW") == pytest.approx(0.996, rel=1e-4)


@pytest.mark.physics
def test_toughness_rises_with_molybdenum(value):
    """The trend that S1 states the other way round for want of the right modulus of Mo."""
    rising = [
        value("fracture_toughness_rice", {"Mo": x, "Nb": 0.5 - x / 2, "Ta": 0.5 - x / 2}) for x in (0.1, 0.3, 0.5)
    ]
    assert rising == sorted(rising)
