"""Trees as arrays answer what scikit-learn's trees answer, for one row and for many."""

import numpy as np
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)

from quinary.errors import InputError
from quinary.learning.models.trees import PackedTrees, boosted_arrays, forest_arrays


def table(n_rows=300):
    random = np.random.default_rng(0)
    x = random.normal(size=(n_rows, 6))
    return x, x[:, 0] * x[:, 1] + x[:, 2]


@pytest.fixture(params=[1, 15, 16, 17, 200])
def asked(request):
    return np.random.default_rng(1).normal(size=(request.param, 6))


def both(arrays, x):
    """Sums and deviations between trees; what serves few rows and the compiled loop agree to the last digit."""
    packed, width = PackedTrees(arrays), np.float32 if arrays.is_single_precision else np.float64
    for few, many in zip(packed._few(x.astype(width)), packed._many(x.astype(width)), strict=True):
        np.testing.assert_array_equal(few, many)
    return packed.totals(x)


@pytest.mark.parametrize("kind", [ExtraTreesRegressor, RandomForestRegressor])
def test_forests(kind, asked):
    model = kind(30, random_state=0).fit(*table())
    sums, deviations = both(forest_arrays(model.estimators_), asked)
    assert sums[:, 0] / 30 == pytest.approx(model.predict(asked), rel=1e-12)
    each = np.array([tree.predict(asked) for tree in model.estimators_])
    assert deviations[:, 0] == pytest.approx(each.std(axis=0), rel=1e-9)


def test_classes(asked):
    x, y = table()
    model = ExtraTreesClassifier(30, random_state=0).fit(x, np.digitize(y, [-1.0, 1.0]))
    sums, _ = both(forest_arrays(model.estimators_), asked)
    assert sums / 30 == pytest.approx(model.predict_proba(asked), rel=1e-12)


def test_boosting(asked):
    x, y = table()
    model = HistGradientBoostingRegressor(max_iter=20).fit(x, y)
    assert both(boosted_arrays(model), asked)[0][:, 0] == pytest.approx(model.predict(asked), rel=1e-12)
    classes = HistGradientBoostingClassifier(max_iter=5).fit(x, np.digitize(y, [-1.0, 1.0]))
    odds = both(boosted_arrays(classes), asked)[0]
    assert odds == pytest.approx(classes.decision_function(asked), rel=1e-12)


def test_values_at_a_threshold_go_left():
    """Thresholds lie between float32 numbers; those next to them and on them must fall on scikit-learn's side."""
    x, y = table()
    model = ExtraTreesRegressor(20, random_state=0).fit(x, y)
    arrays = forest_arrays(model.estimators_)
    near = np.resize(arrays.threshold[arrays.feature >= 0], (100, 6)).astype(np.float32)
    for rows in (near, np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))):
        assert both(arrays, rows.astype(float))[0][:, 0] / 20 == pytest.approx(model.predict(rows), rel=1e-12)


def test_one_large_tree():
    x, y = table(70_000)
    model = ExtraTreesRegressor(1, random_state=0).fit(x, y)
    assert both(forest_arrays(model.estimators_), x[:50])[0][:, 0] == pytest.approx(model.predict(x[:50]))


def test_no_row():
    model = ExtraTreesRegressor(3, random_state=0).fit(*table())
    sums, deviations = PackedTrees(forest_arrays(model.estimators_)).totals(np.empty((0, 6)))
    assert sums.shape == deviations.shape == (0, 1)


@pytest.mark.parametrize("n_rows", [3, 100])
def test_a_missing_feature_is_refused(n_rows):
    """Few rows and many, which different code serves."""
    packed = PackedTrees(forest_arrays(ExtraTreesRegressor(3, random_state=0).fit(*table()).estimators_))
    asked = np.zeros((n_rows, 6))
    asked[1, 2] = np.nan
    with pytest.raises(InputError, match="every feature must be a number"):
        packed.totals(asked)
    asked[1, 2] = np.inf  # a number, greater than every threshold
    assert np.isfinite(packed.totals(asked)[0]).all()
