"""Importance and shares of models whose laws are known."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from quinary.errors import InputError
from quinary.learning.data.feature_sets import Features
from quinary.learning.data.splits import make_splits
from quinary.learning.data.table import Measurement, table_of_rows
from quinary.learning.explain.importance import (
    Importance,
    chance_without_effect,
    correlated_groups,
    drop_column_importance,
    importance_warnings,
    permutation_importance,
    shapley_shares,
)


def known(n_rows=80):
    """y = 3 a + b: the copy of a says the same, c says nothing."""
    random = np.random.default_rng(0)
    a, b, c = random.normal(size=(3, n_rows))
    values = np.column_stack([a, b, c, a + 0.01 * random.normal(size=n_rows)])
    x = random.dirichlet([1, 1, 1], n_rows)
    rows = [
        Measurement({"Nb": u, "Ta": v, "Ti": w}, float(y), "GPa") for (u, v, w), y in zip(x, 3 * a + b, strict=True)
    ]
    return Features(values, ("a", "b", "c", "copy")), table_of_rows("y", rows)


def test_groups_hold_what_is_correlated():
    features, _ = known()
    assert correlated_groups(features.values) == [[0, 3], [1], [2]]
    assert correlated_groups(np.column_stack([np.ones(5), np.arange(5.0)])) == [[0], [1]]


def test_permutation_sees_through_a_copy_only_when_it_is_shuffled_along():
    features, table = known()
    splits = make_splits("composition", table)
    together = permutation_importance(LinearRegression(), features, table, splits, [[0, 3], [1], [2]])
    assert [one.names for one in together] == [("a", "copy"), ("b",), ("c",)]
    assert together[0].is_clear and together[0].value == pytest.approx(3 * 2 / np.pi**0.5, rel=0.3)
    assert abs(together[2].value) < 1e-3
    warnings = importance_warnings(together, len(table))
    assert any("correlated" in text and "copy" in text for text in warnings)


def test_clear_takes_the_t_quantile_of_the_folds_and_the_number_of_groups():
    """Quantiles of Student's t with 4 degrees of freedom: 2.132 at 5 %, 2.999 at 2 %, any table of them."""
    folds = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    standard_error = folds.std(ddof=1) * (1 / 5 + 1 / 4) ** 0.5  # of five folds whose training parts overlap
    gains = np.column_stack([folds + 2.132 * standard_error, folds + 2.999 * standard_error, folds])
    assert chance_without_effect(gains) == pytest.approx([0.05, 0.02, 0.5], rel=1e-3)
    assert chance_without_effect(gains[:1]).tolist() == [1.0, 1.0, 1.0]
    assert not Importance(("share",), 1.0, 0.0).is_clear  # a share has no chance to compare with


def test_permuted_targets_hardly_ever_have_a_clear_importance():
    n_clear = 0
    for seed in range(20):
        features, table = known(60)
        shuffled = replace(table, target=np.random.default_rng(seed).permutation(table.target))
        splits = make_splits("composition", shuffled, seed=seed)
        found = permutation_importance(LinearRegression(), features, shuffled, splits, [[0, 3], [1], [2]], seed)
        chances = sorted(one.p_value for one in found)
        assert chances[0] >= 0.0 and chances[-1] <= 1.0
        n_clear += any(one.is_clear for one in found)
    assert n_clear <= 4  # 5 % of 20 is one; five or more come by chance in one of 400 such tests


def test_dropping_one_copy_costs_nothing_and_dropping_both_does():
    features, table = known()
    splits = make_splits("composition", table)

    def make(_columns):
        return LinearRegression()

    found = {one.names: one.value for one in drop_column_importance(make, features, table, splits, [[0], [0, 3], [1]])}
    assert found["a",] < 0.1 < 1.0 < found["a", "copy"]
    with pytest.raises(InputError):
        drop_column_importance(make, features, table, splits, [[0, 1, 2, 3]])


def test_shapley_shares_of_a_linear_model_are_exact():
    """phi_j = w_j (x_j - mean of x_j): Strumbelj, Kononenko 2014, 10.1007/s10115-013-0679-x."""
    random = np.random.default_rng(1)
    background, weights = random.normal(size=(60, 4)), np.array([2.0, -1.0, 0.5, 0.0])
    rows = background[:5]

    def predict(values):
        return values @ weights

    found = shapley_shares(predict, rows, background, [[0], [1], [2, 3]], n_orders=400)
    exact = weights * (rows - background.mean(axis=0))
    expected = np.column_stack([exact[:, 0], exact[:, 1], exact[:, 2] + exact[:, 3]])
    assert (np.abs(found.values - expected) < 4 * found.errors + 1e-9).all()
    assert found.mean + found.values.sum(axis=1) == pytest.approx(predict(rows))
    with pytest.raises(InputError):
        shapley_shares(predict, rows, background[:0], [[0]])
