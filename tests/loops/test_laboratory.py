"""The lab queue: a sheet goes out, is filled in, and comes back as points."""

import csv

import pytest
from openpyxl import load_workbook

from quinary.errors import InputError
from quinary.loops.laboratory import lab_sheet, write_lab_sheet
from quinary.loops.literature.importing import import_source
from quinary.points.point import Method, Origin

RESULTS = {
    "MoNbTaW": {
        "synthesis": "made", "phases": "BCC", "hardness_vickers (GPa)": "4.46", "uncertainty of hardness_vickers": "0.1",
        "density (g/cm^3)": "13.75 ± 0.02", "processing": "AC",
    },
    "HfNbTaTiZr": {"synthesis": "failed", "comment": "cracked on cooling"},
}  # fmt: skip


def fill_csv(path, results=RESULTS):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows({**row, **results.get(row["formula"], {})} for row in rows)


def fill_xlsx(path):
    book = load_workbook(path)
    headings = [cell.value for cell in book.active[1]]
    for row in book.active.iter_rows(min_row=2):
        cells = dict(zip(headings, row, strict=True))
        for name, text in RESULTS.get(cells["formula"].value, {}).items():
            cells[name].value = text
    book.save(path)


@pytest.mark.parametrize(("ending", "fill"), [("csv", fill_csv), ("xlsx", fill_xlsx)])
def test_round_trip(database, points, tmp_path, ending, fill):
    path = write_lab_sheet(lab_sheet(["MoNbTaW", "HfNbTaTiZr", "CoCrFeNi"], 50.0), tmp_path / f"lab.{ending}")
    (untouched,) = import_source(database, str(path))
    assert (untouched.reader, untouched.n_read, untouched.rejected) == ("lab", 0, [])
    fill(path)
    (report,) = import_source(database, str(path))
    assert (report.n_added, report.rejected) == (5, [])
    found = {(point.material.composition.formula, point.property): point for point in points(database)}
    hardness = found["MoNbTaW", "hardness_vickers"]
    assert (hardness.value.nominal, hardness.uncertainty) == (4.46, 0.1)
    assert (hardness.method, hardness.origin) == (Method.MEASURED, Origin.VALIDATION)
    assert found["MoNbTaW", "density"].uncertainty == pytest.approx(0.02)
    bad = found["HfNbTaTiZr", "synthesis"]
    assert (bad.value.categories, bad.detail) == (("failed",), "cracked on cooling")


def test_load_and_uncertainty_are_kept_as_in_any_table(database, points, tmp_path):
    path = write_lab_sheet(lab_sheet(["MoNbTaW", "CoCrFeNi"], 50.0), tmp_path / "lab.csv")
    text = path.read_text(encoding="utf-8")
    assert "hardness_vickers (GPa)" in text
    path.write_text(text.replace("hardness_vickers (GPa)", "hardness_vickers (HV10)"), encoding="utf-8")
    fill_csv(path, {
        "MoNbTaW": {"hardness_vickers (HV10)": "450", "uncertainty of hardness_vickers": "± 10"},
        "CoCrFeNi": {"hardness_vickers (HV10)": "450 HV1"},
    })  # fmt: skip
    (report,) = import_source(database, str(path))
    assert (report.n_added, report.rejected) == (2, [])
    found = {point.material.composition.formula: point for point in points(database)}
    assert [found[name].conditions.get("load") for name in ("MoNbTaW", "CoCrFeNi")] == pytest.approx([98.0665, 9.80665])
    assert (found["MoNbTaW"].value.nominal, found["MoNbTaW"].uncertainty) == pytest.approx((4.4129925, 0.0980665))


def test_lines_that_cannot_be_used_are_rejected_and_the_rest_goes_on(database, tmp_path):
    path = write_lab_sheet(lab_sheet(["MoNbTaW", "HfNbTaTiZr", "CoCrFeNi", "MoW"], 50.0), tmp_path / "lab.csv")
    fill_csv(path, {
        "MoNbTaW": {"id": "Q-00000000", "synthesis": "made"},
        "HfNbTaTiZr": {"synthesis": "perhaps", "phases": "BCC"},
        "CoCrFeNi": {"hardness_vickers (GPa)": "hard", "density (g/cm^3)": "8.2"},
        "MoW": {"density (g/cm^3)": "900"},
    })  # fmt: skip
    (report,) = import_source(database, str(path))
    assert report.n_added == 2
    assert [entry["line"] for entry in report.rejected] == [2, 3, 4, 5]
    reasons = " / ".join(entry["reason"] for entry in report.rejected)
    assert "unknown id 'Q-00000000': MoNbTaW was given the id Q-" in reasons
    assert "known: failed, made" in reasons
    assert "is not a number" in reasons
    assert "outside" in reasons


def test_a_sample_that_cannot_be_weighed_in_costs_only_itself():
    sheet = lab_sheet(["MoW", "(TiZr)N"], 20.0, {"W": 0.999})
    assert [row[1] for row in sheet.rows] == ["MoW"]
    assert sheet.refused == [{"formula": "(TiZr)N", "reason": "(TiZr)N: N is a gas: weigh in a compound that holds it"}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], 50.0), "no sample"),
        ((["MoW"], -1.0), "mass of an ingot"),
        ((["MoW"], 50.0, {"Cr": 0.9}), "no sample holds"),
        ((["MoW"], 50.0, {}, ("hardnes",)), "did you mean phases or hardness_vickers"),
        ((["MoW"], 50.0, {}, ("mixing_entropy",)), "not measured"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        lab_sheet(*arguments)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.xlsx or \.csv"):
        write_lab_sheet(lab_sheet(["MoW"], 50.0), tmp_path / "lab.pdf")
