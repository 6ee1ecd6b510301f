"""Conditions: one key for what means the same, and text as the command line takes it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.points.conditions import AMBIENT, Conditions, parse_conditions


def test_the_key_does_not_depend_on_the_order():
    one = Conditions.of({"load": 9.8, "test": "compression"})
    other = Conditions.of({"test": "compression", "load": 9.8})
    assert one == other
    assert one.key == "load=9.8;test=compression"


@pytest.mark.parametrize("temperature", [None, 288.15, 293, 298.15, 303.15])
def test_room_temperature_is_the_same_as_none_given(temperature):
    assert Conditions.of({"temperature": temperature}).key == AMBIENT.key == ""


@pytest.mark.parametrize("temperature", [0, 77, 287, 304, 1273])
def test_any_other_temperature_counts(temperature):
    conditions = Conditions.of({"temperature": temperature})
    assert conditions.key == f"temperature={temperature}"
    assert conditions.temperature == temperature
    assert conditions.as_dict() == {"temperature": float(temperature)}


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        (["temperature=1273"], "temperature=1273"),
        (["temperature=1000C"], "temperature=1273"),
        (["temperature=1000 °C"], "temperature=1273"),
        (["load=500gf"], "load=4.9033"),
        (["load=0.5 kgf"], "load=4.9033"),
        (["strain_rate=1e-3"], "strain_rate=0.001"),
        (["strain_rate=1e-3 s^-1"], "strain_rate=0.001"),
        (["test = compression", "temperature=77"], "temperature=77;test=compression"),
        ([], ""),
    ],
)
def test_texts(texts, key):
    assert parse_conditions(texts).key == key


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("temperature", "write NAME=VALUE"),
        ("temprature=5", "did you mean temperature"),
        ("temperature=hot", "is not a number"),
        ("load=5 furlong", "unknown unit"),
        ("load=5 K", "cannot convert"),
        ("temperature=", "is not a number"),
        ("temperature=inf", "finite"),
    ],
)
def test_what_cannot_be_read(text, message):
    with pytest.raises(InputError, match=message):
        parse_conditions([text])


def test_unknown_and_infinite_conditions():
    with pytest.raises(InputError, match="unknown condition"):
        Conditions.of({"colour": "red"})
    with pytest.raises(InputError, match="finite"):
        Conditions.of({"load": math.inf})


@given(st.dictionaries(st.sampled_from(["load", "stress", "strain_rate"]), st.floats(1e-4, 1e4)))
def test_the_key_reads_back_to_the_same_key(values):
    key = Conditions.of(values).key
    assert parse_conditions([text for text in key.split(";") if text]).key == key


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("load=1kgf", "load", 9.80665),
        ("load=501gf", "load", 501 * 0.00980665),
        ("temperature=1001K", "temperature", 1001.0),
        ("temperature=1e3 K", "temperature", 1000.0),
        ("strain_rate=1e-3 s^-1", "strain_rate", 0.001),
        ("temperature=-1 °C", "temperature", 272.15),
    ],
)
def test_a_number_that_ends_in_one_keeps_it_before_a_unit(text, name, value):
    assert parse_conditions([text]).get(name) == pytest.approx(value)
