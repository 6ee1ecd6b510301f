"""The sheet of wanted values as people fill it in, and as they spoil it."""

import pytest

from quinary.errors import InputError
from quinary.plugins.sockets import ReadOptions
from quinary.readers.wanted_sheet import PLUGIN

HEADINGS = "formula,structure,processing,property,unit,temperature (K),test,value,uncertainty,doi,comment"
DOI = "10.1016/j.actamat.2021.116800"


@pytest.fixture
def sheet(tmp_path):
    def write(*rows):
        path = tmp_path / "wanted.csv"
        path.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
        return path

    return write


def test_a_filled_in_row_is_a_measured_point(read, sheet):
    (point,), rejected = read(
        "wanted", sheet(f"MoNbTaW,BCC,AC,yield_strength,MPa,298.15,C,1058,20,{DOI},three samples")
    )
    assert rejected == []
    assert (point.property, point.value.nominal, point.uncertainty, point.unit) == (
        "yield_strength",
        1058.0,
        20.0,
        "MPa",
    )
    assert point.material.structure == ("BCC",)
    assert point.material.processing == ("AC",)
    assert point.conditions.get("test") == "compression"
    assert point.conditions.key == "test=compression"
    assert (point.doi, point.detail) == (DOI, "three samples")
    assert point.lineage == {"file": "wanted.csv", "line": 2, "formula": "MoNbTaW"}


@pytest.mark.parametrize(
    ("written", "unit", "low", "high", "spread"),
    [("4.46", "GPa", 4.46, 4.46, None), ("455", "HV", 4.46203, 4.46203, None), ("> 4", "GPa", 4, float("inf"), None),
     ("4-5", "GPa", 4, 5, None), ("4.5 ± 0.2", "GPa", 4.5, 4.5, 0.2)],
)  # fmt: skip
def test_ways_to_write_a_value(read, sheet, written, unit, low, high, spread):
    (point,), rejected = read("wanted", sheet(f"MoNb,,,hardness_vickers,{unit},298.15,,{written},,,"))
    assert rejected == []
    assert (point.value.low, point.value.high) == pytest.approx((low, high), rel=1e-5)
    assert point.uncertainty == spread


@pytest.mark.parametrize(("written", "unit"), [("450 HV10", "HV"), ("450", "HV10"), ("450 HV10", "GPa")])
def test_the_load_of_a_vickers_scale_is_kept(read, sheet, written, unit):
    (point,), rejected = read("wanted", sheet(f"MoNb,,,hardness_vickers,{unit},298.15,,{written},± 10 HV,,"))
    assert rejected == []
    assert (point.value.nominal, point.uncertainty) == pytest.approx((4.4129925, 0.0980665))
    assert point.conditions.get("load") == pytest.approx(98.0665)


def test_an_uncertainty_in_degrees_is_not_shifted(read, sheet):
    (point,), _ = read("wanted", sheet("MoNb,,,melting_temperature,K,,,2800,±5 °C,,"))
    assert point.uncertainty == pytest.approx(5.0)


def test_phases_are_categories(read, sheet):
    (point,), _ = read("wanted", sheet("MoNb,,,phases,,298.15,,BCC + Laves,,,"))
    assert point.value.categories == ("BCC", "Laves")
    assert point.conditions.key == ""


def test_rows_without_a_value_are_passed_over(read, sheet):
    assert read("wanted", sheet("MoNb,,,density,g/cm^3,298.15,,,,,", "MoNb,,,density,g/cm^3,298.15,,  ,,,")) == ([], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("XxNb,,,density,g/cm^3,298.15,,9,,,", "'Xx' is not an element"),
        (",,,density,g/cm^3,298.15,,9,,,", "it is empty"),
        ("MoNb,,,densty,g/cm^3,298.15,,9,,,", "did you mean density"),
        ("MoNb,,,,g/cm^3,298.15,,9,,,", "unknown property ''"),
        ("MoNb,,,density,,298.15,,9,,,", "9 has no unit; write one, such as g/cm^3"),
        ("MoNb,,,density,GPa,298.15,,9,,,", "GPa"),
        ("MoNb,,,density,g/cm^3,298.15,,nine,,,", "'nine' is not a number"),
        ("MoNb,,,density,g/cm^3,298.15,,nan,,,", "not a finite number"),
        ("MoNb,,,density,g/cm^3,298.15,,99,,,", "outside 0.3 to 25"),
        ("MoNb,,,density,g/cm^3,298.15,,9,-1,,", "must be zero or more"),
        ("MoNb,,,density,g/cm^3,298.15,,9,,not a doi,", "not a DOI"),
        ("MoNb,,,density,g/cm^3,warm,,9,,,", "'warm' is not a temperature: write a number, or RT"),
        ("MoNb,,,yield_strength,MPa,600 700,C,900,,,", "'600 700' may be several temperatures"),
        ("MoNb,,,yield_strength,HV10,298.15,C,900,,,", "unknown unit 'HV10'"),
        ("MoNb,,,density,g/cm^3,298.15,,9.1 9.2,,,", "write one value a cell"),
        ("MoNb,,,density,g/cm^3,-4,,9,,,", "it must be zero or more"),
        ("MoNb,,,density,g/cm^3,nan,,9,,,", "'nan' is not a temperature"),
        ("MoNb,,,yield_strength,MPa,298.15,bend it,9,,,", "unknown test"),
        ("MoNb,,,mixing_entropy,J/mol/K,298.15,,9,,,", "derived from the composition"),
        ("MoNb,,,phases,,298.15,,other,,,", "takes categories"),
    ],
)
def test_a_spoilt_row_is_rejected_with_its_line_and_the_others_stay(read, sheet, row, reason):
    points, rejected = read("wanted", sheet(row, "MoNb,,,density,g/cm^3,298.15,,9,,,"))
    assert len(points) == 1
    assert [line for line, _ in rejected] == [2]
    assert reason in rejected[0][1]


def test_rows_cut_short_are_rejected(read, tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("formula,value,property,unit\nMoNb,9\nMoNb,9,density\nMoNb,9,density,g/cm^3\n")
    points, rejected = read("wanted", path)
    assert len(points) == 1
    assert [line for line, _ in rejected] == [2, 3]


def test_other_tables_are_not_recognised(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("formula,hardness (GPa)\nMoNb,3\n")
    assert not PLUGIN.recognises(path)
    with pytest.raises(InputError, match="not a sheet of wanted values"):
        list(PLUGIN.read(path, ReadOptions()))


def test_a_table_that_was_exported_is_not_read_as_measured(tmp_path):
    """It holds predictions as well, and would make measurements of them."""
    path = tmp_path / "points.csv"
    path.write_text("formula,property,value,unit,method,origin,source,licence,licence_class\nMoNb,density,9,g/cm^3\n")
    assert PLUGIN.recognises(path)
    with pytest.raises(InputError, match="quinary snapshot"):
        list(PLUGIN.read(path, ReadOptions()))
