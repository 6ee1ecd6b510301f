"""Drawing conditions: marginal, conditional on fixed ones, and far from the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.generative.gan.condition_sampler import draw_conditions

NAMES = ("stiffness", "toughness")


def correlated(n: int = 500) -> np.ndarray:
    random = np.random.default_rng(0)
    stiffness = random.normal(60.0, 20.0, n)
    return np.column_stack([stiffness, 0.005 * stiffness + random.normal(0.0, 0.03, n)])


def test_marginal_draws_have_the_moments_of_the_data() -> None:
    known = correlated()
    drawn = draw_conditions(known, NAMES, {}, 20_000, seed=1)
    np.testing.assert_allclose(drawn.mean(axis=0), known.mean(axis=0), rtol=0.02)
    np.testing.assert_allclose(drawn.std(axis=0), known.std(axis=0), rtol=0.03)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(np.corrcoef(known.T)[0, 1], abs=0.02)


@pytest.mark.parametrize("stiffness", [40.0, 60.0, 80.0])
def test_free_conditions_follow_the_fixed_one(stiffness: float) -> None:
    drawn = draw_conditions(correlated(), NAMES, {"stiffness": stiffness}, 4000, seed=2)
    assert (drawn[:, 0] == stiffness).all()
    assert drawn[:, 1].mean() == pytest.approx(0.005 * stiffness, abs=0.01)
    assert drawn[:, 1].std() == pytest.approx(np.hypot(0.03, 0.005 * 4.0), rel=0.2)  # 4 = 0.2 standard deviations


def test_all_fixed_gives_the_same_row_everywhere() -> None:
    drawn = draw_conditions(correlated(), NAMES, {"stiffness": 50.0, "toughness": 0.4}, 7, seed=0)
    np.testing.assert_array_equal(drawn, np.tile([50.0, 0.4], (7, 1)))


@settings(max_examples=30, deadline=None)
@given(wish=st.floats(-1e6, 1e6), seed=st.integers(0, 2**31))
def test_free_conditions_stay_inside_the_data_however_far_the_wish(wish: float, seed: int) -> None:
    known = correlated(60)
    drawn = draw_conditions(known, NAMES, {"stiffness": wish}, 50, seed)
    assert (drawn[:, 0] == wish).all()
    assert (drawn[:, 1] >= known[:, 1].min()).all()
    assert (drawn[:, 1] <= known[:, 1].max()).all()
    np.testing.assert_array_equal(drawn, draw_conditions(known, NAMES, {"stiffness": wish}, 50, seed))


def test_far_wishes_still_draw_from_many_rows() -> None:
    known = correlated()
    drawn = draw_conditions(known, NAMES, {"stiffness": 200.0}, 2000, seed=3)
    near = known[np.argsort(known[:, 0])[-20:], 1]
    assert drawn[:, 1].mean() == pytest.approx(near.mean(), abs=0.05)
    assert drawn[:, 1].std() > 0.02


@pytest.mark.parametrize(
    ("fixed", "n", "message"),
    [
        ({"toughnes": 0.3}, 5, "did you mean toughness"),
        ({"stiffness": float("nan")}, 5, "finite"),
        ({}, -1, "must not be negative"),
    ],
)
def test_bad_wishes_are_refused(fixed: dict[str, float], n: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        draw_conditions(correlated(50), NAMES, fixed, n, seed=0)
