"""The linear combination against the published elemental table and averages."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.plugins.sockets import PredictionTask
from quinary.predictors.linear_combination import PLUGIN

ELEMENTS = {
    "V": (30.42, 187.19, 0.4229),
    "Cr": (61.26, 131.48, 0.2984),
    "Nb": (25.01, 175.73, 0.4321),
    "Mo": (117.49, 265.44, 0.3071),
    "Ta": (60.30, 197.12, 0.3612),
    "W": (146.60, 307.08, 0.2941),
    "Ti": (44.31, 114.91, 0.3291),
    "Zr": (33.09, 96.59, 0.3460),
    "Hf": (55.00, 110.19, 0.2859),
    "Re": (166.33, 372.50, 0.3057),
    "Ru": (189.04, 314.69, 0.2495),
    "Ir": (216.35, 348.24, 0.2427),
}


@pytest.mark.physics
@pytest.mark.parametrize("symbol", ELEMENTS)
def test_the_elements_themselves(value, symbol):
    """Chong et al. 2021, 10.1088/1361-648X/ac0195: G, B (GPa) and nu in each element's own lattice."""
    names = ("shear_modulus", "bulk_modulus", "poisson_ratio")
    found = tuple(value(name, symbol) for name in names)
    assert found == pytest.approx(ELEMENTS[symbol], rel=1e-3)


@pytest.mark.physics
def test_molybdenum_is_not_soft(value):
    """S1 (10.20517/jmi.2021.05) quotes G = 19.7 GPa for Mo; the table it uses says 117.49."""
    assert value("shear_modulus", "Mo") == pytest.approx(117.49, abs=0.01)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("lattice", "energy", "replaced"), [("bcc", 2.202, 0.4), ("hcp", 2.202, 0.6), ("fcc", 2.116, 0.6)]
)
def test_surface_energy_and_replacement_level_of_hfmonbvzr(lattice, energy, replaced):
    """Krajewski 2024 (dissertation, chapter on ULTERA): Surf 2.202 and 2.116 J/m^2, replacementLevel 0.4 and 0.6."""
    task = PredictionTask(as_matrix(["HfMoNbVZr"]), lattice=lattice)
    found = PLUGIN.predict("surface_energy", task)
    assert found.values[0] == pytest.approx(energy, abs=6e-4)
    assert f"replacement {replaced:.2f}" in found.details[0]


@pytest.mark.physics
@pytest.mark.parametrize(("replacement", "modulus"), [("ultera", 71.6), ("stable", 92.26)])
def test_what_stands_in_for_bcc_nickel(value, replacement, modulus):
    """Chong et al. 2021: hcp nickel 71.6 GPa (the published order), fcc nickel 92.26 GPa (its stable lattice)."""
    assert value("shear_modulus", "Ni", replacement=replacement) == pytest.approx(modulus, abs=0.06)


@pytest.mark.physics
def test_what_stands_in_for_bcc_iridium(value):
    """Chong et al. 2021: fcc iridium has 216.35 GPa; the published order takes hcp first and gets another number."""
    stable = value("shear_modulus", "Ir", replacement="stable")
    assert stable == pytest.approx(216.35, abs=0.01)
    assert value("shear_modulus", "Ir", replacement="ultera") != pytest.approx(stable, rel=1e-3)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("base", "added", "shear", "raw_toughness"),
    [
        ("MoNbTaW", "W", 5.93, 0.947), ("MoNbTaW", "Mo", 3.01, 0.477), ("MoNbTaW", "Cr", -2.61, 0.094),
        ("MoNbTaW", "Hf", -3.23, -0.888), ("MoNbTaW", "Ti", -4.30, -0.960), ("MoNbTaW", "Zr", -5.43, -1.151),
        ("MoNbTaW", "Re", 7.90, 0.336), ("MoNbTaW", "Ru", 10.17, 0.711),
        ("HfNbTaTiZr", "W", 10.31, 1.869), ("HfNbTaTiZr", "Mo", 7.39, 1.394), ("HfNbTaTiZr", "Cr", 1.77, 1.034),
        ("HfNbTaTiZr", "Zr", -1.05, -0.265), ("HfNbTaTiZr", "Re", 12.28, 1.180),
    ],
)  # fmt: skip
def test_ten_percent_of_an_element_changes_modulus_and_toughness(value, base, added, shear, raw_toughness):
    """Elemental values of Chong et al. 2021 (10.1088/1361-648X/ac0195) in S1's averages: c -> 0.9 c + 0.1 e."""
    before = as_matrix([base])
    amounts = dict(zip(before.elements, 0.9 * before.fractions[0], strict=True))
    amounts[added] = amounts.get(added, 0.0) + 0.1
    changes = [
        value(name, amounts, table="chong2021") - value(name, base, table="chong2021")
        for name in ("shear_modulus", "fracture_toughness_rice")
    ]
    assert changes[0] == pytest.approx(shear, abs=0.006)
    assert changes[1] / 0.0316228 == pytest.approx(raw_toughness, abs=0.0012)


def test_several_reported_phases_are_averaged(value):
    """FCC+FCC+HCP counts as (2 fcc + hcp) / 3, as S1's data base does."""
    fcc, hcp = (value("shear_modulus", "CoNiMn", lattice=lattice) for lattice in ("fcc", "hcp"))
    mixed = value("shear_modulus", "CoNiMn", structures=[("FCC", "FCC", "HCP")])
    assert mixed == pytest.approx((2 * fcc + hcp) / 3)


def test_reported_phases_come_before_the_assumed_lattice():
    task = PredictionTask(as_matrix(["CoNi", "CoNi"]), [("FCC",), ()], lattice="hcp")
    found = PLUGIN.predict("shear_modulus", task)
    assert "FCC (reported)" in found.details[0]
    assert "hcp" in found.details[1]


def test_a_phase_without_a_lattice_is_out_of_domain():
    task = PredictionTask(as_matrix(["MoNb", "MoNb"]), [("BCC", "Laves"), ("BCC",)])
    found = PLUGIN.predict("shear_modulus", task)
    assert found.is_in_domain.tolist() == [False, True]
    assert np.isfinite(found.values).all()
