"""Can the request be met at all? Exact bounds of linear properties over the limits, by linear programming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quinary.errors import ImpossibleRequestError
from quinary.inverse.request import Limits, Request

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Bound", "check_feasible", "extreme"]


@dataclass(frozen=True, slots=True)
class Bound:
    """The extreme value of a property, the composition that reaches it, and the limits that hold it there."""

    value: float
    composition: dict[str, float]
    binding: tuple[str, ...]


def _limit_bounds(limits: Limits, elements: tuple[str, ...]) -> list[tuple[float, float]]:
    return [limits.bounds(symbol) for symbol in elements]


def _solve(
    cost: NDArray[np.float64], limits: Limits, elements: tuple[str, ...], rows: list[Any], sides: list[float]
) -> Any:
    import numpy as np
    from scipy.optimize import linprog

    return linprog(
        cost,
        A_ub=np.array(rows) if rows else None,
        b_ub=np.array(sides) if sides else None,
        A_eq=np.ones((1, len(elements))),
        b_eq=[1.0],
        bounds=_limit_bounds(limits, elements),
        method="highs",
    )


def extreme(
    coefficients: NDArray[np.float64], elements: tuple[str, ...], limits: Limits, *, highest: bool
) -> Bound | None:
    """The highest or lowest value of p . c over the limits (a linear program, hence exact), or None if no composition fits.

    `coefficients` has shape (n_elements,). The number of components is not part of the program: with fewer elements
    allowed the true bound can only be tighter.
    """
    sign = -1.0 if highest else 1.0
    solution = _solve(sign * coefficients, limits, elements, [], [])
    if not solution.success:
        return None
    fractions = dict(zip(elements, map(float, solution.x), strict=True))
    present = {symbol: fraction for symbol, fraction in fractions.items() if fraction > 1e-9}
    return Bound(float(sign * solution.fun), present, _binding(fractions, limits))


def _binding(fractions: Mapping[str, float], limits: Limits) -> tuple[str, ...]:
    held = [
        f"{symbol} {'at most' if side else 'at least'} {limits.bounds(symbol)[side]:g}"
        for symbol, fraction in fractions.items()
        for side in (0, 1)
        if limits.bounds(symbol)[side] != side and abs(fraction - limits.bounds(symbol)[side]) < 1e-9
    ]
    return tuple(held) or ("the elements to choose from",)


def check_feasible(
    request: Request, elements: tuple[str, ...], coefficients: Mapping[str, NDArray[np.float64]]
) -> None:
    """Refuse a request that no composition can meet, with the bound that can be reached.

    `coefficients` holds the linear properties of the request: property -> (n_elements,). Each is tested alone, then all
    together.

    Raises:
        ImpossibleRequestError: proven by a linear program; the evidence names the bound and what binds it.
    """
    wanted = [name for name in (*request.targets, *request.ranges) if name in coefficients]
    for name in wanted:
        low, high = request.interval(name)
        for wish, is_highest in ((low, True), (high, False)):
            bound = extreme(coefficients[name], elements, request.limits, highest=is_highest)
            if bound is None:
                raise ImpossibleRequestError(
                    "the limits on the elements contradict each other",
                    evidence_of("limits", None, {}, (), certain=True),
                )
            if bound.value < wish if is_highest else bound.value > wish:
                raise _out_of_reach(name, wish, bound, is_highest=is_highest)
    if len(wanted) > 1:
        _check_together(request, elements, {name: coefficients[name] for name in wanted})


def _out_of_reach(name: str, wish: float, bound: Bound, *, is_highest: bool) -> ImpossibleRequestError:
    mix = ", ".join(f"{symbol} {fraction:.3g}" for symbol, fraction in bound.composition.items())
    return ImpossibleRequestError(
        f"{name} {'>=' if is_highest else '<='} {wish:g} cannot be reached: within the limits it is "
        f"{'at most' if is_highest else 'at least'} {bound.value:.4g} ({mix})",
        evidence_of(name, bound.value, bound.composition, bound.binding, certain=True),
    )


def evidence_of(
    name: str, bound: float | None, composition: Mapping[str, float], binding: tuple[str, ...], *, certain: bool
) -> dict[str, Any]:
    """The evidence of an impossible wish, as the command line prints it."""
    return {
        "property": name,
        "bound": bound,
        "composition": dict(composition),
        "binding": list(binding),
        "certain": certain,
    }


def _check_together(
    request: Request, elements: tuple[str, ...], coefficients: Mapping[str, NDArray[np.float64]]
) -> None:
    import numpy as np

    rows: list[Any] = []
    sides: list[float] = []
    for name, vector in coefficients.items():
        low, high = request.interval(name)
        for side, row in ((high, vector), (-low, -vector)):
            if np.isfinite(side):
                rows.append(row)
                sides.append(float(side))
    if not _solve(np.zeros(len(elements)), request.limits, elements, rows, sides).success:
        names = ", ".join(coefficients)
        raise ImpossibleRequestError(
            f"{names} can each be met alone but not together within the limits",
            evidence_of(names, None, {}, tuple(coefficients), certain=True),
        )
