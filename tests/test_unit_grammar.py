"""Units as products of powers: what people write, what it is worth, and what is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.unit_grammar import parsed, power_text
from quinary.units import _UNITS, can_convert, convert, is_listed, same_unit, unit_named

SPELLINGS = {
    "W/m/K": [
        "W/(m K)", "W m^-1 K^-1", "W/m·K", "W·m⁻¹·K⁻¹", "W/m-K", "W/(m·K)", "W/mK", "W m-1 K-1", "W.m-1.K-1",
        "W m$^{-1}$ K$^{-1}$", "W/m/°C", "W/(m*K)",
    ],
    "1e-6/K": ["10^-6/K", "10-6/K", "10⁻⁶ K⁻¹", "×10^-6 /K", "10−6/°C", "x10-6 K-1", "ppm/K", "1e-6 K^-1", "ppm/°C"],
    "J/kg/K": ["J/(kg·K)", "J kg-1 K-1", "J.kg-1.K-1", "J/kg-K", "J/kg K", "J/(kgK)"],
    "mg/cm^2/h": ["mg·cm^-2·h^-1", "mg/cm²/h", "mg cm-2 h-1", "mg/(cm^2 h)", "mg/cm2/h"],
    "mg/cm^2": ["mg/cm²", "mg cm⁻²"],
    "uohm cm": ["µΩ·cm", "μΩ cm", "uOhm cm", "uOhm-cm"],
    "ohm m": ["Ω·m", "Ω m", "Ohm m"],
    "mm^3/N/m": ["mm³/(N·m)", "mm3 N-1 m-1", "mm^3/Nm", "mm³/N·m"],
    "MPa m^0.5": ["MPa·m^1/2", "MPa.m1/2", "MPa·√m", "MPa m^{1/2}", "MPa m½"],
    "kgf/mm^2": ["kgf/mm²", "kgf mm^-2"],
    "N/mm^2": ["N/mm²", "N mm-2", "MPa"],
    "um/year": ["µm/year", "um/y"],
    "%/h": ["% per hour", "%/hr"],
    "K^-1": ["1/K", "/K", "1/°C"],
}  # fmt: skip


@pytest.mark.parametrize(("unit", "written"), [(u, w) for u, texts in SPELLINGS.items() for w in texts])
def test_ways_to_write_one_unit(unit, written):
    assert same_unit(unit, written)
    assert convert(1.25, written, unit) == pytest.approx(1.25, rel=1e-14)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "W/cm/K", "W/m/K", 100),
        (1, "cal/g/°C", "J/kg/K", 4184),
        (1, "mg/cm^2/h", "g/m^2/day", 240),
        (1, "kgf/mm^2", "N/mm^2", 9.80665),
        (1, "S/m", "1/ohm/m", 1),
        (1, "mpy", "um/year", 25.4),
        (1, "eV/A", "nN", 1.602176634),
        (1, "eV/A^3", "GPa", 160.2176634),
        (1, "kJ/mol", "eV/atom", 1 / 96.48533212),
        (1, "A/cm^2", "mA/cm^2", 1000),
        (1, "emu/g", "A m^2/kg", 1),
        (1, "N/m", "J/m^2", 1),
        (7.1, "1e-6/K", "K^-1", 7.1e-6),
    ],
)
def test_known_factors(value, source, target, expected):
    """The definitions of calorie, mil, kilogram-force, electronvolt and emu."""
    assert convert(value, source, target) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", [name for name in _UNITS if name not in {"", "1", "C", "F"}])
def test_the_grammar_agrees_with_the_list(name):
    """Up to the last digits: the list keeps the factors that stored values were converted with."""
    reference = next(n for n, unit in _UNITS.items() if unit.dimension == _UNITS[name].dimension and n not in {"", "1"})
    found = float(parsed(name).factor) / float(parsed(reference).factor)
    assert parsed(name).powers == parsed(reference).powers
    assert found == pytest.approx(_UNITS[name].factor / _UNITS[reference].factor, rel=1e-9)


def test_what_has_two_meanings():
    assert unit_named("C") is _UNITS["C"]
    assert same_unit("J/g/C", "J/g/K")  # in a product a difference of temperatures
    assert parsed("uC/cm^2").powers == parsed("A s/m^2").powers
    assert parsed("A/m").powers == (("A", Fraction(1)), ("m", Fraction(-1)))
    assert parsed("eV/A").powers == parsed("N").powers
    assert unit_named("A") is _UNITS["angstrom"]
    assert same_unit("ppm", "wppm")
    assert same_unit("ppm/K", "1e-6/K")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bananas", "unknown unit 'bananas'"),
        ("W/m/Q", "'Q' is no symbol"),
        ("W//m", "write it as powers"),
        ("W/(m K", "not closed"),
        ("5", "no symbol"),
        ("1e-6", "no symbol"),
        ("10e-6/K", "may be meant as 1e-6"),
        ("0.2%", "no power of ten"),
        ("m^999", "too large"),
        ("1e999999999/K", "no factor"),
        ("HV10", "unknown unit 'HV10'"),
        ("HV5HV", "unknown unit"),
        ("", "no symbol"),
        ("m" * 200, "write it as powers"),
        ("(((((", "unknown unit"),
    ],
)
def test_what_is_no_unit(text, reason):
    with pytest.raises(InputError) as caught:
        unit_named(text) if text else parsed(text)
    assert reason in caught.value.message
    assert "\n" not in caught.value.message


SYMBOLS = st.sampled_from(["m", "kg", "s", "K", "mol", "Pa", "GPa", "J", "W", "mm", "h", "ohm", "g", "eV", "N"])
POWERS = st.integers(-3, 3).filter(bool)


@given(st.lists(st.tuples(SYMBOLS, POWERS), min_size=1, max_size=4))
def test_a_product_of_powers_is_the_product_of_the_powers(factors):
    text = " ".join(f"{symbol}^{power}" for symbol, power in factors)
    below = "/".join(["1", *(f"{symbol}^{-power}" for symbol, power in factors)])
    whole = parsed(text)
    assert parsed(below) == whole
    product = parsed(f"{factors[0][0]}^{factors[0][1]}")
    for symbol, power in factors[1:]:
        product = product.times(parsed(f"{symbol}^{power}"))
    assert product == whole


@given(st.text(max_size=30))
def test_any_text_is_a_unit_or_refused_in_one_line(text):
    try:
        unit_named(text)
    except InputError as error:
        assert error.message


def test_dimensions_in_words():
    assert unit_named("W/m/K").dimension == "thermal conductivity"
    assert power_text(parsed("kg m^2/s^3").powers) == "kg m^2 s^-3"
    with pytest.raises(InputError, match=r"cannot convert K \(temperature\) to W/m/K \(thermal conductivity\)"):
        convert(1, "K", "W/m/K")
    assert not can_convert("K", "W/m/K")
    assert not can_convert("K", "bananas")
    assert is_listed("µm")
    assert not is_listed("W/m/K")
