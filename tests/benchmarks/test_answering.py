"""Answers from samples of any generator: each wish its own, the best first, and others where the known must be kept off."""

import numpy as np
import pytest

from quinary.inverse.approaching import Approached, NoveltyWall
from quinary.inverse.moving import Mover
from quinary.inverse.novelty import nearest_known
from quinary_benchmarks.answering import Answers, Wishes, answered, answered_away

ELEMENTS = ("Mo", "Nb", "Ta", "Ti", "W")


class Squares:
    """Three sums of squares: c . D_i . c."""

    weights = np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [2.0, -1.0, 0.5, 0.0, 1.0], [0.0, 1.0, -2.0, 1.5, 0.5]])

    def values(self, fractions):
        return fractions**2 @ self.weights.T

    def linearised(self, fractions):
        return self.values(fractions), 2 * fractions[:, None, :] * self.weights


@pytest.fixture
def wishes():
    true = np.array([[0.1, 0.2, 0.3, 0.25, 0.15], [0.3, 0.3, 0.2, 0.1, 0.1]])
    return true, Wishes(Squares().values(true), Squares(), np.ones(3))


def test_each_wish_is_answered_and_again_off_the_known(wishes):
    true, asked = wishes
    mover = Mover(ELEMENTS, {}, (2, 5), 0.01, 1e-4)
    samples = np.random.default_rng(0).dirichlet(np.full(5, 3.0), (2, 20))
    near = answered(mover, samples, asked)
    assert (near.misses[:, 0] < 1e-6).all()
    assert (np.diff(near.misses, axis=1) >= 0).all()
    np.testing.assert_allclose(Squares().values(near.fractions[:, 0]), asked.targets, atol=2e-3)
    known = np.concatenate([true, near.fractions[:, 0]])
    away = answered_away(mover, near, asked, NoveltyWall(known, 0.05))
    best = away.fractions[:, 0]
    assert (nearest_known(best, known)[0] >= 0.05 - 1e-9).all()
    assert (away.misses[:, 0] < 1e-3).all()


def test_other_elements_come_before_the_third_of_the_same():
    fractions = np.array([[1.0, 0.0], [0.9, 0.0], [0.8, 0.0], [0.0, 1.0]])
    found = Answers.of(Approached(fractions, np.array([0.1, 0.2, 0.3, 0.4])), 1)
    np.testing.assert_array_equal(found.first(3, 2), fractions[[0, 1, 3]])
