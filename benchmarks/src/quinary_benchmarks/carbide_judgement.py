"""What a judge says of carbides that should have certain values, as shares, and random carbides to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.sample import sample_lattice
from quinary.studies.systems.zhang2024 import TARGETS
from quinary_benchmarks.carbide_gaussian_process import METALS
from quinary_benchmarks.carbide_halves import PHASE, Half

if TYPE_CHECKING:
    from quinary.requests import Limits, Request

__all__ = ["LEAST_CHANCE", "Verdict", "missed", "random_carbides", "shares", "verdicts"]

LEAST_CHANCE: Final = 0.8
_CONFIDENCE: Final = 0.8
# What counts as agreed: relative, and for hardness 2 GPa if that is more.
_AGREED: Final[Mapping[str, tuple[float, float]]] = {
    "bulk_modulus": (0.05, 0.0),
    "shear_modulus": (0.10, 0.0),
    "hardness_vickers": (0.10, 2.0),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one property of one carbide; `rank` is its place among those offered, `is_inside` the judge's interval."""

    rank: int
    name: str
    is_inside: bool
    is_agreed: bool


def verdicts(
    carbides: Sequence[Composition], wanted: Mapping[str, NDArray[np.float64]], judge: Half, *, has_phase: bool
) -> list[Verdict]:
    """One for each carbide and property; `wanted` has shape (N,) or (1,), GPa; of the single phase with `has_phase`.

    Inside: the wanted value lies in the judge's conformal interval of 80 %. Agreed: the judge's value lies within 5 % (bulk
    modulus), 10 % (shear modulus), 10 % or 2 GPa (hardness) of it, the judge's probability of a single phase is at least 0.8.
    """
    found: list[Verdict] = []
    if not carbides:
        return found
    for name, values in wanted.items():
        said, width = judge.processes[name].interval(carbides, _CONFIDENCE)
        relative, least = _AGREED[name]
        off = np.abs(said - values)
        is_agreed = off <= np.maximum(relative * values, least)
        found += _numbered(name, off <= width, is_agreed)
    if has_phase:
        is_single = judge.chances(carbides) >= LEAST_CHANCE
        found += _numbered(PHASE, is_single, is_single)
    return found


def _numbered(name: str, is_inside: NDArray[np.bool_], is_agreed: NDArray[np.bool_]) -> list[Verdict]:
    both = zip(is_inside.tolist(), is_agreed.tolist(), strict=True)
    return [Verdict(rank, name, *verdict) for rank, verdict in enumerate(both)]


def missed(request: Request, ranks: Iterable[int]) -> list[Verdict]:
    """The verdicts on candidates of these ranks that were asked for and not offered: nothing of them is met."""
    names = (*request.targets, *request.ranges)
    return [Verdict(rank, name, False, False) for rank in ranks for name in names]


def shares(found: Sequence[Verdict], suffix: str = "") -> dict[str, float]:
    """The shares over all values and by property, and that of the single phase; what nobody asked for is not there."""
    values = [one for one in found if one.name != PHASE]
    phases = [one.is_agreed for one in found if one.name == PHASE]
    figures: dict[str, float] = {}
    for part, group in {
        "": values,
        **{f"_{name}": [one for one in values if one.name == name] for name in TARGETS},
    }.items():
        if group:
            figures[f"in_judges_interval{part}{suffix}"] = round(float(np.mean([one.is_inside for one in group])), 4)
            figures[f"agreed{part}{suffix}"] = round(float(np.mean([one.is_agreed for one in group])), 4)
    return {**figures, f"single_phase{suffix}": round(float(np.mean(phases)), 4)} if phases else figures


def random_carbides(limits: Limits, n: int, seed: int) -> list[Composition]:
    """`n` carbides of the nine metals drawn uniformly from all that the limits allow.

    Raises:
        ImpossibleRequestError: there is none.
    """
    bounds = {symbol: limits.bounds(symbol) for symbol in METALS}
    place = SpaceLimits((SiteLimits(METALS, bounds, limits.n_components, limits.smallest),), limits.step)
    return [
        Composition.ceramic({symbol: x for symbol, x in zip(METALS, row, strict=True) if x > 0}, {"C": 1.0})
        for row in sample_lattice(place, n, seed).tolist()
    ]
