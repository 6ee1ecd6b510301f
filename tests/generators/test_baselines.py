"""The two baselines that every table carries."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.generators import nearest, random
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask
from quinary.requests.request import Request


def shear(matrix):
    return predictor_of("shear_modulus").predict("shear_modulus", PredictionTask(matrix)).values


def test_nearest_gives_known_alloys_in_the_order_of_their_distance(task):
    made = nearest.PLUGIN.generate(task, len(task.known))
    distances = np.abs(shear(made) - 90.0)
    assert (np.diff(distances) >= -1e-6).all()
    assert sorted(map(tuple, made.fractions)) == sorted(map(tuple, task.known.fractions))


def test_nearest_starts_over_when_there_are_fewer(task):
    made = nearest.PLUGIN.generate(task, 2 * len(task.known))
    half = len(task.known)
    np.testing.assert_array_equal(made.fractions[:half], made.fractions[half:])


def test_nearest_without_a_wish_is_a_shuffle_by_the_seed(task):
    without = replace(task, request=Request())
    made = [nearest.PLUGIN.generate(replace(without, seed=seed), 15).fractions for seed in (1, 1, 2)]
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_random_alloys_have_as_many_elements_as_known_ones(task):
    made = random.PLUGIN.generate(task, 500)
    known = np.bincount((task.known.fractions > 0).sum(axis=1), minlength=6) / len(task.known)
    found = np.bincount((made.fractions > 0).sum(axis=1), minlength=6) / 500
    np.testing.assert_allclose(found, known, atol=0.08)


def test_random_alloys_use_elements_as_often_as_known_ones(task):
    made = random.PLUGIN.generate(task, 500)
    known = (task.known.fractions > 0).mean(axis=0)
    np.testing.assert_allclose((made.fractions > 0).mean(axis=0), known, atol=0.1)
    assert made.fractions.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
