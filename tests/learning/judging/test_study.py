"""From a table to a judged, calibrated and kept model; work that was done is not done again."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.errors import InputError
from quinary.learning.data.feature_sets import table_features
from quinary.learning.data.splits import make_splits
from quinary.learning.data.table import build_table
from quinary.learning.judging import evaluation
from quinary.learning.judging import study as module
from quinary.learning.judging.evaluation import judge, setting_of
from quinary.learning.judging.kept_evaluations import Finished
from quinary.learning.judging.selection import choose_paired, score_of_choice
from quinary.learning.judging.study import StudySettings, study_of, wanted_models
from quinary.learning.keeping.kept_models import MemoryShelf, find_kept, model_name
from quinary.learning.keeping.predictor import condition_columns, predictor_from
from quinary.learning.keeping.trained_model import Facts, calibration_of, coverage_at, trained_model
from quinary.learning.models import registry
from quinary.learning.models.registry import MODELS
from quinary.learning.uncertainty.conformal import Intervals
from quinary.plugins.sockets import PredictionTask, PredictorPlugin
from quinary.points.conditions import Conditions

QUICK = StudySettings(feature_sets=("fractions", "alloy"), models=("pair_ridge", "k_neighbours"), n_trees=10)


@pytest.fixture
def study(make_table):
    return study_of(without_columns(make_table(150)), QUICK)


def without_columns(table):
    return replace(table, columns={})


def test_baselines_are_always_judged_and_the_planted_law_is_found(study):
    names = [one.model for one in study.judgements]
    assert names == ["mean", "rule_of_mixtures", "nearest_neighbour", "pair_ridge", "k_neighbours"]
    assert study.chosen.model == "pair_ridge"
    assert study.chosen.scores["mae"].value < 0.2
    assert study.choice.value >= study.score.value - 1e-12
    assert study.gap == pytest.approx(study.score.value - study.random.value)


def test_intervals_hold_on_rows_they_were_not_made_from(study):
    calibration = calibration_of(study)
    assert 0.84 <= calibration.coverage <= 0.96
    assert coverage_at(study, 0.5) < calibration.coverage <= coverage_at(study, 0.95)
    assert calibration.width > 0
    assert set(calibration.evidence) == {"ratio", "rank_correlation", "threshold"}


def test_a_kept_model_predicts_after_reloading_and_can_be_listed(study):
    model = trained_model(
        study, calibration_of(study), Facts(data={"a table": 150}, licences=("CC0-1.0",), n_points=150)
    )
    shelf = MemoryShelf()
    kept = shelf.keep(model)
    assert [one.name for one in shelf.models()] == ["hardness_vickers"] == [model_name(model.card)]
    assert kept.document()["licences"] == ["CC0-1.0"]
    predictor = predictor_from(kept)
    assert isinstance(predictor, PredictorPlugin)
    matrix = study.table.matrix
    estimate = predictor.predict("hardness_vickers", PredictionTask(matrix))
    expected = kept.load().answers(model.features(matrix, {}))[:, 0]
    np.testing.assert_allclose(estimate.values, np.maximum(expected, 0.0), rtol=1e-12)
    assert isinstance(model.calibration, Intervals)
    assert predictor.interval_sigmas == pytest.approx(1.645, abs=1e-3)
    spread = np.maximum(kept.load().spread(model.features(matrix, {})), np.quantile(model.domain.spreads, 0.1))
    half = estimate.uncertainties * predictor.interval_sigmas
    np.testing.assert_allclose(half, model.calibration.half_width(spread, 0.9))
    assert model.card.doubt == ""
    assert model.card.gain["low"] > 0
    assert find_kept("hardness_vickers", shelf.models()).card == kept.card
    with pytest.raises(InputError, match="unknown learned model 'hardness'"):
        find_kept("hardness", shelf.models())
    with pytest.raises(InputError, match="no model 'hardness_vickers'"):
        find_kept("hardness_vickers", [])


def test_a_content_that_is_not_what_was_kept_is_refused(study):
    kept = MemoryShelf().keep(trained_model(study, calibration_of(study), Facts()))
    changed = replace(kept, digest="0" * 12)
    with pytest.raises(InputError, match="is damaged: its digest is another"):
        changed.load()


def test_what_is_known_of_the_errors_at_each_temperature_is_on_the_card(make_table):
    table = without_columns(make_table(150))
    kelvin = np.where(np.arange(150) % 3 == 0, 1273.0, 298.15)
    found = study_of(replace(table, columns={"temperature": kelvin}), StudySettings(models=("pair_ridge",)))
    card = trained_model(found, calibration_of(found), Facts()).card
    assert [(part["low"], part["high"]) for part in card.by_temperature] == [(250.0, 350.0), (1150.0, 1350.0)]
    assert sum(part["n_rows"] for part in card.by_temperature) == 150
    assert all(part["score"] < part["baseline"] for part in card.by_temperature)
    mean = sum(part["score"] * part["n_rows"] for part in card.by_temperature) / 150
    assert mean == pytest.approx(card.scores["mae"]["value"])


def test_an_element_that_was_never_seen_and_another_kind_of_material_are_refused(study):
    predictor = predictor_from(MemoryShelf().keep(trained_model(study, calibration_of(study), Facts())))
    estimate = predictor.predict("hardness_vickers", PredictionTask(as_matrix(["MoNb", "MoRe"])))
    assert estimate.reasons == ("", "the learned model has seen no Re")
    assert np.isfinite(estimate.values).tolist() == [True, False]
    with pytest.raises(InputError, match="it learned from alloys"):
        predictor.predict("hardness_vickers", PredictionTask(as_matrix(["Ti"]), anions=(("C", 1.0),)))


def test_finished_evaluations_are_not_repeated_and_a_damaged_file_is(make_table, tmp_path, monkeypatch):
    table, calls = without_columns(make_table(80)), []
    original = module.held_out
    monkeypatch.setattr(module, "held_out", lambda *given: calls.append(1) or original(*given))
    first = study_of(table, QUICK, Finished(tmp_path))
    n_calls = len(calls)
    second = study_of(table, QUICK, Finished(tmp_path))
    assert len(calls) == n_calls > 0
    assert [one.scores for one in first.judgements] == [one.scores for one in second.judgements]
    next(tmp_path.glob("*.npz")).write_bytes(b"half a file")
    study_of(table, QUICK, Finished(tmp_path))
    assert n_calls < len(calls) < 2 * n_calls


def test_the_simplest_of_the_equal_is_chosen(make_table):
    table = without_columns(make_table(150))
    found = judge(table, table_features(table, ("fractions",)), "system", ("linear", "pair_ridge"))
    best = choose_paired(found, table)
    assert best.model == "pair_ridge"
    twice = [one for one in found if one.model == "pair_ridge"] * 2
    assert choose_paired(twice, table).model == "pair_ridge"
    assert score_of_choice(found, table, make_splits("system", table)).value > 0
    with pytest.raises(InputError, match="no model was judged"):
        choose_paired([], table)


def test_budget_skips_models_but_never_baselines(make_table):
    found = study_of(
        without_columns(make_table(80)), StudySettings(("system"), ("fractions",), ("pair_ridge",), seconds=0.0)
    )
    assert [one.model for one in found.judgements] == ["mean", "rule_of_mixtures", "nearest_neighbour"]
    assert found.skipped == ("pair_ridge",)


def test_few_rows_are_enough_for_fewer_neighbours_and_what_cannot_be_fitted_is_left_out(make_table, monkeypatch):
    """Twenty neighbours were asked of fifteen rows; and a model that scikit-learn refuses does not end the study."""
    from sklearn.cluster import FeatureAgglomeration
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    table = without_columns(make_table(26))
    too_many = replace(MODELS["linear"], make=lambda _: make_pipeline(FeatureAgglomeration(999), LinearRegression()))
    monkeypatch.setattr(evaluation, "MODELS", {**MODELS, "linear": too_many})
    monkeypatch.setattr(registry, "MODELS", {**MODELS, "linear": too_many})
    settings = StudySettings(
        feature_sets=("fractions",), models=("k_neighbours", "linear"), n_settings=8, has_curve=True
    )
    found = study_of(table, settings)
    assert "k_neighbours" in [one.model for one in found.judgements]
    assert "linear" not in [one.model for one in found.judgements]
    assert any(text.startswith("linear is left out: LinearRegression cannot be fitted on") for text in found.warnings)
    assert found.curve


def test_a_model_of_noise_is_doubted(make_measurements):
    """Values without any law: whatever is chosen is not better than a baseline, and the card says so."""
    random = np.random.default_rng(5)
    rows = [replace(row, value=float(random.normal(5.0, 1.0)), columns={}) for row in make_measurements(60)]
    found = study_of(build_table("hardness_vickers", rows), QUICK)
    card = trained_model(found, calibration_of(found), Facts()).card
    assert "not used by predict unless named" in card.doubt


def test_classes_are_judged_and_calibrated(make_table):
    table = without_columns(make_table(160, is_class=True))
    settings = StudySettings(feature_sets=("fractions",), models=("logistic", "k_neighbours"))
    found = study_of(table, settings)
    calibration = calibration_of(found)
    assert 0.8 <= calibration.coverage <= 1.0
    assert 1.0 <= calibration.width <= 2.0
    predictor = predictor_from(MemoryShelf().keep(trained_model(found, calibration, Facts())))
    name, probability, members, _ = predictor.classes(PredictionTask(table.matrix))[0]
    assert name in {"hard", "soft"} and name in members and 0.5 <= probability <= 1.0
    assert predictor.classes_known == ("hard", "soft")
    hard, soft, both = (
        predictor.chances(some, PredictionTask(table.matrix)) for some in (["hard"], ["soft"], ["hard", "soft"])
    )
    np.testing.assert_allclose(hard.values + soft.values, 1.0)
    np.testing.assert_allclose(both.values, 1.0)
    assert max(hard.values[0], soft.values[0]) == probability
    assert 0.0 <= hard.uncertainties[0] == calibration.evidence["calibration_error"] < 0.5


def test_wanted_models(make_table):
    table = make_table(60)
    setting = setting_of(table, table_features(table, ("fractions",)))
    assert set(wanted_models(("all",), setting)) >= {"blend", "stacking", "mean"}
    assert all(MODELS[name].is_baseline or name == "ridge" for name in wanted_models(("ridge",), setting))
    with pytest.raises(InputError, match="does not apply"):
        wanted_models(("logistic",), setting)


# -- bad input: one clear line, with the remedy ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[:12], "12 rows; at least 20 are needed"),
        (lambda rows: [with_value(row, 3.0) for row in rows], "same value in every row .* add rows that differ"),
        (lambda rows: [with_value(row, "BCC") for row in rows], "one class only .* negative results included"),
        (lambda rows: [*rows[:-1], with_unit(rows[-1], "HV")], r"several units \(GPa, HV\); convert them to one"),
        (lambda rows: [leaking(row) for row in rows], "answer is among the features; leave it out"),
        (lambda rows: [*rows[:-1], silent(rows[-1])], "do not state mixture; state it for every row"),
    ],
)  # fmt: skip
def test_what_cannot_teach_is_refused_with_the_remedy(make_measurements, change, message):
    with pytest.raises(InputError, match=message) as refused:
        study_of(build_table("hardness_vickers", change(make_measurements(60))), QUICK)
    assert "\n" not in str(refused.value)


def test_one_paper_is_a_warning_and_cannot_be_held_out(make_measurements):
    rows = [of_paper(row) for row in make_measurements(80)]
    found = study_of(build_table("hardness_vickers", rows), QUICK)
    assert any("one paper" in text and "add another source" in text for text in found.warnings)
    with pytest.raises(InputError, match=r"none can be held out by paper.*--group none"):
        study_of(build_table("hardness_vickers", rows), replace(QUICK, split="paper"))


def test_unknown_names_are_told_apart(make_table):
    for settings, message in (
        (replace(QUICK, models=("extra_tree",)), "did you mean extra_trees"),
        (replace(QUICK, feature_sets=("alloys",)), "did you mean alloy"),
        (replace(QUICK, split="sistem"), "did you mean system"),
    ):
        with pytest.raises(InputError, match=message):
            study_of(make_table(60), settings)


def test_conditions_become_columns():
    columns, defaults = ("temperature", "test=compression"), {"temperature": 298.15, "test=compression": 1.0}
    assert condition_columns(Conditions(), columns, defaults) == defaults
    stated = Conditions.of({"temperature": 1273.0, "test": "tension"})
    assert condition_columns(stated, columns, defaults) == {"temperature": 1273.0, "test=compression": 0.0}


def with_value(row, value):
    return replace(row, value=value, unit="")


def with_unit(row, unit):
    return replace(row, unit=unit)


def leaking(row):
    return replace(row, columns={"mixture": 2.0 * row.value})


def silent(row):
    return replace(row, columns={})


def of_paper(row):
    return replace(row, paper="10.1/one")
