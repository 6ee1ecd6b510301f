"""Keys of compositions: equal at 1 at.% or not."""

import numpy as np

from quinary.generative.palette.composition_keys import composition_keys


def test_keys_are_equal_for_what_is_equal_at_one_per_cent():
    fractions = np.array([[0.25, 0.25, 0.5], [0.252, 0.248, 0.5], [0.26, 0.24, 0.5], [0.5, 0.25, 0.25]])
    keys = composition_keys(fractions)
    assert keys[0] == keys[1]
    assert len(set(keys.tolist())) == 3


def test_different_compositions_have_different_keys():
    counts = np.random.default_rng(0).multinomial(100, np.full(12, 1 / 12), 5000)
    assert len(set(composition_keys(counts / 100).tolist())) == len(np.unique(counts, axis=0))
