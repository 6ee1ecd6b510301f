"""A conditional variational autoencoder for compositions: presence of each element, and fractions of those present.

Encoder and decoder are small networks; a latent vector z of independent normal numbers stands for what the conditions leave
open. The evidence lower bound (Kingma and Welling 2014, arXiv:1312.6114; with conditions Sohn et al. 2015, NeurIPS 28) is

    E_q[log P(presence | z, c) - n KL(x | softmax_present(l(z, c)))] - KL(q(z | x, c) | N(0, 1))

where n says how many counts a composition is worth. Any subset of the conditions may be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.generative.palette import condition_inputs, held_out_systems, hidden_at_random
from quinary.learning.models.layers import Descent, descended, drawn_layers, through, training_device
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    import torch

    from quinary.generative.kept_networks import KeptNetwork, Lesson
    from quinary.learning.models.layers import Tensors

__all__ = ["VaeSettings", "sample_vae", "train_vae"]

_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class VaeSettings:
    """How the networks look and are trained; `counts` is n of the module docstring, the rest as in `PaletteSettings`."""

    width: int = 96
    latent_size: int = 10
    counts: float = 100.0
    n_passes: int = 150
    most_updates: int = 6000
    batch_size: int = 128
    rate: float = 3e-3
    decay: float = 0.01
    seed: int = 0

    def n_updates(self, n_rows: int) -> int:
        """Number of updates for that many known alloys."""
        return int(min(self.most_updates, max(200, self.n_passes * n_rows // self.batch_size)))


def train_vae(lesson: Lesson, settings: VaeSettings) -> dict[str, NDArray[Any]]:
    """Weights of encoder and decoder by name, led to the highest lower bound."""
    import torch

    device = training_device()
    is_test = held_out_systems(lesson.fractions, 0.1, settings.seed)
    fractions, conditions = (
        torch.from_numpy(entry.astype(np.float32)).to(device) for entry in (lesson.fractions, lesson.conditions)
    )
    learned, kept_back = (torch.from_numpy(np.flatnonzero(side)) for side in (~is_test, is_test))
    k, p, z, width = fractions.shape[1], conditions.shape[1], settings.latent_size, settings.width
    with one_torch_thread():
        random = torch.Generator().manual_seed(settings.seed)
        weights = drawn_layers("encoder", (2 * k + 1 + 2 * p, width, width, 2 * z), random)
        weights |= drawn_layers("decoder", (z + 1 + 2 * p, width, width, 2 * k), random)
        given = hidden_at_random(len(kept_back), p, random).to(device)
        fixed = torch.randn((len(kept_back), z), generator=random).to(device)

        def loss(now: Tensors) -> torch.Tensor:
            rows = learned[torch.randint(len(learned), (min(settings.batch_size, len(learned)),), generator=random)].to(
                device
            )
            is_given = hidden_at_random(len(rows), p, random).to(device)
            noise = torch.randn((len(rows), z), generator=random).to(device)
            return _bound(now, fractions[rows], condition_inputs(conditions[rows], is_given), noise, settings)

        def held_out(now: Tensors) -> torch.Tensor:
            rows = kept_back.to(device)
            return _bound(now, fractions[rows], condition_inputs(conditions[rows], given), fixed, settings)

        descent = Descent(settings.n_updates(len(learned)), settings.rate, settings.decay, lesson.progress)
        start = {name: value.to(device) for name, value in weights.items()}
        found = descended(start, loss, held_out if is_test.any() else None, descent)
    return {name: value.cpu().numpy() for name, value in found.items()}


def _bound(
    weights: Tensors, fractions: torch.Tensor, inputs: torch.Tensor, noise: torch.Tensor, settings: VaeSettings
) -> torch.Tensor:
    """Minus the lower bound, averaged over the rows."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    present = (fractions > 0).float()
    mean, log_variance = through(weights, "encoder", torch.cat([fractions.sqrt(), present, inputs], dim=1)).chunk(2, 1)
    log_variance = log_variance.clamp(-10.0, 5.0)
    latent = mean + (0.5 * log_variance).exp() * noise
    presence, amounts = through(weights, "decoder", torch.cat([latent, inputs], dim=1)).chunk(2, 1)
    logs = torch.log_softmax(amounts + (present - 1.0) * 1e4, dim=1)
    shape = (fractions * ((fractions + _LEAST).log() - logs) * present).sum(dim=1)
    chosen = binary_cross_entropy_with_logits(presence, present, reduction="none").sum(dim=1)
    divergence = 0.5 * (mean**2 + log_variance.exp() - 1.0 - log_variance).sum(dim=1)
    return (chosen + settings.counts * shape + divergence).mean()


def sample_vae(network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int) -> NDArray[np.float64]:
    """`n` compositions for wanted conditions, shape (n, k), with exact zeros."""
    import torch

    device = training_device()
    random = torch.Generator().manual_seed(seed)
    weights = {name: torch.from_numpy(array).to(device) for name, array in network.arrays.items()}
    values, is_given = (torch.from_numpy(entry[None, :]).to(device) for entry in network.scaled(wanted))
    latent = torch.randn((n, int(network.settings["latent_size"])), generator=random).to(device)
    chances = torch.rand((n, len(network.columns)), generator=random).to(device)
    with one_torch_thread(), torch.no_grad():
        inputs = condition_inputs(values, is_given).expand(n, -1)
        presence, amounts = through(weights, "decoder", torch.cat([latent, inputs], dim=1)).chunk(2, 1)
        present = chances < presence.sigmoid()
        present |= torch.nn.functional.one_hot(presence.argmax(dim=1), presence.shape[1]).bool() & ~present.any(1, True)
        fractions = torch.softmax(amounts.masked_fill(~present, -1e4), dim=1) * present
    found = fractions.cpu().numpy().astype(np.float64)
    return np.asarray(found / found.sum(axis=1, keepdims=True))
