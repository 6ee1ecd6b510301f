"""Keys of finished evaluations hold all that they hang on; what does not fit is never used."""

import inspect
import shutil
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.cachekeys import modules_behind
from quinary.learning.data.feature_sets import table_features
from quinary.learning.data.splits import Split, make_splits
from quinary.learning.judging import kept_evaluations as module
from quinary.learning.judging.evaluation import HeldOut, setting_of
from quinary.learning.judging.kept_evaluations import Finished, evaluation_key
from quinary.learning.models.registry import Setting, make_model, model_names

FOUND = HeldOut(np.arange(3), np.array([1.0, 2.0, 3.0]), np.zeros(3), np.zeros((3, 0)))
KEY = "0" * 32


@pytest.fixture
def asked(make_table):
    table = make_table(40)
    features = table_features(table, ("fractions",))
    return {
        "model": "ridge",
        "setting": setting_of(table, features, 0),
        "features": features.values,
        "table": table,
        "splits": make_splits("system", table),
        "budget": 0,
    }


def moved_cut(splits):
    """The same numbers in the same order, cut elsewhere."""
    first, *others = splits
    both = np.concatenate([first.train, first.test])
    n_train = len(first.train) - 1
    return [Split(both[:n_train], both[n_train:], first.label), *others]


CHANGES = {
    "model": lambda _: "lasso",
    "setting": lambda setting: replace(setting, seed=1),
    "features": lambda features: features + 1e-12,
    "table": lambda table: replace(table, n_replicates=table.n_replicates + 1),
    "splits": moved_cut,
    "budget": lambda _: 3,
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_whatever_changes_the_result_changes_the_key(asked, name):
    assert evaluation_key(**asked) == evaluation_key(**asked)
    assert evaluation_key(**asked) != evaluation_key(**{**asked, name: CHANGES[name](asked[name])})


@pytest.mark.parametrize("what", ["made_by", "processor"])
def test_another_code_library_or_processor_is_another_key(asked, monkeypatch, what):
    before = evaluation_key(**asked)
    monkeypatch.setattr(module, what, lambda *_names, **_libraries: "another")
    assert evaluation_key(**asked) != before


def test_the_version_of_torch_counts_where_the_model_uses_it(asked, monkeypatch):
    counted = []
    monkeypatch.setattr(module, "made_by", lambda *_, libraries: counted.append(libraries) or "made")
    for model in ("ridge", "deep_ensemble"):
        evaluation_key(**{**asked, "model": model})
    assert counted == [("numpy", "scikit-learn", "scipy"), ("numpy", "scikit-learn", "scipy", "torch")]


def test_models_that_use_torch_are_known():
    """By the sources of the modules that an estimator comes from, and of ours behind them."""
    needing = set()
    for is_class in (False, True):
        setting = Setting(is_class, fraction_columns=tuple(range(6)), physics_column=0)
        for name in model_names(setting):
            modules = module._modules_in(make_model(name, setting))
            ours = {*modules_behind(*(entry for entry in modules if entry.startswith("quinary.")))} - {
                "quinary.threads"
            }
            uses_torch = any("import torch" in inspect.getsource(import_module(entry)) for entry in ours)
            assert uses_torch == bool(module._NEEDS_TORCH & modules), name
            needing |= {name} if uses_torch else set()
    assert needing == {"perceptron", "deep_ensemble", "blend"}


def test_what_was_kept_comes_back(tmp_path):
    kept = Finished(tmp_path)
    assert kept.get(KEY) is None
    kept.keep(KEY, FOUND)
    found = kept.get(KEY)
    for name in HeldOut.__slots__:
        np.testing.assert_array_equal(getattr(found, name), getattr(FOUND, name))


def test_an_entry_of_another_evaluation_is_not_used(tmp_path):
    kept = Finished(tmp_path)
    kept.keep(KEY, FOUND)
    shutil.copy(tmp_path / f"{KEY}.npz", tmp_path / f"{'1' * 32}.npz")
    assert kept.get("1" * 32) is None
    assert kept.get(KEY) is not None


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[: len(b) // 2],
        lambda b: b[:-1],
        lambda _: b"",
        lambda b: b"x" + b[1:],
        lambda b: b[:60] + bytes(40) + b[100:],
        lambda _: b"[" * 1000,
    ],
)
def test_a_damaged_entry_is_told_and_not_used(tmp_path, caplog, damage):
    kept = Finished(tmp_path)
    kept.keep(KEY, FOUND)
    path = tmp_path / f"{KEY}.npz"
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level("WARNING", logger="quinary"):
        assert kept.get(KEY) is None
    assert f"{KEY}.npz cannot be used" in caplog.text
    kept.keep(KEY, FOUND)
    assert kept.get(KEY) is not None


@settings(max_examples=100)
@given(st.data())
def test_wherever_an_entry_is_cut_off_it_is_not_used(tmp_path_factory, data):
    kept = Finished(tmp_path_factory.mktemp("kept"))
    kept.keep(KEY, FOUND)
    path = kept.folder / f"{KEY}.npz"
    content = path.read_bytes()
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    assert kept.get(KEY) is None


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("")
    kept = Finished(tmp_path / "file" / "evaluations")
    assert kept.keep(KEY, FOUND) is FOUND
    assert kept.get(KEY) is None
