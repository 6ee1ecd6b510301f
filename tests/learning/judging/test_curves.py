"""A planted power law, its range over resamples, and the refusal to go far beyond the data."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from quinary.errors import InputError
from quinary.learning.data.feature_sets import table_features
from quinary.learning.judging.curves import CurvePoint, fitted_curve, learning_points

from ..conftest import table

ROWS = np.array([50.0, 100, 150, 200, 300, 400])


def points(floor=10.0, scale=200.0, exponent=0.5, scatter=0.03, offset=0.0):
    """Points of a law; resamples move the whole curve by `scatter`, and the last point lies off the law by `offset`."""
    values = floor + scale * ROWS**-exponent
    values[-1] *= 1.0 + offset
    moved = np.exp(scatter * np.random.default_rng(0).normal(size=(200, 1)))
    return [CurvePoint(float(n), float(y), y * moved[:, 0]) for n, y in zip(ROWS, values, strict=True)]


def test_a_planted_law_comes_back_with_its_need():
    curve = fitted_curve(points())
    expected, first, last = curve.error_at(800)
    assert expected == pytest.approx(10 + 200 * 800**-0.5, rel=0.03) and first < expected < last
    need = curve.need(18.0)
    assert need.n_training_rows == pytest.approx((200 / 8) ** 2, rel=0.1)
    assert need.percentile_5 < need.n_training_rows < need.percentile_95


def test_the_range_is_that_of_the_resamples_and_is_not_called_a_confidence():
    curve = fitted_curve(points())
    _, first, last = curve.error_at(400)
    assert np.log(last / first) == pytest.approx(2 * 1.645 * 0.03, rel=0.25)
    document = curve.document([18.0])
    assert "range over resamples" in document["needs"][0]["text"] and "90 %" not in str(document)
    assert set(document["needs"][0]) == {"wanted", "n_training_rows", "range_over_resamples", "text"}


def test_a_last_point_off_the_law_widens_the_range():
    def width(offset):
        _, first, last = fitted_curve(points(offset=offset)).error_at(800)
        return last - first

    assert width(0.15) > 1.3 * width(0.0)


def test_nothing_is_said_beyond_four_times_the_rows():
    curve = fitted_curve(points())
    with pytest.raises(InputError, match="4 times"):
        curve.error_at(1601)
    assert curve.need(9.0).n_training_rows is None and "beyond that" in curve.need(9.0).text
    assert curve.document([9.0])["needs"][0]["range_over_resamples"] == [None, None]


def test_an_error_that_does_not_fall_has_no_law():
    flat = [CurvePoint(n, 10.0 + 0.01 * n, np.full(5, 10.0 + 0.01 * n)) for n in (50.0, 100.0, 200.0, 400.0)]
    with pytest.raises(InputError, match="does not fall"):
        fitted_curve(flat)
    with pytest.raises(InputError, match="at least 4"):
        fitted_curve(points()[:3])


def test_points_fall_with_training_rows_and_the_full_share_scatters_too():
    known = table(150, noise=0.3)
    features = table_features(known, ("fractions",))
    found = learning_points(Ridge(1e-3), features.values, known, (0.15, 0.4, 0.7, 1.0), n_draws=2)
    assert [p.n_training_rows for p in found] == sorted(p.n_training_rows for p in found)
    assert found[-1].n_training_rows == pytest.approx(0.8 * len(known), rel=0.05)
    assert found[0].value > found[-1].value and all(p.spread > 0 for p in found)
    assert all(p.spread < p.value and len(p.resamples) == len(found[0].resamples) for p in found)
    with pytest.raises(InputError, match="draws"):
        learning_points(Ridge(1e-3), features.values, known, n_draws=1)


def test_classes_have_points_too():
    from sklearn.linear_model import LogisticRegression

    known = table(120, is_class=True)
    features = table_features(known, ("fractions",))
    found = learning_points(LogisticRegression(C=100), features.values, known, (0.5, 1.0), n_draws=2)
    assert all(0.0 <= p.value < 0.5 and p.spread > 0 for p in found)
