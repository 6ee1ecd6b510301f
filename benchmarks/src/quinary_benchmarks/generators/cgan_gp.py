"""The conditional Wasserstein GAN of S1 with a gradient penalty in place of clipped weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quinary.chemistry.matrix import CompositionMatrix
from quinary.requests import aims

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "PenaltyGan"]


class PenaltyGan:
    """Samples of the trained network, cut at the smallest fraction it was told. Source: arXiv:1704.00028."""

    name = "cgan-gp"
    version = "1"
    source = "10.48550/arXiv.1704.00028"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` alloys; trains first unless the same network is in the cache."""
        from quinary.generative.kept_networks import network_for
        from quinary_benchmarks.generators.wgan_penalty import PenaltySettings, sample_penalty_gan, train_penalty_gan

        network = network_for(task, self.name, PenaltySettings(), train_penalty_gan)
        wanted = {name: value for name, value in aims(task.request, task.values).items() if name in task.values}
        return CompositionMatrix(task.known.elements, sample_penalty_gan(network, wanted, n_samples, task.seed))


PLUGIN: Final = PenaltyGan()
