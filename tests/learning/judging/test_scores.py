"""Scores against scikit-learn; intervals of known width."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, mean_absolute_error, r2_score

from quinary.errors import InputError
from quinary.learning.judging.scores import is_worse, paired_difference, score_value


def test_scores_agree_with_scikit_learn():
    random = np.random.default_rng(0)
    truth, predicted, groups = random.normal(size=200), random.normal(size=200), np.arange(200)
    assert score_value("mae", truth, predicted, groups).value == pytest.approx(mean_absolute_error(truth, predicted))
    assert score_value("r2", truth, predicted, groups).value == pytest.approx(r2_score(truth, predicted))
    names, guesses = random.choice(list("abc"), 200, p=[0.7, 0.2, 0.1]), random.choice(list("abc"), 200)
    found = score_value("balanced_accuracy", names, guesses, groups)
    assert found.value == pytest.approx(balanced_accuracy_score(names, guesses))
    assert found.low < found.value < found.high


@pytest.mark.physics
def test_the_interval_of_independent_rows_is_the_textbook_one():
    """Standard error of a mean: s / sqrt(n); of n rows in groups of ten equal ones, sqrt(10) times that."""
    error = np.random.default_rng(1).normal(size=400)
    alone = score_value("mae", np.zeros(400), error, np.arange(400))
    assert alone.error == pytest.approx(np.abs(error).std() / 20.0, rel=0.08)
    together = score_value("mae", np.zeros(4000), np.repeat(error, 10), np.repeat(np.arange(400), 10))
    assert together.error == pytest.approx(alone.error, rel=0.05)


def test_pairs_are_compared_on_the_same_resamples():
    truth, groups = np.zeros(100), np.arange(100)
    first = np.random.default_rng(2).normal(size=100) ** 2 + 1.0
    found = paired_difference("mae", truth, (first, first + 0.5), groups)
    assert found.value == pytest.approx(-0.5)
    assert found.high - found.low == pytest.approx(0.0, abs=1e-9)


def test_a_model_that_is_far_off_in_a_few_rows_is_worse_and_no_better_for_it():
    random = np.random.default_rng(3)
    truth, groups = np.zeros(60), np.arange(60)
    good = random.normal(size=60)
    wild = good.copy()
    wild[0] = 400.0  # one prediction explodes: the difference is as uncertain as it is large
    paired = paired_difference("mae", truth, (good, wild), groups)
    assert abs(paired.value) < 1.1 * paired.error
    assert is_worse("mae", truth, wild, good, groups)
    assert not is_worse("mae", truth, good, wild, groups)
    assert not is_worse("mae", truth, good + 0.01 * random.normal(size=60), good, groups)
    names = random.choice(["BCC", "FCC"], 60)
    assert is_worse("balanced_accuracy", names, np.full(60, "BCC"), names, groups)


def test_unknown_scores_are_refused():
    with pytest.raises(InputError, match="mae"):
        score_value("mea", np.zeros(3), np.zeros(3), np.arange(3))
