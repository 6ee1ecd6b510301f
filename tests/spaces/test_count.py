import math
from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quinary.spaces.count import count_by_components, count_points
from quinary.spaces.limits import SpaceLimits

BruteForce = Callable[[SpaceLimits], np.ndarray]

NINE = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")


@given(st.from_type(SpaceLimits))
def test_counts_are_those_of_brute_force(brute_force: BruteForce, limits: SpaceLimits) -> None:
    assert count_points(limits) == len(brute_force(limits))


def test_open_simplex_has_the_binomial_number_beyond_64_bits() -> None:
    assert count_points(SpaceLimits.alloy(NINE, step=0.01)) == math.comb(108, 8)
    assert count_points(SpaceLimits.alloy(NINE, step=1e-4)) == math.comb(10_008, 8) > 2**64


def test_numbers_of_components_add_up() -> None:
    limits = SpaceLimits.alloy(NINE, step=0.05)
    (counts,) = count_by_components(limits)
    assert counts == {k: math.comb(9, k) * math.comb(19, k - 1) for k in range(1, 10)}
    assert sum(counts.values()) == count_points(limits)
    assert count_points(SpaceLimits.alloy(NINE, None, (4, 6), 0.05)) == counts[4] + counts[5] + counts[6]
