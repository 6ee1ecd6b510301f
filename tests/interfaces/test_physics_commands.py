"""The commands validate, phases, dft and lab."""

import json

import pytest

from quinary.interfaces.cli.main import main


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """`run(words)` -> (exit status, JSON document, stderr)."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        with pytest.raises(SystemExit) as left:
            main([*words, "--json"])
        caught = capsys.readouterr()
        return left.value.code, json.loads(caught.out), caught.err

    return call


def test_validate_climbs_to_the_potential(run):
    status, found, _ = run(
        "validate", "CuAu", "XeMo", "--with", "rules,potential", "--potential", "emt", "--atoms", "8:8"
    )
    assert status == 0
    outcomes = [(entry["formula"], entry["rung"], entry["outcome"]) for entry in found["verdicts"]]
    assert outcomes[1][:2] == ("CuAu", "potential")
    assert outcomes[2:] == [("XeMo", "rules", "skipped"), ("XeMo", "potential", "skipped")]
    values, properties = found["verdicts"][1]["values"], found["verdicts"][1]["properties"]
    assert values["lattice_parameter"] == properties["lattice_parameter"]["value"] == pytest.approx(3.85, abs=0.1)
    assert properties["lattice_parameter"]["unit"] == "angstrom"


def test_long_work_is_announced_on_stderr(run):
    words = (
        "validate",
        *[f"Cu{n}Au" for n in range(80, 95)],
        "--with",
        "potential",
        "--potential",
        "emt",
        "--atoms",
        "2:2",
    )
    status, found, said = run(*words)
    assert status == 0
    assert {entry["outcome"] for entry in found["verdicts"]} == {"skipped"}
    assert len(found["verdicts"]) == 15
    assert "s of work on idle cores" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("validate", "MoW", "--atoms", "40:32"), "in order"),
        (("validate", "MoW", "--atoms", "many"), "LO:HI"),
        (("validate", "MoW", "--workers", "0"), "at least one process"),
        (("validate", "MoW", "--with", "potential", "--potential", "diepp"), "unknown potential"),
        (("dft", "MoW", "--out", "x", "--code", "vsap"), "did you mean vasp"),
        (("lab", "shet", "MoW"), "did you mean sheet"),
        (("lab", "sheet", "MoW", "--purity", "Mo"), "EL=X"),
        (("lab", "sheet"), "no sample"),
        (("phases", "MoW", "--from", "900", "--to", "800"), "low to high"),
        (("phases", "XeMo"), "no database"),
    ],
)
def test_bad_input_is_one_clear_line(run, words, message):
    status, found, said = run(*words)
    assert status == 2
    assert message in found["error"]["message"]
    assert said.splitlines()[-1] == f"quinary: {found['error']['message']}"


def test_phases_and_solidification(run):
    status, found, _ = run("phases", "Al80Zn20", "--from", "600", "--to", "1000", "--step", "200", "--scheil")
    assert status == 0
    assert [set(row["phases"]) for row in found["phases"]] == [{"FCC_A1"}, {"FCC_A1", "LIQUID"}, {"LIQUID"}]
    assert found["single_phase_ranges"] == [["FCC_A1", 600.0, 600.0], ["LIQUID", 1000.0, 1000.0]]
    assert found["melting"]["range"] > 50
    assert found["scheil"]["end"] < found["melting"]["solidus"]


def test_inputs_and_results_of_dft(run, tmp_path):
    status, found, _ = run("dft", "MoW", "--out", "dft", "--atoms", "4:4")
    assert status == 0
    assert found["calculations"][0]["folder"] == "dft/MoW/solution-bcc"
    broken = tmp_path / "dft/MoW/solution-bcc/vasprun.xml"
    broken.write_text('<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n <generator>\n', encoding="utf-8")
    status, found, _ = run("import", "dft")
    assert status == 2  # nothing in it could be used
    assert "truncated" in str(found)


def test_the_lab_queue(run):
    status, found, _ = run(
        "lab", "sheet", "MoNbTaW", "(TiZr)N", "--mass", "100", "--purity", "Nb=0.999", "--out", "lab.csv"
    )
    assert status == 0
    (sample,) = found["samples"]
    assert sum(sample["weights"].values()) == pytest.approx(100 + sample["weights"]["Nb"] * 0.001, abs=1e-3)
    assert found["refused"][0]["formula"] == "(TiZr)N"
    status, found, _ = run("import", "lab.csv")
    assert (status, found["read"], found["rejected"]) == (0, 0, [])
