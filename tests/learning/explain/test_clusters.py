"""Groups that are there are found, and empty places get a composition."""

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.learning.explain.clusters import cluster_map

ELEMENTS = ("Co", "Cr", "Fe", "Hf", "Nb", "Ni", "Ta", "Ti")


@pytest.fixture(scope="module")
def two_families():
    random = np.random.default_rng(0)
    fractions = np.zeros((60, 8))
    fractions[:30, [0, 1, 2, 5]] = random.dirichlet([5] * 4, 30)
    fractions[30:, [3, 4, 6, 7]] = random.dirichlet([5] * 4, 30)
    return CompositionMatrix(ELEMENTS, fractions)


@pytest.fixture(scope="module")
def found(two_families):
    return cluster_map(two_families, n_voids=2)


def test_two_families_are_two_groups(found):
    assert found.is_grouped and len(found.groups) == 2
    assert len(set(found.labels[:30].tolist())) == 1 and found.labels[0] != found.labels[-1]
    assert {group.size for group in found.groups} == {30}
    for group in found.groups:
        assert group.centre.sum() == pytest.approx(1) and {s for s, _ in group.elements} <= set(ELEMENTS)
    assert sum(share for share, _ in found.axes) > 0.5


def test_voids_lie_between_and_are_new(found):
    assert len(found.voids) == 2
    for void in found.voids:
        assert void.fractions.sum() == pytest.approx(1) and void.distance > 0.01
        nearest = np.linalg.norm(found.coordinates - void.place, axis=1).min()
        assert nearest == pytest.approx(void.radius)


def test_the_same_seed_gives_the_same_map(two_families, found):
    again = cluster_map(two_families, n_voids=2)
    assert (again.labels == found.labels).all() and (again.voids[0].fractions == found.voids[0].fractions).all()


def test_bad_input_is_refused(two_families):
    with pytest.raises(InputError, match="map"):
        cluster_map(two_families, method="atlas")
    with pytest.raises(InputError, match="at least 20"):
        cluster_map(CompositionMatrix(ELEMENTS, two_families.fractions[:10]))


@pytest.mark.slow
def test_a_umap_keeps_the_families_apart(two_families):
    drawn = cluster_map(two_families, method="umap", n_voids=1)
    centres = drawn.coordinates[:30].mean(axis=0), drawn.coordinates[30:].mean(axis=0)
    spread = max(drawn.coordinates[:30].std(), drawn.coordinates[30:].std())
    assert np.linalg.norm(centres[0] - centres[1]) > spread
