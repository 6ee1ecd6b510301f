"""Features are functions of a row alone."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.errors import InputError
from quinary.learning.data.feature_sets import FEATURE_SETS, composition_features, table_features
from quinary.learning.data.transformers import CorrelationFilter


def test_known_values():
    found = composition_features(as_matrix(["MoNbTaW", "Mo"]), ("elements", "families", "shape", "products"))
    assert found.values[0, found.position("share_group_6")] == pytest.approx(0.5)
    assert found.values[0, found.position("n_elements")] == 4
    assert found.values[0, found.position("pair_Mo_Nb")] == pytest.approx(0.25)
    assert found.values[1, found.position("mass_deviation")] == pytest.approx(0.0, abs=1e-5)
    assert found.values[1, found.position("mass_mean")] == pytest.approx(95.95, abs=0.01)


def test_finite_whatever_the_composition():
    found = composition_features(
        as_matrix(["HfNbTaTiZr", "CoCrFeMnNi", "Ti", "Al0.5B0.1CoCrFeNi", "LaYCu"]), FEATURE_SETS
    )
    assert np.isfinite(found.values).all()
    assert len(set(found.names)) == len(found.names)


def test_rows_do_not_see_each_other(make_table):
    table = make_table(40)
    some = table.rows(np.array([7]))
    np.testing.assert_allclose(
        table_features(table, FEATURE_SETS).values[7], table_features(some, FEATURE_SETS).values[0]
    )


def test_unknown_sets_are_refused(make_table):
    with pytest.raises(InputError, match="fractions"):
        table_features(make_table(30), ["fraction"])


def test_correlation_filter_keeps_the_first_of_two_copies():
    random = np.random.default_rng(0).normal(size=(50, 2))
    features = np.column_stack([random[:, 0], -2 * random[:, 0], random[:, 1], np.ones(50)])
    assert CorrelationFilter().fit(features).kept_.tolist() == [0, 2]
