"""What callers may hand over: names, conditions, pairs, formulas and ranges in every form that reads well."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition as PymatgenComposition

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.points.conditions import conditions_of
from quinary.services.arguments import (
    formulas_in,
    label_of,
    listed,
    names_in,
    pairs_in,
    path_in,
    whole_range,
)

ONE = ["MoNb", {"Mo": 1, "Nb": 1}, Composition.of("MoNb"), PymatgenComposition("MoNb")]
WORDS = st.lists(st.text("abcdef_", min_size=1, max_size=8), max_size=4)


@pytest.mark.parametrize("source", ONE, ids=["text", "dict", "own", "pymatgen"])
def test_one_composition_is_a_list_of_one(source):
    assert listed(source) == [source]
    assert formulas_in(source) == [source]
    assert label_of(source) == "MoNb"


@pytest.mark.parametrize("several", [ONE, tuple(ONE), pd.Series(ONE), np.array(ONE, dtype=object), iter(ONE)])
def test_several_keep_their_order(several):
    assert [Composition.of(one).formula for one in listed(several)] == ["MoNb"] * 4


def test_formulas_of_a_file_come_after_those_given(tmp_path):
    path = tmp_path / "more.txt"
    path.write_text("NbTa\n\n  W  \n", encoding="utf-8")
    assert formulas_in("MoNb", path) == ["MoNb", "NbTa", "W"]
    assert formulas_in(None, str(path)) == ["NbTa", "W"]
    assert formulas_in([]) == []


@given(WORDS)
def test_names_may_come_in_one_text(words):
    assert names_in(",".join(words)) == names_in(words) == tuple(words)


def test_the_conditions_of_a_quantity_stay_with_it():
    text = "yield_strength@temperature=1273,test=tension, density"
    assert names_in(text) == ("yield_strength@temperature=1273,test=tension", "density")


@pytest.mark.parametrize(
    "at",
    [
        {"temperature": 1273, "load": 9.80665},
        ["temperature=1273", "load=1kgf"],
        "temperature=1273,load=1kgf",
        {"temperature": "1273", "load": "1kgf"},
    ],
    ids=["numbers", "texts", "one text", "a dict of texts"],
)
def test_conditions_may_come_as_a_dict_or_as_texts(at):
    found = conditions_of(at).as_dict()
    assert found == {"load": pytest.approx(9.80665), "temperature": 1273.0}


def test_conditions_of_one_text_and_none():
    assert conditions_of("test=compression").as_dict() == {"test": "compression"}
    assert conditions_of(None).as_dict() == conditions_of({}).as_dict() == {}


@given(st.dictionaries(st.text("abc ", min_size=1).map(str.strip).filter(bool), st.text("xyz", min_size=1), max_size=3))
def test_pairs_may_come_as_a_dict_or_as_texts(pairs):
    assert (
        pairs_in([f"{name}={value}" for name, value in pairs.items()], "--unit") == pairs_in(pairs, "--unit") == pairs
    )


def test_places_and_ranges(tmp_path):
    assert path_in(None) is None
    assert path_in(str(tmp_path)) == path_in(tmp_path) == tmp_path
    assert whole_range((2, 4)) == whole_range("2:4") == (2, 4)
    assert whole_range("40") == (40, 40)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: formulas_in(None), "no formula given"),
        (lambda: formulas_in(None, "nowhere.txt"), "cannot read formulas from nowhere"),
        (lambda: conditions_of({"temperatur": 1}), "did you mean temperature"),
        (lambda: formulas_in(["MoNb", None]), "entry 2 of 2 holds no formula"),
        (lambda: formulas_in(pd.Series(["MoNb", float("nan")])), "entry 2 of 2 holds no formula"),
        (lambda: formulas_in(pd.DataFrame({"formula": ["MoNb"]})), "give its column of formulas"),
        (lambda: conditions_of(1273), "conditions are a mapping such as"),
        (lambda: conditions_of({"temperature": [298, 1273]}), "is not a number"),
        (lambda: conditions_of({"temperature": "hot"}), "not a number"),
        (lambda: conditions_of(["temperature"]), "write NAME=VALUE"),
        (lambda: pairs_in(["a"], "--unit"), "cannot read --unit 'a'"),
        (lambda: whole_range("a:b"), "write LO:HI"),
        (lambda: whole_range((5, 2)), "in order, not 5:2"),
        (lambda: whole_range((0, 2)), "positive"),
    ],
)
def test_what_cannot_be_read_is_told(call, message):
    with pytest.raises(InputError, match=message):
        call()
