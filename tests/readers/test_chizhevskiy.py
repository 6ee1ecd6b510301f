"""The table of Chizhevskiy et al.: which rows count, whose article they are, how they were made."""

import csv
import re
from collections import Counter

import pytest

from quinary.errors import InputError
from quinary.readers.chizhevskiy import PLUGIN
from quinary.readers.embedded import EMBEDDED

PATH = EMBEDDED["chizhevskiy2026"].find()
ROW = {
    "Paper": "10.1016-j.matlet.2018.01.017.txt",
    "Alloy": "AlCoCrFeNi",
    "Phase": "BCC B2 + FCC L12",
    "Experimental or theoretical": "experimental",
    "Experimental details": "vacuum arc melting",
}


@pytest.fixture
def read_row(read, tmp_path):
    def read_one(**cells):
        row, path = {**ROW, **cells}, tmp_path / "one.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([list(row), list(row.values())])
        points, rejections = read("chizhevskiy2026", path)
        return points[0] if points else rejections[0][1]

    return read_one


def test_counts_of_the_published_table(read):
    points, rejections = read("chizhevskiy2026", PATH)
    assert len(points) + len(rejections) == 12_427
    assert {point.property for point in points} == {"phases"}
    assert len(points) == 10_520
    reasons = Counter(re.sub(r"'.*", "", reason) for _, reason in rejections)
    assert reasons["the study is "] == 760
    assert reasons["the study is called experimental, but its details describe a calculation"] == 25
    assert reasons["no usable phase in "] == 356
    assert sum("cannot read formula" in reason for _, reason in rejections) == 763
    assert all(re.match(r"10\.\d{4,5}/\S+$", point.doi) for point in points)


def test_a_row(read_row):
    point = read_row()
    assert point.value.categories == point.material.structure == ("B2", "L12")
    assert point.detail == "extracted by a language model"
    assert point.lineage["extraction"] == "language model"
    assert point.source.licence == "CC-BY-4.0"


@pytest.mark.parametrize(
    ("paper", "doi"),
    [
        ("10.1016-j.matlet.2018.01.017.txt", "10.1016/j.matlet.2018.01.017"),
        ("10.1016-S1872-2067(23)64428-6.txt", "10.1016/S1872-2067(23)64428-6"),
        ("parsed_output--10.1007-s11666-021-01297-6.pdf.md", "10.1007/s11666-021-01297-6"),
        ("parsed_output-d0ra04682e.pdf.md", "10.1039/D0RA04682E"),
    ],
)
def test_the_doi_comes_from_the_name_of_the_file(read_row, paper, doi):
    assert read_row(Paper=paper).doi == doi


@pytest.mark.parametrize("study", ["theoretical", "combination", "both", "N/A", "experimental (?)", ""])
def test_only_experimental_studies_count(read_row, study):
    assert "not experimental" in read_row(**{"Experimental or theoretical": study})
    assert read_row(**{"Experimental or theoretical": "Experimental"}).property == "phases"


def test_a_calculation_called_experimental_is_refused(read_row):
    details = "molecular dynamics simulations, Temperature: 77"
    assert "describe a calculation" in read_row(**{"Experimental details": details})


@pytest.mark.parametrize(
    ("details", "processing"),
    [
        ("arc melting, As-cast ingots", ("AC",)),
        ("Mechanical alloying and spark plasma sintering (SPS)", ("MA", "SPS")),
        ("arc melting, Cold rolling: 50%, Annealing: 1000°C for 2 hours", ("CR", "A")),
        ("arc melting, typically followed by annealing", ()),
        ("magnetron sputtering from a spark plasma sintered target", ()),
        ("arc melting", ()),
    ],
)
def test_processing_is_what_the_text_states_plainly(read_row, details, processing):
    assert read_row(**{"Experimental details": details}).material.processing == processing


@pytest.mark.parametrize("phase", ["not specified", "nan", "cubic", "likely FCC or BCC"])
def test_rows_without_a_usable_phase(read_row, phase):
    assert read_row(Phase=phase) == f"no usable phase in {phase!r}"


@pytest.mark.parametrize("alloy", ["AlxCoCrFeNi", "Not specified", "CoCr03FeNi", ""])
def test_unreadable_formulas(read_row, alloy):
    assert "formula" in read_row(Alloy=alloy)


def test_a_row_that_ends_early(read, tmp_path):
    path = tmp_path / "short.csv"
    path.write_text(",".join(ROW) + "\n10.1016-j.x.1.txt,MoNbTaW\n")
    assert read("chizhevskiy2026", path)[1] == [(2, "the row ends before the column 'Experimental or theoretical'")]


def test_recognises_its_own_table(tmp_path):
    assert PLUGIN.recognises(PATH)
    assert not PLUGIN.recognises(EMBEDDED["borg2020_mpea"].find())
    assert not PLUGIN.recognises(tmp_path)


def test_another_table_is_refused(read):
    with pytest.raises(InputError, match="is not the table of Chizhevskiy 2026: it lacks the column 'Paper'"):
        read("chizhevskiy2026", EMBEDDED["borg2020_mpea"].find())
