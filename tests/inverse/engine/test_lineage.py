"""What a candidate says of where it comes from and why it stands where it stands."""

from dataclasses import replace

import numpy as np

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.inverse.engine.lineage import candidate_id, model_digest, reason_for_rank
from quinary.plugins.registry import find_plugin
from quinary.plugins.sockets import GenerationTask
from quinary.requests.candidate import PredictedProperty
from quinary.requests.request import Request

PREDICTED = {"shear_modulus": PredictedProperty(143.21, "GPa", 40.0, "linear combination", True)}


def test_a_model_is_named_by_what_it_learned_from():
    known = as_matrix(["MoNbTaW", "HfNbTaTiZr"])
    task = GenerationTask(known, {"shear_modulus": np.array([90.0, 50.0])}, Request(), 0)
    other = replace(task, values={"shear_modulus": np.array([90.0, 51.0])})
    first = model_digest(find_plugin("generators", "random"), task)
    assert first == model_digest(find_plugin("generators", "random"), replace(task, seed=5))
    assert first != model_digest(find_plugin("generators", "random"), other)
    assert first != model_digest(find_plugin("generators", "nearest"), task)


def test_the_same_candidate_has_the_same_name():
    alloy, request = Composition.of("MoNbTaW"), Request(targets={"shear_modulus": 90.0})
    assert candidate_id(request, "random", 0, alloy) == candidate_id(request, "random", 0, Composition.of("NbMoWTa"))
    assert candidate_id(request, "random", 0, alloy) != candidate_id(request, "random", 1, alloy)


def test_reasons_say_what_decided():
    wished = Request(targets={"shear_modulus": 140.0})
    assert reason_for_rank(wished, PREDICTED, 0.257, 2e-5) == "meets the request with probability 0.26, not moved"
    pushed = Request(maximize=("shear_modulus",))
    assert reason_for_rank(pushed, PREDICTED, 1.0, 0.2113) == "shear_modulus 143.2 GPa, moved by 0.211"
