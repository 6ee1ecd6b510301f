from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quinary.figures.generator_measures import (
    agreement,
    element_frequency,
    local_density,
    order_by_trend,
    presence_correlation,
    region_errors,
    shares_by_count,
    trend,
)  # fmt: skip


def test_elements_that_exclude_each_other_correlate_by_minus_one() -> None:
    fractions = np.array([[0.5, 0.0, 0.5], [0.0, 0.6, 0.4], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
    found = presence_correlation(fractions)
    assert found[0, 1] == pytest.approx(-1)
    assert np.isnan(np.diag(found)).all()


def test_an_element_in_all_alloys_correlates_with_nothing() -> None:
    found = presence_correlation(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]))
    assert np.isnan(found[0]).all()
    assert found[1, 2] == pytest.approx(-1)


@given(arrays(np.float64, (12, 5), elements=st.floats(0, 1)))
def test_correlations_are_symmetric_and_bounded(fractions: np.ndarray) -> None:
    found = presence_correlation(fractions)
    np.testing.assert_allclose(found, found.T)
    assert np.nanmax(np.abs(found), initial=0) <= 1 + 1e-9


def test_agreement_of_a_map_with_itself_is_one() -> None:
    matrix = presence_correlation(np.random.default_rng(0).dirichlet(np.full(6, 0.3), 50))
    assert agreement(matrix, matrix) == pytest.approx(1)
    assert agreement(matrix, -matrix) == pytest.approx(-1)
    assert np.isnan(agreement(matrix[:2, :2], matrix[:2, :2]))


def test_counts_leave_out_traces_and_keep_every_alloy() -> None:
    fractions = np.array([[0.5, 0.5, 0.0], [0.995, 0.005, 0.0], [0.3, 0.3, 0.4], [0.5, 0.4, 0.1]])
    np.testing.assert_allclose(shares_by_count(fractions, 3), [0, 0.25, 0.25, 0.5])


def test_frequencies_of_no_alloys_are_zero() -> None:
    np.testing.assert_array_equal(element_frequency(np.zeros((0, 3))), np.zeros(3))


def test_each_sample_falls_into_one_region() -> None:
    asked = {"shear_modulus": np.array([20.0, 40.0, 60.0, 100.0, 120.0])}
    made = {"shear_modulus": np.array([22.0, 41.0, 63.0, 100.0, 108.0])}
    low, middle, high = region_errors(asked, made, ["shear_modulus"])
    assert (low.n_samples, middle.n_samples, high.n_samples) == (1, 3, 1)
    assert low.errors["shear_modulus"] == pytest.approx(2)
    assert middle.errors["shear_modulus"] == pytest.approx(4 / 3)
    assert high.relative["shear_modulus"] == pytest.approx(0.1)


def test_an_empty_region_has_no_error() -> None:
    only = {"shear_modulus": np.array([60.0])}
    assert np.isnan(region_errors(only, only, ["shear_modulus"])[2].errors["shear_modulus"])


def test_trend_runs_from_falling_to_rising() -> None:
    frequencies = np.array([[0.9, 0.1, 0.5], [0.5, 0.4, 0.5], [0.1, 0.9, 0.5]])
    assert order_by_trend(frequencies, np.array([30.0, 60.0, 90.0])).tolist() == [0, 2, 1]
    assert order_by_trend(frequencies[:1], np.array([30.0])).tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((0.1, 0.3, 0.28, 0.6), "rises"),
        ((0.6, 0.28, 0.3, 0.1), "falls"),
        ((0.1, 0.63, 0.54, 0.7), "shows no clear trend"),  # a step back of .09
        ((0.1, 0.14), "shows no clear trend"),
        ((0.1, float("nan"), 0.5), "shows no clear trend"),
        ((0.1,), "shows no clear trend"),
        ((), "shows no clear trend"),
    ],
)
def test_a_trend_is_said_only_where_no_step_goes_back(values, found: str) -> None:
    assert trend(values, 0.05) == found
    opposite = {"rises": "falls", "falls": "rises"}.get(found, found)
    assert trend([-value for value in values], 0.05) == opposite


@given(st.integers(0, 30), st.integers(0, 1000))
def test_density_lies_between_zero_and_one(n: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    found = local_density(generator.normal(size=n), np.zeros(n))
    assert found.shape == (n,)
    assert np.all((found >= 0) & (found <= 1 + 1e-12))
    assert n == 0 or found.max() == pytest.approx(1)
