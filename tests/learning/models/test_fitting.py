"""Fitting on few rows."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from quinary.errors import InputError
from quinary.learning.models.fitting import fit_or_refuse, fit_weighted

ROWS = np.arange(8.0).reshape(4, 2)


def test_neighbours_are_bounded_by_the_rows():
    model = fit_weighted(make_pipeline(StandardScaler(), KNeighborsRegressor(20)), ROWS, np.arange(4.0))
    assert model.predict(ROWS) == pytest.approx(np.full(4, 1.5))


def test_what_cannot_be_fitted_is_said_in_one_line():
    with pytest.raises(InputError, match=r"LogisticRegression cannot be fitted on 4 rows: .*class") as refused:
        fit_or_refuse(LogisticRegression(), ROWS, np.array(["soft"] * 4), np.ones(4))
    assert "\n" not in refused.value.message
