import dataclasses

import numpy as np
import pytest
from scipy.stats import beta, chisquare, kstest

from quinary.errors import ImpossibleRequestError, InputError
from quinary.spaces.count import count_points
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.linear import LinearLimit, property_limits
from quinary.spaces.sample import estimate_count, sample, sample_lattice

NINE = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")
FIVE = ("Ti", "Zr", "Hf", "V", "W")
DENSE = SpaceLimits.alloy(FIVE, {"Ti": (0.1, 0.5)}, (2, 4), 0.05, property_limits("density", FIVE, 0, 6.2))
TWO_ROWS = property_limits("density", FIVE, 10.5, 11.5) + property_limits("price", FIVE, 0, 400)


def check_uniform(limits: SpaceLimits) -> None:
    grid = Grid(limits)
    is_inside = limits.meets_linear(grid.fractions())
    drawn = sample_lattice(limits, 60_000, 3)
    assert limits.allows(drawn).all()
    counts = np.bincount(grid.places_of(np.rint(drawn * limits.n_steps)), minlength=grid.n_points)
    assert not counts[~is_inside].any()
    assert chisquare(counts[is_inside]).pvalue > 1e-4


def test_lattice_draws_are_uniform(space: SpaceLimits) -> None:
    check_uniform(space)


def test_tilted_draws_of_any_space_are_uniform(space: SpaceLimits) -> None:
    weights = {symbol: float(number % 3) for number, symbol in enumerate(space.columns)}
    check_uniform(dataclasses.replace(space, linear=(LinearLimit("weight", weights, high=0.7),)))


@pytest.mark.parametrize("limits", [DENSE, SpaceLimits.alloy(FIVE, step=0.05, linear=TWO_ROWS)])
def test_draws_under_linear_limits_are_uniform_and_counted(limits: SpaceLimits) -> None:
    check_uniform(limits)
    count, error = estimate_count(limits, 60_000, 1)
    assert abs(count - limits.meets_linear(Grid(limits).fractions()).sum()) < 5 * error + 1e-6


def test_the_open_simplex_has_beta_margins() -> None:
    drawn = sample(SpaceLimits.alloy(NINE), 20_000, 0)
    for column in range(9):
        assert kstest(drawn[:, column], beta(1, 8).cdf).pvalue > 1e-4


def test_ranges_give_what_rejection_gives() -> None:
    limits = SpaceLimits.alloy(FIVE, {"Ti": (0.05, 0.35), "Zr": (0.1, 0.45), "Hf": (0.0, 1 / 3), "W": (0, 0.21)})
    drawn = sample(limits, 20_000, 0)
    assert limits.allows(drawn).all()
    candidates = np.random.default_rng(1).dirichlet(np.ones(5), 1_000_000)
    kept = candidates[limits.allows(candidates)]
    for column in range(5):
        assert kstest(drawn[:, column], kept[:, column]).pvalue > 1e-4
    assert kstest(drawn[:, 0] * drawn[:, 1], kept[:, 0] * kept[:, 1]).pvalue > 1e-4


def test_a_light_corner_gives_what_rejection_gives() -> None:
    limits = SpaceLimits.alloy(FIVE, linear=property_limits("density", FIVE, 0, 6.0))
    drawn = sample(limits, 20_000, 0)
    assert limits.allows(drawn).all()
    candidates = np.random.default_rng(1).dirichlet(np.ones(5), 2_000_000)
    kept = candidates[limits.meets_linear(candidates)]
    for column in range(5):
        assert kstest(drawn[:, column], kept[:, column]).pvalue > 1e-4


def test_palette_sizes_have_the_weights_of_their_lattice_points() -> None:
    limits = SpaceLimits.alloy(FIVE, {"Ti": (0.1, 0.6)}, (2, 4), 0.05)
    drawn = sample(limits, 40_000, 2)
    assert limits.allows(drawn).all()
    expected = [count_points(SpaceLimits.alloy(FIVE, {"Ti": (0.1, 0.6)}, (k, k), 0.05)) for k in (2, 3, 4)]
    counts = np.bincount((drawn > 0).sum(axis=1), minlength=5)[2:]
    assert chisquare(counts, np.array(expected) / sum(expected) * counts.sum()).pvalue > 1e-4


@pytest.mark.parametrize(
    "limits",
    [
        SpaceLimits.alloy(NINE, dict.fromkeys(NINE, (0.11, 0.1125))),
        SpaceLimits.alloy(NINE, dict.fromkeys(NINE, (0.1111, 0.1112))),
        SpaceLimits.alloy(NINE, {**dict.fromkeys(NINE[:8], (0.12, 1.0)), "W": (0.0, 0.01)}),
        SpaceLimits.alloy(NINE, {"Ti": (0.25, 0.25), "W": (0.0, 0.0)}, (4, 5)),
        SpaceLimits.alloy(NINE, dict.fromkeys(NINE[:8], (0.125, 1.0))),
        SpaceLimits((SiteLimits(NINE, {}, (2, 6), smallest=0.05), SiteLimits(("C", "N"), {"N": (0.1, 0.2)}))),
        SpaceLimits.alloy(NINE, linear=property_limits("density", NINE, 0, 4.7)),
        SpaceLimits.alloy(NINE, None, (3, 6), linear=property_limits("density", NINE, 0, 5.5)),
    ],
)
def test_narrow_spaces_of_nine_elements_are_sampled(limits: SpaceLimits) -> None:
    drawn = sample(limits, 2000, 0)
    assert drawn.shape == (2000, len(limits.columns))
    assert limits.allows(drawn).all()


def test_a_lattice_beyond_64_bits_is_sampled_uniformly() -> None:
    limits = SpaceLimits.alloy(NINE, dict.fromkeys(NINE, (0.0, 0.35)), step=1e-4)
    drawn = sample_lattice(limits, 20_000, 0)
    assert limits.allows(drawn).all()
    fine = sample(limits, 20_000, 1)
    for column in range(9):
        assert kstest(drawn[:, column], fine[:, column]).pvalue > 1e-4


def test_the_same_seed_gives_the_same_draws_and_nothing_possible_is_said() -> None:
    np.testing.assert_array_equal(sample(DENSE, 50, 7), sample(DENSE, 50, 7))
    assert sample(DENSE, 0, 7).shape == (0, 5)
    with pytest.raises(ImpossibleRequestError, match="density"):
        sample(SpaceLimits.alloy(FIVE, linear=property_limits("density", FIVE, 0, 4.0)), 1, 0)
    with pytest.raises(ImpossibleRequestError, match=r"at most 4 components, Ti <= 0\.24"):
        sample_lattice(SpaceLimits.alloy(FIVE, dict.fromkeys(FIVE, (0, 0.24)), (2, 4), 0.1), 1, 0)
    with pytest.raises(InputError, match="-1 points"):
        sample(DENSE, -1, 0)
