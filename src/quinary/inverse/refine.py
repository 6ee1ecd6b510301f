"""Moving a sample onto the request: the nearest composition that meets it, few elements kept, fractions weighable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from quinary.inverse.request import Limits, Request

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Evaluate = Callable[[NDArray[np.float64]], Mapping[str, NDArray[np.float64]]]

__all__ = ["move_onto", "weighable"]

SMALLEST_FRACTION: Final = 0.005
STEP: Final = 1e-4
_MARGIN: Final = 0.15  # aim inside the interval by this part of its width, so that rounding does not lead out of it
_GRADIENT_STEP: Final = 1e-6


def weighable(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fractions as whole multiples of 0.01 at.%, zero below 0.5 at.%, sum exactly 10,000 steps; shape (n_elements,).

    Rounding down first, then handing the steps that are left to the largest remainders, moves no fraction by more than a
    step.
    """
    import numpy as np

    kept = np.where(fractions < SMALLEST_FRACTION, 0.0, fractions)
    steps = kept / kept.sum() / STEP
    whole = np.floor(steps + 1e-9)
    missing = round(1 / STEP - whole.sum())
    whole[np.argsort(-(steps - whole) * (kept > 0))[:missing]] += 1
    rounded: NDArray[np.float64] = whole * STEP
    return rounded


def fits(fractions: NDArray[np.float64], elements: tuple[str, ...], limits: Limits) -> bool:
    """True if a composition, shape (n_elements,), lies within the limits."""
    fewest, most = limits.n_components
    if not fewest <= int((fractions > 0).sum()) <= most:
        return False
    slack = 1e-9
    return all(
        limits.bounds(symbol)[0] - slack <= fraction <= limits.bounds(symbol)[1] + slack
        for symbol, fraction in zip(elements, fractions, strict=True)
    )


def move_onto(
    request: Request, elements: tuple[str, ...], start: NDArray[np.float64], evaluate: Evaluate
) -> NDArray[np.float64] | None:
    """The composition nearest to `start` (least squares of the fractions) that meets the request, or None if none was found.

    Sequential quadratic programming on the elements of `start` (shape (n_elements,)), plus obligatory ones; elements that
    fall below 0.5 at.% leave and the rest is solved again. `evaluate` maps (N, n_elements) fractions to property -> (N,).
    """
    import numpy as np

    obligatory = np.array([request.limits.bounds(symbol)[0] > 0 for symbol in elements])
    allowed = np.array([request.limits.bounds(symbol)[1] > 0 for symbol in elements])
    support = ((start >= SMALLEST_FRACTION) | obligatory) & allowed
    fewest, most = request.limits.n_components
    while support.sum() > max(most, 1):  # the smallest optional elements leave first
        support[np.argmin(np.where(support & ~obligatory, start, np.inf))] = False
    for _ in range(3):
        if support.sum() < fewest:
            return None
        found = _nearest_on(request, elements, start, support, evaluate)
        if found is None:
            return None
        rounded = weighable(found)
        values = {name: float(column[0]) for name, column in evaluate(rounded[None, :]).items()}
        if fits(rounded, elements, request.limits) and request.is_met_by(values):
            return rounded
        smaller = support & (found >= SMALLEST_FRACTION)
        if (smaller == support).all():
            return None
        support = smaller
    return None


def _nearest_on(
    request: Request,
    elements: tuple[str, ...],
    start: NDArray[np.float64],
    support: NDArray[np.bool_],
    evaluate: Evaluate,
) -> NDArray[np.float64] | None:
    import numpy as np
    from scipy.optimize import minimize

    columns = np.flatnonzero(support)
    bounds = [request.limits.bounds(elements[index]) for index in columns]
    origin = np.clip(start[columns], [low for low, _ in bounds], [high for _, high in bounds])
    origin = origin / origin.sum() if origin.sum() > 0 else np.full(len(columns), 1 / len(columns))

    def full(part: NDArray[np.float64]) -> NDArray[np.float64]:
        """The part placed among all elements, zeros elsewhere."""
        whole = np.zeros((*part.shape[:-1], len(elements)))
        whole[..., columns] = np.clip(part, 0.0, None)
        return whole

    constraints = [{"type": "eq", "fun": lambda part: part.sum() - 1.0, "jac": np.ones_like}]
    constraints += [_Side(name, side, sign, full, evaluate).constraint() for name, side, sign in _sides(request)]
    solution = minimize(
        lambda part: float(((part - origin) ** 2).sum()),
        origin,
        jac=lambda part: 2 * (part - origin),
        bounds=bounds,
        constraints=constraints,
        method="SLSQP",
        options={"maxiter": 60, "ftol": 1e-10},
    )
    if not solution.success:
        return None
    whole = full(solution.x)
    normalised: NDArray[np.float64] = whole / whole.sum()
    return normalised


def _sides(request: Request) -> list[tuple[str, float, float]]:
    """(property, limit, sign) with sign * (value - limit) >= 0 for every finite side, drawn in a little."""
    import numpy as np

    sides = []
    for name in (*request.targets, *request.ranges):
        low, high = request.interval(name)
        slack = _MARGIN * (high - low) if np.isfinite(high - low) else 0.0
        if name in request.targets:
            slack = 0.49 * (high - low)
        if np.isfinite(low):
            sides.append((name, low + slack, 1.0))
        if np.isfinite(high):
            sides.append((name, high - slack, -1.0))
    return sides


class _Side:
    """One side of an interval as a constraint: value and forward-difference gradient from one batched evaluation."""

    def __init__(
        self, name: str, limit: float, sign: float, full: Callable[..., NDArray[np.float64]], evaluate: Evaluate
    ) -> None:
        self.name, self.limit, self.sign = name, limit, sign
        self.full, self.evaluate = full, evaluate
        self.scale = 1.0 / max(abs(limit), 1e-9)

    def constraint(self) -> dict[str, object]:
        """The side as scipy takes it."""
        return {"type": "ineq", "fun": self.value, "jac": self.gradient}

    def value(self, part: NDArray[np.float64]) -> float:
        """How far inside the side a composition lies, relative to the limit (negative: outside)."""
        found = float(self.evaluate(self.full(part[None, :]))[self.name][0])
        return self.sign * (found - self.limit) * self.scale

    def gradient(self, part: NDArray[np.float64]) -> NDArray[np.float64]:
        """The slope of `value` along each fraction, by forward differences; shape (n_present,)."""
        import numpy as np

        stencil = np.vstack([part, part + _GRADIENT_STEP * np.eye(len(part))])
        values = np.asarray(self.evaluate(self.full(stencil))[self.name])
        slope: NDArray[np.float64] = self.sign * self.scale * (values[1:] - values[0]) / _GRADIENT_STEP
        return slope
