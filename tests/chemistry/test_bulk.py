"""Many formulas at once mean what they mean one by one, to the last digit."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quinary.chemistry import bulk
from quinary.chemistry.bulk import formula_matrix, read_formulas
from quinary.chemistry.matrix import as_matrix
from quinary.errors import InputError
from quinary.reference.alloy_names import named_alloys

SYMBOLS = ["Al", "C", "Co", "Cr", "Fe", "H", "Hf", "N", "Nb", "O", "B", "Si", "W", "V", "U"]
amounts = st.one_of(
    st.just(""),
    st.integers(0, 99).map(str),
    st.decimals(0, 100, places=3, allow_nan=False).map(str),
    st.floats(0, 2, allow_subnormal=False).map(lambda x: f"{x:.17f}"),
    st.sampled_from([".5", "5.", "007", "0.0", " 12", "  3.25 ", "123456.7", "12345678.5", "1234567"]),
)
plain = st.lists(st.tuples(st.sampled_from(SYMBOLS), amounts), min_size=1, max_size=7).map(
    lambda parts: "".join(symbol + amount for symbol, amount in parts)
)
written = st.sampled_from(
    [
        "(HfNbTaTiZr)C",
        "TiC",
        "Fe60Ni40 at%",
        "Nb-30Hf-5Ti wt%",
        "[CoCr]2Fe",
        "Fe₆₀Ni₄₀",
        "Fe\nNi",
        "MoNb,W",
        "Al0.5 (CoCr)2",
        "(CoCr)95Nb5",
        "Ti6Al4V",
        "C103",
        "AlxCo x=2",
        "10V90Ti",
    ]
)
malformed = st.text("AlCoZrxX0159. %()-\n₂", max_size=12)


def answer(function, formulas):
    try:
        found = function(formulas)
    except InputError as error:
        return str(error), error.choices
    return found.elements, found.fractions.tolist()


@given(st.lists(st.one_of(plain, written), max_size=12))
@settings(max_examples=150, deadline=None)
@example(["Al0.1Co0.2Cr0.7", "Fe0.1Fe0.2", "Fe0Co", "C", "C0.4Fe", "C0.39999Fe", " Fe 60 Ni 40 "])
def test_the_same_as_one_by_one(formulas):
    assert answer(formula_matrix, formulas) == answer(as_matrix, formulas)


@given(st.lists(st.one_of(plain, malformed), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
@example(["Al1.2.3"])
@example(["Al. Co"])
@example(["Al 0.5 3"])
@example(["Aluminium"])
@example(["0.5Al"])
@example(["Al0Co0"])
@example([""])
@example(["A l"])
@example(["Fe" + " " * 20 + "60Ni40"])
@example(["Fe" + "0" * 500 + "1Ni"])
def test_the_same_error_for_what_cannot_be_read(formulas):
    assert answer(formula_matrix, formulas) == answer(as_matrix, formulas)


def test_chunks_join_seamlessly(monkeypatch):
    random = np.random.default_rng(3)
    formulas = [
        "".join(
            f"{s}{a:.2f}"
            for s, a in zip(random.choice(["Mo", "Nb", "Ta", "W", "Re"], 3, False), random.random(3) + 0.1, strict=True)
        )
        for _ in range(200)
    ]
    formulas[70] = "(TiZr)N"
    expected = as_matrix(formulas)
    monkeypatch.setattr(bulk, "_CHUNK", 7)
    found = read_formulas(formulas)
    assert found.matrix.elements == expected.elements
    assert np.array_equal(found.matrix.fractions, expected.fractions)
    assert [str(composition) for composition in found.compositions.values()] == ["(TiZr)N"]
    assert list(found.compositions) == [70]


def test_given_columns():
    assert formula_matrix(["MoNb", "W"], ["W", "Nb", "Mo"]).fractions.tolist() == [[0, 0.5, 0.5], [1, 0, 0]]
    assert formula_matrix([], ["W"]).fractions.shape == (0, 1)
    with pytest.raises(InputError, match="composition 2 contains Re") as caught:
        formula_matrix(["MoNb", "MoWRe", "(TiZr)C"], ["Mo", "Nb"])
    assert caught.value.choices == ("Mo", "Nb")


@pytest.mark.parametrize("alloy", named_alloys(), ids=lambda alloy: alloy.name)
def test_names_are_names_in_bulk(alloy):
    for name in (alloy.name, *alloy.aliases):
        assert answer(formula_matrix, ["MoNb", name, "Al0.5Co"]) == answer(as_matrix, ["MoNb", name, "Al0.5Co"])


COUNTS = st.sampled_from(["", "", "1", "2.5", "3", "6", "7", "10", "20", "37"])


@given(
    st.lists(
        st.tuples(st.sampled_from(["Ti", "Al", "V", "Si", "Mg", "Ni", "Cr", "Zn"]), COUNTS), min_size=1, max_size=4
    )
)
@settings(max_examples=300, deadline=None)
def test_what_looks_like_mass_percent_is_asked_about_in_bulk(parts):
    formulas = ["MoNb", "".join(symbol + count for symbol, count in parts)]
    assert answer(formula_matrix, formulas) == answer(as_matrix, formulas)


def test_only_doubtful_formulas_are_read_alone():
    assert not read_formulas(["CoCrFeMnNi", "Al0.5 Co Cr Fe Ni", "Fe80.5C0.2Mn19.3"]).compositions
    assert list(read_formulas(["MoNb", "TiC", "FeFe2", "Fe60Ni40 at%"]).compositions) == [1, 2, 3]
