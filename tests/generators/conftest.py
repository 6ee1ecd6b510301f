"""A small generation task; the training itself has the settings that users get."""

import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import GenerationTask, PredictionTask
from quinary.requests.request import Request

ALLOYS = (
    "MoNbTaW", "MoNbTa", "MoNbW", "MoTaW", "NbTaW", "Mo2NbTaW", "MoNb2TaW", "MoNbTa2W", "MoNbTaW2", "Mo3Nb", "MoTa3",
    "Mo2W", "NbW3", "Nb2Ta", "Mo3Nb2TaW", "MoNb3TaW", "MoNbTa3W", "MoNbTaW3", "MoNb3", "MoW3",
)  # fmt: skip


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    """A folder of its own for each file of tests: what one file trains, another must not find."""
    known = as_matrix(ALLOYS)
    shear = predictor_of("shear_modulus").predict("shear_modulus", PredictionTask(known)).values
    cache = tmp_path_factory.mktemp("cache") / "generators"
    return GenerationTask(known, {"shear_modulus": shear}, Request(targets={"shear_modulus": 90.0}), 5, cache)
