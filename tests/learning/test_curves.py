"""A planted power law, and the refusal to go far beyond the data."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from quinary.errors import InputError
from quinary.learning.curves import CurvePoint, fitted_curve, learning_points
from quinary.learning.feature_sets import table_features

from .conftest import table


def points(floor=10.0, scale=200.0, exponent=0.5, error=0.5):
    return [CurvePoint(n, floor + scale * n**-exponent, error) for n in (50, 100, 150, 200, 300, 400)]


def test_a_planted_law_comes_back_with_its_need():
    curve = fitted_curve(points())
    assert curve.error_at(800)[0] == pytest.approx(10 + 200 * 800**-0.5, rel=0.03)
    need = curve.need(18.0)
    assert need.n_rows == pytest.approx((200 / 8) ** 2, rel=0.1) and need.low < need.n_rows


def test_nothing_is_said_beyond_four_times_the_rows():
    curve = fitted_curve(points())
    with pytest.raises(InputError, match="4 times"):
        curve.error_at(1601)
    assert curve.need(9.0).n_rows is None and "beyond that" in curve.need(9.0).text
    assert curve.document([9.0])["needs"][0]["n_rows"] is None


def test_an_error_that_does_not_fall_has_no_law():
    flat = [CurvePoint(n, 10.0 + 0.01 * n, 0.1) for n in (50, 100, 200, 400)]
    with pytest.raises(InputError, match="does not fall"):
        fitted_curve(flat)
    with pytest.raises(InputError, match="at least 4"):
        fitted_curve(points()[:3])


def test_points_fall_with_rows_on_a_known_table():
    known = table(150, noise=0.3)
    features = table_features(known, ("fractions",))
    found = learning_points(Ridge(1e-3), features.values, known, (0.15, 0.4, 0.7, 1.0), n_draws=2)
    assert [p.n_rows for p in found] == sorted(p.n_rows for p in found)
    assert found[0].value > found[-1].value and all(p.error > 0 for p in found)
    assert np.isfinite([p.value for p in found]).all()
