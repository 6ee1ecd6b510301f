"""The loop for samples within their limits: it gives what the general way gives, and leaves the others to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.inverse import moving
from quinary.inverse.moving import Mover

ELEMENTS = ("A", "B", "C", "D", "E", "F")


def starts_of(seed, n=300):
    """Sparse compositions, some of them with traces, too many elements, or another sum than one."""
    random = np.random.default_rng(seed)
    fractions = random.dirichlet(np.full(6, 0.8), n) * (random.random((n, 6)) < 0.7)
    fractions[:, 0] += 1e-3
    fractions /= fractions.sum(axis=1, keepdims=True)
    fractions[: n // 10] *= random.uniform(0.9, 1.1, (n // 10, 1))
    return fractions


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    bounds=st.dictionaries(
        st.sampled_from(ELEMENTS), st.sampled_from([(0.0, 0.4), (0.05, 1.0), (0.0, 0.0)]), max_size=2
    ),
    counts=st.sampled_from([(1, 6), (3, 5), (4, 4)]),
    step=st.sampled_from([1e-4, 0.01, 0.05]),
)
def test_it_is_the_general_way(seed, bounds, counts, step):
    mover = Mover(ELEMENTS, bounds, counts, 0.005, step)
    starts = starts_of(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "_MANY", 1)
        quick = mover.move(starts, [])
    slow = mover.move(starts, [])
    np.testing.assert_array_equal(quick.is_met, slow.is_met)
    # A half step may be rounded up on one way and down on the other.
    assert np.abs(quick.fractions - slow.fractions).max() <= mover.step * (1 + 1e-9)
    assert (quick.fractions == slow.fractions).all(axis=1).mean() > 0.97


def test_rows_that_need_nothing_else_are_settled_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr(moving, "_MANY", 1)
    mover = Mover(("A", "B", "C"), {"C": (0.0, 0.3)}, (2, 3), 0.01, 0.01)
    starts = np.array([[0.504, 0.496, 0.0], [0.5, 0.498, 0.002], [0.3, 0.3, 0.4], [1.0, 0.0, 0.0], [0.5, 0.4, 0.0]])
    fractions, is_settled = mover._settled(starts)
    assert is_settled.tolist() == [True, False, False, False, False]
    np.testing.assert_allclose(fractions[0], [0.5, 0.5, 0.0])
    assert mover.move(starts, []).is_met.all()
    assert mover.move(starts[:1], []).is_met.all()
