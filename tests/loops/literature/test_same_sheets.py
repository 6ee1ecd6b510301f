"""One sheet of a laboratory that comes in as two files."""

from __future__ import annotations

from pathlib import Path

import quinary

ALLOYS = ("MoNbTaW", "HfNbTaTiZr", "NbTiVZr", "CrMoNbTi", "HfNbTiZr", "NbTaTiV")


def write(path: Path, sep: str, *, first: float = 300.0, processing: str = "") -> Path:
    """Hardness and yield strength of six alloys; in one of the files with a column more."""
    heads = ["alloy", "HV", "YS (MPa)", *(["processing"] if processing else [])]
    lines = [sep.join(heads)]
    for number, alloy in enumerate(ALLOYS):
        cells = [alloy, f"{first + 17 * number:g}", f"{900 + 31 * number}", *([processing] if processing else [])]
        lines.append(sep.join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_sheet_in_another_dress_doubles_nothing_and_is_told(tmp_path: Path) -> None:
    db = tmp_path / "mine.db"
    assert quinary.import_file(write(tmp_path / "sheet.csv", ",", processing="arc-melted"), db=db)["added"] == 12
    again = quinary.import_file(write(tmp_path / "blatt.csv", ";"), db=db)
    assert (again["added"], again["repeated"]) == (0, 12)
    assert "12 values stand in sheet.csv too: it is the same sheet, and they count once" in again["notes"]
    assert len(quinary.show("MoNbTaW", db=db)["materials"]) == 1


def test_what_only_one_of_both_imports_says_goes_with_it_and_no_more(tmp_path: Path) -> None:
    db = tmp_path / "mine.db"
    quinary.import_file(write(tmp_path / "sheet.csv", ","), db=db)
    second = quinary.import_file(write(tmp_path / "blatt.csv", ";"), db=db)
    quinary.withdraw("sheet.csv", db=db)
    assert len(quinary.materials_list(db=db)) == 6  # the other file says the same
    quinary.withdraw(second["import"], db=db)
    assert len(quinary.materials_list(db=db)) == 0


def test_other_numbers_or_a_doi_make_it_another_sheet(tmp_path: Path) -> None:
    db = tmp_path / "mine.db"
    quinary.import_file(write(tmp_path / "sheet.csv", ","), db=db)
    assert quinary.import_file(write(tmp_path / "other.csv", ",", first=301.0), db=db)["added"] == 12
    assert quinary.import_file(write(tmp_path / "paper.csv", ","), doi="10.1000/a", db=db)["added"] == 12
