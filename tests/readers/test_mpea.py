"""The table of Borg et al., as the embedded package carries it: counts by property, and what each value is."""

import csv
from collections import Counter

import pytest

from quinary.errors import InputError
from quinary.readers.embedded import EMBEDDED
from quinary.readers.mpea import PLUGIN

PATH = EMBEDDED["borg2020_mpea"].find()
HEADINGS = next(csv.reader(PATH.open(encoding="utf-8")))


def table(tmp_path, **cells):
    """A table of one row with the published headings."""
    path = tmp_path / "one.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerow([cells.get(heading.removeprefix("PROPERTY: "), "") for heading in HEADINGS])
    return path


@pytest.mark.physics
def test_every_value_of_the_published_table_becomes_a_point(read):
    """Borg et al., Sci. Data 7 (2020) 430: 1,545 rows; the counts are those of the filled cells of the file.

    1,402 rows have a microstructure, 31 of them only `Other`.
    """
    points, rejections = read("mpea", PATH)
    assert rejections == []
    assert len(points) == 7149
    assert Counter((point.property, point.method.value) for point in points) == {
        ("phases", "measured"): 1371,
        ("density", "measured"): 112,
        ("density", "calculated"): 1545,
        ("hardness_vickers", "measured"): 530,
        ("yield_strength", "measured"): 1067,
        ("ultimate_tensile_strength", "measured"): 539,
        ("elongation", "measured"): 619,
        ("plastic_elongation", "measured"): 149,
        ("youngs_modulus", "measured"): 145,
        ("youngs_modulus", "calculated"): 729,
        ("grain_size", "measured"): 237,
        ("oxygen_content", "measured"): 57,
        ("nitrogen_content", "measured"): 45,
        ("carbon_content", "measured"): 4,
    }


def test_conditions_belong_to_the_mechanical_tests_alone(read):
    points, _ = read("mpea", PATH)
    tested = {point.property for point in points if point.conditions.items}
    assert tested == {"yield_strength", "ultimate_tensile_strength", "elongation", "plastic_elongation"}
    cold = [point for point in points if (point.conditions.temperature or 300) < 5]
    assert {round(point.conditions.temperature, 2) for point in cold} == {4.35}  # -268.8 degrees Celsius


def test_the_first_row(read):
    points, _ = read("mpea", PATH)
    first = [point for point in points if point.lineage["line"] == 2]
    assert {point.property: str(point.value) for point in first} == {
        "phases": "FCC",
        "density": "7.9",
        "hardness_vickers": "1.35332",
        "yield_strength": "158",
        "youngs_modulus": "192",
    }
    strength = next(point for point in first if point.property == "yield_strength")
    assert strength.conditions.key == "test=compression"
    assert strength.material.key == "Al1 Co4 Fe4 Ni4 | FCC | AC"
    assert strength.doi == "10.1016/j.jmmm.2014.07.023"
    assert strength.source.kind == "compilation"
    assert strength.source.licence == "CC-BY-4.0"
    assert strength.lineage == {
        "file": "MPEA_dataset.csv",
        "line": 2,
        "reader": "mpea 1",
        "formula": "Al0.25 Co1 Fe1 Ni1",
    }


def test_hardness_is_converted_from_kgf_per_mm2(read, tmp_path):
    points, _ = read("mpea", table(tmp_path, FORMULA="MoNbTaW", HV="560"))
    assert points[0].value.nominal == pytest.approx(5.491724, abs=1e-6)


def test_the_coarse_column_only_fills_in_for_the_microstructure(read, tmp_path):
    coarse = {"FORMULA": "MoNbTaW", "BCC/FCC/other": "BCC"}
    assert [str(p.value) for p in read("mpea", table(tmp_path, **coarse))[0]] == ["BCC"]
    assert [str(p.value) for p in read("mpea", table(tmp_path, **coarse, Microstructure="BCC+Sec."))[0]] == [
        "BCC+secondary"
    ]
    assert read("mpea", table(tmp_path, **{**coarse, "BCC/FCC/other": "other"})) == ([], [])


def test_a_bad_row_is_rejected_with_its_line(read, tmp_path):
    assert read("mpea", table(tmp_path, FORMULA="Xy1", HV="5"))[1][0][0] == 2
    _, rejections = read("mpea", table(tmp_path, FORMULA="MoNbTaW", HV="hard"))
    assert rejections[0][1].startswith("PROPERTY: HV: 'hard' is not a number: write it as 450")
    _, rejections = read("mpea", table(tmp_path, FORMULA="MoNbTaW", **{"Type of test": "X"}))
    assert "unknown test 'X'" in rejections[0][1]


def test_another_table_is_refused(read, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("FORMULA,hardness\nMoNbTaW,500\n")
    assert PLUGIN.recognises(PATH)
    assert not PLUGIN.recognises(path)
    with pytest.raises(InputError, match="lacks the column 'PROPERTY: Microstructure'"):
        read("mpea", path)
