"""The conditional Wasserstein GAN of S1: learns from known alloys, invents alloys for wanted property values."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.border import missed_if_broken
from quinary.chemistry.matrix import CompositionMatrix
from quinary.files import told_if_not_kept
from quinary.requests import aims

if TYPE_CHECKING:
    from quinary.generative.gan import TrainedWgan
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "ConditionalGan", "trained_network"]

_LOG: Final = logging.getLogger(__name__)


class ConditionalGan:
    """Samples of the trained network, cut at the smallest fraction it was told, otherwise as they come.

    The conditions are the properties of `task.values`; those that the request does not name are drawn from what the known
    alloys with such values have. Source: S1, 10.20517/jmi.2021.05.
    """

    name = "cgan"
    version = "1"
    source = "10.20517/jmi.2021.05"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` alloys; trains first unless the same network is in the cache."""
        network = trained_network(task)
        wanted = {name: value for name, value in aims(task.request, task.values).items() if name in task.values}
        conditions = network.draw_conditions(n_samples, task.seed, wanted)
        return CompositionMatrix(task.known.elements, network.sample(conditions, task.seed))


def trained_network(task: GenerationTask) -> TrainedWgan:
    """The network for the task's data, from the cache or trained now (the seed of training is always 0).

    Raises:
        InputError: fewer than twenty known materials, or a property that is not finite or has one value in all of them.
    """
    from quinary.generative.gan import TrainedWgan, WganSettings, train_wgan
    from quinary.generative.kept_networks import Lesson, kept_stem

    Lesson.of(task)  # refuses in the words of the task what nothing can be learned from
    names = tuple(sorted(task.values))
    settings = WganSettings()
    stem = kept_stem(task, ConditionalGan.name, settings, train_wgan)
    if stem is not None:
        with missed_if_broken(stem):
            found = TrainedWgan.load(stem, stem.name)
            _LOG.info("the network was kept as %s", stem)
            return found
    _LOG.info("the network is trained on %d materials", len(task.known))

    def show(done: int, total: int, _losses: dict[str, float]) -> None:
        """Pass the progress of training on."""
        task.progress("training the generator", done, total)

    conditions = np.column_stack([task.values[name] for name in names])
    network = train_wgan(task.known.fractions, conditions, settings, names, task.known.elements, show)
    if stem is not None:
        with told_if_not_kept(stem.parent):
            network.save(stem, stem.name)
    return network


PLUGIN: Final = ConditionalGan()
