"""Curves and effects of models that are known."""

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.learning.explain.partial_dependence import element_effects, partial_dependence


def test_the_curve_of_an_additive_model_is_its_part():
    values = np.random.default_rng(0).uniform(-1, 1, (100, 2))
    found = partial_dependence(lambda x: x[:, 0] ** 2 + 5 * x[:, 1], values, 0, "a", n_grid=9)
    assert found.is_additive and found.curves.shape == (100, 9)
    assert np.ptp(found.mean - found.grid**2) == pytest.approx(0, abs=1e-9)
    assert found.document()["percentile_10"] == np.percentile(found.curves, 10, axis=0).tolist()
    assert (found.percentile_10 < found.mean).all() and (found.mean < found.percentile_90).all()


def test_an_interaction_shows_in_the_single_curves():
    values = np.random.default_rng(1).uniform(-1, 1, (100, 2))
    assert not partial_dependence(lambda x: x[:, 0] * x[:, 1], values, 0).is_additive


def test_the_effect_of_an_element_in_a_rule_of_mixtures():
    x = np.random.default_rng(2).dirichlet([1, 1, 1], 50)
    matrix, own = CompositionMatrix(("Nb", "Ti", "W"), x), np.array([1.0, 2.0, 5.0])
    found = element_effects(lambda m, _: m.fractions @ own, matrix, 0.1)
    assert found[0].element == "W" and found[0].change > 0 and found[0].n_rows == (x[:, 2] < 0.9).sum()
    inside = x[:, 2] < 0.9
    rest = (x[inside] @ own - 5 * x[inside, 2]) / (1 - x[inside, 2])
    assert found[0].change == pytest.approx(0.1 * (5 - rest).mean())


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="same value"):
        partial_dependence(lambda x: x[:, 0], np.ones((10, 1)), 0, "a")
    with pytest.raises(InputError, match="step"):
        element_effects(lambda m, _: m.fractions[:, 0], CompositionMatrix(("Nb",), np.ones((3, 1))), 2.0)
