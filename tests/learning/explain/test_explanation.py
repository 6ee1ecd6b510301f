"""An explanation of a known table says what was planted."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.figures.explanation_page import explanation_page
from quinary.learning.explain.explanation import ExplanationSettings, explain_table
from quinary.learning.explain.formulas.feature_units import is_fraction_feature, unit_of_feature
from quinary.services.documents.explanations import explanation_document

from ..conftest import table


def test_a_known_table_is_explained():
    known = table(90, noise=0.1)
    settings = ExplanationSettings(("fractions", "mixing_enthalpy"), "ridge", 1, n_curves=2, n_resamples=5)
    found = explain_table(known, settings)
    assert found.model_error < found.mean_error
    assert "mixture" in found.permutation[0].names or "fraction_W" in found.permutation[0].names
    effects = {e.element: e.change for e in found.elements}
    assert effects["W"] > effects["Ti"] and set(effects) <= set(known.matrix.elements)
    assert found.formula is not None and found.formula.held_out_error < min(found.mean_error, found.median_error)
    document = explanation_document(found)
    assert document["mae"]["median"] == found.median_error
    assert all("is_clear" in one for one in document["importance"]["permutation"])
    assert not any("is_clear" in one for one in document["importance"]["shapley"])
    assert found.warnings and len(found.curves) <= 2


def test_a_law_is_judged_on_systems_that_its_choice_has_not_seen():
    known = _without_columns(table(90, noise=0.1))
    found = explain_table(known, ExplanationSettings(("fractions",), "ridge", 0, n_curves=0))
    assert found.law is not None and found.law.law is not None
    assert found.law.law.choice_error < found.law.held_out_error < found.mean_error


def test_permuted_targets_have_no_formula_and_no_law():
    known = _without_columns(table(60))
    target = np.exp(np.random.default_rng(3).normal(size=len(known)))  # skewed: the median is the better constant
    settings = ExplanationSettings(("fractions",), "ridge", 1, n_curves=0, n_resamples=5)
    found = explain_table(replace(known, target=target), settings)
    assert found.median_error < found.mean_error
    assert found.formula is not None and found.formula.formula.is_empty and found.formula.held_out_error is None
    assert found.law is not None and found.law.law is None
    document = explanation_document(found)
    assert document["formula"]["mae"] is None and document["mixing_law"]["law"] is None
    page = explanation_page(found)
    assert "none beats the mean" in page and "Its error on unseen groups" not in page


def _without_columns(known):
    return replace(known, columns={})


def test_classes_and_unknown_names_are_refused():
    with pytest.raises(InputError, match="classes"):
        explain_table(table(60, is_class=True))
    with pytest.raises(InputError, match="feature"):
        explain_table(table(60), ExplanationSettings(("fractions", "colour")))
    with pytest.raises(InputError, match="model"):
        explain_table(table(60), ExplanationSettings(model="oracle"))


def test_features_have_units():
    assert unit_of_feature("temperature") == "K" and unit_of_feature("mass_mean") == "g/mol"
    assert unit_of_feature("mixing_enthalpy") == "kJ/mol" and unit_of_feature("shoe_size_mean") is None
    assert is_fraction_feature("fraction_Ti") and unit_of_feature("fraction_Ti") == ""
