import math
from itertools import pairwise, permutations

import numpy as np
import pytest
from scipy.stats import kstest

from quinary.spaces.hypersimplex import draw_hypersimplex, log_volume


def test_volumes_are_numbers_of_permutations_by_descents() -> None:
    for length in range(1, 7):
        descents = [sum(a > b for a, b in pairwise(p)) for p in permutations(range(length))]
        counts = [round(math.exp(log_volume(length + 1, level))) for level in range(1, length + 1)]
        assert counts == np.bincount(descents, minlength=length).tolist()
    assert log_volume(4, 4) == -math.inf


@pytest.mark.parametrize(("n_coordinates", "level"), [(1, 1), (2, 1), (4, 1), (4, 2), (6, 3), (6, 5), (9, 4)])
def test_points_are_uniform_on_the_slice_of_the_cube(n_coordinates: int, level: int) -> None:
    points = draw_hypersimplex(n_coordinates, level, 20_000, np.random.default_rng(5))
    np.testing.assert_allclose(points.sum(axis=1), level, atol=1e-12)
    assert points.min() >= 0
    assert points.max() <= 1
    if n_coordinates == 1:
        return
    cube = np.random.default_rng(6).random((400_000, n_coordinates - 1))
    inside = cube[np.floor(cube.sum(axis=1)) == level - 1]
    for columns in ([0], [0, 1], list(range(n_coordinates - 1))):
        weights = np.arange(1, len(columns) + 1)
        usable = [c for c in columns if c < inside.shape[1]]
        weights = weights[: len(usable)]
        assert kstest(points[:, usable] @ weights, inside[:, usable] @ weights).pvalue > 1e-4
    assert kstest(points[:, -1], inside[:, 0]).pvalue > 1e-4
