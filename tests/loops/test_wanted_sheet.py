"""Round trip: voids -> a sheet for people -> filled in -> imported -> no voids."""

import csv

import pytest
from openpyxl import load_workbook

from quinary.errors import InputError, WorkError
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source, write_wanted_sheet
from quinary.materials.policy import default_policy
from quinary.points.point import Origin
from quinary.store.queries import count_voids, void_rows

ANSWERS = {
    "density": "9.8", "elongation": "5-7", "youngs_modulus": "> 150", "phases": "BCC+Laves", "hardness_vickers": "4.0 ± 0.2",
    "yield_strength": "1100",
}  # fmt: skip


def literature_voids(database):
    with database.read() as connection:
        return count_voids(connection, default_policy())["literature"]


def fill_xlsx(path):
    book = load_workbook(path)
    headings = [cell.value for cell in book.active[1]]
    for row in book.active.iter_rows(min_row=2):
        cells = dict(zip(headings, row, strict=True))
        cells["value"].value = ANSWERS[cells["property"].value]
        cells["doi"].value = "10.1016/j.actamat.2021.116800"
    book.save(path)


def fill_csv(path):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows({**row, "value": ANSWERS[row["property"]]} for row in rows)


@pytest.mark.parametrize(("ending", "fill"), [("xlsx", fill_xlsx), ("csv", fill_csv)])
def test_round_trip(filled, tmp_path, ending, fill):
    sheet = tmp_path / f"wanted.{ending}"
    n_wanted = write_wanted_sheet(filled, default_policy(), sheet)
    assert n_wanted == sum(literature_voids(filled).values()) > 10
    (untouched,) = import_source(filled, str(sheet))
    assert (untouched.reader, untouched.n_read) == ("wanted", 0)
    fill(sheet)
    (first,) = import_source(filled, str(sheet))
    assert (first.n_added, first.rejected) == (n_wanted, [])
    assert set(literature_voids(filled).values()) == {0}
    (again,) = import_source(filled, str(sheet))
    assert (again.n_added, again.n_repeated) == (0, n_wanted)


def test_a_cycle_writes_the_sheet_and_counts_what_waits(filled, tmp_path):
    sheet = tmp_path / "wanted.csv"
    report = Cycle(filled).once(sheet=sheet)
    rows = list(csv.reader(sheet.open(encoding="utf-8")))
    assert report.n_literature_voids == len(rows) - 1
    assert report.sheet == str(sheet)


def test_a_sheet_partly_filled_in_leaves_the_rest_wanted(filled, tmp_path):
    sheet = tmp_path / "wanted.csv"
    before = sum(literature_voids(filled).values())
    write_wanted_sheet(filled, default_policy(), sheet)
    lines = sheet.read_text(encoding="utf-8").splitlines()
    index = next(number for number, line in enumerate(lines) if ",density," in line)
    lines[index] = ",".join([*lines[index].split(",")[:7], "9.9", "0.1", "", "weighed"])
    sheet.write_text("\n".join(lines) + "\n")
    (report,) = import_source(filled, str(sheet))
    assert report.n_added == 1
    assert sum(literature_voids(filled).values()) == before - 1


def test_limit_and_order(filled, tmp_path):
    sheet = tmp_path / "wanted.csv"
    assert write_wanted_sheet(filled, default_policy(), sheet, limit=3) == 3
    with filled.read() as connection:
        wanted = list(void_rows(connection, default_policy(), origin=Origin.LITERATURE, limit=3))
    assert len(list(csv.DictReader(sheet.open(encoding="utf-8")))) == len(wanted) == 3


def test_a_sheet_that_cannot_be_written(filled, tmp_path):
    with pytest.raises(InputError, match=r"name it \.xlsx or \.csv"):
        write_wanted_sheet(filled, default_policy(), tmp_path / "wanted.txt")
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match="cannot write"):
        write_wanted_sheet(filled, default_policy(), tmp_path / "file/wanted.csv")
    assert [entry.name for entry in tmp_path.iterdir() if "wanted" in entry.name] == []
