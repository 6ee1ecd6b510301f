"""The command `quinary efa`."""

import pytest


def test_answers_with_the_keys_of_the_contract(run):
    found = run("efa", "(HfNbTa)C", "--json")
    assert found.status == 0
    assert {"efa", "seconds", "spectrum", "degeneracies", "single_phase_probability"} <= found.json.keys()
    assert sorted(found.json["degeneracies"]) == [6, 8, 12]
    assert "(eV/atom)^-1" in run("efa", "(HfNbTa)C").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["HfNbTaTi"], "has no anion"),
        (["(HfNbTaTiZr)C", "--potential", "diepp"], "did you mean diep"),
        (["(HfNbTaTiZr)C", "--structures", "2"], "at least 10 structures"),
    ],
)
def test_bad_input_is_one_line(run, arguments, message):
    found = run("efa", *arguments)
    assert found.status == 2
    assert message in found.message


def test_says_where_it_is_not_calibrated(run):
    found = run("efa", "(HfTiZr)N")
    assert "not calibrated" in found.out
    assert run("efa", "(HfTiZr)N", "--json").json["single_phase_probability"] is None
