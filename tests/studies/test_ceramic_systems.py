"""The systems that need no data set, and the parts of the bench of ceramics: rules, environments, goals, screening."""

import numpy as np
import pytest

from quinary.progress import silent
from quinary.reference.vacancy_energies import vacancy_energies
from quinary.simulation.forming_ability import calibration_rows
from quinary.studies.boride_plots import METALS, boride_plot, equimolar_fives, plot_points, rule_labels
from quinary.studies.reproductions import ReproductionSettings, reproduce
from quinary.studies.systems import kaufmann2020
from quinary.studies.vacancy_sites import radial_counts, shell_counts, shell_features
from quinary_benchmarks import ceramics as bench_ceramics
from quinary_benchmarks.carbide_moduli import BLEND, _summary, carbide_errors
from quinary_benchmarks.oxide_classes import cation_features, oxide_table


@pytest.fixture
def with_mirror(mirror, cache_with_trainings, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(cache_with_trainings))
    monkeypatch.setenv("QUINARY_MIRROR", str(mirror))


@pytest.mark.physics
def test_the_plot_keeps_alb2_apart():
    """Stable at room temperature: TiB2 to TaB2 and CrB2 are of the AlB2 type, MoB2 and WB2 are not (Massalski 1990)."""
    inside = dict(zip(METALS, boride_plot().distance(plot_points(METALS)) > 0, strict=True))
    assert inside == {metal: metal not in {"Mo", "W"} for metal in METALS}


def test_rules_of_all_fives():
    mixtures = equimolar_fives()
    labels = rule_labels(mixtures, boride_plot())
    assert len(mixtures) == 126
    assert not any(label for metals, label in zip(mixtures, labels, strict=True) if {"Mo", "W"} <= set(metals))


def test_borides_say_what_is_measured_and_what_is_a_rule():
    found = reproduce("mitra2022", ReproductionSettings(0.04))
    assert found["ours"]["test_accuracy"] > 0.85
    assert found["grouped"]["measured_right_rule"] == 7
    assert [row["measured"] for row in found["listed"]].count("multi") == 1


def test_a_carbon_site_of_rock_salt_has_six_eight_and_24_metals_around_it():
    rows = vacancy_energies()[:15]
    metals = ("Hf", "Nb", "Ta", "Ti", "Zr")
    assert set(shell_counts(rows, metals, 1).sum(axis=1)) == {6.0}
    assert set(shell_counts(rows, metals).sum(axis=1)) == {14.0}
    assert set(radial_counts(rows, metals).sum(axis=1)) == {38.0}
    assert np.isfinite(shell_features(rows)).all()


def test_sites_know_more_than_compositions():
    found = reproduce("zhao2023", ReproductionSettings(0.05))
    assert found["ours"]["mae"] < found["ours"]["mae_true_means"]
    assert found["ours"]["mae"] < found["ours"]["mae_composition_only"] < found["ours"]["mae_mean_predictor"]


@pytest.mark.usefixtures("with_mirror")
def test_oxide_features_do_not_know_the_oxygen():
    table, compositions = oxide_table()
    assert len(table) == len(compositions) > 100
    rock_salt = next(c for c in compositions if set(c.cations) == {"Co", "Cu", "Mg", "Ni", "Zn"})
    more = type(rock_salt).ceramic(dict(rock_salt.cations), {"O": 2.0})
    np.testing.assert_allclose(cation_features([rock_salt]), cation_features([more]))


def test_a_small_screening_and_its_goal():
    found = bench_ceramics._screened(4000, silent)
    assert found["count"] >= 4000
    rows = {row["measure"]: row for row in bench_ceramics._rows({"screening": found})}
    assert rows["screening: peak_memory_mb"]["met"] == ""


def test_the_blend_is_judged_by_the_mean_of_its_draws():
    draws = {"mae": 7.6, "lowest": 7.4, "highest": 7.7, "n_draws": 3}
    found = [{"target": "bulk_modulus", "split": "random", **draws, "model": model} for model in ("mean", "blend")]
    (row,) = bench_ceramics._rows({"carbides": found})
    assert row["measure"].endswith("blend (7.4 to 7.7 in 3 draws)")
    assert (row["ours"], row["met"]) == (7.6, "no")


def test_baselines_stand_beside_what_was_designed():
    found = {
        "agreed_bulk_modulus": 0.85,
        "offered": {"agreed_bulk_modulus": 0.95},
        "limits_broken": 0,
        "random": {"agreed_bulk_modulus": 0.2},
        "agreement": {"agreed_bulk_modulus": 0.97},
    }
    rows = bench_ceramics._rows({"inverse_design": found})
    shares = [(row["ours"], row["met"]) for row in rows if "agreed" in row["measure"]]
    assert shares == [(0.95, "yes"), (0.85, ""), (0.2, ""), (0.97, "")]
    assert [row["met"] for row in rows if "limits_broken" in row["measure"]] == ["yes"]


def test_abilities_without_chromium_are_judged_apart():
    without, every = (calibration_rows("diep", "2.0.0", with_chromium=wanted) for wanted in (False, True))
    assert (len(without), len(every)) == (56, 62)
    found, with_chromium = (kaufmann2020._errors(rows, 1, 0) for rows in (without, every))
    assert found["mae"] < 3.2 < with_chromium["mae"]
    assert found["mae_leave_element_out"] < 6 < with_chromium["mae_leave_element_out"]
    listed = kaufmann2020._chromium(every)
    assert len(listed) == 6
    assert all("Cr" in row["formula"] for row in listed)


@pytest.mark.usefixtures("with_mirror")
def test_errors_of_members_cancel_in_part():
    rows = carbide_errors(("random",), ("bulk_modulus",), n_trees=5, n_draws=1)
    error = {row["model"]: row["mae"] for row in rows}
    assert error["blend"] < np.mean([error[name] for name in BLEND])
    assert error["blend"] < error["mean"]


def test_draws_are_summed_up_by_mean_and_range():
    assert _summary([7.0, 7.5, 7.1]) == {"mae": 7.2, "lowest": 7.0, "highest": 7.5, "n_draws": 3}


def test_goals_are_judged_by_their_sign():
    assert bench_ceramics._row("x", 0.9, ">= 0.85")["met"] == "yes"
    assert bench_ceramics._row("x", 0.9, "<= 0.85")["met"] == "no"
    assert bench_ceramics._row("x", 0.9)["met"] == ""
