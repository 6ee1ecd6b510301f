"""Training of the conditional Wasserstein GAN: its settings and the adversarial loop.

Two perceptrons of four fully connected layers play against each other: the generator turns a latent vector and a
condition vector into fractions (softmax), the critic scores pairs of fractions and conditions. The critic climbs, and
the generator descends, the dual form of the Wasserstein-1 distance between real and generated pairs,

    W = max_{f in F} E_real[f(x, y)] - E_generated[f(x, y)],   F: weights clipped to [-clip, clip]

(Arjovsky 2017, arXiv:1701.07875, algorithm 1; conditioned as in Debnath 2021, doi:10.20517/jmi.2021.05).

Debnath 2021 does not state widths, rates or steps. Where ours are not the published ones of the parts, this is why.
The figures are for 1,062 refractory compositions of 33 elements, conditioned on shear modulus G and Rice toughness; the
error is the mean absolute difference between the G asked for and the G of the generated alloy. The defaults reach 2.9
GPa (five seeds), with 10,000 iterations 3.1 GPa.

* Learning rate 1e-3 and clip 0.1 instead of 5e-5 and 0.01: with those the error is still 8.6 GPa after 10,000
  iterations.
* The critic sees the square roots of the fractions, sqrt(x + 1e-4) (Hellinger coordinates), so that 1 at.% differs from
  none by 0.1 and not by 0.01. In trials with plain fractions generated alloys had 8 elements on average, real ones 5.2.
* The critic also sees by how much each pair misses a ridge regression of the conditions on the fractions, (x B - y)
  times `mismatch_weight`: a linear map that spares a critic with clipped weights from finding it. Without it the error
  is 6.1 GPa after 10,000 iterations; with much more of it, which elements go together is learned less well.
* The generator that samples has the running mean of the weights (Yazici 2019, arXiv:1806.04498).
* Unrolling is off by default. One critic step and five unrolled ones take as long for 6,000 iterations as the defaults
  for 12,000 and gave 3.4 to 3.8 GPa; without it no modes were lost (over 99 % distinct samples at 1 at.%). The copy is
  first order: a gradient through its updates showed no gain in a short trial (4.4 GPa after 3,000 iterations, against
  3.8 after 4,000).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.generative.gan.perceptron import Perceptron, layer_shapes
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    import torch

__all__ = ["Progress", "WganSettings", "train_generator"]

Progress = Callable[[int, int, dict[str, float]], None]

_ROOT_OFFSET: Final = 1e-4  # under the square root of the fractions: keeps its slope finite (50) at zero
_RIDGE: Final = 1e-2  # of the linear map from fractions to conditions: a hundredth of one row of a pure component
_N_REPORTS: Final = 100  # how often progress is told and history is kept


@dataclass(frozen=True, slots=True)
class WganSettings:
    """How the networks look and how they are trained.

    Attributes:
        latent_size: length of the standard normal latent vector; 16 in Debnath 2021.
        width: units of each of the three hidden layers, in both networks.
        iterations: updates of the generator.
        batch_size: real rows, and as many generated rows, in one update.
        critic_steps: updates of the critic for one of the generator.
        unroll_steps: further updates of a *copy* of the critic through which the generator is judged and which is then
            thrown away (Metz 2016, arXiv:1611.02163, first order: no gradient through the copy's updates); 0 for none.
        learning_rate: of RMSprop, constant for the first half of the iterations, then falling linearly to 2 %.
        clip: bound on the absolute value of every weight of the critic.
        average_memory: of the running mean of the generator's weights; the mean is what samples.
        mismatch_weight: scale of the critic's mismatch inputs (module docstring); 0 blinds them.
        smallest_fraction: generated fractions below it become exactly zero.
        seed: of the weights, the batches and the latent vectors.

    Raises:
        InputError: a value out of its range.
    """

    latent_size: int = 16
    width: int = 64
    iterations: int = 12_000
    batch_size: int = 64
    critic_steps: int = 2
    unroll_steps: int = 0
    learning_rate: float = 1e-3
    clip: float = 0.1
    average_memory: float = 0.999
    mismatch_weight: float = 0.3
    smallest_fraction: float = 0.015
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = _LIMITS[field.name]
            value = getattr(self, field.name)
            kinds = (int,) if isinstance(field.default, int) else (int, float)
            if not isinstance(value, kinds) or not low <= value <= high:
                number = "whole number" if kinds == (int,) else "number"
                raise InputError(f"{field.name} must be a {number} between {low:g} and {high:g}, got {value!r}")


_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "latent_size": (1, 1024),
    "width": (1, 4096),
    "iterations": (1, 10**8),
    "batch_size": (1, 10**6),
    "critic_steps": (1, 1000),
    "unroll_steps": (0, 1000),
    "learning_rate": (1e-8, 1.0),
    "clip": (1e-6, 100.0),
    "average_memory": (0.0, 0.999999),
    "mismatch_weight": (0.0, 100.0),
    "smallest_fraction": (0.0, 0.5),
    "seed": (0, 2**63 - 1),
}


def train_generator(
    fractions: NDArray[np.float64],
    conditions: NDArray[np.float64],
    settings: WganSettings,
    progress: Progress | None = None,
) -> tuple[NDArray[np.float32], tuple[tuple[int, float], ...]]:
    """Train on fractions of shape (n, k) and their z-scored conditions of shape (n, p), on one thread.

    The same arguments give the same weights, torch's global random state is not touched, and an exception from
    `progress` or the keyboard stops the training with the caller's number of threads restored.

    Args:
        fractions: each row on the simplex.
        conditions: each column with mean 0 and standard deviation 1.
        settings: see there.
        progress: called a hundred times with the updates done, their total, and the critic's distance estimate.

    Returns:
        The averaged weights of the generator, flat, and the history as (updates done, distance estimate).
    """
    import torch

    with one_torch_thread(), torch.no_grad():
        game = _new_game(fractions, conditions, settings)
        every = max(1, settings.iterations // _N_REPORTS)
        history = []
        for done in range(1, settings.iterations + 1):
            last_distance = game.turn(done)
            if done % every == 0:
                distance = float(last_distance)
                history.append((done, distance))
                if progress is not None:
                    progress(done, settings.iterations, {"wasserstein_distance": distance})
        return game.average.numpy(), tuple(history)


@dataclass(slots=True)
class _Game:
    """The two networks, the data they see and the one source of randomness."""

    settings: WganSettings
    conditions: torch.Tensor
    seen_real: torch.Tensor
    to_conditions: torch.Tensor
    random: torch.Generator
    generator: Perceptron
    critic: Perceptron
    average: torch.Tensor
    out_slope: torch.Tensor

    def turn(self, done: int) -> torch.Tensor:
        """One round: critic, then its unrolled copy, then generator; returns the critic's distance estimate."""
        settings = self.settings
        rate = settings.learning_rate * min(1.0, 0.02 + 2.0 * (1.0 - done / settings.iterations))
        batches = self._batches(settings.critic_steps + settings.unroll_steps)
        for batch in batches[: settings.critic_steps]:
            distance = self._improve(self.critic, batch, rate)
        judge = self.critic.copy() if settings.unroll_steps else self.critic
        for batch in batches[settings.critic_steps :]:
            self._improve(judge, batch, rate)
        self._improve_generator(judge, rate)
        # A memory that grows with the iterations lets the mean forget the first, random weights.
        self.average.lerp_(self.generator.weights, 1.0 - min(settings.average_memory, done / (done + 10)))
        return distance

    def _batches(self, n: int) -> torch.Tensor:
        """Batches for `n` updates of a critic, shape (n, 2 batch_size, inputs): real rows first, then generated."""
        import torch

        size = self.settings.batch_size
        rows = torch.randint(len(self.seen_real), (n * size,), generator=self.random)
        trace, conditions = self._generate(n * size)
        fake = seen(trace[-1].softmax(dim=1), conditions, self.to_conditions, self.settings.mismatch_weight)
        return torch.cat([self.seen_real[rows].view(n, size, -1), fake.view(n, size, -1)], dim=1)

    def _generate(self, n: int) -> tuple[list[torch.Tensor], torch.Tensor]:
        """The generator's trace and the conditions, drawn from the data, that it was asked for."""
        import torch

        conditions = self.conditions[torch.randint(len(self.conditions), (n,), generator=self.random)]
        latent = torch.randn((n, self.settings.latent_size), generator=self.random)
        return self.generator.forward(torch.cat([latent, conditions], dim=1)), conditions

    def _improve(self, critic: Perceptron, batch: torch.Tensor, rate: float) -> torch.Tensor:
        """One clipped update of a critic; returns its distance estimate before the update."""
        trace = critic.forward(batch)
        critic.descend(trace, self.out_slope, rate)
        critic.weights.clamp_(-self.settings.clip, self.settings.clip)
        return -(trace[-1] * self.out_slope).sum()

    def _improve_generator(self, judge: Perceptron, rate: float) -> None:
        """One update of the generator down its loss, minus the judge's mean score."""
        import torch

        size, weight = self.settings.batch_size, self.settings.mismatch_weight
        trace, conditions = self._generate(size)
        fractions = trace[-1].softmax(dim=1)
        judged = judge.forward(seen(fractions, conditions, self.to_conditions, weight))
        at_seen = judge.input_slope(judged, torch.full((size, 1), -1.0 / size))
        k, p = self.to_conditions.shape
        at_roots, at_mismatch = at_seen[:, :k], at_seen[:, k + p :]
        at_fractions = at_roots * (0.5 / judged[0][:, :k]) + weight * at_mismatch @ self.to_conditions.t()
        at_scores = fractions * (at_fractions - (fractions * at_fractions).sum(dim=1, keepdim=True))
        self.generator.descend(trace, at_scores, rate)


def seen(fractions: torch.Tensor, conditions: torch.Tensor, to_conditions: torch.Tensor, weight: float) -> torch.Tensor:
    """What the critic sees of pairs, shape (rows, k + 2 p): roots of the fractions, conditions, weighted mismatch."""
    import torch

    mismatch = (fractions @ to_conditions - conditions) * weight
    return torch.cat([(fractions + _ROOT_OFFSET).sqrt(), conditions, mismatch], dim=1)


def _new_game(fractions: NDArray[np.float64], conditions: NDArray[np.float64], settings: WganSettings) -> _Game:
    import torch

    random = torch.Generator().manual_seed(settings.seed)
    k, p = fractions.shape[1], conditions.shape[1]
    generator = Perceptron.drawn(layer_shapes(settings.latent_size + p, settings.width, k), random)
    critic = Perceptron.drawn(layer_shapes(k + 2 * p, settings.width, 1), random)
    critic.weights.clamp_(-settings.clip, settings.clip)
    wanted = torch.from_numpy(conditions.astype(np.float32))
    to_conditions = torch.from_numpy(_linear_map(fractions, conditions).astype(np.float32))
    real = torch.from_numpy(fractions.astype(np.float32))
    sign = torch.ones((settings.batch_size, 1)) / settings.batch_size
    return _Game(
        settings=settings,
        conditions=wanted,
        seen_real=seen(real, wanted, to_conditions, settings.mismatch_weight),
        to_conditions=to_conditions,
        random=random,
        generator=generator,
        critic=critic,
        average=generator.weights.clone(),
        out_slope=torch.cat([-sign, sign]),
    )


def _linear_map(fractions: NDArray[np.float64], conditions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ridge regression of the conditions on the fractions, shape (k, p).

    No intercept: fractions sum to one, so one number added to a whole column is the intercept.
    """
    gram = fractions.T @ fractions + _RIDGE * np.eye(fractions.shape[1])
    return np.asarray(np.linalg.solve(gram, fractions.T @ conditions))
