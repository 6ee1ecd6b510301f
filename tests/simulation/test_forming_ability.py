"""The whole answer for a carbide, and where there is none."""

import pytest

from quinary.simulation.efa import EfaSettings
from quinary.simulation.forming_ability import calibration, calibration_rows, entropy_forming_ability, phase_threshold
from quinary.simulation.relax import RelaxSettings


@pytest.mark.physics
def test_five_metal_carbide():
    """(HfNbTaTiZr)C: published 100 (10.1038/s41467-018-07160-7), single-phase; 54 orbits."""
    document = entropy_forming_ability("(HfNbTaTiZr)C").as_dict()
    assert len(document["spectrum"]) == len(document["degeneracies"]) == 54
    assert document["efa"] == pytest.approx(89.5, abs=0.5)
    assert document["interval"][0] <= 100 <= document["interval"][1]
    assert document["single_phase_probability"] > 0.9
    assert document["in_domain"]
    assert document["warnings"] == []
    assert document["calibration"].startswith("calibrated on 56 published carbides")


def test_where_nothing_was_published_there_is_no_probability():
    found = entropy_forming_ability("(HfTiZr)N", EfaSettings())
    assert found.calibrated is None
    assert found.single_phase_probability is None
    assert found.calibration.startswith("not calibrated: there are no published values with N")
    assert found.as_dict()["calibration"] == found.calibration
    assert found.as_dict()["interval"] is None
    assert calibration("emt", "") is None
    assert calibration_rows("emt", "") == ()


def test_relaxed_energies_are_not_calibrated():
    found = entropy_forming_ability("(HfNbTa)C", EfaSettings(is_full=True, relaxation=RelaxSettings(max_steps=1)))
    assert found.calibration.startswith("not calibrated: the published carbides were computed unrelaxed")
    assert found.calibrated is found.single_phase_probability is None


def test_chromium_widens_and_warns():
    found = entropy_forming_ability("(CrMoW)C")
    assert any("Cr" in warning for warning in found.warnings)
    assert not found.calibrated.in_domain


def test_threshold_is_between_the_carbides_of_several_phases_and_of_one():
    assert 40 < phase_threshold("diep", "2.0.0").threshold < 55
