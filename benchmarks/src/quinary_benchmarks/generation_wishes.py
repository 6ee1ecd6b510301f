"""The targets and corners of S1 (Figs 6 and 8) under limits: which share of a generator's samples meets them exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.inverse.engine import DEFAULT_CONDITIONS, aligned
from quinary.inverse.moving import Goal, Mover
from quinary.plugins import GenerationTask, GeneratorPlugin, PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import packaged_service
from quinary.requests import Request
from quinary_benchmarks.generation_data import BenchData

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["WISHES", "Wish", "wish_shares"]

_NINE: Final = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
_LARGEST: Final = 0.35
_STEP: Final = 1e-4
_SMALLEST: Final = 0.005
_N_SAMPLES: Final = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """Values of (G in GPa, K in MPa m^0.5), the elements to meet them with, how near (relative), and how many of them."""

    name: str
    values: tuple[float, ...]
    elements: tuple[str, ...] = _NINE
    tolerance: float = 0.01
    n_components: tuple[int, int] = (4, 6)


WISHES: Final = (
    *(Wish(f"G = {value:g}", (value,), _NINE, 0.001, (3, 9)) for value in (30.0, 60.0, 90.0)),
    Wish("G = 120", (120.0,), (*_NINE, "Re", "Ru"), 0.001, (3, 9)),
    Wish("corner a", (50.0, 0.37)),
    Wish("corner b", (100.0, 0.62)),
    Wish("corner c", (40.0, 0.18)),
    Wish("corner d", (90.0, 0.465)),
)


def wish_shares(plugin: GeneratorPlugin, data: BenchData, cache: Path, seed: int) -> dict[str, dict[str, Any]]:
    """Wish -> shares of the samples that meet it as they are, and moved, each element at most 35 %.

    `data` has the shear modulus and Rice's toughness as its properties. The elements a sample is moved on are its own, so a
    sample whose elements cannot meet a wish counts as missed; `found` says whether any sample met it.
    """
    return {wish.name: _shares(plugin, data, cache, wish, seed) for wish in WISHES}


def _shares(plugin: GeneratorPlugin, data: BenchData, cache: Path, wish: Wish, seed: int) -> dict[str, Any]:
    wanted = dict(zip(DEFAULT_CONDITIONS, wish.values, strict=False))
    task = GenerationTask(data.known, data.values, Request(targets=wanted), seed, cache, forms=data.refiner.by_name())
    starts = aligned(plugin.generate(task, _N_SAMPLES), wish.elements)
    pure = PredictionTask(data.known)
    mover = Mover(wish.elements, dict.fromkeys(wish.elements, (0.0, _LARGEST)), wish.n_components, _SMALLEST, _STEP)
    goals = [
        Goal(
            name,
            packaged_service().form(quantity_named(name), wish.elements, pure),
            aim * (1 - wish.tolerance),
            aim * (1 + wish.tolerance),
            aim,
        )
        for name, aim in wanted.items()
    ]
    plain, led = mover.as_they_are(starts, goals), mover.move(starts, goals)
    met = np.unique(led.fractions[led.is_met], axis=0)
    return {
        "raw": float(plain.is_met.sum() / _N_SAMPLES),
        "moved": float(led.is_met.sum() / _N_SAMPLES),
        "found": bool(len(met)),
        "different": len(met),
    }
