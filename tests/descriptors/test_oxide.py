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
