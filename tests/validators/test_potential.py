"""The rung of interatomic potentials. EMT of ASE is fast; diep, which takes seconds, is used on small cells."""

from dataclasses import replace

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins.sockets import SlowValidatorPlugin, ValidationSettings
from quinary.simulation.potentials import PotentialCard
from quinary.validators.potential import PLUGIN

EMT = ValidationSettings(potential="emt", n_atoms=(10, 10))


def verdict_on(formula, settings=EMT):
    return PLUGIN.validate(Composition.of(formula), settings)


@pytest.fixture(scope="module")
def tungsten():
    return verdict_on("W", ValidationSettings())


@pytest.mark.physics
def test_tungsten_with_the_default_potential(tungsten):
    """Tungsten: a = 3.165 angstrom, B = 310 GPa, G = 161 GPa (Simmons, Wang 1971)."""
    assert tungsten.outcome == "passed"
    assert tungsten.reason == "mechanically stable bcc crystal (1 atoms in the cell)"
    assert tungsten.values["lattice_parameter"] == pytest.approx(3.165, rel=0.01)
    assert tungsten.values["bulk_modulus"] == pytest.approx(310, rel=0.15)
    assert tungsten.values["shear_modulus"] == pytest.approx(161, rel=0.15)
    assert tungsten.values["formation_energy"] == pytest.approx(0.0, abs=2e-3)


def test_values_have_unit_and_error_from_the_card(tungsten):
    found = tungsten.properties
    assert {name: entry.unit for name, entry in found.items()} == {
        "lattice_parameter": "angstrom", "bulk_modulus": "GPa", "shear_modulus": "GPa", "youngs_modulus": "GPa",
        "poisson_ratio": "", "formation_energy": "eV/atom",
    }  # fmt: skip
    assert all(entry.uncertainty > 0 for entry in found.values())
    assert found["bulk_modulus"].uncertainty == pytest.approx(0.12 * found["bulk_modulus"].value)


def test_a_potential_without_a_card_gives_values_without_errors():
    found = verdict_on("CuAu")
    assert found.outcome in {"passed", "uncertain"}
    assert {entry.uncertainty for entry in found.properties.values()} == {None}
    assert found.values["correlation_error"] >= 0
    assert found.values["rounding_error"] == 0


@pytest.mark.parametrize(
    ("formula", "reason"),
    [("MoW", "No EMT-potential"), ("(TiZr)C0.7", "no structure is known"), ("XeMo", "no solid solution"),
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


@pytest.mark.physics
def test_of_two_potentials_the_first_gives_the_values_and_the_other_its_opinion(tungsten, capfd):
    """CHGNet finds 67 of tungsten's 161 GPa in shear (Simmons, Wang 1971): a known softness that widens nothing."""
    found = verdict_on("W", ValidationSettings(potential="diep,chgnet"))
    printed = capfd.readouterr()
    assert (printed.out, "CHGNet" in printed.err) == ("", False)
    assert found.outcome == "passed"
    first, second = found.values["potentials"].values()
    assert first["shear_modulus"] == found.values["shear_modulus"] == tungsten.values["shear_modulus"]
    assert second["lattice_parameter"] == pytest.approx(3.19, abs=0.02)
    assert second["shear_modulus"] == pytest.approx(67, rel=0.1)
    assert found.values["disagreement"]["shear_modulus"] < 1
    assert found.properties["shear_modulus"] == tungsten.properties["shear_modulus"]


def too_sure():
    """The embedded-atom potential under another name, with a card that leaves no room for any other opinion."""
    from ase.calculators.emt import EMT as Calculator

    return Calculator(asap_cutoff=True)


too_sure.card = PotentialCard(
    "too sure", "-", "-", {"lattice_parameter": 1e-9, "shear_modulus": 1e-9, "bulk_modulus": 1e-9}
)


def test_a_disagreement_that_the_cards_do_not_explain_makes_the_verdict_uncertain(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sure", sys.modules[__name__])
    found = verdict_on("CuAu", replace(EMT, potential="emt,sure:too_sure"))
    assert found.outcome == "uncertain"
    assert "times the errors of their cards" in found.reason
    assert found.values["disagreement"]["shear_modulus"] > 3
    alone = verdict_on("CuAu", EMT)
    assert found.properties["lattice_parameter"].value == alone.properties["lattice_parameter"].value
    assert found.properties["lattice_parameter"].uncertainty > 0


def test_a_potential_that_cannot_compute_the_material_is_named_and_does_not_count():
    found = verdict_on("CuAu", replace(EMT, potential="emt,lj"))
    assert found.outcome == verdict_on("CuAu", EMT).outcome
    assert "lj" in found.reason
    assert "does not count" in found.reason
    assert list(found.values["potentials"]) == ["emt", "lj"]
    assert found.values["potentials"]["lj"]["left_out"]
    assert found.values["disagreement"] == {}


def test_ensembles_are_named_well():
    for name, message in (("emt,", "names no potential"), ("emt,emt", "twice"), ("emt,diepp", "unknown potential")):
        with pytest.raises(InputError, match=message):
            verdict_on("Cu", replace(EMT, potential=name))
    several = ValidationSettings(potential="diep,chgnet")
    assert PLUGIN.seconds_for(Composition.of("W"), several) > PLUGIN.seconds_for(
        Composition.of("W"), ValidationSettings()
    )
