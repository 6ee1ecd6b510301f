"""Uniform points between bounds: against known marginals, against the sampler of cells, and where nothing may die."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, ks_2samp, kstest

from quinary.errors import WorkError
from quinary.spaces import boxes, sample
from quinary.spaces.boxes import draw_box, is_box
from quinary.spaces.limits import SiteLimits, SpaceLimits

TIGHT = {
    "Cr": (0.14, 0.145), "Hf": (0.13, 0.15), "Mo": (0.05, 0.10), "Nb": (0.10, 0.12),
    "Ta": (0.19, 0.21), "Ti": (0.18, 0.2), "V": (0.15, 0.2),
}  # fmt: skip
NINE = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
SPACES = {
    "open": SpaceLimits.alloy(NINE[:5]),
    "a third": SpaceLimits.alloy(NINE, dict.fromkeys(NINE, (0.0, 0.35))),
    "tight": SpaceLimits.alloy(tuple(TIGHT), TIGHT),
    "upper": SpaceLimits.alloy(NINE[:4], dict.fromkeys(NINE[:4], (0.0, 0.26))),
    "mixed": SpaceLimits.alloy(NINE[:5], {"Cr": (0.3, 0.6), "Hf": (0.0, 0.02), "Mo": (0.1, 0.1), "Nb": (0.05, 0.4)}),
}


def bounds_of(limits):
    site = limits.sublattices[0]
    return np.array([site.bounds(symbol) for symbol in site.elements]).T


@pytest.mark.parametrize("name", SPACES)
def test_points_lie_inside_and_are_the_same_for_a_seed(name):
    limits = SPACES[name]
    assert is_box(limits.sublattices[0])
    points = sample.sample(limits, 5_000, 3)
    assert limits.allows(points).all()
    np.testing.assert_allclose(points.sum(axis=1), 1.0, atol=1e-14)
    np.testing.assert_array_equal(points, sample.sample(limits, 5_000, 3))
    low, high = bounds_of(limits)
    assert (points >= low).all()
    assert (points <= high).all()


@pytest.mark.physics
@pytest.mark.parametrize("way", ["_simplex", "_tilted"])
def test_marginals_of_the_open_simplex(way):
    """A coordinate of a uniform point of the simplex of n elements has the distribution beta(1, n - 1)."""
    low, high = np.zeros(5), np.ones(5)
    points, is_inside = getattr(boxes, way)(low, high, 1.0)(60_000, np.random.default_rng(0))
    for coordinate in points[:, is_inside]:
        assert kstest(coordinate, beta(1, 4).cdf).pvalue > 1e-4


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("a third", "_simplex"),
        ("upper", "_simplex"),
        *((name, "_tilted") for name in ("a third", "tight", "upper", "mixed")),
    ],
)
def test_same_distribution_as_the_sampler_of_cells(name, way, monkeypatch):
    limits = SPACES[name]
    with monkeypatch.context() as patch:
        patch.setattr(sample, "_quick_sample", lambda *_: None)
        cells = sample.sample(limits, 10_000, 1)
    low, high = bounds_of(limits)
    points, is_inside = getattr(boxes, way)(low, high, 1.0)(100_000, np.random.default_rng(2))
    points = points[:, is_inside][:, :20_000]
    assert points.shape[1] > 1_000
    directions = np.random.default_rng(0).normal(size=(3, len(low)))
    for direction in (*np.eye(len(low))[(high - low) > 0], *directions):
        assert ks_2samp(cells @ direction, direction @ points).pvalue > 1e-4


@given(st.integers(2, 12), st.integers(0, 10**6))
@settings(max_examples=60)
def test_no_ranges_make_it_die(n_elements, seed):
    """Boxes around a random composition, with widths over four orders of magnitude."""
    rng = np.random.default_rng(seed)
    centre = rng.dirichlet(np.ones(n_elements))
    low = np.maximum(centre - 10.0 ** rng.uniform(-5, 0, n_elements) * rng.random(n_elements), 0.0)
    high = np.minimum(centre + 10.0 ** rng.uniform(-5, 0, n_elements) * rng.random(n_elements), 1.0)
    points = draw_box(low, high, 500, rng)
    np.testing.assert_allclose(points.sum(axis=1), 1.0, atol=1e-12)
    assert ((points >= low) & (points <= high)).all()


def test_what_is_no_box():
    assert not is_box(SiteLimits(NINE, n_components=(3, 5)))
    assert not is_box(SiteLimits(NINE, smallest=0.05))
    assert not is_box(SiteLimits(("Mo", "Nb"), {"Mo": (0.5, 0.5), "Nb": (0.5, 0.5)}))
    assert not is_box(SiteLimits(("Mo",)))
    assert is_box(SiteLimits(("C", "N")))


def test_two_sublattices():
    limits = SpaceLimits((SiteLimits(("Hf", "Nb", "Ta")), SiteLimits(("C", "N"), {"N": (0.1, 0.3)})))
    points = sample.sample(limits, 2_000, 0)
    assert limits.allows(points).all()
    assert abs(points[:, 4].mean() - 0.2) < 0.005


def test_no_room_at_all_is_an_error():
    with pytest.raises(WorkError, match="almost no room"):
        draw_box(np.array([0.5, 0.5]), np.array([0.4, 0.4]), 5, np.random.default_rng(0))
