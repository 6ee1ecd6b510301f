"""Tables that people bring: CSV, TSV, Excel, Parquet; good values, bad cells, whole files that cannot be used."""

import itertools
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from quinary.errors import InputError
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.readers.table import PLUGIN

DOI = "10.1016/j.actamat.2021.116800"


@pytest.fixture
def read_text(read, tmp_path):
    """`read_text(text, **options)`: the points and rejections of a CSV with this text."""

    def write_and_read(text, name="table.csv", encoding="utf-8", **options):
        (tmp_path / name).write_text(text, encoding=encoding)
        return read("table", tmp_path / name, **options)

    return write_and_read


def values(points):
    return {point.property: str(point.value) for point in points}


def test_a_wide_table(read_text):
    points, rejections = read_text(
        'Alloy,YS (MPa),hardness [HV],"Density, g/cm3",E_GPa,phase,Process,Test temperature (C),doi,YS error,UTS/MPa\n'
        f"CoCrFeNi,200,560,8.1,210,FCC,as-cast,600,https://doi.org/{DOI},12,500\n"
    )
    assert rejections == []
    assert values(points) == {
        "yield_strength": "200",
        "hardness_vickers": "5.49172",
        "density": "8.1",
        "youngs_modulus": "210",
        "phases": "FCC",
        "ultimate_tensile_strength": "500",
    }
    strength = points[0]
    assert strength.uncertainty == 12
    assert strength.doi == DOI
    assert strength.material.key == "Co1 Cr1 Fe1 Ni1 | FCC | AC"
    assert strength.conditions.key == "temperature=873"
    assert strength.lineage == {"file": "table.csv", "line": 2, "reader": "table 2", "formula": "CoCrFeNi"}
    density = next(point for point in points if point.property == "density")
    assert density.conditions.key == ""


@pytest.mark.parametrize(
    ("cell", "text", "uncertainty"),
    [
        ("1100", "1100", None),
        ("1.1e3", "1100", None),
        ("> 1100", "> 1100", None),
        ("<=50", "< 50", None),
        ("~900", "900", None),
        ("1000-1200", "1000 to 1200", None),
        ("1000 – 1200", "1000 to 1200", None),
        ("560 ± 12", "560", 12.0),
        ("560 +/- 12", "560", 12.0),
    ],
)
def test_values_as_people_write_them(read_text, cell, text, uncertainty):
    points, _ = read_text(f"formula,YS (MPa)\nMoNbTaW,{cell}\n")
    assert str(points[0].value) == text
    assert points[0].uncertainty == uncertainty


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "abc", "-5", "1e9", "1;2", "12 MP", '"1,100"'])
def test_a_bad_cell_is_rejected_and_the_rest_of_the_row_kept(read_text, cell):
    points, rejections = read_text(f"formula,YS (MPa),E (GPa)\nMoNbTaW,{cell},300\nMoNb,1,2\n")
    assert [point.property for point in points] == ["youngs_modulus", "yield_strength", "youngs_modulus"]
    assert [line for line, _ in rejections] == [2]
    assert rejections[0][1].startswith("YS (MPa): ")


@pytest.mark.parametrize("cell", ["", " ", "-", "n/a", "None"])
def test_an_empty_cell_is_no_value(read_text, cell):
    points, rejections = read_text(f"formula,YS (MPa),E (GPa)\nMoNbTaW,{cell},300\n")
    assert len(points) == 1
    assert rejections == []
    assert read_text(f"formula,YS (MPa)\nMoNbTaW,{cell}\n")[1] == [(2, "the row has no value")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Xy5,1,,,,", "'Xy' is not an element"),
        (",1,,,,", "the composition is missing"),
        ("Cr03Nb,1,,,,", "starts with a zero"),
        ("MoW,1,see text,,,", "is not a DOI"),
        ("MoW,1,,hot,,", "Temperature (K): 'hot' is not a temperature"),
        ("MoW,1,,-5,,", "-5 K"),
        ("MoW,1,,,X,", "test: unknown test 'X'"),
        ("MoW,1,,,,RUMOUR", "unknown method 'RUMOUR'"),
        ("MoW,1,,,,EXP,more", "7 cells, but there are 6 headings"),
        ("MoW", "the row has no value"),
    ],
)
def test_a_bad_row_is_rejected_as_a_whole(read_text, row, reason):
    text = f"formula,YS (MPa),doi,Temperature (K),test,method\nMoW,1,,,C,DFT\n{row}\nMoW,2,,,T,EXP\n"
    points, rejections = read_text(text)
    assert [(point.method.value, point.conditions.key) for point in points] == [
        ("dft", "test=compression"),
        ("measured", "test=tension"),
    ]
    assert [line for line, _ in rejections] == [3]
    assert reason in rejections[0][1]


def test_a_number_without_a_unit_is_refused_and_the_message_says_how_to_give_it(read_text):
    text = "formula,hardness,load\nMoNbTaW,5.5,4.9\n"
    with pytest.raises(InputError, match=r"column 'hardness' .* has no unit: .*'hardness \(GPa\)'.* hardness=GPa"):
        read_text(text)
    with pytest.raises(InputError, match=r"column 'load' .* has no unit"):
        read_text(text, units={"hardness": "GPa"})
    points, _ = read_text(text, units={"hardness": "GPa", "load": "N"})
    assert (points[0].value.nominal, points[0].conditions.key) == (5.5, "load=4.9")
    points, _ = read_text(text, units={"hardness": "GPa", "load": "-"})
    assert points[0].conditions.key == ""
    with pytest.raises(InputError, match="cannot convert K"):
        read_text(text, units={"hardness": "K", "load": "N"})
    with pytest.raises(InputError, match=r"column 'YS \(0.2%\)': unknown unit '0.2%'"):
        read_text("formula,YS (0.2%)\nMoNb,1\n")


def test_headings_that_fix_unit_and_conditions(read_text):
    points, _ = read_text("formula,HV\nMoNbTaW,560\n")
    assert points[0].value.nominal == pytest.approx(5.491724)
    points, _ = read_text("formula,Hardness (HV10)\nMoNbTaW,560\n")
    assert points[0].conditions.get("load") == pytest.approx(98.0665)
    points, _ = read_text("formula,CYS (MPa),tensile strength (MPa),calculated density (g/cm3),nu\nMoNb,1,2,9,0.3\n")
    assert [(point.conditions.key, point.method.value) for point in points] == [
        ("test=compression", "measured"),
        ("test=tension", "measured"),
        ("", "calculated"),
        ("", "measured"),
    ]


def test_options_name_columns(read_text):
    text = "sample,what it is,strength,error bar,came from\nMoNbTaW,BCC,1200,30,10.1000/x\n"
    columns = {
        "formula": "sample",
        "structure": "what it is",
        "YS": "strength",
        "uncertainty": "error bar",
        "doi": "came from",
    }
    points, rejections = read_text(text, columns=columns, units={"strength": "MPa"}, licence="CC0")
    assert rejections == []
    assert values(points) == {"phases": "BCC", "yield_strength": "1200"}
    assert (points[1].uncertainty, points[1].doi, points[1].source.licence) == (30, "10.1000/x", "CC0")
    with pytest.raises(InputError, match="unknown column 'sampel'; did you mean sample"):
        read_text(text, columns={"formula": "sampel"})
    with pytest.raises(InputError, match="unknown property 'colour'"):
        read_text(text, columns={"colour": "sample"})


def test_uncertainties_are_differences(read_text):
    points, _ = read_text("formula,melting point (C),uncertainty\nMo,2623,10\n")
    assert points[0].value.nominal == pytest.approx(2896.15)
    assert points[0].uncertainty == pytest.approx(10)
    points, _ = read_text("formula,hardness (HV),hardness error (GPa)\nMo,200,0.1\n")
    assert points[0].uncertainty == pytest.approx(0.1)
    points, _ = read_text("formula,melting point (C),uncertainty (K)\nMo,2623,±10 °C\n")
    assert points[0].uncertainty == pytest.approx(10)
    points, _ = read_text("formula,hardness (HV10),hardness error (HV10)\nMo,200,10\n")
    assert (points[0].uncertainty, points[0].conditions.get("load")) == pytest.approx((0.0980665, 98.0665))


@pytest.mark.parametrize(
    ("headings", "amounts"),
    [
        ("Mo,Nb,Ta", "0.5,0.25,0.25"),
        ("Mo (at.%),Nb (at.%),Ta (at.%)", "50,25,25"),
        ("Mo,Nb,Ta", "50.2,25,25"),
        ("Mo_wt%,Nb_wt%,Ta_wt%", "41.202,19.948,38.850"),
    ],
)
def test_one_column_per_element(read_text, headings, amounts):
    points, rejections = read_text(f"{headings},YS (MPa)\n{amounts},900\n")
    assert rejections == []
    assert points[0].material.composition.cations == pytest.approx({"Mo": 0.5, "Nb": 0.25, "Ta": 0.25}, abs=2e-3)


@pytest.mark.parametrize("amounts", ["0.5,0.25,0.3", "50,25,30", "0.5,-0.25,0.75", "0.5,x,0.5", ",,", "0.5,>0.2,0.3"])
def test_amounts_that_make_no_composition(read_text, amounts):
    points, rejections = read_text(f"Mo,Nb,Ta,YS (MPa)\n{amounts},900\n")
    assert points == []
    assert [line for line, _ in rejections] == [2]


def test_element_columns_beside_a_formula_are_no_properties(read_text):
    points, _ = read_text("alloy_formula,B,K,C,YS (MPa)\nMoNb,0,0,0,900\n")
    assert values(points) == {"yield_strength": "900"}
    points, _ = read_text("formula,B (GPa),K (GPa)\nMoNb,200,201\n")
    assert [point.property for point in points] == ["bulk_modulus", "bulk_modulus"]
    with pytest.raises(InputError, match="some columns of elements are in weight percent"):
        read_text("Mo (wt%),Nb,YS (MPa)\n50,50,900\n")


@pytest.mark.parametrize("cell", ["?", "2?", "1", "1.0"])
def test_a_phase_cell_that_names_no_phase(read_text, cell):
    points, rejections = read_text(f"formula,phases,YS (MPa)\nMoNb,{cell},900\n")
    assert [point.property for point in points] == ["yield_strength"]
    assert points[0].material.structure == ()
    assert rejections == [(2, f"phases: {cell!r} names no phase: write names such as FCC+B2")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("formula;YS (MPa)\nMoNb;900\n", "a.csv"),
        ("formula\tYS (MPa)\nMoNb\t900\n", "a.tsv"),
        ("formula|YS (MPa)\nMoNb|900\n", "a.txt"),
        ("# made by hand\n\nformula,YS (MPa)\n\nMoNb,900\n", "a.csv"),
        ("formula,YS (MPa)\r\nMoNb,900\r\n", "a.csv"),
        ('formula,note,YS (MPa)\nMoNb,"two\nlines",900', "a.csv"),
    ],
)
def test_dialects(read_text, text, name):
    assert values(read_text(text, name)[0]) == {"yield_strength": "900"}


def test_a_byte_order_mark_is_no_part_of_the_heading(read_text):
    assert len(read_text("formula,YS (MPa)\nMoNb,900\n", encoding="utf-8-sig")[0]) == 1


def test_lines_are_those_an_editor_shows(read_text):
    points, rejections = read_text('formula,note,YS (MPa)\nMoNb,"two\nlines",900\n\nMoTa,,800\nMoW,,x\n')
    assert [point.lineage["line"] for point in points] == [2, 5]
    assert [line for line, _ in rejections] == [6]


def test_a_free_reference_is_searched_for_a_doi(read_text):
    points, _ = read_text(
        f'formula,reference,YS (MPa)\nMoNb,"Li et al. ({DOI}).",900\nMoTa,private,800\n', doi="10.1000/all"
    )
    assert [point.doi for point in points] == [DOI, "10.1000/all"]
    assert points[1].lineage["reference"] == "private"
    assert points[0].source.kind == "original"


def test_excel_and_parquet_give_the_same_points_as_text(read, read_text, tmp_path):
    rows = [("MoNbTaW", 1200.0, "BCC"), ("CoCrFeNi", None, "FCC"), ("Xy", 1.0, None), ("MoNb", float("nan"), None)]
    book = Workbook()
    for row in [("formula", "YS (MPa)", "phase"), *rows[:3], ("MoNb", "nan", None)]:
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    columns = dict(zip(("formula", "YS (MPa)", "phase"), zip(*rows, strict=True), strict=True))
    pq.write_table(pa.table(columns), tmp_path / "table.parquet")
    expected, expected_rejections = read_text(
        "formula,YS (MPa),phase\nMoNbTaW,1200,BCC\nCoCrFeNi,,FCC\nXy,1,\nMoNb,nan,\n"
    )
    for name, shift in (("table.xlsx", 0), ("table.parquet", 1)):
        points, rejections = read("table", tmp_path / name)
        assert [(p.property, str(p.value), p.material) for p in points] == [
            (p.property, str(p.value), p.material) for p in expected
        ]
        assert [line + shift for line, _ in rejections] == [line for line, _ in expected_rejections] == [4, 5]
        assert PLUGIN.recognises(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "has no row of headings"),
        ("a.csv", b"a,b\n1,2\n", "no column holds the comp"),
        ("a.csv", b"formula,colour\nMoNb,red\n", "no column holds a known property"),
        ("a.csv", bytes(range(256)), "is not a text file"),
        ("a.xlsx", b"formula,YS\n", "is not an Excel workbook"),
        ("a.xlsx", b"PK\x03\x04 broken", "is not an Excel workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "old Excel format"),
        ("a.parquet", b"formula,YS\n", "is not a Parquet file"),
        ("a.parquet", b"PAR1 broken PAR1", "is damaged"),
    ],
)
def test_files_that_cannot_be_read_as_a_whole(read, tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read("table", path)


def test_a_file_that_cannot_be_read_fails_before_the_first_item_is_asked_for(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        assert not PLUGIN.recognises(path)
        with pytest.raises(InputError):
            PLUGIN.read(path, ReadOptions())


def test_an_endless_quote_does_not_stop_the_rest(read_text):
    long_cell = '"' + "x\n" * 7_000
    points, rejections = read_text(f"formula,note,YS (MPa)\nMoNb,{long_cell}\nMoTa,,800\n")
    assert any("is a closing quote missing?" in reason for _, reason in rejections)
    assert [str(point.value) for point in points] == ["800"]


@given(st.lists(st.lists(st.text(alphabet='MoNb0159.,>-±x "\t', max_size=8), max_size=4), max_size=6))
def test_no_cell_stops_the_reader(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_text("formula,YS (MPa),phases\n" + "\n".join(",".join(row) for row in rows))
    for item in PLUGIN.read(path, ReadOptions()):
        assert isinstance(item, Rejection) or item.lineage["line"] >= 2


@pytest.mark.slow
def test_memory_stays_flat_on_a_large_file(tmp_path):
    path, note = tmp_path / "large.csv", "x" * 400
    formulas = [f"Mo{a}Nb{b}Ta{100 - a - b}" for a in range(5, 45) for b in range(5, 45)]
    block = "".join(f"{formula},{300 + i},{note},BCC\n" for i, formula in enumerate(formulas))
    with path.open("w") as stream:
        stream.write("formula,YS (MPa),note,phase\n")
        for _ in range(90):
            stream.write(block)
    assert path.stat().st_size > 60e6
    list(itertools.islice(PLUGIN.read(path, ReadOptions()), 10_000))  # fills the caches
    tracemalloc.start()
    n_points = sum(1 for _ in itertools.islice(PLUGIN.read(path, ReadOptions()), 60_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_points == 60_000
    assert peak < 3e6


def test_sheets_that_are_not_read_are_named_not_lost_in_silence(tmp_path):
    book = Workbook()
    for row in (("formula", "density (g/cm^3)"), ("MoNb", 9.4)):
        book.active.append(row)
    book.create_sheet("Batch2").append(("formula", "density (g/cm^3)"))
    book.create_sheet("empty")
    book.save(tmp_path / "two.xlsx")
    assert len(list(PLUGIN.read(tmp_path / "two.xlsx", ReadOptions()))) == 1
    (told,) = PLUGIN.notes(tmp_path / "two.xlsx", ReadOptions())
    assert told == "2 sheets: 'Sheet' is read, 'Batch2' not: --sheet Batch2 reads it"


# -- cells as people type them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text", "uncertainty", "key"),
    [
        ("450 HV", "4.41299", None, ""),
        ("1.2 GPa", "1.2", None, ""),
        ("450 ± 10 HV", "4.41299", 0.0980665, ""),
        ("450 HV ± 10 HV", "4.41299", 0.0980665, ""),
        ("> 500 HV", "> 4.90332", None, ""),
        ("450 HV - 480 HV", "4.41299 to 4.70719", None, ""),
        ("1e3 MPa", "1", None, ""),
        ("4,5", "4.5", None, ""),
        ("190 HV0.5", "1.86326", None, "load=4.9033"),
        ("450 HV10", "4.41299", None, "load=98.066"),
    ],
)
def test_a_unit_in_the_cell_counts_before_that_of_the_column(read_text, cell, text, uncertainty, key):
    (point,), rejections = read_text(f'formula,hardness (GPa)\nMoNbTaW,"{cell}"\n')
    assert rejections == []
    assert str(point.value) == text
    assert point.uncertainty == (None if uncertainty is None else pytest.approx(uncertainty))
    assert point.conditions.key == key


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("soft", ["'soft' is not a number", "write it as 450"]),
        ("190 kg", ["'190 kg': cannot convert kg (mass) to GPa (pressure)"]),
        ("190 bananas", ["'190 bananas' is not a number"]),
        ("1,200", ["may be 1200 or 1.200"]),
        ("3.2,4", ["'3.2,4'", "write one value a cell"]),
        ("450 460 HV", ["'450 460'", "write one value a cell"]),
        ("8.1 g/cc", ["'8.1 g/cc'", "cannot convert"]),
    ],
)
def test_a_cell_that_is_refused_says_column_cell_and_what_to_do(read_text, cell, words):
    points, ((line, reason),) = read_text(f'formula,hardness (GPa),density (g/cm^3)\nMoNbTaW,"{cell}",13.8\n')
    assert values(points) == {"density": "13.8"}
    assert (line, reason.partition(":")[0]) == (2, "hardness (GPa)")
    for word in words:
        assert word in reason


TESTED = "formula,temperature (C),test,HV,YS (MPa),density (g/cm^3)\nMoNbTaW,{},{},450,1058,13.8\n"


@pytest.mark.parametrize("cell", ["RT", "room temp", "Room Temperature", "25 °C", "298.15 K", "n.a."])
def test_room_temperature_as_people_write_it(read_text, cell):
    points, rejections = read_text(TESTED.format(cell, "C"))
    assert rejections == []
    assert {point.property: point.conditions.key for point in points} == {
        "hardness_vickers": "", "yield_strength": "test=compression", "density": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("temperature", "test", "kept", "reason"),
    [
        ("hot", "C", {"density"}, "temperature (C): 'hot' is not a temperature: write a number, or RT"),
        ('"25,600,800"', "C", {"density"}, "temperature (C): '25,600,800' may be several temperatures"),
        ("600 700", "C", {"density"}, "temperature (C): '600 700' may be several temperatures: give each its own row"),
        ("600973", "C", {"density"}, "temperature (C): '600973' is not a temperature: it is above 10000 K"),
        ("800-900", "C", {"density"}, "temperature (C): '800-900' is not one temperature: give each its own row"),
        ("800", "foo", {"density", "hardness_vickers"}, "test: unknown test 'foo'"),
    ],
)
def test_a_bad_condition_costs_only_what_depends_on_it(read_text, temperature, test, kept, reason):
    points, ((_, said),) = read_text(TESTED.format(temperature, test))
    assert {point.property for point in points} == kept
    assert said.startswith(reason)
    lost = "YS (MPa)" if "hardness_vickers" in kept else "HV, YS (MPa)"
    assert said.endswith(f"; left out with it: {lost}")
