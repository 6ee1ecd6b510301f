"""What a learned model says of itself as a predictor: which rows its promise is about, its honest score, whether it leads."""

from dataclasses import replace

import pytest

from quinary.learning.keeping.card import ModelCard, card_text
from quinary.learning.keeping.kept_models import KeptModel
from quinary.learning.keeping.predictor import LearnedPredictor
from quinary.points.conditions import Conditions

CARD = ModelCard(
    property="hardness_vickers", unit="GPa", model="pair_ridge", feature_sets=("fractions",), elements=("Mo", "Nb"),
    n_rows=100, split="system", n_groups=40, scores={"mae": {"value": 0.5, "low": 0.4, "high": 0.6}}, baselines={},
    choice={"value": 0.7, "low": 0.6, "high": 0.8},
    empirical={"model": "mixture", "score": 1.0, "own_score": 0.5, "n_rows": 20, "difference": 0.5, "error": 0.2},
)  # fmt: skip


def predictor(**changes):
    return LearnedPredictor(KeptModel("hardness", replace(CARD, **changes), "0123", "package", lambda: b""))


@pytest.mark.parametrize(
    ("split", "promise", "held_out"),
    [
        ("system", "rows of unseen chemical systems", "with chemical systems held out"),
        ("paper", "rows of unseen studies", "with studies held out"),
        ("random", "rows whose relatives are known", "with random rows held out"),
    ],
)
def test_the_promise_is_about_the_rows_that_were_held_out(split, promise, held_out):
    said = predictor(split=split).detail
    assert f"interval in the mean over {promise};" in said
    assert said.endswith(f"{held_out}; model hardness of the package")
    assert "± is half the 90% interval over 1.645, that interval in the mean" in said


def test_the_score_of_the_choice_is_shown_where_there_is_one():
    assert "mean error 0.7 GPa of the choice" in predictor().detail
    assert "mean error 0.5 GPa with" in predictor(choice={}).detail
    document = predictor().kept.document()
    assert (document["value"], document["interval"], document["is_of_choice"]) == (0.7, [0.6, 0.8], True)
    assert document["scores"]["mae"]["value"] == 0.5
    assert predictor(choice={}).kept.document()["value"] == 0.5
    assert "mae 0.7, 0.6 to 0.8" in card_text(CARD)


GAIN = {"baseline": "mean", "difference": 0.4, "low": 0.1, "high": 0.7}
PACKAGED = {"model": "packaged", "score": 0.3, "own_score": 0.6, "n_rows": 20, "difference": -0.3, "error": 0.1}


@pytest.mark.parametrize(
    ("changes", "is_doubted"),
    [
        ({}, False),  # a card from before it was told
        ({"gain": GAIN}, False),
        ({"gain": {**GAIN, "low": -0.1}}, True),  # it may be chance
        ({"gain": GAIN, "baselines": {"mean": 0.65}}, True),  # the choice is worse than the mean
    ],
)
def test_a_model_that_is_no_better_than_the_mean_is_doubted(changes, is_doubted):
    card = replace(CARD, **{"baselines": {"mean": 1.1}, **changes})
    assert ("no better than the mean" in card.doubt) is is_doubted
    assert ("no better than the mean" in card_text(card)) is is_doubted


def test_it_lags_only_behind_a_packaged_model_that_is_better_by_more_than_chance():
    assert "predict asks that first" in replace(CARD, packaged=PACKAGED).lag
    assert replace(CARD, packaged={**PACKAGED, "error": 0.4}).lag == ""
    assert replace(CARD, packaged={**PACKAGED, "n_rows": 19}).lag == ""
    assert CARD.lag == ""


def test_the_processing_that_it_stands_for_is_said():
    assert "rows, for as-cast material, ±" in predictor(defaults={"processing=A": 0.0, "processing=AC": 1.0}).detail
    assert ", for" not in predictor(defaults={"temperature": 298.15}).detail


@pytest.mark.parametrize(
    ("changes", "is_better"),
    [
        ({}, True),
        ({"split": "random"}, False),
        ({"split": "leave_one_out"}, False),
        ({"empirical": {}}, False),
        ({"empirical": {**CARD.empirical, "n_rows": 19}}, False),
        ({"empirical": {**CARD.empirical, "error": 0.5}}, False),
        ({"empirical": {"model": "mixture", "score": 1.0, "own_score": 0.5, "n_rows": 90}}, False),
    ],
)
def test_it_leads_only_where_it_is_better_by_more_than_chance(changes, is_better):
    assert predictor(**changes).is_better is is_better


AT = Conditions.of


@pytest.mark.parametrize(
    ("changes", "asked", "lack"),
    [
        ({"conditions": {"temperature": 1273.0}}, {}, "learned at temperature 1273 alone"),
        ({"conditions": {"temperature": 1273.0}}, {"temperature": 1273.15}, ""),
        ({"conditions": {"temperature": 1273.0}}, {"temperature": 1473.0}, "learned at temperature 1273 alone"),
        ({"conditions": {"temperature": 298.0}}, {}, ""),
        ({"conditions": {"test": "compression"}}, {}, "learned at test compression alone"),
        ({"ranges": {"temperature": (298.15, 1473.0)}}, {}, ""),
        ({"ranges": {"temperature": (298.15, 1473.0)}}, {"temperature": 1300.0}, ""),
        (
            {"ranges": {"temperature": (298.15, 1473.0)}},
            {"temperature": 1873.0},
            "learned at temperature 298.1 to 1473",
        ),
        ({"ranges": {"temperature": (298.15, 298.15)}}, {"temperature": 1273.0}, "learned at temperature 298.1"),
        ({"ranges": {"temperature": (873.0, 1473.0)}}, {}, "learned at temperature 873 to 1473"),
        ({"ranges": {"load": (0.5, 9.8)}}, {"load": 49.0}, "learned at load 0.5 to 9.8"),
    ],
)
def test_it_answers_only_where_its_training_covers_the_conditions(changes, asked, lack):
    found = predictor(**changes)
    assert found.lack((), AT(asked)) == lack
    assert found.covers((), AT(asked)) is (not lack)


def test_the_conditions_that_all_of_its_rows_had_are_those_of_its_answers():
    assert set(predictor(conditions={"temperature": 1273.0}).uses_conditions) == {"temperature"}
    assert set(predictor(defaults={"test=compression": 1.0, "load": 2.0}).uses_conditions) == {"test", "load"}


def test_it_answers_only_for_its_kind_of_material():
    assert predictor().lack((("C", 1.0),), AT({})) == "learned from alloys"
    assert predictor(kind="C").lack((("C", 1.0),), AT({})) == ""
    assert predictor(kind="C").lack((("N", 1.0),), AT({})) == "learned from ceramics with C"
    assert predictor(kind="C").lack((), AT({})) == "learned from ceramics with C"
