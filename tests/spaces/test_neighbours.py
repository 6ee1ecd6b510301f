import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.spaces.linear import LinearLimit
from quinary.spaces.neighbours import edges, neighbours_of


def by_trying(grid: Grid) -> set[tuple[int, int]]:
    points = grid.steps()
    is_inside = grid.limits.meets_linear(points / grid.limits.n_steps)
    place = {tuple(point): number for number, point in enumerate(points.tolist()) if is_inside[number]}
    found = set()
    for columns in grid.limits.slices:
        for point, number in place.items():
            for source in range(columns.start, columns.stop):
                for target in range(source + 1, columns.stop):
                    moved = list(point)
                    moved[source] -= 1
                    moved[target] += 1
                    if tuple(moved) in place:
                        found.add((number, place[tuple(moved)]))
    return found


def check_edges(limits: SpaceLimits) -> None:
    grid = Grid(limits)
    pairs = np.concatenate([np.empty((2, 0), dtype=int), *edges(grid, n_rows=37)], axis=1)
    expected = by_trying(grid)
    assert pairs.shape[1] == len(expected)
    assert set(map(tuple, pairs.T.tolist())) == expected
    for place in range(0, grid.n_points, 17):
        around = {b if a == place else a for a, b in expected if place in (a, b)}
        if limits.meets_linear(grid.fractions(place, place + 1))[0]:
            assert set(neighbours_of(grid, place).tolist()) == around


@settings(max_examples=40)
@given(st.from_type(SpaceLimits))
def test_edges_are_those_found_by_trying(limits: SpaceLimits) -> None:
    check_edges(limits)


def test_named_spaces_with_a_linear_limit_on_both_ends(space: SpaceLimits) -> None:
    weights = {symbol: float(number) for number, symbol in enumerate(space.columns)}
    check_edges(dataclasses.replace(space, linear=(LinearLimit("weight", weights, 0.4, 1.5),)))
