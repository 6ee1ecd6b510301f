"""Whole numbers for fractions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.whole_numbers import whole_counts, whole_steps


@pytest.mark.parametrize(
    ("fractions", "counts"),
    [
        ((1.0,), (1,)),
        ((0.333, 0.333, 0.334), (1, 1, 1)),
        ((0.1111, 0.2222, 0.2222, 0.2222, 0.2223), (1, 2, 2, 2, 2)),
        ((0.2509, 0.7491), (1, 3)),
        ((0.251, 0.749), (2510, 7490)),
        ((1e-7, 1 - 1e-7), (0, 10_000)),
    ],
)
def test_known_counts(fractions, counts):
    assert whole_counts(fractions) == counts


@given(st.integers(0, 100_000), st.floats(-1e-10, 1e-10))
@settings(max_examples=200)
def test_a_percentage_with_three_decimals_never_lies_on_a_limit(thousandths, noise):
    fraction = thousandths / 100_000
    assert whole_steps(fraction + noise, 10_000) == whole_steps(fraction, 10_000)
    if 0 < thousandths < 100_000:
        exact, noisy = (fraction, 1 - fraction), (fraction + noise, 1 - fraction - noise)
        assert whole_counts(noisy) == whole_counts(exact)
