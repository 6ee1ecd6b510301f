"""What a comma means, by the other numbers of its column and its table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.readers.parsing.decimal_marks import marks_in, stated_mark


def test_a_comma_is_the_decimal_mark_where_other_numbers_show_it():
    marks = marks_in([["1,200", "8,31"], ["450,46 ± 2,1", "7"]])
    assert marks.of_table == ","
    assert marks.plain("1,200", 0) == "1.200"
    assert marks.plain("> 1,200 ± 0,125", 0) == "> 1.200 ± 0,125"
    assert marks.plain("MoNb", 0) == "MoNb"
    assert marks.plain(1.5, 0) == 1.5


def test_points_tell_what_a_comma_is_in_their_own_column_only():
    marks = marks_in([["1,200", "1,200"], ["1450.5", "8"]])
    assert marks.plain("1,200", 0) == "1200"
    assert marks.plain("1,200", 1) == "1,200"  # to be refused as it is: it has two meanings


@pytest.mark.parametrize("cells", [["1,200", "2,300"], ["1.200", "MoNb"], ["8.31", "8,31"], []])
def test_what_shows_nothing_or_both_decides_nothing(cells):
    assert marks_in([[cell] for cell in cells]).plain("1,200", 0) == "1,200"


def test_thousands_show_the_mark_that_they_are_not():
    assert marks_in([["1,234,567"]]).of_columns == {0: "."}
    assert marks_in([["1.234.567"]]).of_columns == {0: ","}
    assert marks_in([["1.234,5"]]).of_columns == {0: ","}


def test_a_point_among_decimal_commas_is_asked_about():
    with pytest.raises(InputError, match="may be 1200 or 1,200"):
        stated_mark("comma").plain("1.200", 0)
    assert stated_mark(",").plain("8.31", 0) == "8.31"
    assert stated_mark("point").plain("1,200", 0) == "1200"
    with pytest.raises(InputError, match="the decimal mark is 'x'"):
        stated_mark("x")


@given(st.floats(0.001, 1e6), st.integers(1, 6))
def test_a_number_with_a_decimal_comma_keeps_its_value_whatever_the_digits(number, digits):
    written = f"{number:.{digits}f}"
    marks = marks_in([["0,5"], [written.replace(".", ",")]])
    assert float(marks.plain(written.replace(".", ","), 0).replace(",", ".")) == float(written)
