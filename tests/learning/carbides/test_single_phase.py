"""The probability of a single phase, from labelled carbides."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.descriptors.ceramics.formulas import ceramic_descriptors
from quinary.descriptors.ceramics.matrix import CeramicMatrix
from quinary.errors import InputError
from quinary.learning.carbides.single_phase import FEATURES, embedded_model, fit_single_phase, leave_out
from quinary.reference.carbide_phases import PhaseLabel, phase_conflicts, phase_labels


def chance(formula):
    return float(embedded_model().probability(CeramicMatrix.of(as_matrix([formula]), C=1.0))[0][0])


def test_unseen_pairs_and_elements():
    pairs, elements = leave_out(phase_labels(), 2), leave_out(phase_labels(), 1)
    assert pairs.balanced_accuracy > 0.92
    assert elements.balanced_accuracy > 0.87
    assert pairs.brier < 0.08
    assert max(pairs.calibration_error, elements.calibration_error) < 0.1


def test_known_single_and_multi_phase_carbides():
    assert chance("(HfNbTaTiZr)C") > 0.9
    assert chance("(CrHfVWZr)C") < 0.1
    assert all(chance("(HfNbTaTiZr)C") > chance(formula) for formula in phase_conflicts() if "Mo" in formula)


def test_the_fit_is_where_the_penalised_likelihood_is_flat():
    """The same minimum as scikit-learn's, with the weights that conflicts get."""
    from sklearn.linear_model import LogisticRegression

    labels = [label for label in phase_labels() if label.source == "Lu et al."]
    model = fit_single_phase(labels)
    found = ceramic_descriptors(CeramicMatrix.of(as_matrix([label.formula for label in labels]), C=1.0), FEATURES)
    design = (np.column_stack([found[name] for name in FEATURES]) - model.centre) / model.scale
    theirs = LogisticRegression(C=1.0, tol=1e-10).fit(design, [label.is_single_phase for label in labels])
    np.testing.assert_allclose(model.coefficients, [*theirs.intercept_, *theirs.coef_[0]], atol=1e-5)


def test_one_kind_of_label_teaches_nothing():
    with pytest.raises(InputError, match="some of one phase"):
        fit_single_phase([PhaseLabel("(HfNbTaTiZr)C", True, "")] * 20)
