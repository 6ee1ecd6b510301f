"""What a composition may be, as one object: palettes, ranges, number of components, sublattices, step, linear limits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError, unknown_name
from quinary.reference.elements import atomic_numbers
from quinary.spaces.linear import LinearLimit, property_limits

__all__ = ["SiteLimits", "SpaceLimits"]

TOLERANCE: Final = 1e-9
_OPEN: Final = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """What may sit on one sublattice; its fractions sum to 1.

    Attributes:
        elements: the palette, in the order of the columns.
        fractions: element -> (lowest, highest); a positive lowest makes the element obligatory.
        n_components: (fewest, most) elements present.
        smallest: an element that is present has at least this fraction.
        sites: relative number of sites; only the shares matter, and only for linear limits.
    """

    elements: tuple[str, ...]
    fractions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    n_components: tuple[int, int] = (1, 99)
    smallest: float = 0.0
    sites: float = 1.0

    def __post_init__(self) -> None:
        if not self.elements:
            raise InputError("a composition space needs at least one element")
        for symbol in (*self.elements, *self.fractions):
            if symbol not in atomic_numbers():
                raise unknown_name("element", symbol, atomic_numbers())
        if len(set(self.elements)) < len(self.elements):
            raise InputError(f"an element is named twice in {', '.join(self.elements)}")
        if not 0 <= self.smallest <= 1:
            raise InputError(f"the smallest fraction {self.smallest:g} is not between 0 and 1")
        if not 0 < self.sites < math.inf:
            raise InputError(f"the number of sites {self.sites:g} is not positive")
        self._check_fractions()
        self._check_components()

    def _check_fractions(self) -> None:
        for symbol, (low, high) in self.fractions.items():
            if not 0 <= low <= high <= 1:
                raise InputError(f"the limit {symbol}={low:g}:{high:g} contradicts itself; fractions run from 0 to 1")
            if low > 0 and symbol not in self.elements:
                raise InputError(f"{symbol} must be present but is not among the elements {', '.join(self.elements)}")
        self._check_lowest()
        most = math.fsum(self.bounds(symbol)[1] for symbol in self.elements)
        if most < 1 - TOLERANCE:
            named = ", ".join(f"{symbol} <= {self.bounds(symbol)[1]:g}" for symbol in self.elements)
            raise InputError(f"the highest fractions of all elements sum to {most:g}, less than 1: {named}")

    def _check_lowest(self) -> None:
        """Refuse lowest fractions that sum to more than 1, and name as few of them as do."""
        lowest = sorted(((self.bounds(symbol)[0], symbol) for symbol in self.elements), reverse=True)
        least, named = 0.0, []
        for low, symbol in lowest:
            least += low
            named.append(f"{symbol} >= {low:g}")
            if least > 1 + TOLERANCE:
                raise InputError(f"the lowest fractions sum to {least:g}, more than 1: {', '.join(named)}")

    def _check_components(self) -> None:
        fewest, most = self.n_components
        if not 1 <= fewest <= most:
            raise InputError(f"the number of components {fewest}:{most} contradicts itself")
        if fewest > len(self.elements):
            raise InputError(f"{fewest} components were asked for from {len(self.elements)} elements")
        obligatory = [symbol for symbol in self.elements if self.bounds(symbol)[0] > 0]
        if len(obligatory) > most:
            raise InputError(f"{', '.join(obligatory)} must all be present, but only {most} components are allowed")

    def bounds(self, symbol: str) -> tuple[float, float]:
        """(lowest, highest) fraction of an element."""
        low, high = self.fractions.get(symbol, _OPEN)
        return low, high


@dataclass(frozen=True, slots=True)
class SpaceLimits:
    """A composition space: one row of fractions has the columns of all sublattices, side by side.

    Attributes:
        sublattices: one for an alloy, more for a ceramic.
        step: distance between neighbouring lattice points; 1/step is a whole number.
        linear: limits on weighted sums over all sites.
    """

    sublattices: tuple[SiteLimits, ...]
    step: float = 0.01
    linear: tuple[LinearLimit, ...] = ()

    def __post_init__(self) -> None:
        if not self.sublattices:
            raise InputError("a composition space needs at least one sublattice")
        if not 0 < self.step <= 1 or abs(1 / self.step - round(1 / self.step)) > 1e-6:
            raise InputError(f"the step {self.step:g} does not divide 1; choose for example 0.05, 0.01 or 0.001")
        for limit in self.linear:
            missing = [symbol for symbol in self.columns if symbol not in limit.coefficients]
            if missing:
                raise InputError(f"the limit on {limit.name} has no coefficient for {', '.join(missing)}")

    @classmethod
    def alloy(
        cls,
        elements: tuple[str, ...],
        fractions: Mapping[str, tuple[float, float]] | None = None,
        n_components: tuple[int, int] = (1, 99),
        step: float = 0.01,
        linear: tuple[LinearLimit, ...] = (),
        properties: Mapping[str, tuple[float, float]] | None = None,
    ) -> SpaceLimits:
        """The space of one sublattice; `properties`: name -> (lowest, highest) of `BOUNDABLE_PROPERTIES`, such as density.

        Raises:
            InputError: unknown element or property, contradicting limits, an element without a value for a property, or a
                step that does not divide 1.
        """
        site = SiteLimits(tuple(elements), dict(fractions or {}), n_components)
        bounded = [property_limits(name, elements, low, high) for name, (low, high) in (properties or {}).items()]
        return cls((site,), step, (*linear, *itertools.chain.from_iterable(bounded)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The element of every column; one that may sit on two sublattices appears twice."""
        return tuple(symbol for site in self.sublattices for symbol in site.elements)

    @property
    def n_steps(self) -> int:
        """Steps from 0 to 1."""
        return round(1 / self.step)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The columns of each sublattice."""
        starts = [0]
        for site in self.sublattices:
            starts.append(starts[-1] + len(site.elements))
        return tuple(slice(first, last) for first, last in itertools.pairwise(starts))

    def without_linear(self) -> SpaceLimits:
        """The same space without its linear limits."""
        return replace(self, linear=())

    def site_shares(self) -> NDArray[np.float64]:
        """The part of all sites that each column's sublattice has, shape (n_columns,); 1 for an alloy."""
        total = math.fsum(site.sites for site in self.sublattices)
        return np.repeat([s.sites / total for s in self.sublattices], [len(s.elements) for s in self.sublattices])

    def linear_rows(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Coefficients A, shape (n_rows, n_columns), and right sides b with A c <= b; one row a finite side."""
        rows, sides = [], []
        shares = self.site_shares()
        for limit in self.linear:
            row = shares * np.array([limit.coefficients[symbol] for symbol in self.columns])
            for side, sign in ((limit.high, 1.0), (limit.low, -1.0)):
                if math.isfinite(side):
                    rows.append(sign * row)
                    sides.append(sign * side)
        return np.array(rows, dtype=float).reshape(len(rows), len(self.columns)), np.array(sides, dtype=float)

    def meets_linear(self, fractions: NDArray[np.float64]) -> NDArray[np.bool_]:
        """True for each row of (N, n_columns) that holds every linear limit, within 1e-9 of its largest coefficient."""
        rows, sides = self.linear_rows()
        if not len(rows):
            return np.ones(len(fractions), dtype=bool)
        slack = TOLERANCE * np.abs(rows).max(axis=1)
        is_met: NDArray[np.bool_] = (fractions @ rows.T <= sides + slack).all(axis=1)
        return is_met

    def allows(self, fractions: NDArray[np.float64]) -> NDArray[np.bool_]:
        """True for each row of (N, n_columns) inside every limit (the step aside), within 1e-9."""
        is_allowed = self.meets_linear(fractions)
        for site, columns in zip(self.sublattices, self.slices, strict=True):
            is_allowed &= _site_allows(site, fractions[:, columns])
        return is_allowed


def _site_allows(site: SiteLimits, fractions: NDArray[np.float64]) -> NDArray[np.bool_]:
    low, high = np.array([site.bounds(symbol) for symbol in site.elements]).T
    is_inside = ((fractions >= low - TOLERANCE) & (fractions <= high + TOLERANCE)).all(axis=1)
    is_inside &= ((fractions == 0) | (fractions >= site.smallest - TOLERANCE)).all(axis=1)
    n_present = (fractions > 0).sum(axis=1)
    is_inside &= (n_present >= site.n_components[0]) & (n_present <= site.n_components[1])
    is_complete: NDArray[np.bool_] = is_inside & (np.abs(fractions.sum(axis=1) - 1) <= TOLERANCE)
    return is_complete
