"""Mixing enthalpies of element pairs."""

import numpy as np
import pytest

from quinary.reference.elements import symbols
from quinary.reference.pairs import mixing_enthalpies, pair_matrix


@pytest.mark.physics
def test_pairs_of_the_cantor_alloy():
    """Takeuchi, Inoue 2005, 10.2320/matertrans.46.2817, kJ/mol."""
    expected = {
        "Co Cr": -4, "Co Fe": -1, "Co Mn": -5, "Co Ni": 0, "Cr Fe": -1, "Cr Mn": 2, "Cr Ni": -7, "Fe Mn": 0,
        "Fe Ni": -2, "Mn Ni": -8,
    }  # fmt: skip
    assert {pair: mixing_enthalpies()[frozenset(pair.split())] for pair in expected} == expected


def test_every_pair_is_listed_once_and_known():
    assert all(len(pair) == 2 for pair in mixing_enthalpies())
    assert frozenset().union(*mixing_enthalpies()) <= set(symbols())
    assert all(np.isfinite(value) for value in mixing_enthalpies().values())


def test_matrix_is_symmetric_with_zero_diagonal():
    elements = ("Mo", "Nb", "Ta", "W", "Zr", "Al")
    matrix = pair_matrix(elements)
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), 0.0)
    assert matrix[0, 4] == mixing_enthalpies()[frozenset({"Mo", "Zr"})]


def test_unknown_pairs_are_nan():
    matrix = pair_matrix(("W", "He"))
    assert np.isnan(matrix[0, 1])
    assert np.isnan(matrix[1, 0])
    assert matrix[1, 1] == 0.0
