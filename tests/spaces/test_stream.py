import tracemalloc

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.spaces.count import count_points
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.spaces.linear import property_limits
from quinary.spaces.stream import parts, stream

NINE = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")
LIGHT = SpaceLimits.alloy(NINE[:5], step=0.05, linear=property_limits("density", NINE[:5], 5.5, 6.0))


def test_blocks_hold_exactly_the_points_that_meet_the_linear_limits() -> None:
    blocks = list(stream(LIGHT, n_rows=1000))
    grid = Grid(LIGHT)
    everything = grid.fractions()
    expected = np.flatnonzero(LIGHT.meets_linear(everything))
    np.testing.assert_array_equal(np.concatenate([places for places, _ in blocks]), expected)
    np.testing.assert_array_equal(np.concatenate([fractions for _, fractions in blocks]), everything[expected])


def test_shares_make_the_whole_and_progress_ends_at_the_end() -> None:
    whole = np.concatenate([places for places, _ in stream(LIGHT)])
    seen: list[tuple[int, int]] = []
    shared = [
        places
        for start, stop in parts(count_points(LIGHT), 3)
        for places, _ in stream(LIGHT, start, stop, 500, lambda _, done, total: seen.append((done, total)))
    ]
    np.testing.assert_array_equal(np.concatenate(shared), whole)
    assert seen[-1][0] == seen[-1][1]
    with pytest.raises(InputError, match="0 workers"):
        parts(10, 0)


def test_memory_is_flat_in_a_space_of_a_hundred_billion_points() -> None:
    limits = SpaceLimits.alloy(NINE, step=0.01)
    middle = count_points(limits) // 2
    next(stream(limits, middle, middle + 10))  # so that imports are not counted

    def peak(n_points: int) -> int:
        tracemalloc.start()
        n_seen = sum(len(places) for places, _ in stream(limits, middle, middle + n_points))
        largest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert n_seen == n_points
        return largest

    assert count_points(limits) > 10**11
    assert peak(1_000_000) < 1.2 * peak(200_000) < 40e6
