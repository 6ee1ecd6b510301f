"""Linear limits: bounds on a weighted sum of the fractions, and on ratios of two such sums (density, price)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quinary.errors import InputError, unknown_name
from quinary.reference.elements import element_column

__all__ = ["BOUNDABLE_PROPERTIES", "LinearLimit", "property_limits", "ratio_limits"]


@dataclass(frozen=True, slots=True)
class LinearLimit:
    """low <= sum_i c_i p_i <= high, with c the fractions over all sites of the space.

    Attributes:
        name: what is bounded, for messages.
        coefficients: element -> p; every element of the space needs one.
        low, high: either may be infinite.
        stated: (lowest, highest) as the user said them, where `low` and `high` bound something derived from them.
    """

    name: str
    coefficients: Mapping[str, float]
    low: float = -math.inf
    high: float = math.inf
    stated: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for symbol, coefficient in self.coefficients.items():
            if not math.isfinite(coefficient):
                raise InputError(f"the {self.name} of {symbol} is not known, so it cannot be bounded")
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise InputError(f"the limit {self.name}={self.low:g}:{self.high:g} contradicts itself")

    @property
    def words(self) -> tuple[str, str]:
        """The lower and the upper side in the user's words: `density >= 6`, `density <= 8`."""
        low, high = self.stated or (self.low, self.high)
        return f"{self.name} >= {low:g}", f"{self.name} <= {high:g}"


def ratio_limits(
    name: str, numerator: Mapping[str, float], denominator: Mapping[str, float], low: float, high: float
) -> tuple[LinearLimit, ...]:
    """Low <= sum c n / sum c d <= high as linear limits, one for each finite side.

    With every d > 0 the right side is sum c (n - high d) <= 0: no approximation.

    Raises:
        InputError: the two sides contradict each other, or a denominator is not positive.
    """
    if math.isnan(low) or math.isnan(high) or low > high:
        raise InputError(f"the limit {name}={low:g}:{high:g} contradicts itself")
    for symbol in numerator:
        if not denominator.get(symbol, math.nan) > 0:
            raise InputError(f"the {name} of {symbol} is not known, so it cannot be bounded")
    rows = []
    if math.isfinite(low):
        row = {symbol: value - low * denominator[symbol] for symbol, value in numerator.items()}
        rows.append(LinearLimit(name, row, low=0.0, stated=(low, high)))
    if math.isfinite(high):
        row = {symbol: value - high * denominator[symbol] for symbol, value in numerator.items()}
        rows.append(LinearLimit(name, row, high=0.0, stated=(low, high)))
    return tuple(rows)


# property -> columns whose product is averaged, columns whose product it is divided by
_RATIOS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "density": (("mass",), ("molar_volume",)),
    "price": (("mass", "price"), ("mass",)),
    "melting_temperature": (("melting_temperature",), ()),
    "valence_electron_concentration": (("valence_electrons",), ()),
}
BOUNDABLE_PROPERTIES: Final = tuple(_RATIOS)


def property_limits(name: str, elements: Sequence[str], low: float, high: float) -> tuple[LinearLimit, ...]:
    """Bounds on a rule-of-mixtures property as linear limits.

    density = sum c A / sum c V in g/cm^3; price = sum c A p / sum c A in USD/kg; melting temperature = sum c T in K;
    valence electron concentration = sum c VEC. Elemental values and sources: `quinary.reference.elements`.

    Raises:
        InputError: the property cannot be bounded this way, or an element has no value.
    """
    if name not in _RATIOS:
        raise unknown_name("property with a linear limit", name, _RATIOS)
    above, below = _RATIOS[name]
    for symbol in elements:
        if any(symbol not in element_column(column) for column in (*above, *below)):
            raise InputError(f"the {name} of {symbol} is not known, so it cannot be bounded")
    return ratio_limits(name, _products(above, elements), _products(below, elements), low, high)


def _products(columns: tuple[str, ...], elements: Sequence[str]) -> dict[str, float]:
    return {symbol: math.prod(element_column(column)[symbol] for column in columns) for symbol in elements}
