"""Nearly equal parts of a few elements: where ceramics are made, and where what predicts them holds."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["even_mixtures"]

_MOST: Final = 6  # as many metals as most ceramics that were made have
_EVENNESS: Final = 60.0  # Dirichlet parameter: each share deviates by about an eighth of itself


def even_mixtures(
    weights: NDArray[np.float64], n_components: tuple[int, int], n_samples: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Fractions, shape (n_samples, n_elements), of elements drawn as often as their `weights`, shape (n_elements,), say.

    Two to six of them, within `n_components` as far as that can be; all elements count alike where fewer than two have a
    weight. Drawn without replacement by the least of exponential variables with the weights as rates (Efraimidis and
    Spirakis, Information Processing Letters 97 (2006) 181).
    """
    rates = weights if (weights > 0).sum() > 1 else np.ones(len(weights))
    fewest, most = n_components
    highest = min(most, max(fewest, _MOST), int((rates > 0).sum()))
    sizes = generator.integers(min(max(fewest, 2), highest), highest + 1, n_samples)
    times = generator.exponential(size=(n_samples, len(rates))) / np.maximum(rates, 1e-12)
    place = times.argsort(axis=1).argsort(axis=1)
    amounts = generator.gamma(_EVENNESS, size=times.shape) * (place < sizes[:, None])
    found: NDArray[np.float64] = amounts / amounts.sum(axis=1, keepdims=True)
    return found
