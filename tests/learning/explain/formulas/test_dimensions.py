"""Units as powers of a few bases."""

from fractions import Fraction

import pytest

from quinary.constants import RAW_RICE_TO_MPA_SQRT_M
from quinary.errors import InputError
from quinary.learning.explain.formulas.dimensions import NUMBER, dimension_of, powers_of, unit_text
from quinary.points.properties import properties
from quinary.units import convert


def test_equal_dimensions_convert_as_the_units_do():
    for first, second in [("GPa", "HV"), ("J/m^2", "mJ/m^2"), ("g/cm^3", "kg/m^3"), ("eV/atom", "kJ/mol")]:
        one, other = dimension_of(first), dimension_of(second)
        assert one.exponents == other.exponents
        assert one.factor / other.factor == pytest.approx(convert(1.0, first, second), rel=1e-6)


def test_the_root_of_modulus_times_surface_energy_is_a_toughness():
    product = dimension_of("GPa").times(dimension_of("J/m^2")).to_power(0.5)
    toughness = dimension_of("MPa m^0.5")
    assert product.exponents == toughness.exponents
    assert product.factor / toughness.factor == pytest.approx(RAW_RICE_TO_MPA_SQRT_M)


def test_numbers_have_no_dimension():
    assert dimension_of("") == NUMBER
    assert dimension_of("%").is_number and dimension_of("%").factor == 0.01
    assert not dimension_of("K").is_number


def test_brackets_and_powers_are_read():
    assert powers_of("(eV/atom)^-1") == (("atom", Fraction(1)), ("eV", Fraction(-1)))
    assert dimension_of("(eV/atom)^-1").times(dimension_of("eV/atom")).is_number


def test_text_puts_positive_powers_first():
    assert unit_text({"J": 1, "m": Fraction(1, 2), "GPa": Fraction(-1, 2)}) == "J m^0.5 GPa^-0.5"
    assert unit_text({}) == ""


@pytest.mark.parametrize("unit", ["furlong", "GPa/", "m^^2", "degC"])
def test_what_is_no_product_of_powers_is_refused(unit):
    with pytest.raises(InputError):
        dimension_of(unit)


def test_every_unit_of_the_vocabulary_is_readable():
    for entry in properties().values():
        assert len(dimension_of(entry.unit).exponents) == len(NUMBER.exponents)


@pytest.mark.parametrize(
    ("unit", "same"),
    [("W/m/K", "J m^-1 s^-1 K^-1"), ("W/m K", "W/m/K"), ("mg/cm^2/h", "kg m^-2 s^-1"), ("ohm cm", "ohm m")],
)
def test_other_units_are_read_as_they_are_converted(unit, same):
    assert dimension_of(unit).exponents == dimension_of(same).exponents
    assert convert(2.0, unit, same) == pytest.approx(2.0 * dimension_of(unit).factor / dimension_of(same).factor)


def test_a_base_that_no_feature_has_is_refused_by_name():
    with pytest.raises(InputError, match="base volume fraction"):
        dimension_of("vol%")
