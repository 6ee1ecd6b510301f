"""Numbers and symbols found in the bytes of plain formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.plain_formulas import element_codes, plain_tokens


@given(st.from_regex(r"\A([0-9]{1,18}\.?[0-9]{0,18}|\.[0-9]{1,18})\Z"))
def test_numbers_are_those_of_float(text):
    found = plain_tokens([f"W{text}", "Mo"])
    assert found.is_odd.tolist() == [float(text) >= 1e6, False]
    assert found.amounts[0] == float(text)


def test_symbols_rows_and_amounts():
    found = plain_tokens(["Al0.5Co", "V2"])
    assert [element_codes()[code] for code in found.codes] == ["Al", "Co", "V"]
    assert found.rows.tolist() == [0, 0, 1]
    assert found.amounts.tolist() == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "text", ["", " ", "al", "Xx", "Fe(Co)", "Fe-Co", "Fe1.1.1", "Fe.", "2Fe", "Fe2 2", "Fe1000000", "FeCoo", "Fé"]
)
def test_what_is_not_plain_is_marked_alone(text):
    found = plain_tokens(["CoCr", text, "Ni0.3Fe"])
    assert np.flatnonzero(found.is_odd).tolist() == [1]
