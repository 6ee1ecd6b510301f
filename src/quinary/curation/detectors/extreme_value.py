"""The far ends of the distribution of each property, room temperature and elevated temperature apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset
from quinary.curation.expectation import numbers_of
from quinary.curation.finding import Suspicion

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
        """Every value with |z| of 3 or more among at least thirty under like conditions."""
        import numpy as np

        for name, values in sorted(numbers_of(data).items()):
            is_hot = [(p.conditions.temperature or 298.0) > 400.0 for _, _, p in values]
            for wanted in (False, True):
                chosen = [value for value, hot in zip(values, is_hot, strict=True) if hot is wanted]
                if len(chosen) < _LEAST_VALUES:
                    continue
                scaled = np.array(
                    [p.value.nominal if name in _LINEAR else math.log10(p.value.nominal) for *_, p in chosen]
                )
                middle = float(np.median(scaled))
                spread = 1.4826 * float(np.median(np.abs(scaled - middle)))
                for (entry, place, point), x in zip(chosen, scaled, strict=True):
                    z = abs(float(x) - middle) / spread if spread > 0 else 0.0
                    if z >= _LEAST_Z:
                        usual = middle if name in _LINEAR else 10**middle
                        evidence = (
                            f"{name} {point.value.nominal:.4g} {point.unit}; half of the {len(chosen)} values of the data set"
                            f" {'above 400 K' if wanted else 'at room temperature'} are above {usual:.3g}: z = {z:.1f}"
                        )
                        yield Suspicion(entry, min(z, 12.0), evidence, None, name, place)


DETECTOR: Final = ExtremeValue()
