"""Probabilities, fronts and distances."""

import numpy as np
import pytest

from quinary.inverse.ranking import far_apart, first_fronts, probability_of_meeting, spread_fronts
from quinary.requests.request import Request


def test_probability_of_a_range_is_that_of_a_normal_error():
    asked = Request(ranges={"shear_modulus": (100.0, 120.0)})
    found = probability_of_meeting(
        asked, {"shear_modulus": np.array([110.0, 100.0, 150.0])}, {"shear_modulus": np.full(3, 10.0)}
    )
    assert found == pytest.approx([0.6827, 0.4772, 0.00135], abs=1e-3)


def test_a_target_counts_as_met_within_ten_percent_and_properties_multiply():
    asked = Request(targets={"shear_modulus": 100.0}, ranges={"density": (0.0, 10.0)})
    values = {"shear_modulus": np.array([100.0]), "density": np.array([10.0])}
    spreads = {"shear_modulus": np.array([10.0]), "density": np.array([0.5])}
    assert probability_of_meeting(asked, values, spreads) == pytest.approx([0.6827 / 2], abs=1e-3)


def test_a_property_without_a_spread_is_certain():
    asked = Request(ranges={"mixing_entropy": (10.0, 20.0)})
    found = probability_of_meeting(asked, {"mixing_entropy": np.array([12.0, 9.0])}, {"mixing_entropy": np.zeros(2)})
    assert found == pytest.approx([1.0, 0.0])


def test_the_probability_of_a_class_is_itself_the_chance_to_have_it():
    asked = Request(targets={"phases": "BCC"})
    chance = {"phases=BCC": np.array([0.9, 0.6])}
    assert probability_of_meeting(asked, chance, {"phases=BCC": np.full(2, 0.1)}) == pytest.approx([0.9, 0.6])


def test_fronts():
    costs = np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [5.0, 5.0], [2.0, 2.0]])
    assert first_fronts(costs).tolist() == [0, 0, 0, 1, 2, 0]


def test_candidates_far_apart():
    rows = np.array([[1.0, 0.0], [0.95, 0.05], [0.5, 0.5], [0.0, 1.0]])
    assert far_apart(rows, [0, 1, 2, 3], 0.3, 4) == [0, 2, 3]
    assert far_apart(rows, [0, 1, 2, 3], 0.0, 2) == [0, 1]


def test_the_first_few_of_a_front_stand_for_the_whole_of_it():
    """On a straight front both ends come first, then the middle, then the quarters; what is beaten comes last."""
    along = np.linspace(0.0, 1.0, 101)
    front = np.column_stack([along, 10.0 - 10.0 * along])
    costs = np.concatenate([front + np.array([0.3, 3.0]), front])
    order, fronts = spread_fronts(costs)
    assert [row - 101 for row in order[:3]] == [0, 100, 50]
    assert {row - 101 for row in order[3:5]} == {25, 75}
    assert sorted(order) == list(range(202))
    assert (np.diff(fronts[order]) >= 0).all()
    assert spread_fronts(np.empty((0, 2)))[0] == []
    few, few_fronts = spread_fronts(costs, 3)
    assert few == order[:3]
    assert set(few_fronts[101:]) == {0}
    most, _ = spread_fronts(costs, 110)
    assert most == order[:110]
