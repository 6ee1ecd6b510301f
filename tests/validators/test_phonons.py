"""The rung of phonons, on an embedded-atom potential, which takes no time."""

import json
from dataclasses import replace

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins.sockets import SlowValidatorPlugin, ValidationSettings
from quinary.simulation.phonons import phonons
from quinary.simulation.potentials import load_potential
from quinary.simulation.solid_solution import recent_solution
from quinary.validators.phonons import PLUGIN, _judgement

EMT = ValidationSettings(potential="emt", n_atoms=(8, 8))


@pytest.mark.parametrize("formula", ["Cu", "CuAu"])
def test_a_stable_crystal_passes_with_its_vibrations(formula):
    found = PLUGIN.validate(Composition.of(formula), EMT)
    assert found.outcome == "passed"
    assert "dynamically stable fcc" in found.reason
    values = found.values
    assert values["is_stable"]
    assert values["temperatures"] == [298.15, 1273.0]
    assert 20 < values["heat_capacity"][0] < values["heat_capacity"][1] < 3 * 8.3145
    assert values["zero_point_energy"] > values["vibrational_free_energy"][0] > values["vibrational_free_energy"][1]
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_crystal_that_is_torn_apart_fails_and_the_reason_says_how():
    """Copper stretched by 15 % has lost its resistance to shear."""
    emt = load_potential("emt")
    solution = recent_solution(Composition.of("Cu"), "emt", (8, 8))
    torn = solution.relaxation.atoms.copy()
    torn.set_cell(1.15 * torn.cell.array, scale_atoms=True)
    outcome, reason = _judgement(solution, phonons(torn, emt))
    assert outcome == "failed"
    assert "dynamically unstable at 0 K" in reason
    assert "when hot" in reason


@pytest.mark.parametrize(("formula", "reason"), [("MoW", "No EMT-potential"), ("XeMo", "no solid solution")])
def test_what_it_cannot_take_is_skipped(formula, reason):
    found = PLUGIN.validate(Composition.of(formula), EMT)
    assert found.outcome == "skipped"
    assert reason in found.reason


def test_a_relaxation_that_explodes_is_an_error_with_the_last_structure():
    found = PLUGIN.validate(Composition.of("Mo"), replace(EMT, potential="lj"))
    assert found.outcome == "error"
    assert "Lattice=" in found.values["last_structure"]


def test_an_unknown_potential_is_bad_input():
    with pytest.raises(InputError, match="unknown potential"):
        PLUGIN.validate(Composition.of("Mo"), replace(EMT, potential="diepp"))


def test_it_says_how_long_it_takes():
    assert isinstance(PLUGIN, SlowValidatorPlugin)
    assert PLUGIN.seconds_for(Composition.of("MoNbTaW"), EMT) > PLUGIN.seconds_for(Composition.of("W"), EMT) > 0
