"""Keys that were there before, as a set would tell them."""

import numpy as np
import pytest

from quinary.generative.palette.seen_keys import SeenKeys


@pytest.mark.parametrize("n_different", [3, 40_000], ids=["few", "many"])
def test_keys_are_found_again_as_in_a_set(n_different):
    random = np.random.default_rng(0)
    different = random.integers(2**64, size=n_different, dtype=np.uint64)
    batches = [random.choice(different, size=50_000) for _ in range(2)]
    seen, ours = set(), SeenKeys(n_different)
    for keys in batches:
        expected = []
        for key in keys.tolist():
            expected.append(key in seen)
            seen.add(key)
        np.testing.assert_array_equal(ours.entered(keys), expected)


def test_a_key_of_zero_and_no_key_at_all():
    ours = SeenKeys(2)
    assert not ours.entered(np.zeros(0, dtype=np.uint64)).size
    np.testing.assert_array_equal(ours.entered(np.zeros(2, dtype=np.uint64)), [False, True])
