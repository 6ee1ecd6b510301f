"""The rung of interatomic potentials. EMT of ASE is fast; diep, which takes seconds, is used on small cells."""

from dataclasses import replace

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins.sockets import SlowValidatorPlugin, ValidationSettings
from quinary.validators.potential import PLUGIN

EMT = ValidationSettings(potential="emt", n_atoms=(10, 10))


def verdict_on(formula, settings=EMT):
    return PLUGIN.validate(Composition.of(formula), settings)


@pytest.fixture(scope="module")
def tungsten_molybdenum():
    return verdict_on("MoW", ValidationSettings(n_atoms=(4, 4)))


@pytest.mark.physics
def test_a_refractory_alloy_with_the_default_potential(tungsten_molybdenum):
    """Mo-W is bcc at all compositions: a between 3.147 (Mo) and 3.165 (W), B between 260 and 310 GPa, measured."""
    found = tungsten_molybdenum
    assert found.outcome == "passed"
    assert "mechanically stable bcc" in found.reason
    assert 3.13 < found.values["lattice_parameter"] < 3.19
    assert 245 < found.properties["bulk_modulus"].value < 320
    assert abs(found.properties["formation_energy"].value) < 0.05


def test_values_have_unit_and_error_from_the_card(tungsten_molybdenum):
    found = tungsten_molybdenum.properties
    assert {name: entry.unit for name, entry in found.items()} == {
        "lattice_parameter": "angstrom", "bulk_modulus": "GPa", "shear_modulus": "GPa", "youngs_modulus": "GPa",
        "poisson_ratio": "", "formation_energy": "eV/atom",
    }  # fmt: skip
    assert all(0 < entry.uncertainty < abs(entry.value) or name == "formation_energy" for name, entry in found.items())
    assert found["bulk_modulus"].uncertainty == pytest.approx(0.12 * found["bulk_modulus"].value)


def test_a_potential_without_a_card_gives_values_without_errors():
    found = verdict_on("CuAu")
    assert found.outcome in {"passed", "uncertain"}
    assert {entry.uncertainty for entry in found.properties.values()} == {None}
    assert found.values["correlation_error"] >= 0
    assert found.values["rounding_error"] == 0


@pytest.mark.parametrize(
    ("formula", "reason"),
    [("MoW", "Calculator"), ("(TiZr)C0.7", "no structure is known"), ("XeMo", "no solid solution"),
     ("Cu99Au", "too few")],
)  # fmt: skip
def test_what_cannot_be_computed_is_skipped_with_the_reason(formula, reason):
    found = verdict_on(formula)
    assert found.outcome == "skipped"
    assert reason in found.reason
    assert not found.properties


def test_a_relaxation_that_leaves_all_bounds_is_an_error_with_the_last_structure():
    """The Lennard-Jones crystal of ASE has its atoms 1.1 angstrom apart: any metal collapses."""
    found = verdict_on("Mo", replace(EMT, potential="lj"))
    assert found.outcome == "error"
    assert "the relaxation of" in found.reason
    assert found.values["last_structure"].startswith("1\nLattice=")


def test_an_unknown_potential_is_bad_input():
    with pytest.raises(InputError, match="unknown potential 'diepp'"):
        verdict_on("Mo", replace(EMT, potential="diepp"))


def test_it_says_how_long_it_takes():
    assert isinstance(PLUGIN, SlowValidatorPlugin)
    cost = {name: PLUGIN.seconds_for(Composition.of(name), ValidationSettings()) for name in ("Mo", "MoW", "(TiZr)C")}
    assert cost["Mo"] < cost["MoW"] < cost["(TiZr)C"]
