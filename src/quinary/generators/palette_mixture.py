"""Palette first, then fractions: the conditional density of known alloys, with exact zeros and exact equal amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quinary.chemistry.matrix import CompositionMatrix
from quinary.requests import aims

if TYPE_CHECKING:
    from quinary.plugins import GenerationTask

__all__ = ["PLUGIN", "PaletteMixture"]


class PaletteMixture:
    """Draws the elements one after the other, then the share of each; any subset of the properties may be asked for.

    What the request does not name is averaged over. Source: autoregressive networks of Larochelle and Murray 2011.
    """

    name = "palette-mixture"
    version = "4"
    source = "https://proceedings.mlr.press/v15/larochelle11a.html"

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` alloys; trains first unless the same network is in the cache."""
        from quinary.generative.kept_networks import network_for
        from quinary.generative.palette import PaletteSettings, sample_new_palettes, train_palettes

        network = network_for(task, self.name, PaletteSettings(), train_palettes)
        wanted = {name: value for name, value in aims(task.request, task.values).items() if name in task.values}
        found = sample_new_palettes(network, wanted, n_samples, task.seed, task.known.fractions)
        return CompositionMatrix(task.known.elements, found)


PLUGIN: Final = PaletteMixture()
