"""What a learned model says of itself as a predictor: which rows its promise is about, its honest score, whether it leads."""

from dataclasses import replace
from pathlib import Path

import pytest

from quinary.learning.card import ModelCard, card_text
from quinary.learning.kept_models import KeptModel
from quinary.learning.predictor import LearnedPredictor

CARD = ModelCard(
    property="hardness_vickers", unit="GPa", model="pair_ridge", feature_sets=("fractions",), elements=("Mo", "Nb"),
    n_rows=100, split="system", n_groups=40, scores={"mae": {"value": 0.5, "low": 0.4, "high": 0.6}}, baselines={},
    choice={"value": 0.7, "low": 0.6, "high": 0.8},
    empirical={"model": "mixture", "score": 1.0, "own_score": 0.5, "n_rows": 20, "difference": 0.5, "error": 0.2},
)  # fmt: skip


def predictor(**changes):
    return LearnedPredictor(KeptModel("hardness", Path("hardness.safetensors"), replace(CARD, **changes), "0123"))


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
    assert said.endswith(held_out)


def test_the_score_of_the_choice_is_shown_where_there_is_one():
    assert "mean error 0.7 GPa of the choice" in predictor().detail
    assert "mean error 0.5 GPa with" in predictor(choice={}).detail
    document = predictor().kept.document()
    assert (document["value"], document["interval"], document["is_of_choice"]) == (0.7, [0.6, 0.8], True)
    assert document["scores"]["mae"]["value"] == 0.5
    assert predictor(choice={}).kept.document()["value"] == 0.5
    assert "mae 0.7, 0.6 to 0.8" in card_text(CARD)


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
