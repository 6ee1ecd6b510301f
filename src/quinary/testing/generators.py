"""What a generator promises, checked on twenty refractory alloys and their shear moduli."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.matrix import as_matrix
from quinary.plugins import GenerationTask, PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import packaged_service
from quinary.requests import Request
from quinary.testing.common import check, check_members

if TYPE_CHECKING:
    from quinary.plugins import GeneratorPlugin

__all__ = ["check_generator", "example_task"]

# Twenty, the fewest that a network learns from.
_KNOWN: Final = (
    "MoNbTaW MoNbTaVW HfNbTaTi HfMoNb NbTaTiV MoTaW HfMoTaW Mo2NbTi NbV2W MoNbW MoNbTa NbTaW HfNbTi MoTiV TaTiW HfTaW"
    " MoNbTi NbTiV HfMoTi TaVW"
)
_WANTED: Final = (60.0, 80.0)  # GPa


def example_task(cache: Path | None = None, seed: int = 3) -> GenerationTask:
    """A task like those that a design hands over: alloys, their shear moduli (GPa), and a range that is asked for."""
    known, service = as_matrix(_KNOWN.split()), packaged_service()
    values = {"shear_modulus": service.values(quantity_named("shear_modulus"), PredictionTask(known))}
    request = Request(ranges={"shear_modulus": _WANTED})
    return GenerationTask(known, values, request, seed, cache=cache, predict=service)


def check_generator(plugin: GeneratorPlugin, task: GenerationTask | None = None) -> None:
    """See that samples are compositions of the known elements, the same for a seed, others for another.

    Args:
        plugin: to be checked.
        task: what to sample for; without one, `example_task()`. One with a cache spares a second training.

    Raises:
        AssertionError: wrong elements, shapes or sums; negative fractions; no exact zero; samples that do not follow the seed.
    """
    check_members(plugin, "generators")
    asked = task or example_task()
    made = plugin.generate(asked, 50)
    check(
        made.elements == asked.known.elements, plugin, f"its samples are of {made.elements}, not of the known elements"
    )
    shape = (50, len(made.elements))
    check(made.fractions.shape == shape, plugin, f"50 samples have the shape {made.fractions.shape}, not {shape}")
    check(bool((made.fractions >= 0).all()), plugin, "a fraction is negative")
    check(bool(np.allclose(made.fractions.sum(axis=1), 1.0, atol=1e-9)), plugin, "fractions do not sum to one")
    check(bool((made.fractions == 0.0).any()), plugin, "no fraction is exactly zero: real alloys hold few elements")
    check(plugin.generate(asked, 0).fractions.shape == (0, shape[1]), plugin, "no samples are not an empty matrix")
    free = replace(asked, request=Request())
    first, again = (plugin.generate(free, 40).fractions for _ in range(2))
    check(np.array_equal(first, again), plugin, "the same task gives other samples")
    other = plugin.generate(replace(free, seed=free.seed + 1), 40).fractions
    check(not np.array_equal(first, other), plugin, "another seed gives the same samples")
