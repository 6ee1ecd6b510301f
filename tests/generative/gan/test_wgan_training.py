"""The generator's hand-written slope, through critic, mismatch, roots and softmax, against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from quinary.generative.gan.perceptron import Perceptron
from quinary.generative.gan.wgan_training import WganSettings, _Game, _new_game, seen

SETTINGS = WganSettings(width=9, latent_size=4, batch_size=12, unroll_steps=2, mismatch_weight=0.7)


def game() -> _Game:
    source = np.random.default_rng(1)
    fractions = source.dirichlet(np.full(5, 0.7), 40)
    conditions = fractions @ source.normal(size=(5, 2))
    return _new_game(fractions, (conditions - conditions.mean(axis=0)) / conditions.std(axis=0), SETTINGS)


def test_the_generators_slope_equals_autograd() -> None:
    by_hand, by_autograd = game(), game()
    with torch.no_grad():
        by_hand._improve_generator(by_hand.critic, rate=0.0)
    weights = by_autograd.generator.weights.requires_grad_()
    by_autograd.generator = Perceptron.holding(by_autograd.generator.shapes, weights, torch.zeros_like(weights))
    trace, conditions = by_autograd._generate(SETTINGS.batch_size)
    pairs = seen(trace[-1].softmax(dim=1), conditions, by_autograd.to_conditions, SETTINGS.mismatch_weight)
    loss = -by_autograd.critic.forward(pairs)[-1].mean()
    (wanted,) = torch.autograd.grad(loss, weights)
    torch.testing.assert_close(by_hand.generator.gradient, wanted, atol=1e-6, rtol=1e-3)
    assert wanted.abs().max() > 1e-4


def test_batches_hold_real_rows_then_generated_ones_and_clipping_holds() -> None:
    played = game()
    with torch.no_grad():
        batches = played._batches(3)
        assert batches.shape == (3, 24, 5 + 2 * 2)
        real = {tuple(row.tolist()) for row in played.seen_real}
        assert all(tuple(row.tolist()) in real for row in batches[:, :12].reshape(36, -1))
        assert not any(tuple(row.tolist()) in real for row in batches[:, 12:].reshape(36, -1))
        for done in range(1, 6):
            played.turn(done)
    assert float(played.critic.weights.abs().max()) <= SETTINGS.clip + 1e-7


def test_the_mismatch_of_a_linear_condition_vanishes_on_real_pairs() -> None:
    mismatch = game().seen_real[:, -2:] / SETTINGS.mismatch_weight
    assert mismatch.std(dim=0).numpy() == pytest.approx([0.0, 0.0], abs=0.01)


def test_the_distance_estimate_is_the_difference_of_mean_scores() -> None:
    played = game()
    with torch.no_grad():
        batch = played._batches(1)[0]
        scores = played.critic.forward(batch)[-1]
        estimate = played._improve(played.critic, batch, rate=1e-3)
    assert float(estimate) == pytest.approx(float(scores[:12].mean() - scores[12:].mean()), abs=1e-6)
