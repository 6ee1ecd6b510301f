"""Electrons and bonds of binaries."""

import numpy as np
import pytest

from quinary.descriptors.ceramics.bonding import bond_ionic_character, ionic_character, valence_electrons_per_formula


def test_valence_electrons_of_titanium_compounds():
    electrons = valence_electrons_per_formula(np.array([4.0]), np.array([4.0, 5.0, 6.0]), 1.0)
    assert electrons.tolist() == [8.0, 9.0, 10.0]
    assert valence_electrons_per_formula(np.array([4.0, 5.0]), np.array([3.0]), 2.0).tolist() == [10.0, 11.0]


@pytest.mark.physics
def test_half_ionic_bond():
    """Pauling, The Nature of the Chemical Bond: 22 % at a difference of 1.0, 63 % at 2.0."""
    found = bond_ionic_character(np.array([1.5, 0.5, 2.5]), np.array([2.5]))
    assert found == pytest.approx([0.22, 0.63, 0.0], abs=5e-3)


def test_mean_over_bonds():
    bonds = bond_ionic_character(np.array([1.5, 2.5]), np.array([2.5]))
    assert ionic_character(np.array([[0.25, 0.75]]), np.array([1.0]), bonds) == pytest.approx(0.25 * bonds[0])
