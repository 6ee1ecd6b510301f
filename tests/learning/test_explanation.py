"""An explanation of a known table says what was planted."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.explanation import ExplanationSettings, explain_table
from quinary.learning.formulas.feature_units import is_fraction_feature, unit_of_feature

from .conftest import table


def test_a_known_table_is_explained():
    known = table(90, noise=0.1)
    settings = ExplanationSettings(("fractions", "mixing_enthalpy"), "ridge", 1, n_curves=2, n_resamples=5)
    found = explain_table(known, settings)
    assert found.model_error < found.mean_error
    assert "mixture" in found.permutation[0].names or "fraction_W" in found.permutation[0].names
    effects = {e.element: e.change for e in found.elements}
    assert effects["W"] > effects["Ti"] and set(effects) <= set(known.matrix.elements)
    assert found.formula is not None and np.isfinite(found.formula.held_out_error)
    assert found.warnings and len(found.curves) <= 2


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
