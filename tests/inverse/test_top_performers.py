"""Which known materials a request could have had."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quinary.inverse.top_performers import shortfalls, top_performers
from quinary.requests.request import Request

VALUES = arrays(np.float64, st.integers(1, 300), elements=st.floats(10.0, 300.0))


@given(VALUES, st.data())
@settings(max_examples=50, deadline=None)
def test_the_material_whose_property_is_asked_for_is_a_top_performer(values, data):
    row = data.draw(st.integers(0, len(values) - 1))
    found = top_performers(Request(targets={"shear_modulus": float(values[row])}), {"shear_modulus": values})
    assert row in found
    worst = np.abs(values[found] - values[row]).max()
    others = np.setdiff1d(np.arange(len(values)), found)
    assert (np.abs(values[others] - values[row]) > worst).all()


@given(VALUES, st.sampled_from(["maximize", "minimize"]))
@settings(max_examples=50, deadline=None)
def test_of_one_objective_the_best_hundredth(values, direction):
    found = top_performers(Request(**{direction: ("shear_modulus",)}), {"shear_modulus": values})
    sign = 1.0 if direction == "maximize" else -1.0
    last = np.sort(-sign * values)[-(-len(values) // 100) - 1]
    assert found.tolist() == np.flatnonzero(-sign * values <= last).tolist()


def test_those_that_meet_a_range_are_the_top_performers():
    values = {"shear_modulus": np.array([100.0, 111.0, 119.0, 130.0, np.nan])}
    assert top_performers(Request(ranges={"shear_modulus": (110.0, 120.0)}), values).tolist() == [1, 2]
    assert top_performers(Request(ranges={"shear_modulus": (126.0, 128.0)}), values).tolist() == [3]


def test_distances_count_in_standard_deviations():
    values = {"shear_modulus": np.array([10.0, 12.0]), "density": np.array([7.0, 7.2])}
    asked = Request(targets={"shear_modulus": 10.0, "density": 7.2}, tolerance=0.0)
    assert shortfalls(asked, values) == pytest.approx([2.0, 2.0])  # each is two deviations off in one of them


def test_of_several_objectives_the_front_of_those_in_range():
    values = {
        "shear_modulus": np.array([50.0, 90.0, 90.0, 120.0, 200.0]),
        "density": np.array([5.0, 7.0, 8.0, 9.0, 20.0]),
        "price": np.array([1.0, 1.0, 1.0, 1.0, 1.0]),
        "bulk_modulus": np.array([1.0, 1.0, 1.0, 1.0, 1.0]),
    }
    asked = Request(ranges={"shear_modulus": (80.0, 150.0)}, maximize=("shear_modulus",), minimize=("density",))
    assert top_performers(asked, values).tolist() == [1, 3]
    many = Request(maximize=("shear_modulus",), minimize=("density", "price", "bulk_modulus"))
    assert top_performers(many, values).tolist() == [0, 1, 3, 4]


def test_nothing_asked_or_nothing_known_has_no_top_performer():
    assert len(top_performers(Request(maximize=("density",)), {"density": np.full(3, np.nan)})) == 0
    assert len(top_performers(Request(maximize=("density",)), {"density": np.zeros(0)})) == 0
    assert len(top_performers(Request(), {})) == 0
