"""Valence electrons and electronegativities."""

import numpy as np
import pytest

from quinary.descriptors.alloys.electronic import electronegativity_difference, valence_electron_concentration


@pytest.mark.physics
def test_vec_of_the_cantor_alloy():
    """CoCrFeMnNi: (9 + 6 + 8 + 7 + 10) / 5 = 8 (Guo et al. 2011, 10.1063/1.3587228)."""
    electrons = np.array([9.0, 6.0, 8.0, 7.0, 10.0])
    assert valence_electron_concentration(np.full((1, 5), 0.2), electrons)[0] == pytest.approx(8.0, rel=1e-14)


def test_electronegativity_difference_of_a_binary_is_half_the_gap():
    assert electronegativity_difference(np.full((1, 2), 0.5), np.array([1.3, 2.3]))[0] == pytest.approx(0.5)
    assert electronegativity_difference(np.full((1, 2), 0.5), np.array([1.6, 1.6]))[0] == 0.0
