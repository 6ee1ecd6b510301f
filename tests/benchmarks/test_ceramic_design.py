"""Design by one half of the carbides, judged by the other half."""

import functools

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.plugins.sockets import PredictionTask, PredictorPlugin
from quinary_benchmarks.carbide_halves import PHASE, halves
from quinary_benchmarks.carbide_judgement import missed, random_carbides, shares, verdicts
from quinary_benchmarks.ceramic_design import DesignSettings, figures_of_halves, requests_of

computed_once = functools.cache(halves)


@pytest.fixture
def both(mirror, cache_with_trainings, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(cache_with_trainings))
    monkeypatch.setenv("QUINARY_MIRROR", str(mirror))
    return computed_once(0, ("bulk_modulus",))


def test_the_halves_share_no_set_of_metals(both):
    metals = [{frozenset(one.cations) for one in half.carbides} for half in both]
    assert not metals[0] & metals[1]
    assert abs(len(both[0].carbides) - len(both[1].carbides)) <= 1


def test_requests_lie_inside_the_data(both):
    requests = requests_of(*both, seed=0)
    assert len(requests) >= 20
    for request in requests:
        for name, value in request.targets.items():
            every = np.concatenate([half.values[name] for half in both])
            assert every.min() <= value <= every.max()
    assert sum(PHASE in request.ranges for request in requests) == 8


def test_a_process_is_a_predictor_with_intervals_that_hold(both):
    model, other = both[0].processes["bulk_modulus"], both[1]
    assert isinstance(model, PredictorPlugin)
    said, width = model.interval(other.carbides, 0.8)
    inside = np.abs(said - other.values["bulk_modulus"]) <= width
    assert 0.65 < inside.mean() < 0.95
    task = PredictionTask(as_matrix(other.carbides), anions=(("C", 1.0),))
    np.testing.assert_allclose(model.predict("bulk_modulus", task).values, said)
    form = model.form("bulk_modulus", task.matrix.elements, task)
    np.testing.assert_allclose(form.value(task.matrix.fractions), said)
    nothing = PredictionTask(CompositionMatrix(("Ti",), np.zeros((0, 1))), anions=(("C", 1.0),))
    assert not len(model.predict("bulk_modulus", nothing).values)


def test_a_small_study(both):
    how = DesignSettings(n_candidates=3, n_random=20, n_requests=1, generator="random")
    found = figures_of_halves([both, both[::-1]], how)
    assert found["n_requests"] == 2
    assert found["n_candidates"] == 3 * (2 - found["n_unanswered"]) > 0
    assert found["limits_broken"] == 0
    assert 0.0 <= found["random"]["agreed"] <= found["agreement"]["agreed"] <= 1.0
    assert found["random"]["agreed"] < found["agreed"], "a search finds more than chance does"
    assert "single_phase" not in found, "nothing was asked about phases"


def test_a_request_without_an_answer_counts_as_missed_in_every_share(both):
    request = next(one for one in requests_of(*both, seed=0) if PHASE in one.ranges and "bulk_modulus" in one.targets)
    wanted = {name: np.array([value]) for name, value in request.targets.items()}
    offered = [one for one in both[1].carbides if len(one.cations) > 1][:2]
    found = verdicts(offered, wanted, both[1], has_phase=True)
    with_the_missed = shares(found + missed(request, range(2)))
    assert set(with_the_missed) == set(shares(found)) == set(shares(missed(request, range(2))))
    for name, value in shares(found).items():
        assert with_the_missed[name] == pytest.approx(value / 2, abs=1e-4)


def test_a_carbide_agrees_with_what_the_judge_says_of_it(both):
    own = {"bulk_modulus": both[0].values_of("bulk_modulus", both[1].carbides)}
    found = shares(verdicts(both[1].carbides, own, both[0], has_phase=False))
    assert set(found.values()) == {1.0}
    far = shares(verdicts(both[1].carbides, {"bulk_modulus": own["bulk_modulus"] * 1.06}, both[0], has_phase=False))
    assert far["agreed"] == 0.0


def test_random_carbides_obey_the_limits(both):
    for request in requests_of(*both, seed=0)[:4]:
        limits = request.limits
        for one in random_carbides(limits, 50, 0):
            assert limits.n_components[0] <= len(one.cations) <= limits.n_components[1]
            assert all(limits.bounds(metal)[0] - 1e-9 <= one.cations.get(metal, 0.0) for metal in limits.fractions)
            assert all(
                limits.smallest - 1e-9 <= x <= limits.bounds(metal)[1] + 1e-9 for metal, x in one.cations.items()
            )
