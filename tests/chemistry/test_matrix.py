"""The matrix form of compositions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.errors import InputError

METALS = ["Hf", "Mo", "Nb", "Ta", "Ti", "W", "Zr"]
alloys = st.dictionaries(st.sampled_from(METALS), st.floats(0.01, 1), min_size=1)


def test_columns_are_alphabetical_unless_given():
    matrix = as_matrix(["MoNb", {"W": 1, "Mo": 3}])
    assert matrix.elements == ("Mo", "Nb", "W")
    assert matrix.fractions.dtype == np.float64
    assert np.allclose(matrix.fractions, [[0.5, 0.5, 0], [0.75, 0, 0.25]])
    assert as_matrix(["MoNb"], ["W", "Nb", "Mo"]).fractions.tolist() == [[0, 0.5, 0.5]]


def test_ceramics_are_their_cations():
    assert as_matrix(["(Hf0.75Zr0.25)B2"]).fractions.tolist() == [[0.75, 0.25]]
    assert np.allclose(as_matrix(["(LaNd)(CrMn)O3"]).fractions, 0.25)


def test_no_composition_is_an_empty_matrix():
    assert as_matrix([]).fractions.shape == (0, 0)
    assert len(as_matrix([], METALS)) == 0
    assert as_matrix([], METALS).fractions.shape == (0, len(METALS))


def test_an_element_that_was_not_chosen_is_refused():
    with pytest.raises(InputError, match="composition 2 contains W") as caught:
        as_matrix(["MoNb", "MoW"], ["Mo", "Nb"])
    assert caught.value.choices == ("Mo", "Nb")
    with pytest.raises(InputError, match="compositions contain Nb"):
        as_matrix(["MoNb"]).over(["Mo", "W"])


def test_a_column_of_zeros_may_be_left_out():
    assert as_matrix(["Mo"], ["Mo", "Nb"]).over(["W", "Mo"]).fractions.tolist() == [[0, 1]]


@given(st.lists(alloys, min_size=1, max_size=5))
@settings(max_examples=60)
def test_rows_sum_to_one_and_come_back_as_compositions(sources):
    matrix = as_matrix(sources, METALS)
    assert matrix.fractions.shape == (len(sources), len(METALS))
    assert np.allclose(matrix.fractions.sum(axis=1), 1, atol=1e-12)
    for found, source in zip(matrix.compositions(), sources, strict=True):
        assert found.cations == pytest.approx(Composition.of(source).cations)


@given(st.lists(alloys, min_size=1, max_size=4), st.permutations(METALS))
@settings(max_examples=60)
def test_changing_the_columns_changes_nothing_else(sources, order):
    matrix = as_matrix(sources)
    wider = matrix.over(order)
    assert np.array_equal(wider.over(matrix.elements).fractions, matrix.fractions)
