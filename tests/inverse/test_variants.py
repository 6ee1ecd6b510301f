"""Variants keep most of a parent: other amounts, at most one element exchanged, added or removed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.inverse.variants import varied


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(1, 12), st.integers(0, 10_000))
def test_variants_differ_by_at_most_one_element_each_way(n_elements, n_parents, seed):
    generator = np.random.default_rng(seed)
    parents = generator.dirichlet(np.ones(n_elements), n_parents)
    parents[:, n_elements // 2 + 1 :] = 0.0
    parents /= parents.sum(axis=1, keepdims=True)
    found = varied(parents, 60, generator)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert (found >= 0).all()
    gained = ((found > 0)[:, None] & ~(parents > 0)[None]).sum(axis=2)
    lost = (~(found > 0)[:, None] & (parents > 0)[None]).sum(axis=2)
    assert ((gained <= 1) & (lost <= 1)).any(axis=1).all()


def test_the_best_parents_have_the_most_children():
    parents = np.repeat(np.eye(40)[:, None], 1, axis=1)[:, 0] * 0.5 + np.eye(40)[np.r_[1:40, 0]] * 0.5
    found = varied(parents, 4000, np.random.default_rng(0))
    is_child = ((found > 0)[:, None] == (parents > 0)[None]).all(axis=2)
    assert is_child[:, 0].sum() > 2 * is_child[:, 30].sum() > 0
