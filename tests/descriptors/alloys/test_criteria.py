"""Criteria: the equivalences and limits that their definitions imply."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.descriptors.alloys.criteria import kappa_critical, king_phi, senkov_miracle_margin


@given(st.floats(-60, -0.5), st.floats(-60, -0.5), st.floats(2, 15), st.floats(300, 3500))
@settings(max_examples=80, deadline=None)
def test_kappa_and_the_gibbs_inequality_agree(compound, solution, entropy, temperature):
    arrays = [np.array([value]) for value in (compound, solution, entropy, temperature)]
    margin = senkov_miracle_margin(*arrays)[0]
    kappa = compound / solution
    critical = kappa_critical(arrays[1], arrays[2], arrays[3])[0]
    if abs(margin) > 1e-9:
        assert (kappa < critical) == (margin > 0)


def test_kappa_needs_a_negative_mixing_enthalpy():
    critical = kappa_critical(np.array([2.72, -4.16]), np.array([13.38, 13.38]), np.array([2523.0, 1801.2]))
    assert np.isnan(critical[0])
    assert critical[1] == pytest.approx(1 + 0.4 * 1801.2 * 13.38 / 4160, rel=1e-12)


def test_king_phi_counts_separating_pairs_and_room_for_binaries():
    gibbs, n_elements = np.array([-30.0, -30.0, -30.0]), np.array([3, 4, 5])
    extremes = (np.array([-5.0, -5.0, -5.0]), np.array([10.0, 0.0, 0.0]))
    np.testing.assert_allclose(king_phi(gibbs, extremes, n_elements), [30 / 10, 30 / (2 * 5), 30 / (2 * 5)])
