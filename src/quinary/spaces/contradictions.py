"""Why a space is empty: a smallest set of limits that no composition meets together.

Each limit is left out in turn; if the space stays empty without it, it is left out for good. What remains is irreducible:
without any one of its limits there would be compositions. Source of the method: Chinneck, Dravnieks 1991,
10.1287/ijoc.3.2.157. Whether a space is empty is counted exactly where there is no linear limit, else decided by a
mixed-integer linear program (whole steps, elements present or absent).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import ImpossibleRequestError
from quinary.spaces.count import count_points
from quinary.spaces.lattice import site_lattices
from quinary.spaces.limits import TOLERANCE, SiteLimits, SpaceLimits

__all__ = ["clashing_limits", "impossible", "is_empty"]

_PRESENT: Final = 1e-6  # least fraction of an element that counts as present, where there is no step
_MOST_SECONDS: Final = 10.0
_INFEASIBLE: Final = 2  # status of scipy.optimize.milp


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit in the user's words, and how to leave it out."""

    words: str
    relax: Callable[[SpaceLimits], SpaceLimits]


def clashing_limits(limits: SpaceLimits, is_lattice: bool = True) -> tuple[str, ...]:
    """The limits of an irreducible set that no composition meets, in words; nothing if there is a composition.

    `is_lattice`: only compositions in whole steps count; the step is then a limit like the others. Several such sets may
    exist; linear limits are the last to be left out.
    """
    if not is_empty(limits, is_lattice):
        return ()
    is_stepped = is_lattice and not is_empty(limits, False)
    clashing = [f"steps of {limits.step:g}"] if is_stepped else []
    for limit in _limits_of(limits):
        without = limit.relax(limits)
        if is_empty(without, is_stepped):
            limits = without
        else:
            clashing.append(limit.words)
    return tuple(clashing)


def impossible(limits: SpaceLimits, is_lattice: bool = True) -> ImpossibleRequestError:
    """The error for an empty space: it names the limits that clash, in its message and as `binding` in its evidence."""
    words = clashing_limits(limits, is_lattice)
    named = ", ".join(words) or "the limits"
    names = [limit.name for limit in limits.linear if any(limit.name in word for word in words)]
    evidence: dict[str, object] = {
        "property": ", ".join(dict.fromkeys(names)) or named,
        "bound": None,
        "composition": {},
        "binding": list(words),
        "certain": bool(words),
    }
    return ImpossibleRequestError(f"no composition meets these limits together: {named}", evidence)


def is_empty(limits: SpaceLimits, is_lattice: bool = True) -> bool:
    """True if no composition meets every limit; a linear program that takes over 10 s counts as not empty."""
    if is_lattice and not limits.linear:
        return count_points(limits) == 0
    return _program(limits, is_lattice)


def _limits_of(limits: SpaceLimits) -> Iterator[_Limit]:
    """Every limit that can be left out, those on properties last."""
    for number, site in enumerate(limits.sublattices):
        where = f" on sublattice {number + 1}" if len(limits.sublattices) > 1 else ""
        for words, changes in _site_limits(site):
            yield _Limit(words + where, _site_relaxation(number, changes))
    for number, limit in enumerate(limits.linear):
        for side, words, opened in (("low", limit.words[0], -math.inf), ("high", limit.words[1], math.inf)):
            if math.isfinite(getattr(limit, side)):
                yield _Limit(words, _linear_relaxation(number, {side: opened}))


def _site_limits(site: SiteLimits) -> Iterator[tuple[str, Callable[[SiteLimits], dict[str, Any]]]]:
    """Words of each limit of a sublattice, and the fields that leave it out."""
    fewest, most = site.n_components
    if fewest > 1:
        yield f"at least {fewest} components", lambda now: {"n_components": (1, now.n_components[1])}
    if most < len(site.elements):
        yield f"at most {most} components", lambda now: {"n_components": (now.n_components[0], len(now.elements))}
    if site.smallest > 0:
        yield f"no fraction below {site.smallest:g}", lambda _: {"smallest": 0.0}
    for symbol in site.elements:
        low, high = site.bounds(symbol)
        if low > 0:
            yield f"{symbol} >= {low:g}", _range_opened(symbol, lambda bounds: (0.0, bounds[1]))
        if high < 1:
            yield f"{symbol} <= {high:g}", _range_opened(symbol, lambda bounds: (bounds[0], 1.0))


def _range_opened(
    symbol: str, opened: Callable[[tuple[float, float]], tuple[float, float]]
) -> Callable[[SiteLimits], dict[str, Any]]:
    return lambda now: {"fractions": {**now.fractions, symbol: opened(now.bounds(symbol))}}


def _site_relaxation(
    number: int, changes: Callable[[SiteLimits], dict[str, Any]]
) -> Callable[[SpaceLimits], SpaceLimits]:
    def relax(limits: SpaceLimits) -> SpaceLimits:
        sites = list(limits.sublattices)
        sites[number] = replace(sites[number], **changes(sites[number]))
        return replace(limits, sublattices=tuple(sites))

    return relax


def _linear_relaxation(number: int, changes: dict[str, float]) -> Callable[[SpaceLimits], SpaceLimits]:
    def relax(limits: SpaceLimits) -> SpaceLimits:
        rows = list(limits.linear)
        rows[number] = replace(rows[number], **changes)  # type: ignore[arg-type]
        return replace(limits, linear=tuple(rows))

    return relax


def _program(limits: SpaceLimits, is_lattice: bool) -> bool:
    """True if the mixed-integer program of amounts m and presences z proves that there is no composition."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    low, high, is_optional, whole = _columns(limits, is_lattice)
    n_columns = len(low)
    identity, nothing = np.eye(n_columns), np.zeros((len(limits.sublattices), n_columns))
    sums = nothing.copy()
    for number, columns in enumerate(limits.slices):
        sums[number, columns] = 1.0
    counts = np.array([site.n_components for site in limits.sublattices], dtype=float)
    rows, sides = limits.linear_rows()
    scale = np.abs(rows).max(axis=1, initial=1e-300)[:, None]
    constraints = [
        LinearConstraint(np.hstack([sums, nothing]), whole, whole),
        LinearConstraint(np.hstack([identity, -np.diag(high)]), -np.inf, 0.0),
        LinearConstraint(np.hstack([identity, -np.diag(low)]), 0.0, np.inf),
        LinearConstraint(np.hstack([nothing, sums]), counts[:, 0], counts[:, 1]),
        LinearConstraint(
            np.hstack([rows / scale / whole, np.zeros_like(rows)]), -np.inf, sides / scale[:, 0] + TOLERANCE
        ),
    ]
    is_possible = low <= high
    solution = milp(
        np.zeros(2 * n_columns),
        integrality=np.repeat([int(is_lattice), 1], n_columns),
        bounds=Bounds(np.concatenate([np.zeros(n_columns), ~is_optional]), np.concatenate([high, is_possible])),
        constraints=constraints,
        options={"time_limit": _MOST_SECONDS},
    )
    return bool((~is_possible & ~is_optional).any() or solution.status == _INFEASIBLE)


def _columns(
    limits: SpaceLimits, is_lattice: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], float]:
    """Least and greatest amount of a column that is present, whether it may be absent, and what a sublattice sums to."""
    if is_lattice:
        lattices = site_lattices(limits)
        low, high = (np.array([v for lat in lattices for v in getattr(lat, side)], float) for side in ("low", "high"))
        return low, np.maximum(high, 0.0), np.array([o for lat in lattices for o in lat.is_optional]), limits.n_steps
    bounds = np.array([site.bounds(symbol) for site in limits.sublattices for symbol in site.elements])
    smallest = np.array([max(site.smallest, _PRESENT) for site in limits.sublattices for _ in site.elements])
    return np.maximum(bounds[:, 0], smallest), bounds[:, 1], bounds[:, 0] <= 0, 1.0
