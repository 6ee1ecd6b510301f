"""Rules of mixtures by mass and volume: density and price of the elements in an alloy.

Arrays: `fractions` (N, n_elements), elemental values (n_elements,), results (N,).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys.linear_combination import average

__all__ = ["mixture_density", "mixture_price"]


def mixture_density(
    fractions: NDArray[np.float64], masses: NDArray[np.float64], volumes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Density sum c A / sum c V_m in g/cm^3, from g/mol and cm^3/mol; volumes are taken to add."""
    return average(fractions, masses) / average(fractions, volumes)


def mixture_price(
    fractions: NDArray[np.float64], masses: NDArray[np.float64], prices: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Price sum c A p / sum c A in USD/kg, from g/mol and USD/kg: what the elements in a kilogram of the alloy cost."""
    return average(fractions, masses * prices) / average(fractions, masses)
