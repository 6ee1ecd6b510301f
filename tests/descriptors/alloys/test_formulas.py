"""Invariants of all descriptors, missing data, pure elements, flat memory and speed."""

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.descriptors.alloys import formulas
from quinary.descriptors.alloys.formulas import ALLOY_DESCRIPTORS, alloy_descriptors, depends_on_columns
from quinary.errors import InputError
from quinary.reference.elements import atomic_numbers

ELEMENTS = ("Al", "Co", "Cr", "Fe", "Hf", "Mo", "Nb", "Ni", "Ta", "Ti", "W", "Zr")
TWENTY = (*ELEMENTS, "Cu", "Ir", "Mn", "Pd", "Re", "Ru", "Si", "V")


@st.composite
def alloys(draw):
    chosen = draw(st.lists(st.sampled_from(ELEMENTS), min_size=2, max_size=6, unique=True))
    amounts = np.array(draw(st.lists(st.integers(1, 40), min_size=len(chosen), max_size=len(chosen))), dtype=float)
    return CompositionMatrix(tuple(chosen), amounts[None, :] / amounts.sum())


def assert_same(first, second):
    for name in ALLOY_DESCRIPTORS:
        np.testing.assert_allclose(first[name], second[name], rtol=1e-9, atol=1e-9, err_msg=name)


@given(alloys(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_columns_does_not_matter(matrix, random):
    order = list(range(len(matrix.elements)))
    random.shuffle(order)
    shuffled = CompositionMatrix(tuple(matrix.elements[i] for i in order), matrix.fractions[:, order])
    assert_same(alloy_descriptors(matrix), alloy_descriptors(shuffled))


@given(alloys())
@settings(max_examples=40, deadline=None)
def test_absent_elements_change_nothing_even_without_data(matrix):
    others = tuple(symbol for symbol in (*ELEMENTS, "He", "C", "Pu") if symbol not in matrix.elements)
    assert_same(alloy_descriptors(matrix), alloy_descriptors(matrix.over((*matrix.elements, *others))))


@pytest.mark.parametrize("name", [name for name in ALLOY_DESCRIPTORS if not depends_on_columns(name)])
def test_other_rows_and_columns_do_not_change_the_last_digit(name):
    random = np.random.default_rng(4)
    symbols = sorted(TWENTY, key=atomic_numbers().get)
    fractions = random.dirichlet(np.ones(len(symbols)), 40) * (random.random((40, len(symbols))) < 0.5)
    fractions[:, 0] += 1.0 - fractions.sum(axis=1)
    together = alloy_descriptors(CompositionMatrix(tuple(symbols), fractions), [name])[name]
    for row, value in zip(fractions, together, strict=True):
        present = np.flatnonzero(row)
        matrix = CompositionMatrix(tuple(symbols[place] for place in present), row[None, present])
        np.testing.assert_array_equal(alloy_descriptors(matrix, [name])[name][0], value)


@given(alloys())
@settings(max_examples=40, deadline=None)
def test_equimolar_has_the_most_entropy(matrix):
    n_elements = len(matrix.elements)
    equimolar = CompositionMatrix(matrix.elements, np.full((1, n_elements), 1 / n_elements))
    found, most = alloy_descriptors(matrix), alloy_descriptors(equimolar)
    assert found["mixing_entropy"][0] <= most["mixing_entropy"][0] + 1e-12
    assert 0 < found["relative_mixing_entropy"][0] <= 1 + 1e-12
    assert most["relative_mixing_entropy"][0] == pytest.approx(1.0, rel=1e-12)


@given(alloys())
@settings(max_examples=40, deadline=None)
def test_ranges(matrix):
    found = {name: float(values[0]) for name, values in alloy_descriptors(matrix).items()}
    for name in ("mixing_entropy", "atomic_size_mismatch", "electronegativity_difference", "elastic_strain_energy"):
        assert found[name] >= 0, name
    assert found["gamma_parameter"] >= 1 - 1e-12
    assert found["atomic_size_mismatch"] <= found["largest_radius_deviation"] + 1e-9


def test_equal_radii_give_exact_zeros_and_infinities():
    found = alloy_descriptors(as_matrix(["Nb30Ta70"]))
    assert found["atomic_size_mismatch"][0] == 0.0
    assert found["excess_entropy"][0] == 0.0
    assert found["gamma_parameter"][0] == 1.0
    for name in ("lambda_parameter", "ye_phi", "omega", "king_phi"):  # the enthalpy of Nb-Ta is zero, too
        assert found[name][0] == np.inf, name


def test_pure_elements():
    found = {name: float(values[0]) for name, values in alloy_descriptors(as_matrix(["W"])).items()}
    zeros = ("mixing_entropy", "mixing_enthalpy", "atomic_size_mismatch", "excess_entropy", "elastic_strain_energy")
    assert [found[name] for name in zeros] == [0.0] * len(zeros)
    assert found["gamma_parameter"] == 1.0
    undefined = ("omega", "lambda_parameter", "ye_phi", "king_phi", "relative_mixing_entropy")
    assert all(np.isnan(found[name]) for name in undefined)
    assert found["mean_melting_temperature"] == 3695.0


def test_missing_values_touch_only_the_compositions_that_contain_the_element():
    matrix = as_matrix(["MoNbTaW", "MoNbTaC0.1", "CoCrFeMnNi", {"Mo": 0.5, "He": 0.5}])
    found = alloy_descriptors(matrix)
    expected = [False, True, False, True]
    for name in ("atomic_size_mismatch", "gamma_parameter", "ye_phi", "valence_electron_concentration"):
        assert list(np.isnan(found[name])) == expected, name
    assert list(np.isnan(found["mixing_enthalpy"])) == [False, False, False, True]
    assert not np.isnan(found["mixing_entropy"]).any()


def test_blocks_join_seamlessly(monkeypatch):
    fractions = np.random.default_rng(5).dirichlet(np.ones(len(ELEMENTS)), 101)
    matrix = CompositionMatrix(ELEMENTS, fractions)
    whole = alloy_descriptors(matrix)
    monkeypatch.setattr(formulas, "_BLOCK_ROWS", 7)
    assert_same(whole, alloy_descriptors(matrix))


def test_no_rows():
    empty = CompositionMatrix(ELEMENTS, np.zeros((0, len(ELEMENTS))))
    assert all(values.shape == (0,) for values in alloy_descriptors(empty).values())


def test_unknown_name():
    with pytest.raises(InputError, match="did you mean omega"):
        alloy_descriptors(as_matrix(["W"]), ["omegga"])


def bytes_beyond_the_answer(n_rows):
    fractions = np.random.default_rng(5).dirichlet(np.ones(len(TWENTY)), n_rows)
    matrix = CompositionMatrix(TWENTY, fractions)
    tracemalloc.start()
    answer = alloy_descriptors(matrix, n_threads=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - sum(values.nbytes for values in answer.values())


def test_memory_does_not_grow_with_rows_beyond_the_answer():
    """Each of the two threads keeps one block, whatever the number of rows."""
    assert bytes_beyond_the_answer(60_000) < 32e6
    assert bytes_beyond_the_answer(120_000) < 32e6


@pytest.mark.slow
def test_a_million_alloys_take_seconds():
    basic = ("mixing_entropy", "mixing_enthalpy", "mean_melting_temperature", "omega", "atomic_size_mismatch",
             "valence_electron_concentration", "electronegativity_difference", "lambda_parameter")  # fmt: skip
    matrix = CompositionMatrix(TWENTY, np.random.default_rng(5).dirichlet(np.full(len(TWENTY), 0.3), 400_000))
    started = time.process_time()
    alloy_descriptors(matrix, basic)
    # Five times below what one thread of a quiet machine does, so that only a change of method fails.
    assert len(matrix) / (time.process_time() - started) > 250_000
