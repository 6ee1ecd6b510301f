"""What a request asks of one property, as the single value that a conditional generator or a look-up aims at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.requests.request import Request

__all__ = ["aims"]

_BEST_SHARE: Final = 0.95  # an objective aims at the value that only the best twentieth of the known alloys reach


def aims(request: Request, known: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """Property -> value to aim at: the target; the middle of a range; just inside an open range; the best known twentieth.

    `known` maps property -> (N,) values of known materials, against which open ranges and objectives are measured.
    """
    found: dict[str, float] = {name: float(value) for name, value in request.targets.items()}
    for name in (*request.ranges, *request.likely):
        low, high = request.interval(name)
        spread = float(np.std(known[name])) if name in known else 0.0
        if np.isfinite(low) and np.isfinite(high):
            found.setdefault(name, (low + high) / 2)
        else:
            found.setdefault(name, low + spread / 2 if np.isfinite(low) else high - spread / 2)
    for names, share in ((request.maximize, _BEST_SHARE), (request.minimize, 1 - _BEST_SHARE)):
        for name in names:
            if name in known:
                found.setdefault(name, float(np.quantile(known[name], share)))
    return found
