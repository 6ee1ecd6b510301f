"""Units: known factors, spellings, and what cannot be converted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.constants import GAS_CONSTANT, RAW_RICE_TO_MPA_SQRT_M
from quinary.errors import InputError
from quinary.units import _SPELLINGS, _UNITS, convert, unit_named

PAIRS = [
    (one, other)
    for one in _UNITS
    for other in _UNITS
    if _UNITS[one].dimension == _UNITS[other].dimension and one != other
]


@pytest.mark.physics
@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (560, "HV", "GPa", 5.491724),
        (1, "GPa", "MPa", 1000),
        (0, "C", "K", 273.15),
        (32, "F", "K", 273.15),
        (1, "eV/atom", "kJ/mol", 96.48533212),
        (1, "amu/A^3", "g/cm^3", 1.66053906660),
        (1, "kgf", "N", 9.80665),
        (1, "ksi", "MPa", 6.894757293168),
        (1, "mJ/m^2", "J/m^2", 1e-3),
        (1, "GPa A^0.5", "MPa m^0.5", 0.01),
        (1, "(GPa J/m^2)^0.5", "MPa m^0.5", 0.0316227766),
        (1, "wt%", "wppm", 1e4),
        (1, "nm", "angstrom", 10),
        (32.1e6, "Pa m^1/2", "MPa m^0.5", 32.1),
        (50, "%", "", 0.5),
        (3, "atom/eV", "(eV/atom)^-1", 3),
    ],
)
def test_known_factors(value, source, target, expected):
    """CODATA 2018 and the definitions of the kilogram-force, the pound-force per square inch and the Vickers number."""
    assert convert(value, source, target) == pytest.approx(expected, rel=1e-9)


def test_constants():
    assert pytest.approx(1.380649e-23 * 6.02214076e23) == GAS_CONSTANT
    assert pytest.approx(0.0316228, rel=1e-5) == RAW_RICE_TO_MPA_SQRT_M


@given(st.sampled_from(PAIRS), st.floats(-1e6, 1e6))
def test_conversion_goes_there_and_back(pair, value):
    assert convert(convert(value, *pair), *reversed(pair)) == pytest.approx(value, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("spelling", _SPELLINGS)
def test_every_spelling_is_a_unit(spelling):
    assert unit_named(spelling) is _UNITS[_SPELLINGS[spelling]] or spelling in _UNITS


@pytest.mark.parametrize(
    ("written", "unit"), [(" GPa ", "GPa"), ("g/cm$^3$", "g/cm^3"), ("$^\\circ$C", "C"), ("µm", "um")]
)
def test_units_as_headings_write_them(written, unit):
    assert unit_named(written) is _UNITS[unit]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("N/mm²", "MPa"), ("kgf/mm²", "HV"), ("kgf·mm−2", "HV"), ("Mpa", "MPa"), ("GPA", "GPa"), ("Hv", "HV"),
        ("Kgf/mm2", "HV"), ("mJ·m-2", "mJ/m^2"), ("g.cm-3", "g/cm^3"), ("g cm−3", "g/cm^3"), ("g/cm$^{3}$", "g/cm^3"),
        ("g/CM3", "g/cm^3"),
        ("MPa m^(1/2)", "MPa m^0.5"), ("MPa·m1/2", "MPa m^0.5"), ("MPam1/2", "MPa m^0.5"), ("MPa m½", "MPa m^0.5"),
        ("MPa.m0.5", "MPa m^0.5"), ("MPa $\\sqrt{m}$", "MPa m^0.5"), ("MN m^-3/2", "MPa m^0.5"), ("℃", "C"), ("ºC", "C"),
        ("oC", "C"), ("° c", "C"), ("deg. C", "C"), ("degrees C", "C"), ("℉", "F"), ("°K", "K"), ("Kelvin", "K"),
        ("wt.%", "wt%"), ("mass%", "wt%"), ("weight %", "wt%"), ("wt.-%", "wt%"), ("weight percent", "wt%"),
        ("at. %", "%"), ("mol%", "%"),
        ("atomic percent", "%"), ("KJ/mol", "kJ/mol"), ("ppmw", "wppm"), ("micron", "um"), ("ev/atom", "eV/atom"),
    ],
)  # fmt: skip
def test_units_as_papers_write_them(written, plain):
    given, wanted = unit_named(written), unit_named(plain)
    assert (given.dimension, given.offset) == (wanted.dimension, wanted.offset)
    assert given.factor == pytest.approx(wanted.factor, rel=1e-9)


@pytest.mark.parametrize("name", ["mj/m2", "NM", "MEV", "k"])
def test_a_case_with_two_readings_is_not_guessed(name):
    with pytest.raises(InputError):
        unit_named(name)


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("HRC", "Rockwell"),
        ("HRB", "Rockwell"),
        ("HR15N", "Rockwell"),
        ("HB", "Brinell"),
        ("HBW 10/3000", "Brinell"),
        ("HK0.1", "Knoop"),
    ],
)
def test_other_scales_of_hardness_have_no_conversion_and_are_no_misspelling(name, scale):
    with pytest.raises(InputError, match=f"{scale} hardness, which has no exact conversion: .* HV or GPa") as caught:
        unit_named(name)
    assert "did you mean" not in caught.value.message


def test_what_cannot_be_converted():
    with pytest.raises(InputError, match=r"unknown unit 'GP'; did you mean GPa"):
        convert(1, "GP", "Pa")
    with pytest.raises(InputError, match=r"cannot convert GPa \(pressure\) to K \(temperature\)"):
        convert(1, "GPa", "K")
    with pytest.raises(InputError, match="unknown unit 'x'"):
        convert(1, "K", "x")
    assert convert(5, "anything", "anything") == 5
