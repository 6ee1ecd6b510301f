"""The rung of stacking faults, on embedded-atom potentials, which take no time."""

import math

import pytest

from quinary.chemistry.composition import Composition
from quinary.plugins.sockets import SlowValidatorPlugin, ValidationSettings
from quinary.simulation.potentials import load_potential
from quinary.validators.faults import PLUGIN

EMT = ValidationSettings(potential="emt", n_atoms=(8, 8))


def test_toughness_and_d_follow_from_the_energies():
    found = PLUGIN.validate(Composition.of("Cu"), EMT)
    assert found.outcome == "passed"
    values, properties = found.values, found.properties
    assert properties["d_parameter"].value == pytest.approx(
        values["surface_energy"] / values["unstable_stacking_fault_energy"]
    )
    assert properties["fracture_toughness_rice"].unit == "MPa m^0.5"
    assert 0.1 < properties["fracture_toughness_rice"].value < 0.4
    assert properties["d_parameter"].uncertainty is None  # this potential has no card


@pytest.mark.physics
def test_tungsten_with_the_default_potential():
    """K = 0.8226 MPa m^0.5 and D = 2.05 from the elemental table of Chong et al. 2021, 10.1088/1361-648X/ac0195."""
    found = PLUGIN.validate(Composition.of("W"), ValidationSettings())
    toughness, ratio = found.properties["fracture_toughness_rice"], found.properties["d_parameter"]
    assert toughness.value == pytest.approx(0.8226, rel=0.2)
    assert abs(toughness.value - 0.8226) < 2 * toughness.uncertainty
    assert abs(ratio.value - 2.05) < 2 * ratio.uncertainty


def test_weak_elements_widen_the_error():
    card = load_potential().card
    assert card.error("unstable_stacking_fault_energy", ("Nb",)) >= card.error("unstable_stacking_fault_energy", ("W",))
    assert card.error("shear_modulus", ("Nb", "W")) == pytest.approx(3 * card.error("shear_modulus", ("W",)))
    assert math.isfinite(card.error("surface_energy", ("W",)))


@pytest.mark.parametrize(
    ("formula", "reason"), [("(TiZr)C", "not for ceramics"), ("MoW", "No EMT-potential"), ("Ti", "hcp|No EMT")]
)
def test_what_it_cannot_take_is_skipped(formula, reason):
    import re

    found = PLUGIN.validate(Composition.of(formula), EMT)
    assert found.outcome == "skipped"
    assert re.search(reason, found.reason)


def test_it_says_how_long_it_takes():
    assert isinstance(PLUGIN, SlowValidatorPlugin)
    assert PLUGIN.seconds_for(Composition.of("MoNbTaW"), EMT) > PLUGIN.seconds_for(Composition.of("W"), EMT) > 0
