"""One prediction in one call."""

import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask


@pytest.fixture
def value():
    """`value(property, formula, **settings)` -> the predicted number."""

    def predicted(name, formula, **settings):
        return float(predictor_of(name).predict(name, PredictionTask(as_matrix([formula]), **settings)).values[0])

    return predicted
