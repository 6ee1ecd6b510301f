"""Kernel ridge regression against scikit-learn, and its gradient against differences."""

import numpy as np
import pytest

from quinary_benchmarks.kernel_ridge import KernelRidge


@pytest.fixture
def data():
    random = np.random.default_rng(0)
    known = random.dirichlet(np.ones(4), 150)
    return known, np.column_stack([known @ [1.0, 2.0, 3.0, 4.0], np.sin(5 * known[:, 0])])


def test_the_same_as_a_gaussian_process_with_that_kernel(data):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import Matern

    known, values = data
    rival = GaussianProcessRegressor(Matern(0.8, nu=2.5), alpha=1e-4, optimizer=None).fit(
        known, values - values.mean(axis=0)
    )
    asked = np.random.default_rng(1).dirichlet(np.ones(4), 20)
    ours = KernelRidge.fitted(known, values, length=0.8, ridge=1e-4)
    np.testing.assert_allclose(ours.values(asked), rival.predict(asked) + values.mean(axis=0), atol=1e-6)


def test_gradients(data):
    ours = KernelRidge.fitted(*data)
    asked = np.random.default_rng(2).dirichlet(np.ones(4), 7)
    values, slopes = ours.linearised(asked)
    np.testing.assert_allclose(values, ours.values(asked), atol=2e-4)
    for column in range(4):
        step = 1e-5 * np.eye(4)[column]
        expected = (ours.values(asked + step) - ours.values(asked - step)) / 2e-5
        np.testing.assert_allclose(slopes[:, :, column], expected, atol=2e-3)
