"""The far ends of the distribution of each property: alloys and each kind of ceramic apart, and cold and hot values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from quinary.curation.dataset import Dataset, Entry
from quinary.curation.expectation import numbers_of
from quinary.curation.finding import Suspicion
from quinary.points.point import DataPoint

__all__ = ["DETECTOR"]

_LEAST_VALUES: Final = 30
_LEAST_Z: Final = 3.0
_LINEAR: Final = frozenset({"density", "melting_temperature", "lattice_parameter", "poisson_ratio"})


class ExtremeValue:
    """Strength: |z| = |x - median| / (1.4826 MAD) of the value (densities and the like) or of its logarithm, at most 12."""

    name = "extreme_value"
    version = "1"
    source = "median absolute deviation; PyQAlloy rule 5"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """Every value with |z| of 3 or more among at least thirty of its kind under like conditions."""
        for (name, kind), values in sorted(numbers_of(data).items()):
            is_hot = [(point.conditions.temperature or 298.0) > 400.0 for *_, point in values]
            for wanted in (False, True):
                chosen = [value for value, hot in zip(values, is_hot, strict=True) if hot is wanted]
                if len(chosen) >= _LEAST_VALUES:
                    where = f"{_in_words(kind)} {'above 400 K' if wanted else 'at room temperature'}"
                    yield from _of_group(name, chosen, where)


def _of_group(name: str, values: Sequence[tuple[Entry, int, DataPoint]], where: str) -> Iterator[Suspicion]:
    """The far ends of the values of one property, one kind and like conditions; `where` says of what, for the evidence."""
    scaled = np.array([p.value.nominal if name in _LINEAR else math.log10(p.value.nominal) for *_, p in values])
    middle = float(np.median(scaled))
    spread = 1.4826 * float(np.median(np.abs(scaled - middle)))
    usual = middle if name in _LINEAR else 10**middle
    for (entry, place, point), x in zip(values, scaled, strict=True):
        z = abs(float(x) - middle) / spread if spread > 0 else 0.0
        if z >= _LEAST_Z:
            evidence = (
                f"{name} {point.value.nominal:.4g} {point.unit}; half of the {len(values)} values of {where} are above"
                f" {usual:.3g}: z = {z:.1f}"
            )
            yield Suspicion(entry, min(z, 12.0), evidence, None, name, place)


def _in_words(kind: str) -> str:
    return "alloys" if kind == "alloy" else f"ceramics with {kind}"


DETECTOR: Final = ExtremeValue()
