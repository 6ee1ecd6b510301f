"""Nearest neighbours: few rows by all distances, many by a tree, with one answer."""

import numpy as np
import pytest

from quinary.curation import neighbours
from quinary.curation.neighbours import nearest_by_l1


def test_the_two_ways_agree(monkeypatch):
    fractions = np.random.default_rng(1).dirichlet(np.ones(5), 60)
    few, rows = nearest_by_l1(fractions)
    monkeypatch.setattr(neighbours, "_FEW", 10)
    many, tree_rows = nearest_by_l1(fractions)
    assert few == pytest.approx(many)
    assert (rows == tree_rows).all()


@pytest.mark.parametrize("limit", [1, 100])
def test_equal_rows_are_each_others_neighbours(monkeypatch, limit):
    monkeypatch.setattr(neighbours, "_FEW", limit)
    distances, rows = nearest_by_l1(np.array([[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]))
    assert distances.tolist() == [0.0, 0.0, 1.0]
    assert rows[:2].tolist() == [1, 0]
