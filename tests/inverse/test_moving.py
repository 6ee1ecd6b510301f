"""Limits hold exactly, goals are met, elements are kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.inverse.moving import Goal, Mover
from quinary.requests.forms import Linear

SYMBOLS = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")


@st.composite
def limits(draw):
    """Bounds, number of components, smallest fraction and step that some composition fits."""
    low = [draw(st.sampled_from([0.0, 0.0, 0.0, 0.03, 0.1])) for _ in SYMBOLS]
    high = [draw(st.sampled_from([0.25, 0.35, 0.6, 1.0])) for _ in SYMBOLS]
    n_obligatory = sum(value > 0 for value in low)
    fewest = draw(st.integers(1, 6))
    most = draw(st.integers(max(fewest, n_obligatory, 5), 9))
    step = draw(st.sampled_from([1e-4, 0.001, 0.01, 0.05]))
    return (
        dict(zip(SYMBOLS, zip(low, high, strict=True), strict=True)),
        (fewest, most),
        draw(st.sampled_from([0.0, 0.02])),
        step,
    )


@settings(deadline=None, max_examples=60)
@given(limits(), st.integers(0, 2**32 - 1))
def test_no_limit_is_ever_broken(asked, seed):
    bounds, counts, smallest, step = asked
    mover = Mover(SYMBOLS, bounds, counts, smallest, step)
    starts = np.random.default_rng(seed).dirichlet(np.full(9, 0.4), 300)
    moved = mover.move(starts, [])
    kept = moved.fractions[moved.is_met]
    assert np.abs(kept.sum(axis=1) - 1).max(initial=0) < 1e-9
    assert np.abs(kept / step - np.round(kept / step)).max(initial=0) < 1e-6
    for column, symbol in enumerate(SYMBOLS):
        low, high = bounds[symbol]
        values = kept[:, column]
        assert (values <= high + 1e-9).all()
        assert (values >= low - 1e-9).all()
        assert ((values == 0) | (values >= smallest - 1e-9)).all()
    n_present = (kept > 0).sum(axis=1)
    assert ((n_present >= counts[0]) & (n_present <= counts[1])).all()


def mover(**changes):
    given_ = {"bounds": dict.fromkeys(SYMBOLS, (0.0, 0.35)), "n_components": (4, 6), "smallest": 0.005, "step": 1e-4}
    return Mover(SYMBOLS, **{**given_, **changes})


@pytest.mark.parametrize(("shear", "least"), [(30, 0.05), (60, 0.7), (90, 0.3)])
def test_targets_are_met_to_rounding(forms, samples, shear, least):
    form = forms()["shear_modulus"]
    moved = mover().move(samples(1000), [Goal("G", form, 0.999 * shear, 1.001 * shear, shear)])
    assert moved.is_met.mean() > least
    assert form.value(moved.fractions[moved.is_met]) == pytest.approx(shear, rel=1e-3)


def test_several_goals_at_once_and_nothing_claimed_that_is_not_so(forms, samples):
    found = forms()
    goals = [
        Goal("G", found["shear_modulus"], 85.0, 95.0),
        Goal("K", found["fracture_toughness_rice"], 0.50, 0.51),
        Goal("rho", found["density"], -np.inf, 12.0),
    ]
    starts = samples(500)
    moved = mover().move(starts, goals)
    assert moved.is_met.mean() > 0.1
    for goal in goals:
        values = goal.form.value(moved.fractions)
        is_inside = (values >= goal.low) & (values <= goal.high)
        assert is_inside[moved.is_met].all()
    assert ((moved.fractions[moved.is_met] > 0) <= (starts[moved.is_met] > 0)).all()


def test_a_coarse_step_is_exchanged_until_the_goal_is_met(forms, samples):
    goal = Goal("G", forms()["shear_modulus"], 59.5, 60.5)
    moved = mover(step=0.05, smallest=0.05).move(samples(400), [goal])
    assert moved.is_met.mean() > 0.3
    steps = moved.fractions[moved.is_met] / 0.05
    assert steps == pytest.approx(np.round(steps))


def test_each_start_may_have_a_wish_of_its_own(forms, samples):
    form, wanted = forms()["shear_modulus"], np.linspace(50, 80, 200)
    moved = mover().move(samples(200), [Goal("G", form, wanted - 0.1, wanted + 0.1, wanted)])
    assert moved.is_met.mean() > 0.5
    assert np.abs(form.value(moved.fractions) - wanted)[moved.is_met].max() <= 0.1


def test_a_sample_that_fits_is_only_rounded(samples):
    starts = samples(50)
    free = mover(bounds={}, n_components=(1, 9))
    moved = free.as_they_are(starts, [])
    assert moved.is_met.all()
    assert np.abs(moved.fractions - starts).max() < 2e-2
    assert free.as_they_are(np.eye(9), []).is_met.all()
    assert not mover().as_they_are(np.eye(9), []).is_met.any()


def test_a_step_has_to_divide_one():
    with pytest.raises(InputError, match="does not divide 1"):
        mover(step=0.3)


def test_traces_are_elements_that_need_not_be_there_at_their_least():
    mover = Mover(("A", "B", "C"), {"C": (0.01, 1.0)}, (1, 3), 0.01, 1e-4)
    fractions = np.array([[0.5, 0.5, 0.0], [0.01, 0.49, 0.5], [0.5, 0.49, 0.01], [0.0101, 0.4899, 0.5]])
    assert mover.has_traces(fractions).tolist() == [False, True, False, False]


def test_an_element_asked_for_in_traces_may_be_there_in_traces():
    mover = Mover(("A", "B", "C"), {"B": (0.002, 0.008), "C": (0.0, 0.0)}, (1, 3), 0.01, 1e-4)
    moved = mover.move(np.array([[0.9, 0.1, 0.0], [0.5, 0.001, 0.499]]), [])
    assert moved.is_met.all()
    np.testing.assert_allclose(moved.fractions, [[0.992, 0.008, 0.0], [0.998, 0.002, 0.0]], atol=0.0061)
    assert ((moved.fractions[:, 1] >= 0.002) & (moved.fractions[:, 1] <= 0.008)).all()


def test_a_pure_element_that_misses_a_goal_has_nothing_to_exchange():
    goal = Goal("shear_modulus", Linear(np.array([10.0, 20.0])), 14.0, 14.0)
    assert not Mover(("A", "B"), {}, (1, 1), 0.01, 1e-4).move(np.array([[1.0, 0.0]]), [goal]).is_met.any()
