"""Headings as people write them: name, unit, role."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.points.point import Method
from quinary.points.properties import properties
from quinary.readers.parsing.element_columns import element_in
from quinary.readers.parsing.table_headings import method_in, read_heading, spread_of
from quinary.readers.parsing.table_layout import find_layout
from quinary.units import unit_named


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("YS (MPa)", "yield_strength", "MPa"),
        ("hardness [HV]", "hardness_vickers", "HV"),
        ("Density, g/cm3", "density", "g/cm3"),
        ("YS/MPa", "yield_strength", "MPa"),
        ("UTS / MPa", "ultimate_tensile_strength", "MPa"),
        ("K_VRH_GPa", "bulk_modulus", "GPa"),
        ("yield_strength_MPa", "yield_strength", "MPa"),
        ("EFA ((eV/atom)^-1)", "entropy_forming_ability", "(eV/atom)^-1"),
        ("Exp. Density (g/cm$^3$)", "density", "g/cm^3"),
        ("Elastic modulus, E (GPa)", "youngs_modulus", "GPa"),
        ("UTS (comp) (MPa)", "ultimate_tensile_strength", "MPa"),
        ("grain size (µm)", "grain_size", "μm"),
        ("elongation %", "elongation", "%"),
        ("predicted hardness (GPa)", "hardness_vickers", "GPa"),
        ("nu", "poisson_ratio", None),
    ],
)
def test_properties_with_units(text, name, unit):
    heading = read_heading(text)
    assert heading.property.name == name
    assert heading.unit == unit
    assert heading.role is None


@pytest.mark.parametrize("name", [name for name, entry in properties().items() if entry.unit])
def test_every_property_is_found_with_its_own_unit(name):
    for text in (f"{name} ({properties()[name].unit})", f"{name}, {properties()[name].unit}"):
        heading = read_heading(text)
        assert heading.property.name == name
        assert unit_named(heading.unit) == unit_named(properties()[name].unit)


@pytest.mark.parametrize(
    ("text", "role", "unit"),
    [
        ("Alloy", "formula", None),
        ("T (K)", "temperature", "K"),
        ("T_K", "temperature", "K"),
        ("t (s)", None, "s"),
        ("Test temperature (°C)", "temperature", "°C"),
        ("Temperature (Celcius)", "temperature", "Celcius"),
        ("Strain rate (s^-1)", "strain_rate", "s^-1"),
        ("DOI", "doi", None),
        ("annealing temperature (K)", None, "K"),
    ],
)
def test_roles(text, role, unit):
    heading = read_heading(text)
    assert heading.role == role
    assert heading.unit == unit


@pytest.mark.parametrize("text", ["b", "id", "colour", "", "VEC of the alloy", "a (b) (c)"])
def test_headings_that_mean_nothing(text):
    assert read_heading(text).property is None
    assert read_heading(text).role is None


def test_elements():
    assert [element_in(read_heading(text)) for text in ("Al", "Al (at.%)", "Al (at%)", "Al_wt%", "Al (GPa)", "Xy")] == [
        "Al",
        "Al",
        "Al",
        "Al",
        "",
        "",
    ]


def test_uncertainties_and_methods():
    assert [spread_of(text) for text in ("YS error", "YS_std", "std of YS", "± YS", "error", "YS")] == [
        "YS",
        "YS",
        "YS",
        "YS",
        "",
        "",
    ]
    assert [method_in(text) for text in ("DFT E", "calculated density", "calc. E", "predicted HV", "calcium E")] == [
        Method.DFT, Method.CALCULATED, Method.CALCULATED, Method.LEARNED, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Tm of MD (K)", Method.POTENTIAL), ("E (simulated, GPa)", Method.CALCULATED),
        ("density, theoretical", Method.CALCULATED),
        ("HV (ML)", Method.LEARNED), ("E_DFT (GPa)", Method.DFT), ("B from first-principles", Method.DFT),
        ("exp. E", Method.MEASURED),
        ("measured density", Method.MEASURED), ("solidus (CALPHAD)", Method.CALPHAD), ("calculated by DFT", Method.DFT),
        ("ROM density", Method.EMPIRICAL), ("Cd content", None), ("thermal expansion", None), ("simple shear", None),
    ],
)  # fmt: skip
def test_methods_in_headings(text, method):
    assert method_in(text) is method


_PIECES = st.sampled_from(
    ["YS", "HV", "Rp0,2", "Al", "B", "T", "Temp", "(MPa)", "(at.%)", "[HV0.5]", "1000 °C", "25/800 °C", "±", "std", "DFT",
    "mean", "/", "_",
     " ", ",", "K", "formula", "phase", "℃", "(", "]", "²", "$", "{", "C11"]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=4)), max_size=8).map("".join))
def test_any_heading_is_taken_apart(text):
    heading = read_heading(text)
    assert all(kelvin >= 0 for kelvin in heading.temperatures)
    assert heading.role is None or heading.property is None or heading.name in {"phase", "phases"}


@given(st.lists(st.lists(_PIECES, max_size=4).map(" ".join), max_size=8))
def test_any_headings_have_a_layout_or_a_reason(headings):
    try:
        layout = find_layout(headings, ReadOptions())
    except InputError as error:
        assert error.message
    else:
        assert len(set(layout.elements.values()) & {column.index for column in layout.values}) == 0
