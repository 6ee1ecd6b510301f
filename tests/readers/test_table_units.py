"""Units in tables: as papers write them, unknown ones that cost a column and no more, and properties of a store."""

import pytest

from quinary.errors import InputError
from quinary.plugins.sockets import ReadOptions
from quinary.points.properties import in_use, installed_vocabulary
from quinary.points.property_definitions import property_from
from quinary.readers.parsing.table_headings import read_heading
from quinary.readers.table import PLUGIN


@pytest.fixture
def read_text(read, tmp_path):
    """`read_text(text)`: the points and rejections of a CSV with this text."""

    def write_and_read(text):
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        return read("table", tmp_path / "table.csv")

    return write_and_read


def values(points):
    return {point.property: str(point.value) for point in points}


def test_a_column_with_an_unknown_unit_is_left_out_and_the_others_are_read(read_text, tmp_path):
    text = "formula,YS (MPa),CTE (foo/K),density (K)\nMoNbTaW,1058,7.1,13.8\nMoNb,900,7,10\n"
    points, rejections = read_text(text)
    assert [(point.property, point.value.low) for point in points] == [
        ("yield_strength", 1058),
        ("yield_strength", 900),
    ]
    assert [line for line, _ in rejections] == [1, 1]
    assert "column 'CTE (foo/K)': unknown unit 'foo/K'" in rejections[0][1]
    assert "--unit 'CTE (foo/K)=K^-1'" in rejections[0][1]
    assert "cannot convert K (temperature) to g/cm^3 (density)" in rejections[1][1]
    (tmp_path / "left.csv").write_text(text)
    left_out = PLUGIN.columns_left_out(tmp_path / "left.csv", ReadOptions())
    assert list(left_out) == ["CTE (foo/K)", "density (K)"]
    assert all("--unit" in remedy for remedy in left_out.values())


def test_an_uncertainty_in_an_unknown_unit_costs_only_itself(read_text):
    points, ((line, reason),) = read_text("formula,YS (MPa),YS error (foo)\nMoNbTaW,1058,20\n")
    assert [(point.value.low, point.uncertainty) for point in points] == [(1058, None)]
    assert (line, "column 'YS error (foo)'" in reason) == (1, True)


def test_a_condition_in_an_unknown_unit_costs_what_depends_on_it(read_text):
    points, rejections = read_text("formula,T (foo),YS (MPa),density (g/cm^3)\nMoNbTaW,1000,405,13.8\nMoNb,,900,10\n")
    assert values(points[:1]) == {"density": "13.8"}
    assert {point.property for point in points[1:]} == {
        "yield_strength",
        "density",
    }  # the cell is empty: room temperature
    ((line, reason),) = rejections
    assert line == 2
    assert "T (foo): the unit 'foo' is none of a temperature, such as K; left out with it: YS (MPa)" in reason


@pytest.mark.parametrize(
    ("heading", "cell", "name", "value"),
    [
        ("CTE (1e-6/K)", "7.1", "thermal_expansion", 7.1e-6),
        ("CTE (10⁻⁶ K⁻¹)", "7.1", "thermal_expansion", 7.1e-6),
        ("hardness (kgf/mm²)", "465", "hardness_vickers", 465 * 0.00980665),
        ("YS [N/mm²]", "1058", "yield_strength", 1058),
        ("YS (MPa)", "1058 N/mm²", "yield_strength", 1058),
        ("Electrical resistivity (µΩ·cm)", "44", "electrical_resistivity", 44),
        ("resistivity, ohm m", "44e-8", "electrical_resistivity", 44),
        ("specific heat J/kg/K", "250", "specific_heat", 250),
        ("specific heat (J/g·K)", "0.25 J/g/K", "specific_heat", 250),
        ("mass gain (mg·cm⁻²)", "-1.5", "mass_gain", -1.5),
        ("oxidation rate mg/cm^2/h", "0.1 g/m^2/h", "oxidation_rate", 0.01),
        ("wear rate (10^-5 mm³/N·m)", "2.1", "wear_rate", 2.1e-5),
        ("COF", "0.4", "friction_coefficient", 0.4),
        ("K_IC (MPa·m^½)", "6", "fracture_toughness", 6),
        ("HV0,5", "465", "hardness_vickers", 465 * 0.00980665),
        ("Hardness HV0.5", "465", "hardness_vickers", 465 * 0.00980665),
        ("bending strength (MPa)", "600", "flexural_strength", 600),
    ],
)
def test_units_as_papers_write_them(read_text, heading, cell, name, value):
    (point,), rejections = read_text(f'formula;"{heading}"\nMoNbTaW;{cell}\n')
    assert rejections == []
    assert point.property == name
    assert point.value.low == pytest.approx(value, rel=1e-12)


def test_wear_depends_on_the_load_and_heat_does_not(read_text):
    points, _ = read_text("formula,load (N),wear rate (mm^3/N/m),specific heat (J/kg/K)\nMoNbTaW,5,2e-5,250\n")
    assert {point.property: point.conditions.key for point in points} == {"wear_rate": "load=5", "specific_heat": ""}


@pytest.mark.parametrize("heading", ["Temperature T", "hardness h", "Density d", "Elongation T"])
def test_a_letter_behind_a_name_is_no_unit_of_something_else(heading):
    assert read_heading(heading).unit is None


def test_a_table_reads_properties_that_are_in_use(read_text):
    own = property_from("lattice_thermal_conductivity", {"unit": "W/m/K", "aliases": ["TC"], "bounds": [0, 2000]}, "x")
    grade = property_from("oxidation_law", {"is_categorical": True}, "x")
    text = "formula,TC (W/m/K),oxidation law\nMoNbTaW,52 ± 3,parabolic\nMoNb,-5,\n"
    with in_use(installed_vocabulary().extended([own, grade])):
        points, ((line, reason),) = read_text(text)
        assert [(p.property, str(p.value), p.unit) for p in points] == [
            ("lattice_thermal_conductivity", "52", "W/m/K"),
            ("oxidation_law", "parabolic", ""),
        ]
        assert (line, "outside 0 to 2000 W/m/K" in reason) == (3, True)
    with pytest.raises(InputError, match="no column holds a known property"):
        read_text(text)
