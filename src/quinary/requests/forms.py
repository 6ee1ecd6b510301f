"""Properties as functions of the fractions, with gradients: what bounds are proven from and what samples are moved by.

Many properties of a mixture have a simple form. Where a predictor says which (`PredictorPlugin.form`), bounds are exact
and a sample is moved in microseconds; a property of any other form is followed through its values alone (`Numerical`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["Form", "Linear", "Numerical", "Ratio", "RootProduct", "slopes"]

_STENCIL: Final = 1e-6


class Form(Protocol):
    """A property of N compositions: fractions of shape (N, n_elements), which need not sum exactly to one."""

    def value(self, fractions: Values) -> Values:
        """Values in the unit of the property, shape (N,)."""
        ...

    def gradient(self, fractions: Values) -> Values:
        """Derivatives by each fraction, the others fixed, shape (N, n_elements)."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Linear:
    """p . c: an average by atomic fraction. `coefficients` has shape (n_elements,)."""

    coefficients: Values

    def value(self, fractions: Values) -> Values:
        """The average, shape (N,)."""
        found: Values = fractions @ self.coefficients
        return found

    def gradient(self, fractions: Values) -> Values:
        """The coefficients, for every row."""
        return np.broadcast_to(self.coefficients, fractions.shape)


@dataclass(frozen=True, eq=False, slots=True)
class Ratio:
    """(a . c) / (b . c) with every b > 0: an average by volume or mass, such as density and price."""

    numerator: Values
    denominator: Values

    def value(self, fractions: Values) -> Values:
        """(a . c) / (b . c), shape (N,)."""
        found: Values = (fractions @ self.numerator) / (fractions @ self.denominator)
        return found

    def gradient(self, fractions: Values) -> Values:
        """(a - v b) / (b . c), shape (N, n_elements)."""
        found: Values = (self.numerator - self.value(fractions)[:, None] * self.denominator) / (
            fractions @ self.denominator
        )[:, None]
        return found


@dataclass(frozen=True, eq=False, slots=True)
class RootProduct:
    """scale sqrt((f . c) (a . c) / (b . c)), all of them positive: Rice's toughness, with f = G, a = 2 E_USF, b = 1 - nu."""

    factor: Values
    numerator: Values
    denominator: Values
    scale: float

    def value(self, fractions: Values) -> Values:
        """The root of the product, shape (N,)."""
        product = (fractions @ self.factor) * (fractions @ self.numerator) / (fractions @ self.denominator)
        found: Values = self.scale * np.sqrt(product)
        return found

    def gradient(self, fractions: Values) -> Values:
        """Half the value times the sum of the relative slopes of the three averages, shape (N, n_elements)."""
        relative: Values = (
            self.factor / (fractions @ self.factor)[:, None]
            + self.numerator / (fractions @ self.numerator)[:, None]
            - self.denominator / (fractions @ self.denominator)[:, None]
        )
        return relative * self.value(fractions)[:, None] / 2


@dataclass(frozen=True, eq=False, slots=True)
class Numerical:
    """Any other property: `evaluate` maps normalised fractions (N, n_elements) to values (N,).

    `step` is how far a fraction is moved to see a slope: little for smooth properties, a hundredth for a forest of trees,
    which is flat nearer than that. A property with such steps is called rough.
    """

    evaluate: Callable[[Values], Values]
    step: float = _STENCIL

    @property
    def is_rough(self) -> bool:
        """True where slopes are only seen from afar."""
        return self.step > _STENCIL

    def value(self, fractions: Values) -> Values:
        """The values of the normalised fractions, shape (N,)."""
        return np.asarray(self.evaluate(fractions / fractions.sum(axis=1, keepdims=True)))

    def gradient(self, fractions: Values) -> Values:
        """Forward differences for all rows and elements in one evaluation, shape (N, n_elements)."""
        return self.gradient_where(fractions, np.ones(fractions.shape, dtype=bool))

    def gradient_where(self, fractions: Values, is_needed: Mask) -> Values:
        """The gradient where `is_needed`, shape (N, n_elements), and zero elsewhere: what is not needed is not evaluated."""
        row, element = np.nonzero(is_needed)
        moved = fractions[row]
        moved[np.arange(len(row)), element] += self.step
        values = self.value(np.concatenate([moved, fractions]))
        found = np.zeros(fractions.shape)
        found[row, element] = (values[: len(row)] - values[len(row) :][row]) / self.step
        return found


def slopes(form: Form, fractions: Values, is_needed: Mask) -> Values:
    """Derivatives of a property by each fraction, shape (N, n_elements); where they are not needed they may be zero."""
    return form.gradient_where(fractions, is_needed) if isinstance(form, Numerical) else form.gradient(fractions)
