"""The policy of a design: what is not proposed to a person who has not asked for it, because nobody would melt it."""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.reference.elements import atomic_numbers, element_column
from quinary.reference.precursors import precursor_column
from quinary.requests.request import ANY_NUMBER, Limits, Request
from quinary.wording import counted

__all__ = ["DesignPolicy", "default_design_policy"]

_PRICE: Final = "price"
_ONE_OF_ALL: Final = "volume"  # a column that every binary has
_FILE: Final = "design_policy.toml"


@dataclass(frozen=True, slots=True)
class DesignPolicy:
    """What a request leaves open and a policy decides.

    Attributes:
        most_components: elements of one material.
        highest_price: of an alloy, USD/kg.
        left_out: element -> why it is not proposed in alloys.
        left_out_of_ceramics: the same of ceramics.
        metals_with: anion -> metals that form the structure with it that the tables of binaries hold.
        text: the policy as it is written.
    """

    most_components: int
    highest_price: float
    left_out: Mapping[str, str]
    left_out_of_ceramics: Mapping[str, str]
    metals_with: Mapping[str, frozenset[str]]
    text: str = ""

    def applied(self, request: Request) -> Request:
        """The request with what it leaves open decided; to do so twice changes nothing."""
        limits = request.limits
        named = _named(request)
        if not limits.elements:
            limits = replace(limits, without=(*limits.without, *self._unwanted(limits, named)))
        fewest, most = limits.n_components
        if most == ANY_NUMBER:
            n_obligatory = sum(low > 0 for low, _ in limits.fractions.values())
            n_least = math.ceil(1.0 / limits.largest - 1e-9) if limits.largest > 0 else 1
            limits = replace(limits, n_components=(fewest, max(fewest, n_obligatory, n_least, self.most_components)))
        ranges = request.ranges
        if not limits.anions and self._limits_price_of(request, named):
            ranges = {**ranges, _PRICE: (-math.inf, self.highest_price)}
        return replace(request, limits=limits, ranges=ranges)

    def changes(self, request: Request) -> list[str]:
        """What `applied` decides for this request, a line each."""
        made = self.applied(request)
        found = []
        if new := [symbol for symbol in made.limits.without if symbol not in request.limits.without]:
            found.append(f"{counted(len(new), 'element')} left out unless named: {', '.join(new)}")
        if made.limits.n_components != request.limits.n_components:
            found.append(f"at most {made.limits.n_components[1]} elements unless --components says otherwise")
        if made.ranges != request.ranges:
            found.append(f"at most {self.highest_price:g} USD/kg unless --range price=:X says otherwise")
        return found

    def _unwanted(self, limits: Limits, named: frozenset[str]) -> tuple[str, ...]:
        """The elements that are left out, in the order of their atomic numbers."""
        order = atomic_numbers()
        unwanted = set(self.left_out_of_ceramics if limits.anions else self.left_out)
        for anion, _ in limits.anions:
            metals = frozenset(precursor_column(anion, _ONE_OF_ALL))
            unwanted |= metals - self.metals_with.get(anion, metals)
        return tuple(sorted(unwanted - named - set(limits.without), key=order.__getitem__))

    def _limits_price_of(self, request: Request, named: Iterable[str]) -> bool:
        """True unless the request speaks of the price itself, or names an element that is dearer or has no price."""
        prices = element_column(_PRICE)
        is_asked = any(name.partition("@")[0] == _PRICE for name in request.properties)
        return not is_asked and all(prices.get(symbol, math.inf) <= self.highest_price for symbol in named)


def _named(request: Request) -> frozenset[str]:
    """The elements that the request names other than to forbid them."""
    limits = request.limits
    allowed = (symbol for symbol, (_, high) in limits.fractions.items() if high > 0)
    like = Composition.of(request.seed.formula).elements if request.seed else ()
    return frozenset((*limits.elements, *allowed, *like))


@functools.cache
def default_design_policy() -> DesignPolicy:
    """The policy that comes with Quinary."""
    text = files("quinary.requests").joinpath(_FILE).read_text(encoding="utf-8")
    stated = tomllib.loads(text)
    left_out = {s: entry["why"] for entry in stated["left_out"] for s in entry["elements"]}
    of_all = {s: entry["why"] for entry in stated["left_out"] if entry["of"] == "all" for s in entry["elements"]}
    metals = {entry["anion"]: frozenset(entry["metals"]) for entry in stated["metals_with"]}
    return DesignPolicy(stated["most_components"], stated["highest_price"], left_out, of_all, metals, text)
