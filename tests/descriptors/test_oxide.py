"""Radii of oxides against published ones."""

import math

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.descriptors.oxide import PLUGIN


def described(formula):
    return {name: values[0] for name, values in PLUGIN.describe([Composition.of(formula)]).items()}


@pytest.mark.physics
def test_radii_of_a_published_fluorite():
    """Spiridigliozzi et al. 2021, 10.1016/j.actamat.2020.10.061: standard deviation (n - 1) .0976 for (CeZrNdYEr)O1.7."""
    found = described("(CeZrNdYEr)O1.7")
    spread = found["cation_radius_mismatch"] / 100 * found["mean_cation_radius"]
    assert spread * math.sqrt(5 / 4) == pytest.approx(0.0976, abs=5e-5)


@pytest.mark.physics
def test_rock_salt_of_rost():
    """(MgCoNiCuZn)O, Shannon 1976: radii .72, .745 (high spin), .69, .73, .74 angstrom."""
    radii = np.array([0.72, 0.745, 0.69, 0.73, 0.74])
    found = described("(MgCoNiCuZn)O")
    assert found["mean_cation_radius"] == pytest.approx(radii.mean())
    assert found["cation_radius_mismatch"] == pytest.approx(100 * radii.std() / radii.mean())
    assert math.isnan(found["goldschmidt_tolerance_factor"])


def test_each_site_is_compared_with_its_own_mean():
    found = described("(CaSr)(Ti)O3")
    on_a = 100 * 0.05 / 1.39  # 1.34 and 1.44 angstrom
    assert found["cation_radius_mismatch"] == pytest.approx(on_a / math.sqrt(2))
    assert described("(Sr)(Ti)O3")["cation_radius_mismatch"] == 0.0


def test_oxygen_alone_is_covered():
    covered = [PLUGIN.covers(Composition.of(text)) for text in ("(MgZn)O", "(HfTa)C0.5O0.5", "(HfTa)C", "MoNb")]
    assert covered == [True, False, False, False]


@pytest.mark.physics
@pytest.mark.parametrize("formula", ["SrTiO3", "(Sr)(Ti)O3", "TiSrO3"])
def test_tolerance_factor_of_strontium_titanate(formula):
    """Shannon 1976: Sr2+ (12) 1.44, Ti4+ (6) 0.605, O2- 1.40 angstrom: t = 1.002, the cubic perovskite at room temperature."""
    found = described(formula)
    assert found["goldschmidt_tolerance_factor"] == pytest.approx(1.002, abs=5e-4)
    assert found["cation_radius_ratio"] == pytest.approx(1.44 / 0.605)


@pytest.mark.physics
def test_tolerance_factors_of_lanthanum_perovskites():
    """La3+ (12) 1.36; Mn3+ (6, high spin) 0.645, Co3+ 0.61 angstrom (Shannon 1976): 0.954 and 0.971."""
    assert described("LaMnO3")["goldschmidt_tolerance_factor"] == pytest.approx(0.954, abs=5e-4)
    assert described("LaCoO3")["goldschmidt_tolerance_factor"] == pytest.approx(0.971, abs=5e-4)


@pytest.mark.physics
@pytest.mark.parametrize(("formula", "ratio"), [("Gd2Zr2O7", 1.46), ("La2Zr2O7", 1.61), ("Sm2Ti2O7", 1.78)])
def test_radius_ratios_of_pyrochlores(formula, ratio):
    """Subramanian, Aravamudan, Subba Rao 1983, 10.1016/0079-6786(83)90001-8: pyrochlores lie between 1.46 and 1.78."""
    assert described(formula)["cation_radius_ratio"] == pytest.approx(ratio, abs=6e-3)
    assert math.isnan(described(formula)["goldschmidt_tolerance_factor"])


def test_a_mixed_site_counts_with_its_mean():
    mixed = described("(LaNdSmEuGd)2Zr2O7")["cation_radius_ratio"]
    assert mixed == pytest.approx((1.16 + 1.109 + 1.079 + 1.066 + 1.053) / 5 / 0.72)
    assert described("Sr(TiZrHfSnMn)O3")["goldschmidt_tolerance_factor"] == pytest.approx(0.979, abs=5e-4)
