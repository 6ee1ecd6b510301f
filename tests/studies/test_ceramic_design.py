"""Design by one half of the carbides, judged by the other half."""

import functools

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.plugins.sockets import PredictionTask, PredictorPlugin
from quinary.studies.ceramic_design import DesignSettings, design_figures, halves, requests_of

computed_once = functools.cache(halves)


@pytest.fixture
def both(mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path))
    monkeypatch.setenv("QUINARY_MIRROR", str(mirror))
    return computed_once(0)


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
    assert sum("single_phase_probability" in request.ranges for request in requests) == 8


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


@pytest.mark.usefixtures("both")
def test_a_small_study():
    found = design_figures(DesignSettings(n_draws=1, n_candidates=3, n_requests=1, generator="random"))
    assert found["n_requests"] == 2
    assert found["n_candidates"] == 3 * (2 - found["n_unanswered"]) > 0
    assert found["limits_broken"] == 0
    assert 0.0 <= found["in_judges_interval"] <= 1.0
    assert "single_phase" not in found, "nothing was asked about phases"
