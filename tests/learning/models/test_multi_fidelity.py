"""What one property says of another, and a dear fidelity on top of a cheap one."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.models.multi_fidelity import _Problem, fitted_joint, fitted_residual


def related(n_rows=60):
    random = np.random.default_rng(0)
    x = random.uniform(0, 1, (n_rows, 3))
    common = np.sin(4 * x[:, 0]) + x[:, 1] ** 2
    return x, np.column_stack([100 * common + 300, 5 * common + 2 + 0.05 * random.normal(size=n_rows)])


def test_missing_labels_are_helped_by_the_other_property():
    x, y = related()
    targets = y.copy()
    targets[12:, 1] = np.nan
    fresh, truth = x[12:], y[12:, 1]
    joint, apart = fitted_joint(x, targets), fitted_joint(x, targets, is_shared=False)
    error, alone = (np.abs(one.predict(fresh)[:, 1] - truth).mean() for one in (joint, apart))
    assert error < 0.5 * alone
    assert joint.correlation[0, 1] > 0.8 and apart.correlation[0, 1] == 0


def test_a_cheap_estimate_is_corrected():
    x, y = related()
    cheap = y[:, 0] / 20 + 3 * x[:, 2]
    model = fitted_residual(x[:25], cheap[:25], y[:25, 1])
    alone = fitted_joint(x[:25], y[:25, 1:])
    corrected = np.abs(model.predict(x[25:], cheap[25:]) - y[25:, 1]).mean()
    assert corrected < np.abs(alone.predict(x[25:])[:, 0] - y[25:, 1]).mean()


def test_gaps_and_scarcity_are_refused():
    x, y = related()
    with pytest.raises(InputError, match="at least 8"):
        fitted_joint(x[:5], y[:5])
    with pytest.raises(InputError, match="missing"):
        fitted_residual(x, np.full(60, np.nan), y[:, 1])


def test_slopes_of_the_likelihood_are_its_differences():
    random = np.random.default_rng(0)
    problem = _Problem.of(random.normal(size=(30, 3)), random.integers(0, 2, 30), random.normal(size=30), 2)
    point = problem.start(0.7) + 0.1 * random.normal(size=9)
    steps = 1e-6 * np.eye(9)
    differences = [(problem.loss(point + step)[0] - problem.loss(point - step)[0]) / 2e-6 for step in steps]
    assert problem.loss(point)[1] == pytest.approx(differences, abs=1e-6)


def test_spread_is_small_where_labels_are():
    x, y = related()
    model = fitted_joint(x[:40], y[:40])
    assert model.predict_spread(x[:40], 1).mean() < 0.5 * model.predict_spread(x[:40] + 3.0, 1).mean()


def test_values_without_the_labels_of_a_group_are_those_of_a_process_that_never_had_them():
    x, y = related()
    model = fitted_joint(x, y[:, :1])
    groups = np.arange(60) % 7
    asked, asked_groups = np.vstack([x, x + 0.1]), np.append(groups, np.full(60, 9))  # nobody's labels are of group 9
    found = model.predict_unseen(asked, asked_groups, groups)
    covariance, labels = model.lower @ model.lower.T, (y[:, 0] - model.centre[0]) / model.spread[0]
    for group in range(7):
        kept, rows = groups != group, asked_groups == group
        weights = np.linalg.solve(covariance[np.ix_(kept, kept)], labels[kept])
        expected = model.kernel(asked[rows], 0)[:, kept] @ weights * model.spread[0] + model.centre[0]
        assert found[rows] == pytest.approx(expected, abs=1e-6 * model.spread[0])
    assert found[60:] == pytest.approx(model.predict(asked[60:])[:, 0])
    assert np.abs(found[:60] - y[:, 0]).mean() > 3 * np.abs(model.predict(x)[:, 0] - y[:, 0]).mean()


def test_rho_is_estimated_from_values_that_can_be_had_without_labels():
    """The known cheap values have a part of their own, which the predicted ones lack: it must not dilute rho."""
    random = np.random.default_rng(0)
    x = random.uniform(size=(200, 2))
    common = 3.0 * x[:, 0]
    known = common + random.normal(size=200)
    model = fitted_residual(x, known, 2.0 * common + 1.0, unseen=common)
    assert (model.rho, model.offset) == pytest.approx((2.0, 1.0))
    assert fitted_residual(x, known, 2.0 * common + 1.0).rho < 1.2
