"""`quinary check`: findings of files, known tables and stores; decisions."""

import pytest

HEAD = "formula,phases,doi\n"


@pytest.fixture
def doubtful(folder):
    """Line 2 sums to 114."""
    path = folder / "doubtful.csv"
    path.write_text(HEAD + "Cr20 Mn25 Fe40 Ni15 Al14,FCC,10.1000/a\nCoCrFeNi,FCC,10.1000/b\n", encoding="utf-8")
    return path


def places(result):
    return [(found["detector"], found["source"], found["line"]) for found in result.json["findings"]]


def test_a_file_without_a_database(run, doubtful, folder):
    result = run("check", doubtful, "--json")
    assert result.status == 0
    assert ("composition_sum", "doubtful.csv", 2) in places(result)
    assert {line for _, _, line in places(result)} == {2}
    assert set(result.json["findings"][0]) >= {"detector", "severity", "source", "line", "evidence", "repair", "key"}
    assert [path.name for path in folder.iterdir()] == ["doubtful.csv"]


@pytest.mark.physics
def test_the_ultera_sheet_with_planted_errors(run, published_data):
    """Lines 13 (MoNTaW), 59 (Cr03) and 81 (no composition) of the published sheet with errors."""
    result = run("check", published_data / "ultera" / "template_with_errors.xlsx", "--json")
    assert [line for name, _, line in places(result) if name == "reader"] == [13, 59, 81]
    clean = run("check", published_data / "ultera" / "template_v4_example.xlsx", "--json")
    assert not [name for name, *_ in places(clean) if name == "reader"]


def test_a_decision_on_what_is_in_the_store(run, doubtful):
    assert run("import", doubtful).status == 0
    key = run("check", "--json").json["findings"][0]["key"]
    assert run("check", "reject", key, "--json").status == 2
    decided = run("check", "reject", key, "--who", "A. Person", "--note", "as printed", "--json")
    assert decided.json["decision"]["action"] == "reject"
    assert run("check", "--json").json == {"findings": []}


@pytest.mark.parametrize("arguments", [("nothing.csv",), ("accept",), ("borg2020_mpea", "0123")])
def test_bad_input_is_one_line(run, arguments):
    result = run("check", *arguments)
    assert result.status == 2
    assert result.message
