"""The vocabulary: every name and alias is found, and means one property only."""

from collections import Counter

import pytest

from quinary.errors import InputError
from quinary.points.properties import find_property, properties, property_meant, property_named
from quinary.units import convert, unit_named


@pytest.mark.parametrize("entry", properties().values(), ids=lambda entry: entry.name)
def test_every_entry_is_complete(entry):
    unit_named(entry.unit)
    assert entry.label
    assert entry.bounds[0] < entry.bounds[1]
    assert not (entry.is_derived and entry.is_categorical)
    assert property_named(entry.name) is entry
    for alias in (entry.name, *entry.aliases):
        assert find_property(alias) is entry


def test_no_alias_has_two_meanings():
    aliases = Counter(alias for entry in properties().values() for alias in {entry.name, *entry.aliases})
    assert [alias for alias, count in aliases.items() if count > 1] == []


def test_the_names_that_other_scripts_rely_on():
    units = {
        "shear_modulus": "GPa",
        "bulk_modulus": "GPa",
        "youngs_modulus": "GPa",
        "poisson_ratio": "",
        "unstable_stacking_fault_energy": "J/m^2",
        "surface_energy": "J/m^2",
        "fracture_toughness_rice": "MPa m^0.5",
        "d_parameter": "",
        "hardness_vickers": "GPa",
        "yield_strength": "MPa",
        "ultimate_tensile_strength": "MPa",
        "elongation": "%",
        "density": "g/cm^3",
        "price": "USD/kg",
        "melting_temperature": "K",
        "phases": "",
        "lattice_parameter": "angstrom",
        "formation_energy": "eV/atom",
        "vacancy_formation_energy": "eV",
        "entropy_forming_ability": "(eV/atom)^-1",
        "single_phase_probability": "",
        "mixing_entropy": "J/mol/K",
        "mixing_enthalpy": "kJ/mol",
        "valence_electron_concentration": "",
        "atomic_size_mismatch": "%",
        "electronegativity_difference": "",
    }
    assert {name: property_named(name).unit for name in units} == units


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("YS", "yield_strength"),
        ("Yield  Strength", "yield_strength"),
        ("yield_strength", "yield_strength"),
        ("UCS", "ultimate_tensile_strength"),
        ("CTE", "thermal_expansion"),
        ("VEC", "valence_electron_concentration"),
        ("B", "bulk_modulus"),
        ("Microstructure", "phases"),
        ("C44", "elastic_constant_c44"),
        ("c_12", "elastic_constant_c12"),
        ("solidus", "solidus_temperature"),
        ("Fracture strength", "fracture_strength"),
        ("Thermal conductivity", "thermal_conductivity"),
    ],
)
def test_what_papers_call_them(text, name):
    assert find_property(text).name == name


@pytest.mark.parametrize("text", ["b", "colour", ""])
def test_what_is_no_property(text):
    assert find_property(text) is None
    with pytest.raises(InputError, match="unknown property"):
        property_named(text)


def test_bounds():
    entry = property_named("poisson_ratio")
    entry.check(0.3)
    with pytest.raises(InputError, match=r"poisson_ratio = 0.6 is outside -1 to 0.5"):
        entry.check(0.6)
    with pytest.raises(InputError, match="outside"):
        entry.check(float("nan"))


def test_what_is_meant_is_a_name_or_an_alias():
    assert property_meant("YS") is property_meant("yield_strength") is property_named("yield_strength")
    with pytest.raises(InputError, match="did you mean yield_strength"):
        property_meant("yield_strenght")


@pytest.mark.parametrize("place", ["11", "12", "13", "22", "23", "33", "44", "55", "66", "14", "16"])
def test_every_independent_component_of_the_elastic_tensor_has_its_name(place):
    entry = property_meant(f"C{place}")
    assert (entry.name, entry.unit) == (f"elastic_constant_c{place}", "GPa")
    assert (entry.bounds[0] < 0) == (place[0] != place[1])  # only what couples two directions may be negative


@pytest.mark.parametrize(
    ("name", "value", "unit", "kept"),
    [
        ("thermal_expansion", 8.1, "1e-6/K", 8.1e-6),
        ("thermal_expansion", 8.1, "ppm/K", 8.1e-6),
        ("mass_gain", 12.0, "g/m^2", 1.2),
        ("wear_rate", 2e-15, "m^3/(N m)", 2e-6),
        ("saturation_magnetization", 50.0, "A m^2/kg", 50.0),
        ("coercivity", 10.0, "Oe", 795.77),
        ("electrical_resistivity", 1.2e-6, "ohm m", 120.0),
        ("oxygen_content", 0.05, "wt%", 500.0),
        ("solidus_temperature", 1500.0, "C", 1773.15),
    ],
)
def test_units_that_laboratories_write(name, value, unit, kept):
    assert convert(value, unit, property_named(name).unit) == pytest.approx(kept, rel=1e-4)
