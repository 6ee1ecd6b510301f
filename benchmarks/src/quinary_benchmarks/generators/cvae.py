"""A conditional variational autoencoder: a latent vector stands for what the properties leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quinary.chemistry.matrix import CompositionMatrix
from quinary.requests import aims

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "ConditionalAutoencoder"]


class ConditionalAutoencoder:
    """Decodes normal noise and the wish into elements and fractions. Any subset of the properties may be asked for.

    Source: Sohn et al. 2015, Learning structured output representation using deep conditional generative models.
    """

    name = "cvae"
    version = "1"
    source = "https://papers.nips.cc/paper/5775"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` alloys; trains first unless the same network is in the cache."""
        from quinary.generative.kept_networks import network_for
        from quinary_benchmarks.generators.conditional_vae import VaeSettings, sample_vae, train_vae

        network = network_for(task, self.name, VaeSettings(), train_vae)
        wanted = {name: value for name, value in aims(task.request, task.values).items() if name in task.values}
        return CompositionMatrix(task.known.elements, sample_vae(network, wanted, n_samples, task.seed))


PLUGIN: Final = ConditionalAutoencoder()
