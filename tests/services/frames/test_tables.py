"""Verbs as data frames: the rows of the document, numbers as numbers, the rest in attrs, parameters as in the verb."""

import inspect

import numpy as np
import pandas as pd
import pytest

from quinary.services import curating, importing, looking, missing, validating
from quinary.services.frames import tables as verbs
from quinary.services.frames.frames import in_a_table, joined, numbers_apart

TABLE = (
    "formula,hardness (GPa),YS (MPa),structure,doi\n"
    "MoNbTaW,4.46,1058,BCC,10.1000/a\nNbMoTaW,> 4,1000,BCC,10.1000/b\nHfNbTaTiZr,3.8,929,BCC,10.1000/b\n"
)


@pytest.fixture
def db(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    importing.import_file(tmp_path / "t.csv", db=tmp_path / "t.db")
    return tmp_path / "t.db"


def verb(n: int, *, word: str = "x") -> dict[str, object]:
    """Say numbers.

    Returns:
        `rows` and `word`.
    """
    return {
        "rows": [{"value": number if number else "none", "low": None, "word": [word, word]} for number in range(n)],
        "word": word,
    }


def test_a_table_has_the_rows_and_the_rest_of_the_document():
    table = in_a_table(verb, "nothing", "rows", row=lambda entry: joined(numbers_apart(entry)))
    found = table(3, word="BCC")
    assert found["word"].tolist() == ["BCC+BCC"] * 3
    assert found["category"].tolist()[0] == "none"
    assert found["value"].tolist()[1:] == [1.0, 2.0]
    assert np.isnan(found["value"][0])
    assert found["low"].dtype == float
    assert found.attrs == {"word": "BCC"}
    assert inspect.signature(table) == inspect.signature(verb)
    assert "data frame with a row for each of nothing or rows" in table.__doc__


def test_an_empty_table_keeps_its_columns():
    assert list(in_a_table(verb, "rows", columns=("value", "low"))(0).columns) == ["value", "low"]


def test_materials_and_groups(db):
    table = verbs.materials_list(db=db)
    assert table["formula"].tolist() == [entry["formula"] for entry in looking.materials_list(db=db)["materials"]]
    assert table["structure"].tolist() == ["BCC", "BCC"]
    assert table["is_known"].dtype == bool
    assert table.attrs == {"total": 2}
    groups = verbs.materials_list(view="compositional", db=db)
    assert groups.set_index("formula")["n_studies"].to_dict() == {"MoNbTaW": 2, "HfNbTaTiZr": 1}
    assert groups.attrs == {"view": "compositional", "total": 2}


def test_views_have_numbers_and_classes_apart(db):
    table = verbs.view(db, "aggregated", formula="MoNbTaW").set_index("property")
    assert table.loc["hardness_vickers", "value"] == 4.46
    assert table.loc["phases", "category"] == "BCC"
    assert np.isnan(table.loc["phases", "value"])
    points = verbs.view(db, "all", elements="Mo")
    assert points["value"].dtype == points["low"].dtype == points["uncertainty"].dtype == float
    assert len(points) == 6


def test_voids_missing_and_filled(db, tmp_path):
    (tmp_path / "p.toml").write_text('[[want]]\norigin = "literature"\nproperties = ["density", "yield_strength"]\n')
    lacking = verbs.voids(policy=tmp_path / "p.toml", db=db)
    assert set(lacking["property"]) == {"density"}
    assert lacking["urgency"].dtype == float
    assert lacking.attrs["total"] == len(lacking) == 2
    filled = verbs.voids(policy=tmp_path / "p.toml", filled=True, db=db)
    assert set(filled["property"]) == {"yield_strength"}
    assert len(filled) == missing.voids(policy=tmp_path / "p.toml", filled=True, db=db)["total"]


def test_findings_studies_and_verdicts(db):
    assert list(verbs.check(db=db).columns)[:3] == ["severity", "source", "line"]
    everything = verbs.check(all=True, db=db)
    assert len(everything) == len(curating.check(all=True, db=db)["findings"])
    studies = verbs.sources(kind={"10.1000/a": "review"}, db=db).set_index("doi")
    assert studies.loc["10.1000/a", "kind"] == "review"
    assert studies["points"].sum() == 9
    verdicts = verbs.validate(pd.Series(["MoNbTaW", "NbMo"], index=["x", "y"]), "rules")
    assert verdicts.index.tolist() == ["x", "y"]
    assert verdicts[["formula", "canonical"]].values.tolist() == [["MoNbTaW", "MoNbTaW"], ["NbMo", "MoNb"]]
    assert [one["formula"] for one in validating.validate(["NbMo"], "rules")["verdicts"]] == ["NbMo"]


def test_what_there_is_of_each_kind():
    assert verbs.plugins_list().set_index("name").loc["linear_combination", "kind"] == "predictors"
    assert set(verbs.reproduce_list()["name"]) > {"zhang2022", "debnath2021"}
    assert verbs.data_list().set_index("name").loc["borg2020_mpea", "licence"] == "CC-BY-4.0"
    assert verbs.models_list()["rows"].dtype.kind == "i"
