"""Points, conditions and materials in words: the same in every table."""

import math

import pytest

from quinary.interfaces.cli.shared.values import domain_text, estimate_text, state_text, value_text
from quinary.points.conditions import conditions_in_words


@pytest.mark.parametrize(
    ("value", "low", "high", "spread", "unit", "text"),
    [
        (4.41299, None, None, 0.098, "GPa", "4.413 ± 0.098 GPa"),
        (1100.0, 1100.0, math.inf, None, "MPa", "> 1100 MPa"),
        (5.0, -math.inf, 5.0, None, "", "< 5"),
        (3.3, 3.2, 3.4, None, "GPa", "3.2 to 3.4 GPa"),
        ("BCC+Laves", None, None, None, "", "BCC+Laves"),
    ],
)
def test_values(value, low, high, spread, unit, text):
    assert value_text({"value": value, "low": low, "high": high, "uncertainty": spread, "unit": unit}) == text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("", "ambient"),
        ("temperature=1273;test=compression", "1273 K, compression"),
        ("load=9.8067", "load 9.8067 N"),
        ("strain_rate=0.001;temperature=77", "strain rate 0.001 s^-1, 77 K"),
    ],
)
def test_conditions(key, text):
    assert conditions_in_words(key) == text


def test_what_tells_materials_of_one_composition_apart():
    assert state_text(["BCC", "Laves"], ["AC", "A"]) == "BCC+Laves, as-cast + annealed"
    assert state_text([], None) == "not reported"


TABLE = """formula,structure,processing,temperature (C),hardness (GPa),YS (MPa)
MoNbTaW,BCC,AC,,4.46123,
MoNbTaW,BCC,AC+A,,,1058
MoNbTaW,BCC,AC,1000,,> 500
"""


@pytest.fixture
def twins(run, tmp_path):
    """A store with one composition in two states."""
    path = tmp_path / "twins.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert run("import", path).status == 0
    return run


def test_no_two_voids_read_the_same(twins):
    rows = twins("voids", "--loop", "literature", "--json").json["voids"]
    named = [(r["formula"], *r["structure"], *r["processing"], r["property"], r["conditions"]) for r in rows]
    assert len(set(named)) == len(named)
    said = twins("voids", "--loop", "literature").out
    assert "as-cast + annealed" in said.replace("\n", " ") or "annealed" in said


def test_show_and_view_say_the_same_in_the_same_words(twins):
    shown, viewed = twins("show", "MoNbTaW", "--details").out, twins("show", "MoNbTaW", "--view", "aggregated").out
    for words in ("4.461 GPa", "1058 MPa", "> 500 MPa", "1273 K", "as-cast + annealed"):
        assert words in shown
        assert words in viewed
    assert "as-cast + annealed" in twins("materials").out
    assert twins("show", "MoNbTaW", "--json").json["materials"][0]["processing"] == ["AC"]


def test_a_sheet_of_wanted_values_names_the_processing_and_reads_it_back(twins, tmp_path):
    sheet = tmp_path / "wanted.csv"
    twins("voids", "--sheet", sheet)
    lines = sheet.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if "as-cast + annealed,hardness_vickers" in line)
    lines[place] = lines[place].replace("GPa,298.15,,,", "GPa,RT,,4.5,")
    sheet.write_text("\n".join([lines[0], lines[place]]) + "\n", encoding="utf-8")
    assert twins("import", sheet, "--json").json["added"] == 1
    states = [entry["processing"] for entry in twins("show", "MoNbTaW", "--json").json["materials"]]
    assert states == [["AC"], ["AC", "A"]]


def test_check_reads_a_table_as_import_does(run, tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("formula,H\nMoNbTaW,4.5\nMoNbTa,4.4\n", encoding="utf-8")
    assert run("check", path).status == 2
    assert run("check", path, "--column", "hardness_vickers=H", "--unit", "H=GPa", "--json").json == {"findings": []}
    refused = run("check", "--unit", "H=GPa")
    assert (refused.status, "say how to read a file" in refused.message) == (2, True)


def test_what_was_predicted_and_where():
    melting = {"value": 3158.25, "uncertainty": 157.9, "unit": "K"}
    assert estimate_text(melting) == "3158 ± 160 K"
    assert estimate_text(melting, has_unit=False) == "3158 ± 160"
    assert estimate_text({"value": "BCC", "uncertainty": 0.12, "unit": ""}) == "BCC (probability 0.88)"
    assert [domain_text(True, True), domain_text(True, False)] == ["inside", "outside"]
