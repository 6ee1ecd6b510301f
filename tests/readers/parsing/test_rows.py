"""References, conditions and values that several readers share."""

import pytest

from quinary.errors import InputError
from quinary.points.conditions import test_named as kind_of_test
from quinary.points.properties import property_named
from quinary.readers.parsing.rows import (
    clean_reference,
    conditions_of,
    implied_test,
    method_named,
    reading_of,
    spread_in,
    suspicious_amount,
    temperature_in,
    value_in,
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("10.1016/j.x.2021.1", "10.1016/j.x.2021.1"),
        (" 10.1016/j.x.2021.1. ", "10.1016/j.x.2021.1"),
        ("https://doi.org/10.1016/j.x.1", "10.1016/j.x.1"),
        ("http://dx.doi.org/10.1016/j.x.1", "10.1016/j.x.1"),
        ("doi: 10.1016/j.x.1", "10.1016/j.x.1"),
        ("10.1016-j.matlet.2018.01.017", "10.1016/j.matlet.2018.01.017"),
        ("10.1007-s11666-021-01297-6", "10.1007/s11666-021-01297-6"),
        ("10.1007/978-1-4684-6066-7", "10.1007/978-1-4684-6066-7"),
        ("Luo_1992_CreepBehaviorOfTungsten", "Luo_1992_CreepBehaviorOfTungsten"),
        ("", ""),
        (None, ""),
    ],
)
def test_references(text, clean):
    assert clean_reference(text) == clean


@pytest.mark.parametrize("text", ["see text", "10.1016", "10.x/1", "https://example.org", "11.1016/j.x", "n.d."])
def test_what_is_no_reference(text):
    with pytest.raises(InputError, match="is not a DOI"):
        clean_reference(text)


def test_conditions_go_where_they_belong():
    stated = {"temperature": 873.0, "test": "tension", "load": 9.8, "stress": 100.0}
    assert conditions_of("yield_strength", stated).key == "temperature=873;test=tension"
    assert conditions_of("hardness_vickers", stated).key == "load=9.8;temperature=873"
    assert conditions_of("creep_rate", stated).key == "stress=100;temperature=873"
    assert conditions_of("density", stated).key == conditions_of("phases", stated).key == ""
    assert conditions_of("yield_strength", {"temperature": None, "test": None}).items == ()
    with pytest.raises(InputError, match="zero or more"):
        conditions_of("density", {"temperature": -1.0})
    with pytest.raises(InputError, match="it is above 10000 K"):
        conditions_of("yield_strength", {"temperature": 600973.0})


def test_names_of_tests_and_methods():
    assert [kind_of_test(text) for text in ("C", "compressive", " T ", "Tension")] == [
        "compression",
        "compression",
        "tension",
        "tension",
    ]
    names = ("CYS", "UCS (MPa)", "compressive ductility", "TYS", "tensile strength", "UTS", "yield strength")
    assert [implied_test(name) for name in names] == ["compression"] * 3 + ["tension"] * 2 + [None] * 2
    assert method_named("exp") == "measured"
    with pytest.raises(InputError, match="unknown method"):
        method_named("arc melting")


def test_values_are_converted_and_spreads_scaled():
    value, spread = value_in("560 ± 10", "HV", "GPa")
    assert value.nominal == pytest.approx(5.491724)
    assert spread == pytest.approx(0.0980665)
    value, spread = value_in("20 ± 5", "C", "K")
    assert (value.nominal, spread) == (pytest.approx(293.15), pytest.approx(5))
    for cell in (None, True, [1.0], "", "x"):
        with pytest.raises(InputError, match="is not a number"):
            value_in(cell, "", "")


@pytest.mark.parametrize(
    ("cell", "source", "target", "expected"),
    [
        ("5 °C", "K", "K", 5.0),
        ("5 K", "C", "K", 5.0),
        ("5", "C", "K", 5.0),
        (5, "C", "K", 5.0),
        ("± 9 F", "C", "K", 5.0),
        ("±0.1 GPa", "HV", "GPa", 0.1),
        ("+/- 10 HV10", "GPa", "GPa", 0.0980665),
        ("-1", "GPa", "GPa", -1.0),
    ],
)
def test_an_uncertainty_is_a_difference_in_the_unit_of_its_cell(cell, source, target, expected):
    assert spread_in(cell, source, target) == pytest.approx(expected)


@pytest.mark.parametrize("cell", ["5 GPa", "±", "± x", True, None, "5 6"])
def test_what_is_no_uncertainty(cell):
    with pytest.raises(InputError):
        spread_in(cell, "K", "K")


@pytest.mark.parametrize(
    ("cell", "kelvin"),
    [
        ("25", 298.15),
        ("1,273.15 K", 1273.15),
        ("1\u202f200 K", 1200.0),
        (600, 873.15),
        ("600,5", 873.65),
        ("RT", 298.15),
    ],
)
def test_temperatures(cell, kelvin):
    assert temperature_in(cell, "C") == pytest.approx(kelvin)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        *[(cell, "may be several temperatures: give each its own row") for cell in (
            "25,600,800", "600 700", "25,600", "25,1200", "1200,800", "25, 600", "25;600", "25/600", "600 700 °C", "4 300")],
        ("25.600.800", "is not a temperature: it is above 10000 K"),
        (10001, "is not a temperature: it is above 10000 K"),
        ("1,2,3", "is not a temperature"),
        ("600-700", "is not one temperature"),
    ],
)  # fmt: skip
def test_what_is_not_one_temperature(cell, message):
    with pytest.raises(InputError, match=message):
        temperature_in(cell, "C")


@pytest.mark.parametrize(
    ("name", "cell", "unit", "spread", "expected"),
    [
        ("hardness_vickers", "450 HV10", "GPa", None, (4.4129925, None, 98.0665)),
        ("hardness_vickers", "450 ± 10", "HV10", None, (4.4129925, 0.0980665, 98.0665)),
        ("hardness_vickers", 450, "HV0.5", ("10", "HV0.5"), (4.4129925, 0.0980665, 4.903325)),
        ("hardness_vickers", "450 HV1", "HV10", ("0.1", "GPa"), (4.4129925, 0.1, 9.80665)),
        ("hardness_vickers", "450 HV", "GPa", None, (4.4129925, None, None)),
        ("melting_temperature", "2000 °C", "K", ("±5 °C", "K"), (2273.15, 5.0, None)),
    ],
)
def test_a_value_with_its_uncertainty_and_load(name, cell, unit, spread, expected):
    reading = reading_of(property_named(name), cell, unit, spread)
    assert (reading.value.nominal, reading.uncertainty, reading.load) == pytest.approx(expected)


def test_a_vickers_scale_is_the_unit_of_a_hardness_only():
    with pytest.raises(InputError, match="unknown unit 'HV10'"):
        reading_of(property_named("yield_strength"), "450", "HV10")


def test_numbers_glued_by_their_units_are_not_one():
    with pytest.raises(InputError, match="write one value a cell"):
        value_in("450HV460HV", "HV", "GPa")


def test_leading_zeros():
    assert "Cr03" in suspicious_amount("ZrCr03")
    assert suspicious_amount("ZrCr0.3") == suspicious_amount("Zr10Cr30") == suspicious_amount("Ta0Nb") == ""
