"""Can the request be met at all? Refused with the bound that can be reached, the composition there, and what binds it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.errors import ImpossibleRequestError
from quinary.inverse.bounds import Bound, Polytope, extreme
from quinary.requests import Limits, Linear, Numerical, Ratio, Request

if TYPE_CHECKING:
    from quinary.requests import Form

__all__ = ["check_feasible", "evidence_of", "polytope_of"]


_PROVEN: Final = 1e-5  # relative: bounds of products are found to a tenth of this


def polytope_of(limits: Limits, elements: Sequence[str]) -> Polytope:
    """The compositions within the limits, over named elements."""
    low, high = np.array([limits.bounds(symbol) for symbol in elements], dtype=float).T
    return Polytope(tuple(elements), low, high, n_components=limits.n_components, smallest=limits.smallest)


def check_feasible(request: Request, elements: tuple[str, ...], forms: Mapping[str, Form]) -> None:
    """Refuse a request that no composition can meet, with the bound that can be reached.

    `forms` maps the properties of the request to their forms; what has none that a bound can be proven for is passed over.
    Each property is tested alone, then together with those before it: averages first, products of averages last.

    Raises:
        ImpossibleRequestError: proven; the evidence names the bound and what binds it.
    """
    place = polytope_of(request.limits, elements)
    if extreme(next(iter(_averages(request, forms).values()), _any_form(elements)), place, highest=True) is None:
        raise ImpossibleRequestError(
            "the limits on the elements contradict each other: no composition lies within them",
            evidence_of("limits", None, {}, _clashing(request.limits, elements), certain=True),
        )
    for name, form in _provable(request, forms).items():
        _check(name, form, request, place, "within the limits")
    rest = place
    for name, form in _averages(request, forms).items():
        if rest is not place:
            _check(name, form, request, rest, "with " + _others(request, rest))
        rest = rest.within(name, form, *request.interval(name))
    exact = place
    for name, form in _averages(request, forms).items():
        exact = exact.within(name, form, *_nominal(request, name))
    for name, form in _provable(request, forms).items():
        if not isinstance(form, Linear | Ratio) and rest is not place:
            _check(name, form, request, rest, "with " + _others(request, rest), exact)


def _provable(request: Request, forms: Mapping[str, Form]) -> dict[str, Form]:
    return {name: forms[name] for name in request.wanted if name in forms and not isinstance(forms[name], Numerical)}


def _averages(request: Request, forms: Mapping[str, Form]) -> dict[str, Form]:
    return {name: form for name, form in _provable(request, forms).items() if isinstance(form, Linear | Ratio)}


def _any_form(elements: Sequence[str]) -> Form:
    return Linear(np.zeros(len(elements)))


def _clashing(limits: Limits, elements: Sequence[str]) -> tuple[str, ...]:
    named = [
        f"{symbol} {low:g} to {high:g}" for symbol, (low, high) in limits.fractions.items() if symbol in set(elements)
    ]
    return (
        *named,
        f"{limits.n_components[0]} to {limits.n_components[1]} components",
        f"at most {limits.largest:g} each",
    )


def _nominal(request: Request, name: str) -> tuple[float, float]:
    """The interval without the tolerance of a target: what a reported bound refers to."""
    target = request.targets.get(name)
    return (float(target), float(target)) if target is not None else request.interval(name)


def _others(request: Request, place: Polytope) -> str:
    names = dict.fromkeys(name for name, _ in place.rows)
    return " and ".join(_wish(request, name) for name in names)


def _wish(request: Request, name: str) -> str:
    low, high = _nominal(request, name)
    if low == high:
        return f"{name} {low:g}"
    if math.isinf(low):
        return f"{name} <= {high:g}"
    return f"{name} >= {low:g}" if math.isinf(high) else f"{name} {low:g} to {high:g}"


def _check(
    name: str, form: Form, request: Request, place: Polytope, where: str, nominal: Polytope | None = None
) -> None:
    """Refuse if the interval of a property lies outside what the polytope allows; the bound told is that of `nominal`."""
    low, high = request.interval(name)
    wished_low, wished_high = _nominal(request, name)
    for side, wish, is_highest in ((low, wished_low, True), (high, wished_high, False)):
        if math.isinf(side):
            continue
        bound = extreme(form, place, highest=is_highest)
        slack = _PROVEN * abs(side)
        if bound is None or (bound.value < side - slack if is_highest else bound.value > side + slack):
            told = (extreme(form, nominal, highest=is_highest) if nominal is not None else None) or bound
            raise _out_of_reach(name, wish, told, where, is_highest=is_highest)


def _out_of_reach(
    name: str, wish: float, bound: Bound | None, where: str, *, is_highest: bool
) -> ImpossibleRequestError:
    if bound is None:
        return ImpossibleRequestError(
            f"{name} and what else is asked for cannot be met together {where}",
            evidence_of(name, None, {}, (where,), certain=True),
        )
    mix = ", ".join(f"{symbol} {fraction:.3g}" for symbol, fraction in bound.composition.items())
    return ImpossibleRequestError(
        f"{name} {'>=' if is_highest else '<='} {wish:g} cannot be reached: {where} it is "
        f"{'at most' if is_highest else 'at least'} {bound.value:.4g} ({mix}; held by {', '.join(bound.binding)})",
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
