"""The conditional Wasserstein GAN of S1: learns from known alloys, invents alloys for wanted property values."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Final

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.files import make_cache_folder
from quinary.inverse.wishes import aims

if TYPE_CHECKING:
    from quinary.learning.wgan import TrainedWgan
    from quinary.plugins.sockets import GenerationTask

__all__ = ["PLUGIN", "ConditionalGan", "trained_network"]


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
        WorkError: the folder of the cache cannot be made.
    """
    import numpy as np

    from quinary.learning.kept_networks import Lesson
    from quinary.learning.wgan import TrainedWgan, WganSettings, train_wgan

    Lesson.of(task)  # refuses in the words of the task what nothing can be learned from
    names = tuple(sorted(task.values))
    conditions = np.column_stack([task.values[name] for name in names])
    settings = WganSettings()
    digest = hashlib.sha256(repr((ConditionalGan.version, settings, names, task.known.elements)).encode())
    digest.update(np.ascontiguousarray(task.known.fractions).tobytes())
    digest.update(np.ascontiguousarray(conditions).tobytes())
    stem = task.cache / f"cgan-{digest.hexdigest()[:16]}" if task.cache else None
    if stem is not None:
        make_cache_folder(stem.parent)
        with contextlib.suppress(InputError):  # not there, or damaged: a cache is no one's only copy, so train again
            return TrainedWgan.load(stem)

    def show(done: int, total: int, _losses: dict[str, float]) -> None:
        """Pass the progress of training on."""
        task.progress("training the generator", done, total)

    network = train_wgan(task.known.fractions, conditions, settings, names, task.known.elements, show)
    if stem is not None:
        network.save(stem)
    return network


PLUGIN: Final = ConditionalGan()
