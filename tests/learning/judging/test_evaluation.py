"""Judging, choosing and tuning see only what they may."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.data.feature_sets import table_features
from quinary.learning.data.splits import make_splits
from quinary.learning.judging.evaluation import (
    Judgement,
    choose,
    held_out,
    judge,
    learning_curve,
    setting_of,
    split_gap,
    tuned,
)
from quinary.learning.judging.scores import ScoreValue
from quinary.learning.models.registry import Setting

SETS = ("fractions",)


def test_baselines_are_always_in_the_table(make_table):
    table = make_table(100)
    features = table_features(table, SETS)
    found = judge(table, features, models=["pair_ridge"], setting=setting_of(table, features, "mixture"))
    assert [one.model for one in found] == ["mean", "rule_of_mixtures", "nearest_neighbour", "pair_ridge"]
    score = {one.model: one.scores["mae"].value for one in found}
    assert score["pair_ridge"] < 0.8 * min(value for name, value in score.items() if name != "pair_ridge")
    assert choose(found, "mae").model == "pair_ridge"


def test_classes_are_judged_by_balanced_accuracy(make_table):
    table = make_table(100, is_class=True)
    found = judge(table, table_features(table, SETS), "random", ["logistic"])
    assert found[-1].scores["balanced_accuracy"].value > 0.8
    np.testing.assert_allclose(found[-1].held_out.probabilities.sum(axis=1), 1.0)


def test_the_simplest_within_one_standard_error_is_chosen():
    def judged(name, value, error):
        return Judgement(name, {"mae": ScoreValue(value, 0.0, 0.0, error)}, None)

    found = [judged("mean", 9.0, 1.0), judged("ridge", 5.4, 1.0), judged("blend", 5.0, 0.5)]
    assert choose(found, "mae").model == "ridge"
    assert choose([*found[:2], judged("blend", 5.0, 0.1)], "mae").model == "blend"


def test_held_out_rows_are_not_seen(make_table):
    """A nearest neighbour that had seen its own row would make no error."""
    table = make_table(60)
    features = table_features(table, SETS)
    found = held_out(("nearest_neighbour", Setting()), features.values, table, make_splits("leave_one_out", table))
    assert (found.predicted != table.target[found.rows]).all()


def test_tuning_keeps_the_default_unless_another_is_clearly_better(make_table):
    table = make_table(100, noise=0.01)
    features = table_features(table, SETS)
    strong = tuned("ridge", Setting(), features.values, table, budget=4)
    assert strong.get_params()["ridge__alpha"] < 10.0  # little noise: the default of 10 is too stiff
    assert tuned("gaussian_process", Setting(), features.values, table) is not None
    with pytest.raises(InputError, match="does not apply"):
        tuned("logistic", Setting(), features.values, table)


def test_gap_and_learning_curve(make_table):
    table = make_table(120)
    features = table_features(table, SETS)
    gap = split_gap(table, features, "nearest_neighbour")
    assert gap["gap"] == pytest.approx(gap["system"] - gap["random"])
    curve = learning_curve(table, features, "pair_ridge", (0.3, 1.0))
    assert curve[0]["n_rows"] < curve[1]["n_rows"]
    assert curve[0]["value"] > curve[1]["value"]
