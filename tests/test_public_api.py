"""The names that people use in Python, with what people hand over."""

import importlib.util
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Composition as PymatgenComposition

import quinary

FORMULAS = [
    "MoNbTaW",
    {"Mo": 1, "Nb": 1, "Ta": 1, "W": 1},
    PymatgenComposition("MoNbTaW"),
    quinary.Composition.of("MoNbTaW"),
]


def test_every_public_name_is_there():
    for name in quinary.__all__:
        assert getattr(quinary, name) is not None
    assert set(quinary.__all__) <= set(dir(quinary))
    assert {"open", "read", "describe", "predict", "Request", "design", "validate", "Cycle"} <= set(quinary.__all__)
    assert quinary.__version__ == version("quinary")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'predct'"):
        _ = quinary.predct


def test_importing_loads_nothing_heavy():
    heavy = ("numpy", "pandas", "scipy", "sklearn", "torch", "pymatgen", "pycalphad", "sqlalchemy", "fastapi")
    code = f"import sys, quinary; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("formula", FORMULAS, ids=["text", "dict", "pymatgen", "own"])
def test_a_formula_may_be_anything_that_names_a_composition(formula):
    table = quinary.predict(formula, ["shear_modulus"])
    assert isinstance(table, pd.DataFrame)
    assert table.loc[0, "value"] == pytest.approx(87.35)
    assert list(quinary.describe(formula).index) == ["MoNbTaW"]
    assert set(quinary.validate(formula, ("rules",))["outcome"]) == {"passed"}


def test_predict_gives_a_row_for_each_formula_and_property():
    table = quinary.predict(["MoNbTaW", "NbTa"], ["density", "price"])
    assert list(zip(table["property"], table["formula"], strict=True)) == [
        ("density", "MoNbTaW"), ("density", "NbTa"), ("price", "MoNbTaW"), ("price", "NbTa"),
    ]  # fmt: skip
    assert {"value", "unit", "uncertainty", "low", "high", "method", "model", "in_domain"} <= set(table.columns)
    assert quinary.predict("MoNbTaW", lattice="fcc")["method"].str.contains("fcc").any()


def test_what_python_gives_can_be_joined_with_what_it_was_given():
    alloys = pd.DataFrame({"alloy": ["WTaNbMo", "Mo1.0Nb1.0"], "hardness": [4.5, 3.0]}, index=["b", "a"])
    joined = alloys.join(quinary.describe(alloys["alloy"])[["mixing_entropy"]])
    assert joined.loc["b", "mixing_entropy"] == pytest.approx(11.526, abs=0.01)
    verdicts = quinary.validate(alloys["alloy"], ["rules"])
    assert list(verdicts.index) == ["b", "a"]
    assert list(verdicts["formula"]) == list(alloys["alloy"])
    assert list(verdicts["canonical"]) == ["MoNbTaW", "MoNb"]
    assert verdicts["seconds"].dtype == float


def test_describe_gives_a_column_for_each_descriptor():
    table = quinary.describe(["MoNbTaW", "CoCrFeMnNi"])
    assert table.loc["CoCrFeMnNi", "mixing_entropy"] == pytest.approx(13.38, abs=0.01)
    assert table.loc["MoNbTaW", "valence_electron_concentration"] == pytest.approx(5.5)
    assert table["atomic_size_mismatch"].dtype == float


def test_validate_gives_a_row_for_each_formula_and_rung():
    table = quinary.validate(["MoNbTaW", "(HfNbTaTiZr)C"], ["rules"])
    assert table["outcome"].tolist() == ["passed", "skipped"]


def test_read_gives_a_table_and_the_rejected_rows(tmp_path):
    path = tmp_path / "alloys.csv"
    path.write_text("formula,hardness (GPa),structure\nMoNbTaW,4.5,BCC\nXxNb,3,\nMoNb,> 3,\n")
    table = quinary.read(path)
    assert table[table["property"] == "hardness_vickers"]["value"].tolist() == [4.5, 3.0]
    assert [row["line"] for row in table.attrs["rejected"]] == [3]
    assert quinary.read(str(path)).equals(table)
    assert table["value"].dtype == table["low"].dtype == float
    assert table[table["property"] == "phases"]["category"].tolist() == ["BCC"]
    bound = table[table["text"] == "> 3"].iloc[0]
    assert (bound["low"], bound["high"]) == (3.0, np.inf)
    (path.parent / "empty.csv").write_text("formula,hardness (GPa)\nXxNb,3\n")
    assert list(quinary.read(path.parent / "empty.csv").columns) == list(table.columns)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quinary.predict("Xx"), "'Xx' is not an element"),
        (lambda: quinary.predict({"Mo": -1}), "the amount of Mo is -1"),
        (lambda: quinary.predict({"Mo": float("nan")}), "the amount of Mo is nan"),
        (lambda: quinary.predict({}), "at least one positive amount"),
        (lambda: quinary.predict(3.5), "composition|formula"),
        (lambda: quinary.predict("MoNb", ["shear_modulos"]), "did you mean shear_modulus"),
        (lambda: quinary.predict("MoNb", ["mixing_entropy"]), "quinary describe"),
        (lambda: quinary.predict("MoNb", lattice="diamond"), "unknown lattice"),
        (lambda: quinary.describe(["MoNb", ""]), "it is empty"),
        (lambda: quinary.validate("MoNb", ["rulez"]), "did you mean rules"),
        (lambda: quinary.read("nowhere.csv"), r"nowhere\.csv"),
        (lambda: quinary.Request(targets={"hardnes_vickers": 4}), "did you mean hardness_vickers"),
    ],
)
def test_bad_input_is_one_clear_error(call, message):
    with pytest.raises(quinary.InputError, match=message) as caught:
        call()
    assert "\n" not in caught.value.message
    assert isinstance(caught.value, quinary.QuinaryError)


def test_from_a_file_to_candidates_in_a_few_lines(tmp_path):
    path = tmp_path / "alloys.csv"
    path.write_text("formula,hardness (GPa)\nMoNbTaW,4.5\n")
    with quinary.open(tmp_path / "alloys.db") as database:
        assert quinary.import_file(path, db=database)["added"] == 1
        asked = quinary.Request(ranges={"shear_modulus": (100, 120)}, limits=quinary.Limits(("Mo", "Nb", "Ta", "W")))
        candidates = quinary.design(database, asked, n=2, generator="nearest")
        report = quinary.Cycle(database, rungs=("rules",)).once()
    assert len(candidates) == 2
    assert [loop.n_materials for loop in report.loops] == [3, 2]


# -- a user's script ---------------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[1]
SCRIPT = Path(__file__).with_name("user_script.py")
MISTAKES = """
import quinary
quinary.validate("MoNb", wiht="rules")  # no such parameter
quinary.efa("(HfTa)C", structures="many")  # not a number
quinary.phases("MoNb", from_="cold")  # nor this
quinary.describe("MoNb").no_method_of_a_table
quinary.predikt("MoNb")  # no such verb
"""


def test_a_script_of_every_verb_passes_strict_type_checks_and_mistakes_do_not(tmp_path):
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}"]
    done = subprocess.run(
        [*command, SCRIPT, tmp_path / "mistakes.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    errors = [line for line in done.stdout.splitlines() if " error: " in line]
    assert [line for line in errors if "user_script" in line] == []
    lines = {int(re.search(r"mistakes\.py:(\d+):", line).group(1)) for line in errors}
    assert lines >= {3, 4, 5, 7}, done.stdout + done.stderr


def test_the_script_and_the_page_on_python_name_every_verb():
    text, page = SCRIPT.read_text(), (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    verbs = {name for name in quinary.__all__ if name[0].islower() and callable(getattr(quinary, name))}
    assert {name for name in verbs if f"quinary.{name}(" not in text} == set()
    assert {name for name in verbs if f"`{name}`" not in page and f"quinary.{name}(" not in page} == set()


def test_the_quick_part_of_the_script_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    spec = importlib.util.spec_from_file_location("user_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = script.on_my_data(tmp_path)
    assert all(isinstance(table, pd.DataFrame) for table in found["tables"])
    assert all(isinstance(document, dict) for document in found["documents"])
    assert found["counter"] > 0
    assert found["version"] == quinary.__version__
    assert not (tmp_path / "quinary.db").exists()
