"""Spaces of a few hundred points with every kind of limit, for comparison with brute force."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import strategies as st

from quinary.spaces.limits import SiteLimits, SpaceLimits

PALETTE = ("Ti", "Zr", "Hf", "V", "W")


def _brute_force(limits: SpaceLimits) -> np.ndarray:
    """Every lattice point, in whole steps and lexicographic order, by trying them all; linear limits left out."""
    sites = []
    for site in limits.sublattices:
        free = SpaceLimits((site,), limits.step)
        tried = np.array(list(product(range(limits.n_steps + 1), repeat=len(site.elements))))
        tried = tried[tried.sum(axis=1) == limits.n_steps]
        sites.append(tried[free.allows(tried / limits.n_steps)])
    rows = [np.concatenate(parts) for parts in product(*sites)]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(limits.columns))


@st.composite
def _site_limits(draw: st.DrawFn, n_steps: int) -> SiteLimits:
    elements = PALETTE[: draw(st.integers(1, 4))]
    fractions = {}
    for symbol in elements:
        if draw(st.booleans()):
            low = draw(st.integers(0, n_steps // len(elements)))
            high = draw(st.integers(min(max(low, n_steps // len(elements) + 1), n_steps), n_steps))
            fractions[symbol] = (low / n_steps, high / n_steps)
    n_obligatory = sum(low > 0 for low, _ in fractions.values())
    fewest = draw(st.integers(1, len(elements)))
    most = draw(st.integers(max(fewest, n_obligatory, 1), len(elements) + 1))
    return SiteLimits(elements, fractions, (fewest, most), draw(st.integers(0, 2)) / n_steps)


@st.composite
def _spaces(draw: st.DrawFn) -> SpaceLimits:
    n_steps = draw(st.integers(4, 8))
    first = draw(_site_limits(n_steps))
    if draw(st.booleans()):
        return SpaceLimits((first,), 1 / n_steps)
    return SpaceLimits((first, SiteLimits(("C", "N"), smallest=draw(st.integers(0, 2)) / n_steps)), 1 / n_steps)


# Tests ask for "any space" with st.from_type(SpaceLimits).
st.register_type_strategy(SpaceLimits, _spaces())

NAMED_SPACES = {
    "open": SpaceLimits.alloy(PALETTE[:4], step=0.1),
    "ranges": SpaceLimits.alloy(PALETTE[:4], {"Ti": (0.2, 0.5), "Hf": (0.0, 0.3)}, step=0.1),
    "counted": SpaceLimits.alloy(PALETTE, {"Ti": (0.2, 0.5), "Hf": (0.0, 0.3)}, (2, 3), 0.1),
    "carbide": SpaceLimits((SiteLimits(PALETTE[:3], {"Zr": (0.2, 0.5)}), SiteLimits(("C", "N"), smallest=0.2)), 0.1),
}


@pytest.fixture(params=list(NAMED_SPACES))
def space(request: pytest.FixtureRequest) -> SpaceLimits:
    return NAMED_SPACES[request.param]


@pytest.fixture(scope="session")
def brute_force() -> Callable[[SpaceLimits], np.ndarray]:
    return _brute_force
