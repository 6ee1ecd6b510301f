"""Between goals that cannot all be met: the least squared misses, within the limits."""

import numpy as np
import pytest

from quinary.inverse.compromise import least_missing
from quinary.inverse.moving import Goal, Mover
from quinary.requests.forms import Linear


def test_the_middle_between_two_goals_that_exclude_each_other():
    """p = x wants .6 to .7 and q = 1 - x wants .6 to .8: squared relative misses are least at a known x."""
    mover = Mover(("A", "B"), {}, (2, 2), 0.01, 0.001)
    goals = [Goal("p", Linear(np.array([1.0, 0.0])), 0.6, 0.7), Goal("q", Linear(np.array([0.0, 1.0])), 0.6, 0.8)]
    found = least_missing(mover, np.array([[0.45, 0.55]]), goals)
    best = (0.6 / 0.7**2 + 0.4 / 0.8**2) / (1 / 0.7**2 + 1 / 0.8**2)
    assert found[0, 0] == pytest.approx(best, abs=1e-3)


def test_limits_are_kept_and_what_cannot_keep_them_is_left_out():
    mover = Mover(("A", "B", "C"), {"A": (0.0, 0.3)}, (2, 2), 0.05, 0.01)
    goals = [Goal("p", Linear(np.array([1.0, 0.0, 0.0])), 0.8, np.inf)]
    found = least_missing(mover, np.array([[0.2, 0.8, 0.0], [0.0, 0.0, 1.0]]), goals)
    assert found[0] == pytest.approx([0.3, 0.7, 0.0])
    assert mover.allows(np.rint(found * mover.n_steps)).all()
