"""Sums over elements: right, and the same in any company."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.element_sums import element_sum, in_equal_blocks, pair_form, present_columns


def rows(seed, n_rows=7, n_elements=6):
    random = np.random.default_rng(seed)
    fractions = random.dirichlet(np.ones(n_elements), n_rows) * (random.random((n_rows, n_elements)) < 0.6)
    return fractions, random.normal(size=n_elements), random.normal(size=(n_elements, n_elements)), random


def test_known_values():
    half = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    np.testing.assert_allclose(element_sum(half, np.array([2.0, 4.0, 8.0])), [3.0, 5.6])
    pairs = np.array([[9.0, 1.0, 2.0], [1.0, 9.0, 3.0], [2.0, 3.0, 9.0]])  # the diagonal does not count
    np.testing.assert_allclose(pair_form(half, pairs), [0.25, 0.06 + 0.2 + 0.45])
    assert present_columns(half).tolist() == [0, 1, 2]
    assert present_columns(half[:1]).tolist() == [0, 1]


@given(st.integers(0, 10_000))
def test_they_are_the_matrix_products(seed):
    fractions, values, pairs, random = rows(seed)
    several = random.normal(size=(6, 4))
    pairs = pairs + pairs.T
    np.fill_diagonal(pairs, 0.0)
    np.testing.assert_allclose(element_sum(fractions, values), fractions @ values, atol=1e-14)
    np.testing.assert_allclose(element_sum(fractions, several), fractions @ several, atol=1e-14)
    expected = 0.5 * np.einsum("ni,ij,nj->n", fractions, pairs, fractions)
    np.testing.assert_allclose(pair_form(fractions, pairs), expected, atol=1e-14)


@given(st.integers(0, 10_000), st.integers(0, 6))
def test_neither_other_rows_nor_absent_elements_change_a_digit(seed, place):
    fractions, values, pairs, _ = rows(seed)
    wider = np.insert(fractions, place, 0.0, axis=1)
    more, others = np.insert(values, place, 1e6), np.insert(np.insert(pairs, place, 7.0, axis=0), place, 7.0, axis=1)
    for row in range(len(fractions)):
        one = fractions[row : row + 1]
        assert element_sum(one, values)[0] == element_sum(wider, more)[row]
        assert pair_form(one, pairs)[0] == pair_form(wider, others)[row]


@given(st.integers(0, 200), st.integers(0, 10_000))
def test_equal_blocks_give_a_row_the_same_digits(n_rows, seed):
    random = np.random.default_rng(seed)
    x, weights = random.normal(size=(n_rows, 9)), random.normal(size=(9, 5))

    def layer(block):
        return block @ weights, block.sum(axis=1)

    product, total = in_equal_blocks(layer, x)
    assert product.shape == (n_rows, 5)
    assert total.shape == (n_rows,)
    np.testing.assert_allclose(product, x @ weights, atol=1e-12)
    for row in range(0, n_rows, 17):
        assert (in_equal_blocks(layer, x[row : row + 1])[0][0] == product[row]).all()
