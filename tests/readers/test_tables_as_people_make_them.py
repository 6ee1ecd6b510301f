"""Sheets as laboratories keep them: titles, merged cells, headings over several rows, other sheets, other encodings."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from quinary.errors import InputError
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.readers.table import PLUGIN

HV = 0.00980665  # GPa


def book_of(path, rows, merged=(), others=()):
    """Write a workbook: the rows of its first sheet, its merged cells, and (name, rows) of other sheets."""
    book = Workbook()
    book.active.title = "Alloys"
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    for name, rows_of in others:
        sheet = book.create_sheet(name)
        for row in rows_of:
            sheet.append(row)
    book.save(path)
    return path


def headings_of(path, **options):
    return [column.column for column in PLUGIN.explained(path, ReadOptions(**options)).columns]


def values_of(path, **options):
    return [
        (point.material.composition.formula, point.property, str(point.value), point.conditions.key)
        for point in PLUGIN.read(path, ReadOptions(**options))
        if not isinstance(point, Rejection)
    ]


def test_a_merged_cell_holds_for_all_its_rows(tmp_path):
    rows = [("Composition", "density (g/cm3)", "YS (MPa)", "T (K)")]
    rows += [("MoNb", 9.1, 300, 300), (None, None, 200, 800), (None, None, 100, 1200), ("MoTa", 12, 400, 300)]
    path = book_of(tmp_path / "a.xlsx", rows, ["A2:A4", "B2:B3"])
    strengths = [entry for entry in values_of(path) if entry[1] == "yield_strength"]
    assert [(formula, value) for formula, _, value, _ in strengths] == [
        ("MoNb", "300"), ("MoNb", "200"), ("MoNb", "100"), ("MoTa", "400"),
    ]  # fmt: skip
    assert sum(name == "density" for _, name, _, _ in values_of(path)) == 3
    (told,) = PLUGIN.notes(path, ReadOptions())
    assert told == "2 merged cells hold for all rows they span: A2:A4, B2:B3"


def test_cells_that_are_empty_and_not_merged_stay_empty(tmp_path):
    path = book_of(tmp_path / "a.xlsx", [("Composition", "YS (MPa)"), ("MoNb", 300), (None, 200)])
    assert len(values_of(path)) == 1


@pytest.mark.parametrize("merged", [["A1:C1"], []])
def test_title_rows_are_passed_over_and_told(tmp_path, merged):
    rows = [
        ("Refractory alloys, arc-melted", None, None),
        (None, None, None),
        ("Alloy", "HV", "density (g/cm3)"),
        ("MoNb", 300, 9),
    ]
    path = book_of(tmp_path / "a.xlsx", rows, merged)
    assert PLUGIN.recognises(path)
    assert len(values_of(path)) == 2
    assert PLUGIN.notes(path, ReadOptions()) == (
        "the row above the headings is not read: 'Refractory alloys, arc-melted'",
    )


def test_headings_over_two_rows_are_joined(tmp_path):
    rows = [
        ("Alloy", "Hardness", None, "Density", "Phases"),
        ("nominal", "HV0.5 (kgf/mm²)", "std", "(g/cm³)", "(XRD)"),
        ("MoNb", 300, 10, 9.1, "BCC"),
    ]
    path = book_of(tmp_path / "a.xlsx", rows, ["B1:C1"])
    assert headings_of(path) == [
        "Alloy (nominal)",
        "Hardness (HV0.5)",
        "Hardness std",
        "Density (g/cm³)",
        "Phases (XRD)",
    ]
    (hardness,) = [p for p in PLUGIN.read(path, ReadOptions()) if p.property == "hardness_vickers"]
    assert hardness.uncertainty == pytest.approx(0.0980665)
    assert any("rows 1 to 2" in note for note in PLUGIN.notes(path, ReadOptions()))


def test_a_row_of_units_below_the_headings_belongs_to_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Alloy,hardness,density,T\n,GPa,g/cm3,K\nMoNb,4,9.1,300\n")
    assert headings_of(path) == ["Alloy", "hardness (GPa)", "density (g/cm3)", "T (K)"]
    assert len(values_of(path)) == 2


def test_a_group_above_columns_of_elements_gives_them_its_unit(tmp_path):
    rows = [
        ("No.", "Composition (wt%)", None, None, "Mechanical properties", None),
        (None, "Mo", "Nb", "Ta", "YS (MPa)", "HV"),
        (1, 40, 30, 30, 900, 300),
    ]
    path = book_of(tmp_path / "a.xlsx", rows, ["B1:D1", "E1:F1", "A1:A2"])
    assert headings_of(path) == ["No.", "Mo (wt%)", "Nb (wt%)", "Ta (wt%)", "YS (MPa)", "HV"]
    assert len(values_of(path)) == 2


def test_three_rows_of_headings_with_temperatures_are_joined_with_the_unit_last(tmp_path):
    rows = [
        ("Alloy", "Density", "Yield strength", None, None),
        (None, None, "25 °C", "800 °C", "1000 °C"),
        (None, "g/cm3", "MPa", "MPa", "MPa"),
        ("MoNb", 9, 900, 500, 300),
    ]
    expected = ["Alloy", "Density (g/cm3)"] + [f"Yield strength {t} °C (MPa)" for t in (25, 800, 1000)]
    assert headings_of(book_of(tmp_path / "a.xlsx", rows, ["C1:E1"])) == expected
    text = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)
    (tmp_path / "a.csv").write_text(text)
    assert headings_of(tmp_path / "a.csv") == expected


@pytest.mark.parametrize(
    ("upper", "label"),
    [
        ("YS (MPa) at T (°C)", None),
        ("YS (MPa)", "T (°C)"),
        ("YS (MPa), temperature (°C)", None),
        ("YS (MPa) at °C", None),
    ],
)
@pytest.mark.parametrize("is_workbook", [True, False])
def test_bare_temperatures_below_a_heading_get_its_unit(tmp_path, upper, label, is_workbook):
    rows = [("Alloy", upper, None, None), (label, 25, 800, 1000), ("MoNb", 900, 500, 300)]
    if is_workbook:
        path = book_of(tmp_path / "a.xlsx", rows, ["B1:D1"])
    else:
        path = tmp_path / "a.csv"
        path.write_text("\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows))
    assert headings_of(path) == ["Alloy", *(f"YS {t} °C (MPa)" for t in (25, 800, 1000))]
    assert [(value, key) for _, _, value, key in values_of(path)] == [
        ("900", ""), ("500", "temperature=1073"), ("300", "temperature=1273"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [("Alloy", "YS (MPa)", "T (°C)"), (None, 300, 25), ("MoNb", 400, 25)],
        [("Alloy", "YS (MPa)", "UTS (MPa)", "T (K)"), ("MoNb", 300, 400, 500)],
        [("formula", "phases", "YS (MPa)"), ("MoNb", "BCC", None), ("MoTa", "BCC", 900)],
        [("formula", "phases"), ("W", "BCC"), ("Ta", "BCC")],
        [("Mo", "Nb", "phases"), ("50", "50", "BCC")],
        [("alloy", "note", "phases"), ("MoNb", "hardness", "BCC"), ("MoTa", "MPa", "BCC")],
    ],
)
def test_data_are_never_taken_for_headings(tmp_path, rows):
    path = book_of(tmp_path / "a.xlsx", rows)
    assert headings_of(path) == list(rows[0])
    if "phases" in rows[0]:
        assert len([entry for entry in values_of(path) if entry[1] == "phases"]) == len(rows) - 1


def test_the_sheet_with_a_table_is_read_and_the_others_are_told(tmp_path):
    table = [("Alloy", "density (g/cm3)"), ("MoNb", 9.1)]
    second = [("Alloy", "density (g/cm3)"), ("MoTa", 12.1), ("MoW", 14)]
    path = book_of(tmp_path / "a.xlsx", [("Read me first",)], others=[("Batch 1", table), ("Batch 2", second)])
    assert len(values_of(path)) == 1
    assert PLUGIN.notes(path, ReadOptions()) == (
        "3 sheets: 'Batch 1' is read, 'Alloys', 'Batch 2' not: --sheet Alloys reads it",
    )
    for name in ("Batch 2", "3"):
        assert len(values_of(path, sheet=name)) == 2
    with pytest.raises(InputError, match="unknown sheet 'Batch2'; did you mean Batch 2"):
        values_of(path, sheet="Batch2")


def test_a_hidden_sheet_is_read_only_when_named(tmp_path):
    path = book_of(
        tmp_path / "a.xlsx", [("Alloy", "HV"), ("MoNb", 300)], others=[("old", [("Alloy", "HV"), ("MoTa", 1)])]
    )
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["Alloys"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert [entry[0] for entry in values_of(path)] == ["MoTa"]
    assert [entry[0] for entry in values_of(path, sheet="Alloys")] == ["MoNb"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_semicolons_decimal_commas_and_encodings(tmp_path, delimiter, encoding):
    rows = [
        ("Alloy", "Härte, hardness (HV)", "density (g/cm³)", "YS (MPa)"),
        ("MoNb", "300,5", "9,1", "1,200"),
        ("MoTa", "310", "12,15", "450,46"),
    ]
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert [value for _, name, value, _ in values_of(path) if name == "yield_strength"] == ["1.2", "450.46"]
    assert [value for _, name, value, _ in values_of(path) if name == "density"] == ["9.1", "12.15"]
    told = " ".join(PLUGIN.notes(path, ReadOptions()))
    assert "decimal commas" in told
    assert (encoding == "utf-8") == ("the text is" not in told)


def test_options_go_before_what_is_found_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("about;these\nAlloy;YS (MPa)\nAlloy;HV\nMoNb;1,200\n")
    assert headings_of(path, header="3") == ["Alloy", "HV"]
    assert headings_of(path, header="2") == ["Alloy", "YS (MPa)"]
    assert values_of(path, header="2", decimal="point")[-1][2] == "1200"
    assert values_of(path, header="2", decimal="comma")[-1][2] == "1.2"
    assert headings_of(path, header="2-3")[0] == "Alloy"
    path.write_text("Alloy:YS (MPa)\nMoNb:1200\n")
    assert values_of(path, delimiter=":")[0][2] == "1200"


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("a.csv", {"sheet": "1"}, "is no workbook: --sheet 1 says nothing about it"),
        ("a.xlsx", {"encoding": "utf-8"}, "is a workbook: --encoding utf-8 says nothing about it"),
        ("a.xlsx", {"delimiter": ";"}, "is a workbook: --delimiter ; says nothing about it"),
        ("a.csv", {"encoding": "klingon"}, "unknown encoding 'klingon'"),
        ("a.csv", {"delimiter": "xx"}, "unknown delimiter 'xx'"),
        ("a.csv", {"decimal": "x"}, "the decimal mark is 'x'"),
        ("a.csv", {"header": "x"}, "the rows of the headings are 'x'"),
        ("a.csv", {"header": "99"}, "there is no row 99 for the headings"),
        ("a.xlsx", {"sheet": "7"}, "unknown sheet '7'"),
    ],
)
def test_an_option_that_does_not_suit_is_refused(tmp_path, name, options, told):
    (tmp_path / "a.csv").write_text("Alloy,HV\nMoNb,300\n")
    book_of(tmp_path / "a.xlsx", [("Alloy", "HV"), ("MoNb", 300)])
    with pytest.raises(InputError, match=told):
        values_of(tmp_path / name, **options)


def test_what_is_read_from_every_column_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Alloy,HV10,HV error,T (C),density (K),operator,DOI\nMoNb,300,10,25,9,me,\nMoTa,soft,,25,,me,10.1000/x\n"
    )
    found = PLUGIN.explained(path, ReadOptions())
    told = {
        column.column: (column.role, column.property, column.unit, column.n_values, column.example)
        for column in found.columns
    }
    assert told == {
        "Alloy": ("composition", "", "", 2, "MoNb"),
        "HV10": ("value", "hardness_vickers", "HV", 1, "300"),
        "HV error": ("uncertainty", "hardness_vickers", "HV", 1, "10"),
        "T (C)": ("temperature", "", "C", 2, "25"),
        "density (K)": ("", "", "", 0, ""),
        "operator": ("", "", "", 0, ""),
        "DOI": ("doi", "", "", 1, "10.1000/x"),
    }
    reasons = {column.column: column.reason for column in found.columns if column.reason}
    assert list(reasons) == ["density (K)"]
    assert found.n_read == 1
    assert [line for line, _ in found.rejected] == [1, 3]


def test_remarks_in_cells_and_below_the_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "No.,Alloy,YS (MPa),density (g/cm3)\n1,MoNb,842 (1 sample),9.1\n2,MoTa,n.m.,12\n3,MoW,900 (n=3),14\n"
        "4,MoTi,842 (1273 K),7.1\n,,,\nmean of 10 indents; strain rate 1e-3 1/s,,,\n"
    )
    found = PLUGIN.explained(path, ReadOptions())
    assert [value for _, name, value, _ in values_of(path) if name == "yield_strength"] == ["842", "900"]
    assert found.n_read == 6
    assert [line for line, _ in found.rejected] == [5, 7]
    assert found.rejected[-1][1] == "a remark, and no row of the table: 'mean of 10 indents; strain rate 1e-3 1/s'"


# -- one table in every dress -------------------------------------------------------------------------------------------

NUMBERS = st.integers(1, 400_000).map(lambda n: n / 1000)  # three decimals: `1.200` is what a comma makes unclear
METALS = ("Mo", "Nb", "Ta", "Ti", "W", "Zr")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(METALS), st.sampled_from(METALS), NUMBERS, NUMBERS), min_size=1, max_size=6))
def test_the_dress_of_a_table_changes_no_value(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("dress")
    rows = [(f"{a}3{b}" if a != b else a, strength, 0.4 + hardness / 10) for a, b, strength, hardness in drawn]
    heads = ("Alloy", "Yield strength (MPa)", "Hardness (GPa)")
    plain = [heads, *rows]
    (folder / "plain.csv").write_text("\n".join(",".join(map(str, row)) for row in plain))
    expected = values_of(folder / "plain.csv")
    assert len(expected) == 2 * len(rows)
    titled = [("Our alloys, values as measured", None, None), (None,) * 3, *plain]
    book_of(folder / "titled.xlsx", titled, ["A1:C1"], [("Notes", [("nothing here",)])])
    two = [("Alloy", "Yield strength", "Hardness"), (None, "MPa", "GPa"), *rows]
    book_of(folder / "two.xlsx", two, ["A1:A2"])
    # 0,125 in another row shows what the comma is
    german = [heads, *[(f, *(f"{n:.3f}".replace(".", ",") for n in ns)) for f, *ns in rows], ("W", "0,125", "0,125")]
    (folder / "german.csv").write_bytes("\r\n".join(";".join(row) for row in german).encode("utf-16"))
    for name in ("titled.xlsx", "two.xlsx", "german.csv"):
        found = values_of(folder / name)
        assert [entry[:2] for entry in found[: len(expected)]] == [entry[:2] for entry in expected]
        for (*_, value, _), (*_, wanted, _) in zip(found, expected, strict=False):
            assert float(value) == pytest.approx(float(wanted), abs=6e-4)


LAB = [
    # sample, alloy, HV, its deviation, strength at 25, 800, 1000 °C, phases, density, oxygen
    ("P1", "NbTiZr", 291, 6, 871, 402, 188, "BCC", 6.72, 310),
    ("P2", "MoNbTi", 366, 9, 1104, 604, 451, "BCC", 8.01, 405),
    ("P3", "HfNbTi", "305±7", None, 799, "n.m.", "> 150", "BCC + HCP", "9,2", "<80"),
]


def lab_workbook(path):
    rows = [
        ("Group for alloys \u2013 arc-melted, annealed 1200 °C", *[None] * 9),
        (
            "Sample",
            "Alloy",
            "Hardness",
            None,
            "Compressive yield strength (MPa)",
            None,
            None,
            "Phases",
            "Density",
            "Oxygen",
        ),
        ("ID", "nominal at.%", "HV0.5 (kgf/mm²)", "std", "25 °C", "800 °C", "1000 °C", "(XRD)", "(g/cm³)", "(ppm)"),
        *LAB,
        (None,) * 10,
        ("mean of ten indents", *[None] * 9),
    ]
    lattice = [("Alloy", "a (Å)"), ("NbTiZr", 3.41)]
    return book_of(path, rows, ["A1:J1", "C2:D2", "E2:G2"], [("Lattice", lattice)])


def lab_text(path):
    strengths = ";".join(f"Rp0,2 {temperature} °C (MPa)" for temperature in (25, 800, 1000))
    heads = f"Sample;Alloy;Hardness (HV0,5);HV std;{strengths};Phases;Density (g/cm³);Oxygen (ppm)"
    texts = [[str(cell or "") for cell in row] for row in LAB]
    rows = [[*row[:8], row[8].replace(".", ","), row[9]] for row in texts]
    path.write_bytes("\n".join([heads, *map(";".join, rows)]).encode("cp1252"))
    return path


def strengths_of(path):
    found = [p for p in PLUGIN.read(path, ReadOptions()) if not isinstance(p, Rejection)]
    return sorted(
        (
            p.material.composition.formula,
            round(p.conditions.get("temperature") or 298),
            str(p.value),
            p.uncertainty,
            p.property,
        )
        for p in found
        if p.property in {"yield_strength", "hardness_vickers", "density"}
    )


def test_a_sheet_of_a_laboratory_is_read_whole(tmp_path):
    book, text = lab_workbook(tmp_path / "lab.xlsx"), lab_text(tmp_path / "lab.csv")
    found = strengths_of(book)
    strength = [(formula, t, value) for formula, t, value, _, name in found if name == "yield_strength"]
    assert [(t, value) for formula, t, value in strength if formula == "MoNbTi"] == [
        (298, "1104"),
        (1073, "604"),
        (1273, "451"),
    ]
    assert len(strength) == 8
    hardness = {formula: spread for formula, _, _, spread, name in found if name == "hardness_vickers"}
    assert hardness == pytest.approx({"MoNbTi": 9 * HV, "HfNbTi": 7 * HV, "NbTiZr": 6 * HV})
    assert [value for *_, value, _, name in found if name == "density"] == ["9.2", "8.01", "6.72"]
    points = [p for p in PLUGIN.read(book, ReadOptions()) if not isinstance(p, Rejection)]
    assert {p.conditions.get("test") for p in points if p.property == "yield_strength"} == {"compression"}
    assert {round(p.conditions.get("load"), 3) for p in points if p.property == "hardness_vickers"} == {4.903}
    assert strengths_of(text) == found
    assert any("--sheet Lattice" in note for note in PLUGIN.notes(book, ReadOptions()))
    rejected = [reason for _, reason in PLUGIN.explained(book, ReadOptions()).rejected]
    assert rejected == ["a remark, and no row of the table: 'mean of ten indents'"]


# -- hostile and damaged files -----------------------------------------------------------------------------------------


def forged(path, sheet, **parts):
    """A workbook whose first sheet has this XML; other parts by name."""
    whole = io.BytesIO()
    book_of(whole, [("Alloy", "HV"), ("MoNb", 300)])
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = sheet if name == "xl/worksheets/sheet1.xml" else old.read(name)
            new.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], content))
    return path


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Alloy</t></is></c><c r="B1" t="inlineStr"><is><t>HV</t></is></c></row>'
)


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (SHEET.format(HEAD + '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>', ""), "row 2,000,000,000"),
        (SHEET.format(HEAD + '<row r="2e9"><c><v>1</v></c></row>', ""), "row 2,000,000,000"),
        (SHEET.format(HEAD + '<row r="-5"/>', ""), "a row"),
        (SHEET.format(f"<row>{'<c/>' * 20_000}</row>", ""), "a row of more than 16,384 cells"),
        (SHEET.format("<row/>" * 1_100_000, ""), "times its size"),
        (SHEET.format(HEAD, "<x>" * 100 + "</x>" * 100), "nested more than 64 deep"),
        (
            SHEET.format(HEAD, "<mergeCells>" + '<mergeCell ref="A1:XFD9"/>' * 62 + "</mergeCells>"),
            "merged cells over more than",
        ),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + SHEET.format("", ""), "document type"),
        (SHEET.format(HEAD + "\0", ""), "damaged"),
        ("<worksheet>", "damaged"),
    ],
)
def test_a_workbook_that_would_cost_too_much_is_refused_before_it_is_parsed(tmp_path, sheet, told):
    path = forged(tmp_path / "a.xlsx", sheet)
    assert path.stat().st_size < 100_000
    assert not PLUGIN.recognises(path)
    with pytest.raises(InputError, match=told) as caught:
        PLUGIN.read(path, ReadOptions())
    assert "\n" not in caught.value.message
    assert str(path) in caught.value.message


def test_a_cell_far_to_the_right_costs_nothing(tmp_path):
    path = forged(tmp_path / "a.xlsx", SHEET.format(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', ""))
    found = PLUGIN.explained(path, ReadOptions())
    assert [reason for _, reason in found.rejected] == ["the row has 16384 cells, but there are 2 headings"]


def test_a_workbook_cut_off_anywhere_or_with_a_wrong_byte_anywhere_is_one_line(tmp_path):
    whole = book_of(tmp_path / "whole.xlsx", [("Alloy", "HV"), ("MoNb", 300)], ["A2:A3"]).read_bytes()
    path = tmp_path / "a.xlsx"
    for place in range(0, len(whole), 97):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]):
            path.write_bytes(content)
            try:
                list(PLUGIN.read(path, ReadOptions()))
            except InputError as error:
                assert "\n" not in error.message


def test_a_parquet_file_cut_off_or_with_a_wrong_byte_is_one_line(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"Alloy": ["MoNb", "MoTa"], "HV": [300.0, 310.0]}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    path = tmp_path / "a.parquet"
    for place in range(0, len(whole), 37):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]):
            path.write_bytes(content)
            try:
                list(PLUGIN.read(path, ReadOptions()))
            except InputError as error:
                assert "\n" not in error.message


def test_a_long_cell_costs_its_row_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"Alloy,HV,note\nMoNb,300,{'x' * 40_000}\nMoTa,310,\n")
    found = PLUGIN.explained(path, ReadOptions())
    assert found.rejected == ((2, "a cell has 40,000 characters; 32,767 are the most"),)
    assert found.n_read == 1
