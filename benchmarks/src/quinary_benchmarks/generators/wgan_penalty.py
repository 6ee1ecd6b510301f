"""The conditional Wasserstein GAN with a gradient penalty instead of clipped weights.

The critic climbs E_real[f] - E_made[f] - lambda E[(|grad f| - 1)^2] on straight lines between real and made pairs (Gulrajani
et al. 2017, arXiv:1704.00028, algorithm 1: lambda 10, five critic steps, Adam with betas 0 and 0.9). As in `wgan_training`
it sees the square roots of the fractions, and the generator that samples has the running mean of the weights. The rate is
5e-4 instead of 1e-4, since a core should be done in about a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.learning.models.layers import drawn_layers, through, training_device
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    import torch

    from quinary.generative.kept_networks import KeptNetwork, Lesson
    from quinary.learning.models.layers import Tensors

__all__ = ["PenaltySettings", "sample_penalty_gan", "train_penalty_gan"]

_ROOT_OFFSET: Final = 1e-4  # under the square root: keeps its slope finite at zero
_N_REPORTS: Final = 50


@dataclass(frozen=True, slots=True)
class PenaltySettings:
    """How the networks look and are trained; fractions below `smallest_fraction` become exact zeros."""

    width: int = 64
    latent_size: int = 16
    n_passes: int = 100
    most_updates: int = 3000
    batch_size: int = 128
    critic_steps: int = 5
    penalty: float = 10.0
    rate: float = 5e-4
    average_memory: float = 0.995
    smallest_fraction: float = 0.015
    seed: int = 0

    def n_updates(self, n_rows: int) -> int:
        """Number of updates of the generator for that many known alloys."""
        return int(min(self.most_updates, max(60, self.n_passes * n_rows // self.batch_size)))


def train_penalty_gan(lesson: Lesson, settings: PenaltySettings) -> dict[str, NDArray[Any]]:
    """Weights of the generator by name, and the known conditions, from which free ones are drawn when sampling."""
    device = training_device()
    with one_torch_thread():
        game = _Game.of(lesson, settings, device)
        n_updates = settings.n_updates(len(lesson.fractions))
        for done in range(1, n_updates + 1):
            for _ in range(settings.critic_steps):
                game.improve_critic()
            game.improve_generator(min(settings.average_memory, done / (done + 10)))
            if done % max(1, n_updates // _N_REPORTS) == 0:
                lesson.progress(done, n_updates)
    known = lesson.conditions * lesson.spread + lesson.centre
    return {"known_conditions": known, **{name: value.cpu().numpy() for name, value in game.average.items()}}


@dataclass(slots=True)
class _Game:
    settings: PenaltySettings
    random: torch.Generator
    real: torch.Tensor
    conditions: torch.Tensor
    generator: Tensors
    critic: Tensors
    average: Tensors
    of_generator: torch.optim.Optimizer
    of_critic: torch.optim.Optimizer

    @classmethod
    def of(cls, lesson: Lesson, settings: PenaltySettings, device: torch.device) -> _Game:
        """A new game between random networks."""
        import torch

        random = torch.Generator().manual_seed(settings.seed)
        k, p, width = lesson.fractions.shape[1], lesson.conditions.shape[1], settings.width
        generator = drawn_layers("generator", (settings.latent_size + p, width, width, width, k), random)
        critic = drawn_layers("critic", (k + p, width, width, width, 1), random)
        moving = [{name: w.to(device).requires_grad_() for name, w in part.items()} for part in (generator, critic)]
        steps = [torch.optim.Adam(part.values(), lr=settings.rate, betas=(0.0, 0.9)) for part in moving]
        arrays = [torch.from_numpy(a.astype(np.float32)).to(device) for a in (lesson.fractions, lesson.conditions)]
        average = {name: value.detach().clone() for name, value in moving[0].items()}
        return cls(settings, random, arrays[0], arrays[1], moving[0], moving[1], average, steps[0], steps[1])

    def _batch(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Real fractions, generated ones, and the conditions that both belong to."""
        import torch

        n = min(self.settings.batch_size, len(self.real))
        rows = torch.randint(len(self.real), (n,), generator=self.random).to(self.real.device)
        latent = torch.randn((n, self.settings.latent_size), generator=self.random).to(self.real.device)
        conditions = self.conditions[rows]
        made = through(self.generator, "generator", torch.cat([latent, conditions], dim=1)).softmax(dim=1)
        return self.real[rows], made, conditions

    def _score(self, roots: torch.Tensor, conditions: torch.Tensor) -> torch.Tensor:
        import torch

        return through(self.critic, "critic", torch.cat([roots, conditions], dim=1))

    def improve_critic(self) -> None:
        """One step of the critic with its penalty."""
        import torch

        real, made, conditions = self._batch()
        roots = [(part.detach() + _ROOT_OFFSET).sqrt() for part in (real, made)]
        share = torch.rand((len(real), 1), generator=self.random).to(real.device)
        between = (share * roots[0] + (1 - share) * roots[1]).requires_grad_()
        (slope,) = torch.autograd.grad(self._score(between, conditions).sum(), between, create_graph=True)
        penalty = ((slope.norm(dim=1) - 1.0) ** 2).mean()
        gap = self._score(roots[1], conditions).mean() - self._score(roots[0], conditions).mean()
        self.of_critic.zero_grad()
        (gap + self.settings.penalty * penalty).backward()
        self.of_critic.step()

    def improve_generator(self, memory: float) -> None:
        """One step of the generator, and of the running mean of its weights."""
        import torch

        _, made, conditions = self._batch()
        self.of_generator.zero_grad()
        (-self._score((made + _ROOT_OFFSET).sqrt(), conditions).mean()).backward()  # type: ignore[no-untyped-call]
        self.of_generator.step()
        with torch.no_grad():
            for name, value in self.generator.items():
                self.average[name].lerp_(value, 1.0 - memory)


def sample_penalty_gan(network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int) -> NDArray[np.float64]:
    """`n` compositions, shape (n, k); conditions that are not wanted are drawn as known alloys near the wish have them."""
    import torch

    from quinary.generative.gan.condition_sampler import draw_conditions

    conditions = draw_conditions(network.arrays["known_conditions"], network.condition_names, wanted, n, seed)
    scaled = (conditions - network.arrays["centre"]) / network.arrays["spread"]
    latent = torch.randn((n, int(network.settings["latent_size"])), generator=torch.Generator().manual_seed(seed))
    device = training_device()
    weights = {name: torch.from_numpy(a).to(device) for name, a in network.arrays.items() if name.startswith("gen")}
    inputs = torch.cat([latent, torch.from_numpy(scaled.astype(np.float32))], dim=1).to(device)
    with one_torch_thread(), torch.no_grad():
        made = through(weights, "generator", inputs).softmax(dim=1).cpu().numpy().astype(np.float64)
    smallest = np.minimum(float(network.settings["smallest_fraction"]), made.max(axis=1, keepdims=True))
    kept = np.where(made < smallest, 0.0, made)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))
