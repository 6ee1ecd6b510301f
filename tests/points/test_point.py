"""Values as papers write them, and what a data point refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value, parse_value

ALLOY = Material(Composition.of("MoNbTaW"), ("BCC",), ("AC",))
SOURCE = Source("a table")
POSITIVE = st.floats(min_value=1e-6, max_value=1e6)


def point(name="hardness_vickers", value=None, **changes):
    facts = {"material": ALLOY, "method": Method.MEASURED, "origin": Origin.LITERATURE, "source": SOURCE, **changes}
    return DataPoint(property=name, value=value or Value.number(5.0), **facts)


@pytest.mark.parametrize(
    ("text", "low", "high", "spread"),
    [
        ("1100", 1100, 1100, None),
        (1100, 1100, 1100, None),
        (" 1.1e3 ", 1100, 1100, None),
        ("−5", -5, -5, None),
        ("> 1100", 1100, math.inf, None),
        ("≥1100", 1100, math.inf, None),
        ("<5", -math.inf, 5, None),
        ("~5", 5, 5, None),
        ("about 5", 5, 5, None),
        ("12,5", 12.5, 12.5, None),
        ("0,125 ± 0,01", 0.125, 0.125, 0.01),
        ("3,2-3,4", 3.2, 3.4, None),
        ("1\u202f200", 1200, 1200, None),
        ("1\u00a0200,5 ± 1\u2009000", 1200.5, 1200.5, 1000),
        ("1,200.5-1.300,5", 1200.5, 1300.5, None),
        ("3,2..3,4", 3.2, 3.4, None),
        ("1.234.567", 1234567, 1234567, None),
        ("12,3456", 12.3456, 12.3456, None),
        ("1,200.5", 1200.5, 1200.5, None),
        ("1.200,5", 1200.5, 1200.5, None),
        ("1,234,567", 1234567, 1234567, None),
        ("450±10", 450, 450, 10),
        ("3.305(2)", 3.305, 3.305, 0.002),
        ("450(10)", 450, 450, 10),
        ("3.2-3.4", 3.2, 3.4, None),
        ("3.4 – 3.2", 3.2, 3.4, None),
        ("3 to 4", 3, 4, None),
        ("3..4", 3, 4, None),
        ("-3-4", -3, 4, None),
        ("1e-5", 1e-5, 1e-5, None),
        ("1e-5-2e-5", 1e-5, 2e-5, None),
        ("560 ± 12", 560, 560, 12),
        ("560+/-12", 560, 560, 12),
        ("560 +- 1.2e1", 560, 560, 12),
    ],
)
def test_values_as_papers_write_them(text, low, high, spread):
    value, uncertainty = parse_value(text)
    assert (value.low, value.high, uncertainty) == (low, high, spread)
    assert value.is_bound == (math.isinf(low) or math.isinf(high))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0·06", 0.06), ("１２００", 1200), ("450 [52]", 450), ("1.2×10⁻³", 1.2e-3), ("1.2 x 10^3", 1200), ("−5", -5),
        ("1\u2009200", 1200),
        ("3·5 [1,2]", 3.5),
    ],
)  # fmt: skip
def test_values_in_other_characters(text, number):
    assert parse_value(text)[0].low == pytest.approx(number)


@pytest.mark.parametrize(
    "text", ["5x10", "450*", "450ᵃ", "", "abc", "nan", "inf", math.nan, math.inf, "> many", "5 MPa", "5 ± x"]
)
def test_what_is_no_value(text):
    with pytest.raises(InputError, match="is not a"):
        parse_value(text)


@pytest.mark.parametrize("text", ["1,100", "> 1,100", "1,100-1,200", "1,100 ± 5"])
def test_a_comma_that_may_mean_two_things_is_refused(text):
    with pytest.raises(InputError, match=r"'1,100' may be 1100 or 1\.100: write the one"):
        parse_value(text)


@pytest.mark.parametrize(
    "text",
    ["3.2,4", "12.5,13", "450,12.5", "0.5,6", "1,2,3", "1.2.3", "5,12,7", "0,125,300", "1,200,30", "1,200.300,4", "1.200.30",
     "600 700", "450 460", "1 200", "12.5 13", "> 450 460", "1,200.5 7", "600\u00a070", "5 ± 1 000", "600,700\u2009800"],
)  # fmt: skip
def test_a_list_of_numbers_is_not_stored_as_one(text):
    with pytest.raises(InputError, match="may be several numbers: write one value a cell") as refused:
        parse_value(text)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("text", ["450_460", "1, 2", "450;460", ".500,600,700", "1,200,"])
def test_other_lists_are_no_numbers_either(text):
    with pytest.raises(InputError):
        parse_value(text)


@given(st.lists(st.decimals(0, 99, places=1), min_size=2, max_size=4), st.sampled_from([",", " ", ", ", ";", "\u00a0"]))
def test_no_list_of_decimals_is_a_value(numbers, separator):
    with pytest.raises(InputError):
        parse_value(separator.join(map(str, numbers)))


@given(st.integers(1000, 10**12), st.sampled_from("., "), st.sampled_from(["", "5", "25", "125"]))
def test_thousands_are_read_back(whole, mark, decimals):
    grouped = f"{whole:,}".replace(",", mark)
    if not decimals and grouped.count(mark) == 1 and mark != " ":
        return  # 1,200 has two meanings
    point = "." if mark == "," else ","
    text = grouped.replace(" ", "\u202f") + (point + decimals if decimals else "")
    assert parse_value(text)[0].nominal == float(f"{whole}.{decimals or 0}")


@given(POSITIVE)
def test_a_value_survives_its_own_text(number):
    assert parse_value(repr(number))[0].nominal == number
    assert parse_value(f"> {number!r}")[0] == Value(number, math.inf)


@given(st.text(max_size=12))
def test_any_text_is_a_finite_value_or_an_input_error(text):
    try:
        value, _ = parse_value(text)
    except InputError:
        return
    assert math.isfinite(value.nominal)
    assert value.low <= value.high


@given(POSITIVE, POSITIVE)
def test_intervals_are_ordered_and_their_middle_is_between(one, other):
    value, _ = parse_value(f"{one!r} to {other!r}")
    assert value.low == min(one, other)
    assert value.low <= value.nominal <= value.high


@given(POSITIVE)
def test_conversion_goes_there_and_back(number):
    back = Value.number(number).converted("GPa", "HV").converted("HV", "GPa")
    assert back.nominal == pytest.approx(number, rel=1e-12)
    assert Value(number, math.inf).converted("GPa", "MPa").is_bound


def test_text_of_values():
    shown = [Value.number(5), Value(3, 4), Value(5, math.inf), Value(-math.inf, 5), Value.category("BCC", "Laves")]
    assert [str(value) for value in shown] == ["5", "3 to 4", "> 5", "< 5", "BCC+Laves"]


@pytest.mark.parametrize(
    ("name", "value", "changes", "message"),
    [
        ("colour", None, {}, "unknown property"),
        ("mixing_entropy", None, {}, "derived from the composition"),
        ("phases", None, {}, "takes categories"),
        ("hardness_vickers", Value.category("BCC"), {}, "takes a number"),
        ("hardness_vickers", Value.number(-1), {}, "outside 0 to 200 GPa"),
        ("hardness_vickers", Value(150, 250), {}, "outside 0 to 200 GPa"),
        ("hardness_vickers", Value(-math.inf, 5), {"uncertainty": -1.0}, "zero or more"),
        ("hardness_vickers", None, {"uncertainty": math.nan}, "zero or more"),
    ],
)
def test_what_a_point_refuses(name, value, changes, message):
    with pytest.raises(InputError, match=message):
        point(name, value, **changes)


def test_equal_statements_have_equal_hashes_whatever_file_they_came_in():
    study = "10.1016/j.actamat.2021.116800"
    one = point(doi=study, lineage={"line": 5}, value=Value.number(5.491724))
    again = point(doi=study, source=Source("another table"), value=Value.number(560 * 0.00980665))
    assert one.content_hash == again.content_hash
    assert len(one.content_hash) == 16
    room = point(doi=study, value=one.value, conditions=Conditions.of({"temperature": 293.0}))
    assert room.content_hash == one.content_hash


@pytest.mark.parametrize(
    "changes",
    [
        {"value": Value.number(5.1)},
        {"method": Method.DFT},
        {"origin": Origin.PREDICTION},
        {"doi": "10.1000/other"},
        {"uncertainty": 0.1},
        {"detail": "bcc"},
        {"conditions": Conditions.of({"load": 9.8})},
        {"material": Material(ALLOY.composition, ("BCC",), ("A",))},
        {"material": Material(ALLOY.composition)},
    ],
)
def test_different_statements_have_different_hashes(changes):
    assert point(**changes).content_hash != point().content_hash


def test_unit_is_that_of_the_property():
    assert point().unit == "GPa"
    assert point("phases", Value.category("BCC")).unit == ""
