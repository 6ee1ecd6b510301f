"""The empirical rules as the first rung of the ladder."""

import json

import pytest

from quinary.chemistry.composition import Composition
from quinary.descriptors.alloys.formulas import ALLOY_DESCRIPTORS
from quinary.plugins.sockets import ValidationSettings, ValidatorPlugin
from quinary.validators.empirical_rules import PLUGIN, RULES, Bound

SETTINGS = ValidationSettings()
ZIRCONIUM_GLASS = "Zr41.2Ti13.8Cu12.5Ni10Be22.5"


def validate(formula):
    return PLUGIN.validate(Composition.of(formula), SETTINGS)


def test_plugin_fills_the_socket_and_comes_first():
    assert isinstance(PLUGIN, ValidatorPlugin)
    assert (PLUGIN.name, PLUGIN.order) == ("rules", 10)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("formula", "phases"),
    [("CoCrFeMnNi", ("FCC",)), ("CoCrFeNi", ("FCC",)), ("MoNbTaW", ("BCC",)), ("MoNbTaVW", ("BCC",))],
)
def test_known_solid_solutions(formula, phases):
    """Cantor et al. 2004 (10.1016/j.msea.2003.10.257) and Senkov et al. 2010 (10.1016/j.intermet.2010.05.014)."""
    verdict = validate(formula)
    assert (verdict.outcome, verdict.phases) == ("passed", phases)


@pytest.mark.physics
def test_a_metallic_glass_fails():
    """Zr41.2Ti13.8Cu12.5Ni10Be22.5 solidifies as a glass (Peker, Johnson 1993, 10.1063/1.110520)."""
    verdict = validate(ZIRCONIUM_GLASS)
    assert (verdict.outcome, verdict.phases) == ("failed", ())


@pytest.mark.physics
def test_rules_disagree_on_an_alloy_with_ordered_bcc():
    """AlCoCrFeNi is bcc with B2: Omega and gamma allow a solution, enthalpy, Lambda and phi do not."""
    verdict = validate("AlCoCrFeNi")
    assert verdict.outcome == "uncertain"
    assert verdict.phases == ()
    assert verdict.values["lambda"]["outcome"] == "solid solution and compounds"
    assert verdict.values["vec_phase"]["outcome"].startswith("not applicable")


def test_two_lattices_by_vec_are_no_single_verdict():
    verdict = validate("Cr40Fe30Co30")
    assert 6.87 <= verdict.values["vec_phase"]["value"]["valence_electron_concentration"] < 8.0
    assert (verdict.outcome, verdict.phases) == ("uncertain", ())
    assert "two of them" in verdict.reason


@pytest.mark.parametrize("formula", ["NbTa", "CuZr", "Fe97Cr1Ni1Mn1"])
def test_low_entropy_alloys_lie_outside_the_rules(formula):
    verdict = validate(formula)
    assert verdict.outcome == "uncertain"
    assert "low mixing entropy" in verdict.reason


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("(HfNbTaTiZr)C", "ceramics"),
        ("W", "pure element"),
        ("CoCrFeNiC0.1", "tabulated for C"),
        ("ThUZr", "Th-U"),
    ],
)
def test_skipped_with_reason(formula, reason):
    verdict = validate(formula)
    assert verdict.outcome == "skipped"
    assert reason in verdict.reason


def test_every_rule_reports_value_threshold_outcome_and_source_as_json():
    for formula in ("MoNbTaW", "NbTa", ZIRCONIUM_GLASS):
        values = json.loads(json.dumps(validate(formula).as_dict(), allow_nan=False))["values"]
        assert list(values) == [rule.name for rule in RULES]
        for report in values.values():
            assert {"value", "condition", "threshold", "outcome", "source"} == set(report)
            assert report["source"].startswith("10.")


def test_rules_name_known_descriptors():
    assert {name for rule in RULES for name in rule.descriptors} <= set(ALLOY_DESCRIPTORS)


@pytest.mark.parametrize(
    ("name", "descriptors", "outcome"),
    [
        ("omega", {"omega": 1.1, "atomic_size_mismatch": 6.6}, "solid solution"),
        ("omega", {"omega": 1.1, "atomic_size_mismatch": 6.61}, "no solid solution"),
        ("size_and_enthalpy", {"mixing_enthalpy": -11.6, "atomic_size_mismatch": 2.0}, "no solid solution"),
        ("lambda", {"lambda_parameter": 0.96}, "solid solution and compounds"),
        ("lambda", {"lambda_parameter": 0.24}, "solid solution and compounds"),
        ("lambda", {"lambda_parameter": 0.2399}, "no solid solution"),
        ("gamma", {"gamma_parameter": 1.175}, "no solid solution"),
        ("ye_phi", {"ye_phi": 20.0}, "no solid solution"),
        ("vec_phase", {"valence_electron_concentration": 8.0 - 1e-15}, "FCC"),
        ("vec_phase", {"valence_electron_concentration": 6.87}, "BCC+FCC"),
        ("entropy_class", {"mixing_entropy": 12.4717}, "high entropy"),
        ("entropy_class", {"mixing_entropy": 8.3145}, "medium entropy"),
        ("entropy_class", {"mixing_entropy": 8.31}, "low entropy"),
    ],
)
def test_edges_of_the_published_windows(name, descriptors, outcome):
    (rule,) = [rule for rule in RULES if rule.name == name]
    assert rule.outcome(descriptors) == outcome


def test_infinite_values_meet_open_bounds():
    assert Bound("omega", low=1.1).holds(float("inf"))
    assert not Bound("omega", high=1.1).holds(float("inf"))


def test_the_rules_skip_what_is_no_alloy():
    verdict = validate("CoCrFeNiSi2")
    assert verdict.outcome == "skipped"
    assert "33.3 at.% Si" in verdict.reason
