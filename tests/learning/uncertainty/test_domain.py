"""A domain score is worth what its evidence says."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.uncertainty.domain import domain_evidence, fitted_domain, nearest_distance


def test_distance_is_the_share_of_atoms_to_exchange():
    known = np.array([[0.5, 0.5, 0.0]])
    found = nearest_distance(np.array([[0.5, 0.5, 0.0], [0.5, 0.25, 0.25], [0.0, 0.0, 1.0]]), known)
    assert found == pytest.approx([0.0, 0.25, 1.0])


def test_spread_that_predicts_error_is_seen():
    random = np.random.default_rng(0)
    spread, distance = random.uniform(0.2, 2.0, 800), random.random(800)
    domain = fitted_domain(spread, distance)
    evidence = domain_evidence(domain.score(spread, distance), np.abs(spread * random.normal(size=800)))
    assert evidence.ratio > 1.5
    assert evidence.rank_correlation > 0.2
    assert domain.contains(spread, distance).mean() == pytest.approx(0.75, abs=0.01)
    useless = domain_evidence(domain.score(spread, distance), random.random(800))
    assert abs(useless.rank_correlation) < 0.1


def test_too_few_rows_are_refused():
    with pytest.raises(InputError, match="at least 20"):
        fitted_domain(np.ones(3), np.ones(3))
