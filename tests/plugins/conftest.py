"""One sample file for each format that Quinary reads, and a small generation task."""

import csv
import json

import pytest
from openpyxl import Workbook

from quinary.chemistry.weighing import sample_id
from quinary.readers.embedded import EMBEDDED

DOI = "10.1016/j.actamat.2021.116800"


def _first_rows(name, path, n_rows=40):
    """The first rows of an embedded table as a file of their own."""
    with EMBEDDED[name].find().open(encoding="utf-8-sig", newline="") as source:
        rows = [row for row, _ in zip(csv.reader(source), range(n_rows), strict=False)]
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    return path


def _text(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _document(path):
    material = {"compositionDictionary": {"Mo": 0.5, "W": 0.5}, "structure": ["BCC"], "processes": ["AC"]}
    value = {"name": "hardness", "value": 5.0e9, "source": "EXP"}
    body = {"meta": {"source": "LIT"}, "material": material, "property": value, "reference": {"doi": DOI}}
    return _text(path, json.dumps(body))


def _optimade(path):
    attributes = {"elements": ["Mo", "W"], "elements_ratios": [0.5, 0.5], "_quinary_density": 14.0}
    entry = {"id": "1", "type": "structures", "attributes": attributes}
    return _text(path, json.dumps({"data": [entry], "meta": {"api_version": "1.1.0"}}))


def _sheet(path):
    row = {
        "Composition": "MoNbTaW", "Structure": "BCC", "Processing": "AC", "Name": "hardness", "Source": "EXP",
        "Property Parameters": None, "Temperature [K]": 298, "Value [SI]": 5.0e9, "Uncertainty [SI]": None,
        "Unit [SI]": "Pa", "Pointer": None, "DOI": DOI,
    }  # fmt: skip
    book = Workbook()
    for line in range(1, 9):
        book.active.cell(line, 1, "Metadata")
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(path)
    return path


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """Name of the reader -> a small file of its format."""
    folder = tmp_path_factory.mktemp("samples")
    return {
        "mpea": _first_rows("borg2020_mpea", folder / "mpea.csv"),
        "chizhevskiy2026": _first_rows("chizhevskiy2026", folder / "chizhevskiy.csv"),
        "table": _text(folder / "table.csv", "formula,hardness (HV),comment", "MoNbTaW,450,", "MoNb,x,"),
        "wanted": _text(
            folder / "wanted.csv",
            "formula,structure,processing,property,unit,temperature (K),test,value,uncertainty,doi,comment",
            "MoNbTaW,BCC,AC,hardness_vickers,GPa,298.15,,4.4,0.1,,by me",
        ),
        "lab": _text(
            folder / "lab.csv",
            "id,formula,ingot (g),synthesis,phases,hardness_vickers (GPa),uncertainty of hardness_vickers,comment",
            f"{sample_id('MoNbTaW')},MoNbTaW,50,made,BCC,4.4,0.1,",
            f"{sample_id('MoNbTa')},MoNbTaW,50,made,BCC,4.4,0.1,another's id",
        ),
        "ultera": _document(folder / "ultera.json"),
        "ultera_sheet": _sheet(folder / "sheet.xlsx"),
        "optimade": _optimade(folder / "optimade.json"),
    }
