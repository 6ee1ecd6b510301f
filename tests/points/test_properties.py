"""The vocabulary: every name and alias is found, and means one property only."""

from collections import Counter

import pytest

from quinary.errors import InputError
from quinary.points.properties import find_property, properties, property_meant, property_named
from quinary.units import unit_named


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
