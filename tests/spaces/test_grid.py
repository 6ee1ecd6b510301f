from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError, WorkError
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits

BruteForce = Callable[[SpaceLimits], np.ndarray]

NINE = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")


@given(st.from_type(SpaceLimits), st.data())
def test_the_list_is_that_of_brute_force_from_any_place(
    brute_force: BruteForce, limits: SpaceLimits, data: st.DataObject
) -> None:
    grid, expected = Grid(limits), brute_force(limits)
    np.testing.assert_array_equal(grid.steps(), expected)
    start = data.draw(st.integers(0, len(expected)))
    stop = data.draw(st.integers(start, len(expected)))
    np.testing.assert_array_equal(grid.steps(start, stop), expected[start:stop])
    np.testing.assert_array_equal(grid.fractions(start, stop), expected[start:stop] / limits.n_steps)


@given(st.from_type(SpaceLimits))
def test_places_and_points_are_inverse(limits: SpaceLimits) -> None:
    grid = Grid(limits)
    places = np.arange(grid.n_points)
    np.testing.assert_array_equal(grid.places_of(grid.steps()), places)
    np.testing.assert_array_equal(grid.at(places), grid.steps())


def test_expansion_beyond_the_table_of_endings_agrees_with_looking_up() -> None:
    grid = Grid(SpaceLimits.alloy(NINE, {"Ti": (0.05, 0.35), "W": (0.0, 0.2)}, (3, 6), 0.02))
    start = grid.n_points // 3
    points = grid.steps(start, start + 5000)
    np.testing.assert_array_equal(points, grid.at(np.arange(start, start + 5000)))
    np.testing.assert_array_equal(grid.places_of(points), np.arange(start, start + 5000))


def test_points_outside_have_no_place() -> None:
    grid = Grid(SpaceLimits.alloy(("Ti", "V", "W"), {"W": (0, 0.5)}, step=0.1))
    outside = [[0, 4, 6], [5, 5, 1], [-1, 6, 5], [10, 0, 0]]
    assert grid.places_of(np.array(outside)).tolist() == [-1, -1, -1, grid.n_points - 1]


def test_places_outside_the_list_and_endless_lists_are_refused() -> None:
    grid = Grid(SpaceLimits.alloy(("Ti", "V"), step=0.1))
    with pytest.raises(InputError, match="within 0:11"):
        grid.steps(0, 12)
    with pytest.raises(InputError, match="0 to 10"):
        grid.at(np.array([11]))
    with pytest.raises(WorkError, match="cannot be listed"):
        Grid(SpaceLimits.alloy(NINE, step=1e-4))
