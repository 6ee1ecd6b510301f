"""Moving samples onto a request: what comes back meets it exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quinary.chemistry.matrix import CompositionMatrix
from quinary.inverse.refine import SMALLEST_FRACTION, STEP, fits, move_onto, weighable
from quinary.inverse.request import Limits, Request
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask

ELEMENTS = ("Ti", "Nb", "Mo", "Ta", "W", "Re")
NAMES = ("shear_modulus", "density", "fracture_toughness_rice")


def evaluate(fractions):
    task = PredictionTask(CompositionMatrix(ELEMENTS, fractions))
    return {name: predictor_of(name).predict(name, task).values for name in NAMES}


@st.composite
def starts(draw):
    raw = draw(arrays.arrays(float, len(ELEMENTS), elements=st.floats(0, 1)))
    return raw / raw.sum() if raw.sum() > 0.01 else np.full(len(ELEMENTS), 1 / len(ELEMENTS))


@st.composite
def requests(draw):
    """Requests around what a composition within the limits has, so that most can be met."""
    fewest = draw(st.integers(1, 4))
    limits = Limits(
        ELEMENTS,
        draw(
            st.dictionaries(
                st.sampled_from(ELEMENTS), st.sampled_from([(0.1, 0.4), (0.0, 0.3), (0.0, 0.0)]), max_size=2
            )
        ),
        (fewest, draw(st.integers(fewest, 6))),
    )
    middle = evaluate(draw(starts())[None, :])
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2))
    width = draw(st.floats(0.002, 0.1))
    ranges = {name: (float(middle[name][0]) * (1 - width), float(middle[name][0]) * (1 + width)) for name in chosen}
    return Request(ranges=ranges, limits=limits)


@settings(max_examples=60)
@given(starts(), requests())
def test_whatever_comes_back_meets_the_request(start, asked):
    moved = move_onto(asked, ELEMENTS, start, evaluate)
    if moved is None:
        return
    assert moved.sum() == pytest.approx(1.0, abs=1e-9)
    assert ((moved == 0.0) | (moved >= SMALLEST_FRACTION - STEP)).all()
    np.testing.assert_allclose(moved / STEP, np.round(moved / STEP), atol=1e-6)
    for symbol, fraction in zip(ELEMENTS, moved, strict=True):
        low, high = asked.limits.bounds(symbol)
        assert low - 1e-9 <= fraction <= high + 1e-9
    fewest, most = asked.limits.n_components
    assert fewest <= (moved > 0).sum() <= most
    assert asked.is_met_by({name: float(column[0]) for name, column in evaluate(moved[None, :]).items()})


def test_most_samples_can_be_moved():
    asked = Request(ranges={"shear_modulus": (110.0, 120.0)}, limits=Limits(ELEMENTS))
    samples = np.random.default_rng(0).dirichlet(np.ones(len(ELEMENTS)), 30)
    assert sum(move_onto(asked, ELEMENTS, start, evaluate) is not None for start in samples) >= 27


def test_a_target_is_met_closely():
    asked = Request(targets={"shear_modulus": 115.0}, limits=Limits(ELEMENTS))
    moved = move_onto(asked, ELEMENTS, np.full(6, 1 / 6), evaluate)
    assert evaluate(moved[None, :])["shear_modulus"][0] == pytest.approx(115.0, rel=0.001)


def test_what_already_meets_it_hardly_moves():
    start = np.array([0.0, 0.3, 0.3, 0.2, 0.2, 0.0])
    value = float(evaluate(start[None, :])["shear_modulus"][0])
    asked = Request(ranges={"shear_modulus": (value - 10, value + 10)})
    np.testing.assert_allclose(move_onto(asked, ELEMENTS, start, evaluate), start, atol=2 * STEP)


def test_the_smallest_elements_leave_first():
    start = np.array([0.05, 0.15, 0.2, 0.25, 0.3, 0.05])
    moved = move_onto(Request(limits=Limits(ELEMENTS, n_components=(1, 3))), ELEMENTS, start, evaluate)
    assert [symbol for symbol, x in zip(ELEMENTS, moved, strict=True) if x > 0] == ["Mo", "Ta", "W"]


@given(starts())
def test_weighable_fractions_sum_to_one_and_move_by_a_step(start):
    rounded = weighable(start)
    assert rounded.sum() == pytest.approx(1.0, abs=1e-9)
    kept = np.where(start < SMALLEST_FRACTION, 0.0, start)
    assert (np.abs(rounded - kept / kept.sum()) <= STEP * (1 + 1e-6)).all()
    assert (rounded[start < SMALLEST_FRACTION] == 0.0).all()


def test_fits_counts_elements_and_bounds():
    limits = Limits(ELEMENTS, {"W": (0.2, 0.5)}, (2, 3))
    assert fits(np.array([0.0, 0.5, 0.3, 0.0, 0.2, 0.0]), ELEMENTS, limits)
    assert not fits(np.array([0.0, 0.5, 0.31, 0.0, 0.19, 0.0]), ELEMENTS, limits)
    assert not fits(np.array([0.1, 0.4, 0.3, 0.0, 0.2, 0.0]), ELEMENTS, limits)
