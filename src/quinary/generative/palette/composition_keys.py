"""One number for each composition at 1 at.%, so that repeats among many are found by comparing numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quinary.generative.palette.counter_random import scrambled

__all__ = ["composition_keys", "key_base"]


def key_base(n_elements: int) -> NDArray[np.uint64]:
    """Odd 64-bit numbers, shape (n_elements,): a key is the scrambled sum of the fractions in per cent times them."""
    drawn = np.random.default_rng(0).integers(2**63, size=n_elements, dtype=np.uint64)
    return np.asarray(drawn * np.uint64(2) + np.uint64(1))


def composition_keys(fractions: NDArray[np.float64]) -> NDArray[np.uint64]:
    """The keys of fractions, shape (n, n_elements); two compositions that differ share one with odds of about 1e-19."""
    whole = np.rint(fractions * 100).astype(np.uint64)
    return np.asarray(scrambled((whole * key_base(fractions.shape[1])).sum(axis=1, dtype=np.uint64)))
