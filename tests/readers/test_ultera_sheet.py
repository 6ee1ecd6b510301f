"""The contribution sheet: both published examples, and every kind of mistake in a sheet of our own."""

import pytest
from openpyxl import Workbook

from quinary.errors import InputError
from quinary.readers.ultera_sheet import PLUGIN

HEADINGS = (
    "id/nickname",
    "Composition",
    "Structure",
    "Processing",
    "Material Comment",
    "Name",
    "Source",
    "Property Parameters",
    "Temperature [K]",
    "Value [SI]",
    "Uncertainty [SI]",
    "Unit [SI]",
    "Pointer",
    "DOI",
)
GOOD = {
    "Composition": "MoNbTaW",
    "Structure": "BCC",
    "Processing": "AC",
    "Name": "hardness",
    "Source": "EXP",
    "Temperature [K]": 298,
    "Value [SI]": 5.0e9,
    "Unit [SI]": "Pa",
    "DOI": "10.1016/j.actamat.2021.116800",
}


@pytest.fixture
def write(tmp_path):
    """`write(row, ...)` -> a sheet with the headings in row 9 and one row for each mapping, from row 10."""

    def write_sheet(*rows):
        book = Workbook()
        for row in range(1, 9):
            book.active.cell(row, 1, "Metadata")
        book.active.append(HEADINGS)
        for row in rows:
            book.active.append([row.get(heading) for heading in HEADINGS])
        book.save(tmp_path / "sheet.xlsx")
        return tmp_path / "sheet.xlsx"

    return write_sheet


def test_the_clean_sheet_has_no_rejections(read, published_data):
    path = published_data / "ultera/template_v4_example.xlsx"
    points, rejections = read("ultera_sheet", path)
    assert PLUGIN.recognises(path)
    assert rejections == []
    assert len([point for point in points if point.property != "phases"]) == 20
    assert {point.lineage["line"] for point in points} == set(range(10, 32))
    alone = [(point.lineage["line"], str(point.value)) for point in points if point.lineage["line"] in {18, 19}]
    assert alone == [(18, "Laves+unknown+unknown+unknown"), (19, "BCC+unknown+unknown+unknown")]
    first = next(point for point in points if point.property == "ultimate_tensile_strength")
    assert (first.value.nominal, first.uncertainty, first.material.structure) == (750, 25, ("BCC", "FCC"))
    creep = next(point for point in points if point.property == "creep_rate")
    assert creep.conditions.key == "stress=80"
    assert creep.material.structure == ()
    assert creep.method == "learned"


def test_the_planted_errors_and_nothing_else(read, published_data):
    path = published_data / "ultera/template_with_errors.xlsx"
    points, rejections = read("ultera_sheet", path)
    assert rejections == [
        (13, "composition 'MoNTaW': no alloy holds 25 at.% of N: is another element meant?"),
        (59, "composition 'Zr Nb Ta Hf0.2 Cr03': the amount in 'Cr03' starts with a zero: is a decimal point missing?"),
        (81, "the composition is missing"),
    ]
    assert len([point for point in points if point.property != "phases"]) == 80
    first = next(point for point in points if point.property == "hardness_vickers")
    assert first.value.nominal == pytest.approx(5.49192)  # the sheet multiplies 560 HV by 0.009807
    assert {point.doi for point in points if point.lineage["line"] == 79} == {"10.1016/j.intermet.2023.107872"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Composition": None}, "the composition is missing"),
        ({"Composition": "  "}, "the composition is missing"),
        ({"Composition": "MoXyTa"}, "'Xy' is not an element"),
        ({"Composition": "ZrNbCr03"}, "'Cr03' starts with a zero"),
        ({"Composition": "MoNTaW"}, "25 at.% of N"),
        ({"Unit [SI]": None}, "'hardness' has a number without a unit: write the unit, such as Pa"),
        ({"Unit [SI]": "furlong"}, "unknown unit 'furlong'"),
        ({"Unit [SI]": "K"}, "cannot convert K"),
        ({"DOI": "https://example.org/x"}, "is not a DOI"),
        ({"DOI": "10.1016"}, "is not a DOI"),
        ({"Name": "hardnes"}, "unknown property 'hardnes'; did you mean hardness"),
        ({"Name": "VEC"}, "derived from the composition"),
        ({"Name": None}, "the name of its property is missing"),
        ({"Value [SI]": None}, "'hardness' has no value"),
        ({"Value [SI]": "hard"}, "'hard' is not a number"),
        ({"Value [SI]": True}, "True is not a number"),
        ({"Value [SI]": 5.0e12}, "outside 0 to 200 GPa"),
        ({"Uncertainty [SI]": "some"}, "'some' is not a number"),
        ({"Uncertainty [SI]": -1.0}, "it must be zero or more"),
        ({"Source": None}, "'hardness' has no source"),
        ({"Source": "RUMOUR"}, "unknown method 'RUMOUR'"),
        ({"Temperature [K]": "warm"}, "'warm' is not a number"),
        ({"Temperature [K]": -20}, "-20 K"),
        ({"Name": None, "Value [SI]": None, "Structure": "?"}, "neither a property nor a usable structure"),
    ],
)
def test_every_kind_of_mistake_is_reported_with_its_row(read, write, change, reason):
    path = write(GOOD, {**GOOD, **change}, GOOD)
    points, rejections = read("ultera_sheet", path)
    assert [line for line, _ in rejections] == [11]
    assert reason in rejections[0][1]
    assert [point.lineage["line"] for point in points if point.property == "hardness_vickers"] == [10, 12]


def test_all_mistakes_of_a_row_are_said_at_once(read, write):
    _, rejections = read("ultera_sheet", write({**GOOD, "Composition": None, "DOI": "?!", "Name": "colour"}))
    assert [line for line, _ in rejections] == [10]
    assert rejections[0][1].count("; ") >= 2


@pytest.mark.parametrize(
    ("text", "structure"),
    [
        ("3BCC+MC", ("BCC", "BCC", "BCC", "MC")),
        ("?", ()),
        ("3?", ()),
        (None, ()),
        ("3?+laves", ("Laves", *["unknown"] * 3)),
        ("BCC+2?", ("BCC", "unknown", "unknown")),
        ("BCC+?+?+?", ("BCC", *["unknown"] * 3)),
        ("BCT+laves", ("BCT", "Laves")),
    ],
)
def test_structures(read, write, text, structure):
    points, _ = read("ultera_sheet", write({**GOOD, "Structure": text}))
    assert points[-1].material.structure == structure
    assert ("phases" in {point.property for point in points}) == bool(structure)


def test_ductility_without_a_unit_is_in_percent(read, write):
    row = {**GOOD, "Name": "estimated compressive ductility", "Value [SI]": 12, "Unit [SI]": None}
    point = read("ultera_sheet", write(row))[0][-1]
    assert (point.property, point.value.nominal, point.unit) == ("elongation", 12, "%")
    assert (point.conditions.key, point.detail) == ("test=compression", "estimated")


def test_a_workbook_that_is_not_the_sheet(read, tmp_path):
    book = Workbook()
    book.active.append(["formula", "YS (MPa)"])
    book.save(tmp_path / "other.xlsx")
    assert not PLUGIN.recognises(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="is not ULTERA's contribution sheet"):
        read("ultera_sheet", tmp_path / "other.xlsx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"formula,YS\n", "is not an Excel workbook"),
        (b"PK\x03\x04 but broken", "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel format"),
    ],
)
def test_files_that_are_no_workbooks(read, tmp_path, content, message):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)
    assert not PLUGIN.recognises(path)
    with pytest.raises(InputError, match=message):
        read("ultera_sheet", path)
