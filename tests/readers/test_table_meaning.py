"""What a column, a unit and a word in a cell of a table mean: nothing is stored as what it is not."""

import pytest

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.points.point import Method
from quinary.readers.table import PLUGIN


@pytest.fixture
def table(tmp_path):
    """`table(text)` writes a CSV; the path."""

    def write(text):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def read_text(read, table):
    """`read_text(text, **options)`: the points and rejections of a CSV with this text."""
    return lambda text, **options: read("table", table(text), **options)


def facts(points):
    return [(point.property, str(point.value), point.conditions.key, point.method.value) for point in points]


# -- temperatures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "Ttest(℃)", "Test temp. (ºC)", "T_test [°C]", "Testing temperature / °C", "T (deg C)", "Prüftemperatur (°C)", "T, oC",
        "temperature of test (Celsius)", "Test_Temperature_C", "Deformation temperature (°C)",
    ],
)  # fmt: skip
def test_a_column_of_test_temperatures_is_read_however_it_is_spelled(read_text, heading):
    points, rejections = read_text(f'alloy,"{heading}",YS (MPa)\nMoNbTaW,25,1058\nMoNbTaW,800,552\n')
    assert rejections == []
    assert [point.conditions.key for point in points] == ["", "temperature=1073"]


def test_one_property_at_several_temperatures_side_by_side(read_text):
    text = "alloy;Rp0,2 25 °C (MPa);Rp0,2 800 °C (MPa);YS@1000C (MPa);YS (1473 K) std (MPa);YS 1473 K (MPa)\n"
    points, rejections = read_text(f"{text}MoNbTaW;1058;552;548;7;506\n")
    assert rejections == []
    assert [point.conditions.key for point in points] == [
        "",
        "temperature=1073",
        "temperature=1273",
        "temperature=1473",
    ]
    assert [point.uncertainty for point in points] == [None, None, None, 7]


def test_a_heading_of_several_temperatures_cuts_its_cells(read_text):
    points, rejections = read_text("alloy,YS 25/800/1000 °C (MPa)\nMoNbTaW,1058/552/548\nMoNb,1/2\n")
    assert [point.conditions.key for point in points] == ["", "temperature=1073", "temperature=1273"]
    assert rejections == [(3, "YS 25/800/1000 °C (MPa): '1/2' has 2 values, and the heading 3 temperatures")]


def test_the_temperature_of_a_heading_holds_where_the_user_names_the_property(read_text):
    heading = "strength 1000 C (MPa)"
    points, _ = read_text(f"alloy,{heading}\nMoNbTaW,376\n", columns={"yield_strength": heading})
    assert facts(points) == [("yield_strength", "376", "temperature=1273", "measured")]
    with pytest.raises(
        InputError, match=r"'1000' may be its temperature; --column 'yield_strength@1273=s 1000 \(MPa\)'"
    ):
        read_text("alloy,s 1000 (MPa)\nMoNbTaW,376\n", columns={"yield_strength": "s 1000 (MPa)"})
    points, _ = read_text("alloy,s 1000 (MPa)\nMoNbTaW,376\n", columns={"yield_strength@1273": "s 1000 (MPa)"})
    assert points[0].conditions.key == "temperature=1273"


def test_a_temperature_that_is_not_understood_is_asked_about_before_strengths_are_stored(read_text):
    text = "alloy,T1 (°C),YS (MPa)\nMoNbTaW,800,552\n"
    with pytest.raises(
        InputError, match=r"may be the temperature at which 'YS \(MPa\)' was tested: --column 'temperature=T1"
    ):
        read_text(text)
    assert facts(read_text(text, units={"T1 (°C)": "-"})[0])[0][2] == ""
    assert facts(read_text(text, columns={"temperature": "T1 (°C)"})[0])[0][2] == "temperature=1073"
    with pytest.raises(InputError, match="'High temperature' does not say which temperature"):
        read_text("alloy,High temperature YS (MPa)\nMoNbTaW,552\n")


@pytest.mark.parametrize(
    "heading", ["T anneal (C)", "Sintering temperature (K)", "Ms (K)", "Curie temperature of film (K)", "Tx (°C)"]
)
def test_temperatures_of_making_and_of_materials_are_none_of_tests(read_text, heading):
    points, _ = read_text(f"alloy,{heading},YS (MPa)\nMoNbTaW,800,552\n")
    assert facts(points) == [("yield_strength", "552", "", "measured")]


# -- methods -----------------------------------------------------------------------------------------------------------


def test_calculated_values_are_never_called_measured(read_text):
    points, _ = read_text(
        "alloy,Tm of MD (K),E (simulated) (GPa),density (DFT) (g/cm3),exp. density (g/cm3)\nMoNb,2900,250,9,9.1\n"
    )
    assert [point.method.value for point in points] == ["potential", "calculated", "dft", "measured"]
    points, _ = read_text("alloy,EFA ((eV/atom)^-1)\n(HfNbTaTiZr)C,100\n")
    assert points[0].method is Method.CALCULATED


@pytest.mark.parametrize("more", ["C11 (GPa),C12 (GPa),C44 (GPa)", "mp-id,x,y", "K_Voigt,x,y"])
def test_what_looks_calculated_is_asked_about(read_text, more):
    text = f"alloy,{more},bulk modulus (GPa)\nMoNb,1,2,3,200\n"
    with pytest.raises(InputError, match="--method dft, or --method measured"):
        read_text(text)
    assert ("bulk_modulus", "200", "", "dft") in facts(read_text(text, method=Method.DFT)[0])


def test_a_method_said_in_vain_is_refused(read_text):
    with pytest.raises(InputError, match="the method changes nothing"):
        read_text("alloy,E (DFT) (GPa)\nMoNb,200\n", method=Method.DFT)


# -- uncertainties, options without effect, remedies -------------------------------------------------------------------


def test_an_uncertainty_is_no_value_and_stands_behind_its_values(read_text, table):
    points, _ = read_text("alloy,HV,SD,YS (MPa),± (MPa)\nMoNb,400,15,1000,20\n")
    assert [point.uncertainty for point in points] == [pytest.approx(15 * 9.80665e-3), 20]
    with pytest.raises(InputError, match="states an uncertainty, not values"):
        read_text("alloy,HV std\nMoNb,15\n", columns={"hardness_vickers": "HV std"}, units={"HV std": "GPa"})
    path = table("alloy,hardness of surface (GPa),HV std (GPa),YS (MPa)\nMoNb,4,15,1000\n")
    left_out = PLUGIN.columns_left_out(path, ReadOptions())
    assert "--column" not in left_out["HV std (GPa)"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"units": {"note": "GPa"}}, "the unit note=GPa changes nothing"),
        ({"units": {"VEC": "1"}}, "calculated from the formula"),
        ({"units": {"phase": "GPa"}}, "phases has no unit"), ({"units": {"alloy": "GPa"}}, "in at% or wt%, not in 'GPa'"),
        ({"columns": {"VEC": "VEC"}}, "no column is read for it"),
        ({"columns": {"uncertainty": "note"}}, "may be the uncertainty of"),
    ],
)  # fmt: skip
def test_an_option_without_effect_is_refused(read_text, options, words):
    with pytest.raises(InputError, match=words):
        read_text(
            "alloy,YS (MPa),phase,UTS (MPa),VEC,note\nMoNb,900,BCC,950,5.5,x\n".replace(",note", ",x,note", 1),
            **options,
        )


def test_no_remedy_names_another_quantity(table):
    path = table(
        "alloy,Bond Strength,Entropy,melting_diff,hardness ratio,YS drop (MPa),HRC,"
        "Yield strength of bar (MPa),HV\nMoNb,,,,,,,,4\n"
    )
    left_out = PLUGIN.columns_left_out(path, ReadOptions())
    assert {heading for heading, remedy in left_out.items() if not remedy} == {
        "Bond Strength", "Entropy", "melting_diff", "hardness ratio", "YS drop (MPa)",
    }  # fmt: skip
    assert "no exact conversion" in left_out["HRC"]
    assert left_out["Yield strength of bar (MPa)"] == "--column 'yield_strength=Yield strength of bar (MPa)'"


# -- compositions and phases -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "units"),
    [
        ("Ni (mass%),Al (mass%)", {}), ("Ni wt.%,Al wt.%", {}), ("wt% Ni,wt% Al", {}), ("Ni (weight %),Al (weight %)", {}),
        ("Ni,Al", {"Ni": "wt%", "Al": "wt%"}),
    ],
)  # fmt: skip
def test_a_stated_share_is_heard_wherever_it_stands(read_text, headings, units):
    points, _ = read_text(f"{headings},HV\n90,10,300\n", units=units)
    assert points[0].material.composition.atomic_fractions == pytest.approx({"Al": 0.1947, "Ni": 0.8053}, abs=1e-4)


@pytest.mark.parametrize(
    ("heading", "units"), [("Composition (wt%)", {}), ("alloy [mass%]", {}), ("alloy", {"alloy": "wt%"})]
)
def test_the_share_of_a_column_of_formulas(read_text, heading, units):
    points, _ = read_text(f"{heading},HV\nNi90Al10,300\n", units=units)
    assert points[0].material.composition.atomic_fractions["Al"] == pytest.approx(0.1947, abs=1e-4)


def test_bare_elements_are_said_to_be_atomic_percent(table):
    bare, stated = table("Ni,Al,HV\n90,10,300\n"), ReadOptions(units={"Ni": "wt%", "Al": "wt%"})
    assert any("taken as at.%" in note for note in PLUGIN.notes(bare, ReadOptions()))
    assert not any("taken as at.%" in note for note in PLUGIN.notes(bare, stated))


def test_a_name_never_beats_columns_of_elements(read_text):
    points, rejections = read_text("alloy,Al,Co,Ni,HV\nC1,20,40,40,500\nAlCoNi,20,40,40,500\n")
    assert [dict(point.material.composition.atomic_fractions) for point in points] == [
        pytest.approx({"Al": 0.2, "Co": 0.4, "Ni": 0.4})
    ]
    assert [line for line, _ in rejections] == [3]
    assert "two compositions disagree" in rejections[0][1]


@pytest.mark.parametrize(
    "word", ["multi-phase", "Non-SP-SS", "SP-SS", "SS+IM", "SS", "IM", "dual phase", "good", "S", "class A"]
)
def test_words_that_are_no_phase_are_refused_with_a_word(read_text, word):
    points, rejections = read_text(f"alloy,phase,HV\nMoNb,{word},400\n")
    assert [(point.property, point.material.structure) for point in points] == [("hardness_vickers", ())]
    assert [line for line, _ in rejections] == [2]


def test_cells_in_plain_characters(read_text):
    points, rejections = read_text(
        'alloy;hardness (GPa)\nMoNb;"４０５ HV0,5"\nMoNb;"0·06"\nMoNb;"4.1 [52]"\nMoNb;"4 − 5"\nMoNb;"40 HRC"\nMoNb;"41*"\n'
    )
    assert [round(point.value.nominal, 4) for point in points] == [3.9717, 0.06, 4.1, 4.5]
    assert "Rockwell" in rejections[0][1]
    assert "footnote" in rejections[1][1]
