"""Requests: what a new material should be (limits) and what it should be able to do (targets, ranges, objectives)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from quinary.errors import InputError, unknown_name
from quinary.points.properties import property_named
from quinary.reference.elements import ANIONS, atomic_numbers

__all__ = ["Limits", "Request"]

Interval = tuple[float, float]
# A target counts as met within this relative distance of the value asked for.
TARGET_TOLERANCE: Final = 0.01
_OPEN: Final = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a composition may be.

    Attributes:
        elements: the palette; empty means every element of the known materials that all predictors cover.
        fractions: element -> (lowest, highest) atomic fraction (of the cations for a ceramic); a positive lowest makes
            the element obligatory, a highest of zero forbids it.
        n_components: (fewest, most) elements.
        anion: symbol of the anion of a ceramic, or None for an alloy.
    """

    elements: tuple[str, ...] = ()
    fractions: Mapping[str, Interval] = field(default_factory=dict)
    n_components: tuple[int, int] = (1, 99)
    anion: str | None = None

    def __post_init__(self) -> None:
        for symbol in (*self.elements, *self.fractions):
            if symbol not in atomic_numbers():
                raise unknown_name("element", symbol, atomic_numbers())
        if self.anion is not None and self.anion not in ANIONS:
            raise unknown_name("anion", self.anion, ANIONS)
        self._check_fractions()
        fewest, most = self.n_components
        if not 1 <= fewest <= most:
            raise InputError(f"the number of components {fewest}:{most} contradicts itself")
        if self.elements and fewest > len(self.elements):
            raise InputError(f"{fewest} components were asked for from {len(self.elements)} elements")

    def _check_fractions(self) -> None:
        for symbol, (low, high) in self.fractions.items():
            if not 0 <= low <= high <= 1:
                raise InputError(f"the limit {symbol}={low:g}:{high:g} contradicts itself; fractions run from 0 to 1")
            if self.elements and symbol not in self.elements and low > 0:
                raise InputError(f"{symbol} must be present but is not among the elements {', '.join(self.elements)}")
        least = math.fsum(low for low, _ in self.fractions.values())
        if least > 1 + 1e-12:
            raise InputError(f"the lowest fractions sum to {least:g}, more than 1")
        if self.elements and math.fsum(self.bounds(symbol)[1] for symbol in self.elements) < 1 - 1e-12:
            raise InputError("the highest fractions of all elements sum to less than 1")

    def bounds(self, symbol: str) -> Interval:
        """(lowest, highest) fraction of an element."""
        return tuple(self.fractions.get(symbol, (0.0, 1.0)))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Request:
    """Limits, and what the material should be able to do, each property in its own unit.

    Attributes:
        targets: property -> wanted value, met within 1 %.
        ranges: property -> (lowest, highest); either side may be infinite.
        maximize, minimize: properties to push as far as possible.
    """

    targets: Mapping[str, float] = field(default_factory=dict)
    ranges: Mapping[str, Interval] = field(default_factory=dict)
    maximize: tuple[str, ...] = ()
    minimize: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for name in self.properties:
            entry = property_named(name)
            if entry.is_categorical:
                raise InputError(f"{name} is a category; a request takes numbers")
        self._check_numbers()
        both = set(self.maximize) & set(self.minimize)
        if both:
            raise InputError(f"{', '.join(sorted(both))} cannot be both maximized and minimized")
        twice = (set(self.targets) & set(self.ranges)) | (set(self.targets) & {*self.maximize, *self.minimize})
        for name in twice:
            low, high = self.ranges.get(name, _OPEN)
            if name not in self.ranges or not low <= self.targets[name] <= high:
                raise InputError(f"the request contradicts itself about {name}: a target and another wish")

    def _check_numbers(self) -> None:
        for name, value in self.targets.items():
            if not math.isfinite(value):
                raise InputError(f"the target {name}={value} is not a finite number")
            property_named(name).check(value)
        for name, (low, high) in self.ranges.items():
            if (
                math.isnan(low)
                or math.isnan(high)
                or low > high
                or (low, high) in {(math.inf, math.inf), (-math.inf, -math.inf)}
            ):
                raise InputError(f"the range {name}={low:g}:{high:g} contradicts itself")

    @property
    def properties(self) -> tuple[str, ...]:
        """Every property that the request names, each once, in the order of mention."""
        return tuple(dict.fromkeys((*self.targets, *self.ranges, *self.maximize, *self.minimize)))

    def interval(self, name: str) -> Interval:
        """(lowest, highest) value of a property that still meets the request; a target is widened by its tolerance."""
        low, high = self.ranges.get(name, _OPEN)
        if name in self.targets:
            slack = TARGET_TOLERANCE * abs(self.targets[name])
            low, high = max(low, self.targets[name] - slack), min(high, self.targets[name] + slack)
        return low, high

    def is_met_by(self, values: Mapping[str, float]) -> bool:
        """True if every target and range holds for these predicted values."""
        return all(
            self.interval(name)[0] <= values[name] <= self.interval(name)[1] for name in (*self.targets, *self.ranges)
        )

    def as_dict(self) -> dict[str, Any]:
        """A plain mapping for JSON; open sides of ranges are None."""
        body = asdict(self)
        body["ranges"] = {name: [_finite(low), _finite(high)] for name, (low, high) in self.ranges.items()}
        return body

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that identify the request."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()[:12]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
