"""The rung of phase equilibrium: at which temperature it judges."""

from quinary.chemistry.composition import Composition
from quinary.plugins.sockets import ValidationSettings
from quinary.validators.calphad import PLUGIN


def test_a_temperature_that_nobody_asked_for_rules_no_light_alloy_out():
    light = Composition.of("Al9Mg")
    by_default = PLUGIN.validate(light, ValidationSettings())
    assert by_default.conditions["temperature"] < 800
    assert "liquid" not in by_default.phases
    assert "not solid at 1273 K, so judged at 0.8 of the solidus" in by_default.reason
    asked = PLUGIN.validate(light, ValidationSettings(temperature=1273.0))
    assert (asked.outcome, asked.phases) == ("failed", ("liquid",))
    assert asked.conditions == {"temperature": 1273.0}


def test_an_alloy_that_is_solid_there_is_judged_at_the_usual_temperature():
    found = PLUGIN.validate(Composition.of("NbTa"), ValidationSettings())
    assert found.outcome != "skipped"
    assert found.conditions == {"temperature": 1273.0}
    assert "not solid" not in found.reason
