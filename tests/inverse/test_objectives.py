"""Objectives reach their proven bounds."""

import numpy as np
import pytest

from quinary.inverse.bounds import Polytope, extreme
from quinary.inverse.moving import Goal, Mover
from quinary.inverse.objectives import Objective, pushed
from quinary.inverse.ranking import first_fronts


def mover(nine):
    return Mover(nine, dict.fromkeys(nine, (0.0, 0.35)), (4, 6), 0.005, 1e-4)


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_the_best_of_many_starts_comes_near_the_proven_bound(nine, forms, samples, direction):
    form = forms()["shear_modulus"]
    objective = Objective("G", form, direction, 25.0 if direction > 0 else 146.6, 146.6 if direction > 0 else 25.0)
    found = pushed(mover(nine), samples(600), [], [objective], seed=1)
    place = Polytope(nine, np.zeros(9), np.full(9, 0.35), n_components=(4, 6), smallest=0.005)
    bound = extreme(form, place, highest=direction > 0).value
    values = form.value(found.fractions[found.is_met])
    best = values.max() if direction > 0 else values.min()
    assert best == pytest.approx(bound, rel=0.02)
    assert (direction * values <= direction * bound + 1e-6).all()


def test_two_objectives_spread_over_a_front_and_goals_hold(nine, forms, samples):
    found = forms()
    goal = Goal("K", found["fracture_toughness_rice"], 0.3, np.inf)
    wishes = [
        Objective("G", found["shear_modulus"], 1.0, 25.0, 146.6),
        Objective("rho", found["density"], -1.0, 19.0, 4.5),
    ]
    reached = pushed(mover(nine), samples(300), [goal], wishes, seed=2)
    kept = reached.fractions[reached.is_met]
    assert (goal.form.value(kept) >= 0.3).all()
    costs = np.array([-found["shear_modulus"].value(kept), found["density"].value(kept)]).T
    front = costs[first_fronts(costs) == 0]
    assert len(front) >= 8
    assert np.ptp(front[:, 0]) > 20


def test_without_objectives_samples_are_only_moved(nine, samples):
    assert pushed(mover(nine), samples(50), [], [], seed=0).is_met.all()
