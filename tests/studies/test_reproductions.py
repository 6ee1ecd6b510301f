"""The systems: listed with what they need, a clear error without it, and small runs of some."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from quinary.errors import InputError
from quinary.interfaces.cli.main import app
from quinary.learning.data.table import table_of_rows
from quinary.readers.data_sets import registered_sets
from quinary.studies.reproductions import ReproductionSettings, list_systems, reproduce, system_names
from quinary.studies.systems import jaafreh2022

KEYS = {"name", "paper", "published", "ours", "grouped", "data", "stand_in", "notes", "listed"}


@pytest.fixture
def with_mirror(mirror, cache_with_trainings, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(cache_with_trainings))
    monkeypatch.setenv("QUINARY_MIRROR", str(mirror))


def test_every_system_says_what_it_is():
    for entry in list_systems():
        assert entry.keys() == {"name", "paper", "title", "data"}
        assert all(value for key, value in entry.items() if key != "data")
        assert set(entry["data"]) <= set(registered_sets())


@pytest.mark.parametrize("name", [entry["name"] for entry in list_systems() if entry["data"]])
def test_without_data_the_error_says_what_fetches_them(name, tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path))
    monkeypatch.delenv("QUINARY_MIRROR", raising=False)
    with pytest.raises(InputError, match="quinary data get"):
        reproduce(name, ReproductionSettings(0.01))


def test_an_unknown_system_is_named():
    with pytest.raises(InputError, match="zhang2022"):
        reproduce("zhang2020", ReproductionSettings())


@pytest.mark.usefixtures("with_mirror")
def test_labels_of_53_and_116_carbides():
    found = reproduce("zhang2022", ReproductionSettings(0.1))
    assert found.keys() == KEYS
    assert found["ours"]["validation_accuracy"] >= 0.92
    assert found["grouped"]["lu_leave_pair_out"] >= 0.92
    assert found["grouped"]["lu_leave_element_out"] >= 0.90
    assert found["data"]["lu_hecc_phase"] == 116


@pytest.mark.usefixtures("with_mirror")
def test_hardness_against_load_by_system():
    table = table_of_rows("hardness_vickers", jaafreh2022._measurements())
    features = jaafreh2022._features(table)
    assert features.shape[0] == len(table) > 900
    assert np.isfinite(features).all()
    assert jaafreh2022._scores(features, table, "system", 0)["r2"] > 0.90


def test_the_command_lists():
    result = CliRunner().invoke(app, ["reproduce", "--list", "--json"])
    names = [entry["name"] for entry in json.loads(result.stdout)["systems"]]
    assert names == system_names()
