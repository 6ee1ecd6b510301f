"""The predictor of the probability of a single phase: domain and reasons; the contract suite tests the rest."""

import numpy as np

from quinary.chemistry.matrix import as_matrix
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask


def predicted(formulas, **anions):
    predictor = predictor_of("single_phase_probability", is_ceramic=True)
    return predictor.predict(
        "single_phase_probability", PredictionTask(as_matrix(formulas), anions=tuple(anions.items()))
    )


def test_domain_is_that_of_the_labels():
    found = predicted(["HfNbTaTiZr", "TiZr", "Mo"], C=1.0)
    assert found.is_in_domain.tolist() == [True, False, False]
    assert not any(found.reasons)
    assert not predicted(["HfNbTaTiZr"], C=0.8).is_in_domain[0]


def test_other_anions_and_metals_have_a_reason():
    assert "only carbides" in predicted(["HfNbTaTiZr"], N=1.0).reasons[0]
    found = predicted(["HfNbTaTiFe"], C=1.0)
    assert np.isnan(found.values[0])
    assert "Fe" in found.reasons[0]
