"""Samples led near more targets than they have freedoms, and away from what is known."""

from dataclasses import dataclass

import numpy as np
import pytest

from quinary.inverse.approaching import Aim, NoveltyWall, approached, loosened
from quinary.inverse.moving import Mover
from quinary.inverse.novelty import nearest_known

ELEMENTS = ("Mo", "Nb", "Ta", "Ti", "W")


@dataclass
class Quadratic:
    """Values c . A_i . c + b_i . c."""

    matrices: np.ndarray
    lines: np.ndarray

    def values(self, fractions):
        return np.einsum("ne,pef,nf->np", fractions, self.matrices, fractions) + fractions @ self.lines.T

    def linearised(self, fractions):
        both = self.matrices + self.matrices.transpose(0, 2, 1)
        return self.values(fractions), np.einsum("pef,nf->npe", both, fractions) + self.lines


@pytest.fixture
def model():
    random = np.random.default_rng(0)
    return Quadratic(random.normal(size=(6, 5, 5)), random.normal(size=(6, 5)))


@pytest.fixture
def mover():
    return Mover(ELEMENTS, {"W": (0.0, 0.5)}, (2, 5), 0.01, 1e-4)


def starts(n):
    return np.random.default_rng(1).dirichlet(np.full(5, 3.0), n)


def test_six_values_of_one_composition_are_found_again(model, mover):
    true = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]])
    aim = Aim(model, np.repeat(model.values(true), 50, axis=0), np.ones(6))
    found = approached(mover, starts(50), aim, 25)
    best = found.misses.argmin()
    assert found.misses[best] < 1e-6
    np.testing.assert_allclose(found.fractions[best], true[0], atol=1e-3)


def test_no_step_makes_it_worse_and_limits_hold(model, mover):
    aim = Aim(model, np.full((80, 6), 0.3), np.ones(6))
    before = mover.move(starts(80), [])
    found = approached(mover, starts(80), aim)
    was = ((model.values(before.fractions) - 0.3) ** 2).mean(axis=1)
    assert (found.misses <= was + 1e-6).all()
    assert mover.allows(np.rint(found.fractions * mover.n_steps)).all()


def test_a_wall_keeps_samples_away_from_what_is_known(model, mover):
    true = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]])
    wall = NoveltyWall(true, 0.05)
    aim = Aim(model, np.repeat(model.values(true), 50, axis=0), np.ones(6), wall)
    found = approached(mover, starts(50), aim, 25)
    distance, _ = nearest_known(found.fractions, true)
    assert (distance[np.isfinite(found.misses)] >= 0.05 - 1e-9).all()
    best = found.misses.argmin()
    assert 0.05 <= distance[best] < 0.052
    np.testing.assert_allclose(wall.nearest(true)[0], 0.0)


def test_the_best_place_on_the_wall_is_found(model, mover):
    """Nearly as good as the best of 200,000 compositions drawn on the ball about the known one."""
    true = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]])
    wall = NoveltyWall(true, 0.05)
    target = model.values(true)
    aim = Aim(model, np.repeat(target, 4, axis=0), np.ones(6), wall)
    found = approached(mover, loosened(mover, true, aim.rows(slice(0, 1))), aim, 25)
    random = np.random.default_rng(2).standard_normal((200_000, 5))
    random -= random.mean(axis=1, keepdims=True)
    ball = true + 0.1 * random / np.abs(random).sum(axis=1, keepdims=True)
    drawn = ((model.values(ball[(ball > 0.01).all(axis=1)]) - target) ** 2).mean(axis=1).min()
    assert found.misses.min() <= 1.2 * drawn


def test_elements_that_cannot_obey_are_said(model):
    lonely = np.array([[0.0, 0.0, 0.0, 0.0, 1.0]])
    found = approached(Mover(ELEMENTS, {}, (2, 2), 0.6, 1e-4), lonely, Aim(model, np.zeros((1, 6)), np.ones(6)))
    assert np.isinf(found.misses).all()
