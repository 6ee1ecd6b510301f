"""Training of the conditional Wasserstein GAN: settings, networks as flat weight vectors, the adversarial loop.

Two perceptrons of four fully connected layers play against each other: the generator turns a latent vector and a
condition vector into fractions (softmax), the critic scores pairs of fractions and conditions. The critic climbs, and
the generator descends, the dual form of the Wasserstein-1 distance between real and generated pairs,

    W = max_{f in F} E_real[f(x, y)] - E_generated[f(x, y)],   F: weights clipped to [-clip, clip]

(Arjovsky 2017, arXiv:1701.07875, algorithm 1; conditioned as in Debnath 2021, doi:10.20517/jmi.2021.05).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from quinary.errors import InputError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    type_float_array = NDArray[np.float64]

__all__ = ["Progress", "WganSettings", "layer_shapes", "train_generator"]

Progress = Callable[[int, int, dict[str, float]], None]

NEGATIVE_SLOPE = 0.2  # of the leaky rectifiers, in the group's released networks
_SQUARE_MEMORY = 0.9  # of RMSprop's running mean of squared gradients
_ROOT_OFFSET = 1e-4  # under the square root of the fractions: keeps its slope finite (50) at zero
_RIDGE = 1e-2  # of the linear map from fractions to conditions: about one row in a hundred thousand
_REPORTS = 100  # how often progress is told and history is kept


@dataclass(frozen=True, slots=True)
class WganSettings:
    """How the networks look and how they are trained.

    Attributes:
        latent_size: length of the standard normal latent vector; 16 in Debnath 2021.
        width: units of each of the three hidden layers, in both networks.
        iterations: updates of the generator.
        batch_size: real and generated rows in one update.
        critic_steps: updates of the critic for one of the generator.
        unroll_steps: further updates of a *copy* of the critic through which the generator is judged and which is then
            thrown away (Metz 2016, arXiv:1611.02163); 0 turns it off.
        learning_rate: of RMSprop, constant for the first half of the iterations, then falling linearly to 2 %.
        clip: bound on the absolute value of every weight of the critic.
        average_memory: of the running mean of the generator's weights; the mean is what samples.
        condition_weight: scale of the critic's mismatch inputs (see `train_generator`); 0 turns them off.
        smallest_fraction: generated fractions below it become exactly zero.
        seed: of the weights, the batches and the latent vectors.

    Raises:
        InputError: a value out of its range.
    """

    latent_size: int = 16
    width: int = 64
    iterations: int = 8000
    batch_size: int = 64
    critic_steps: int = 2
    unroll_steps: int = 0
    learning_rate: float = 1e-3
    clip: float = 0.1
    average_memory: float = 0.999
    condition_weight: float = 0.5
    smallest_fraction: float = 0.015
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = _LIMITS[field.name]
            value = getattr(self, field.name)
            if not low <= value <= high:
                raise InputError(f"{field.name} must lie between {low:g} and {high:g}, got {value!r}")


_LIMITS = {
    "latent_size": (1, 1024),
    "width": (1, 4096),
    "iterations": (1, 10**8),
    "batch_size": (1, 10**6),
    "critic_steps": (1, 1000),
    "unroll_steps": (0, 1000),
    "learning_rate": (1e-8, 1.0),
    "clip": (1e-6, 100.0),
    "average_memory": (0.0, 0.999999),
    "condition_weight": (0.0, 100.0),
    "smallest_fraction": (0.0, 0.5),
    "seed": (0, 2**63 - 1),
}


def layer_shapes(n_in: int, width: int, n_out: int) -> tuple[tuple[int, int], ...]:
    """Shapes (outputs, inputs) of the four weight matrices; each is followed by its bias in the flat vector."""
    return ((width, n_in), (width, width), (width, width), (n_out, width))


@dataclass(slots=True)
class _Network:
    """A perceptron whose weights are one flat vector: copying, clipping and averaging are then one call each."""

    shapes: tuple[tuple[int, int], ...]
    weights: torch.Tensor
    mean_square: torch.Tensor

    @classmethod
    def drawn(cls, shapes: tuple[tuple[int, int], ...], random: torch.Generator) -> _Network:
        """He's uniform initial weights, zero biases."""
        import torch

        parts = []
        for n_out, n_in in shapes:
            bound = (6.0 / ((1.0 + NEGATIVE_SLOPE**2) * n_in)) ** 0.5
            parts += [(2.0 * torch.rand(n_out * n_in, generator=random) - 1.0) * bound, torch.zeros(n_out)]
        weights = torch.cat(parts)
        return cls(shapes, weights, torch.zeros_like(weights))

    def copy(self) -> _Network:
        return _Network(self.shapes, self.weights.clone(), self.mean_square.clone())

    def __call__(self, inputs: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
        """Outputs, shape (rows, outputs), for inputs of shape (rows, inputs)."""
        from torch.nn.functional import leaky_relu, linear

        sizes = [size for n_out, n_in in self.shapes for size in (n_out * n_in, n_out)]
        parts = (self.weights if weights is None else weights).split(sizes)
        hidden = inputs
        for layer, shape in enumerate(self.shapes):
            if layer:
                hidden = leaky_relu(hidden, NEGATIVE_SLOPE)
            hidden = linear(hidden, parts[2 * layer].view(shape), parts[2 * layer + 1])
        return hidden

    def descend(self, loss: Callable[[torch.Tensor], torch.Tensor], rate: float) -> float:
        """One RMSprop step down the loss, a function of the weights; returns the loss before it."""
        import torch

        weights = self.weights.detach().requires_grad_()
        value = loss(weights)
        (slope,) = torch.autograd.grad(value, weights)
        self.mean_square.mul_(_SQUARE_MEMORY).addcmul_(slope, slope, value=1.0 - _SQUARE_MEMORY)
        self.weights = self.weights.addcdiv(slope, self.mean_square.sqrt().add_(1e-10), value=-rate)
        return float(value.detach())


@dataclass(slots=True)
class _Game:
    """The two networks, the data they see and the one source of randomness."""

    settings: WganSettings
    fractions: torch.Tensor
    conditions: torch.Tensor
    to_conditions: torch.Tensor
    random: torch.Generator
    generator: _Network
    critic: _Network
    average: torch.Tensor

    def seen(self, fractions: torch.Tensor, conditions: torch.Tensor) -> torch.Tensor:
        """What the critic sees of a pair, shape (rows, k + 2 p); `train_generator` says why."""
        import torch

        mismatch = fractions @ self.to_conditions - conditions
        return torch.cat(
            [(fractions + _ROOT_OFFSET).sqrt(), conditions, self.settings.condition_weight * mismatch], dim=-1
        )

    def generated(self, weights: torch.Tensor, n: int) -> torch.Tensor:
        """Generated pairs as the critic sees them; conditions are drawn from the data."""
        import torch

        conditions = self.conditions[torch.randint(len(self.conditions), (n,), generator=self.random)]
        latent = torch.randn((n, self.settings.latent_size), generator=self.random)
        scores = self.generator(torch.cat([latent, conditions], dim=1), weights)
        return self.seen(scores.softmax(dim=1), conditions)

    def batches(self, n: int) -> torch.Tensor:
        """Batches for `n` updates of the critic, shape (n, 2 b, features): real rows first, then generated ones."""
        import torch

        size = self.settings.batch_size
        rows = torch.randint(len(self.fractions), (n * size,), generator=self.random)
        with torch.no_grad():
            real = self.seen(self.fractions[rows], self.conditions[rows])
            fake = self.generated(self.generator.weights, n * size)
        return torch.cat([real.view(n, size, -1), fake.view(n, size, -1)], dim=1)

    def improve(self, critic: _Network, batch: torch.Tensor, rate: float) -> float:
        """One update of a critic on one batch; returns its estimate of the Wasserstein distance."""
        size = self.settings.batch_size

        def loss(weights: torch.Tensor) -> torch.Tensor:
            scores = critic(batch, weights)
            return scores[size:].mean() - scores[:size].mean()

        distance = -critic.descend(loss, rate)
        critic.weights.clamp_(-self.settings.clip, self.settings.clip)
        return distance

    def turn(self, iteration: int, rate: float) -> float:
        """Critic updates, unrolled updates of its copy, one generator update; returns the distance estimate."""
        settings = self.settings
        batches = self.batches(settings.critic_steps + settings.unroll_steps)
        for batch in batches[: settings.critic_steps]:
            distance = self.improve(self.critic, batch, rate)
        judge = self.critic.copy() if settings.unroll_steps else self.critic
        for batch in batches[settings.critic_steps :]:
            self.improve(judge, batch, rate)
        self.generator.descend(lambda weights: -judge(self.generated(weights, settings.batch_size)).mean(), rate)
        memory = min(settings.average_memory, (1 + iteration) / (10 + iteration))
        self.average.lerp_(self.generator.weights, 1.0 - memory)
        return distance


def train_generator(
    fractions: NDArray[np.float64],
    conditions: NDArray[np.float64],
    settings: WganSettings,
    progress: Progress | None = None,
) -> tuple[NDArray[np.float32], tuple[tuple[int, float], ...]]:
    """Train on fractions of shape (n, k) with z-scored conditions of shape (n, p).
    """
    with _one_thread():
        game = _new_game(fractions, conditions, settings)
        every = max(1, settings.iterations // _REPORTS)
        history = []
        for iteration in range(settings.iterations):
            left = 1.0 - iteration / settings.iterations
            distance = game.turn(iteration, settings.learning_rate * min(1.0, 0.02 + 2.0 * left))
            if (iteration + 1) % every == 0:
                history.append((iteration + 1, distance))
                if progress is not None:
                    progress(iteration + 1, settings.iterations, {"wasserstein_distance": distance})
        return game.average.numpy(), tuple(history)


def _new_game(fractions: NDArray[np.float64], conditions: NDArray[np.float64], settings: WganSettings) -> _Game:
    import torch

    random = torch.Generator().manual_seed(settings.seed)
    (_, k), p = fractions.shape, conditions.shape[1]
    generator = _Network.drawn(layer_shapes(settings.latent_size + p, settings.width, k), random)
    critic = _Network.drawn(layer_shapes(k + 2 * p, settings.width, 1), random)
    critic.weights.clamp_(-settings.clip, settings.clip)
    return _Game(
        settings=settings,
        fractions=torch.from_numpy(fractions.astype(np.float32)),
        conditions=torch.from_numpy(conditions.astype(np.float32)),
        to_conditions=torch.from_numpy(_linear_map(fractions, conditions).astype(np.float32)),
        random=random,
        generator=generator,
        critic=critic,
        average=generator.weights.clone(),
    )


def _linear_map(fractions: NDArray[np.float64], conditions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ridge regression of the conditions on the fractions, shape (k, p).

    No intercept: fractions sum to one, so adding one number to a whole column is the intercept.
    """
    gram = fractions.T @ fractions + _RIDGE * np.eye(fractions.shape[1])
    return np.asarray(np.linalg.solve(gram, fractions.T @ conditions))


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Networks this small run four to ten times slower on two threads than on one; the caller's count comes back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
