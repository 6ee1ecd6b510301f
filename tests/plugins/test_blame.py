"""Whose mistake an exception is."""

import importlib.metadata

import numpy as np
import pytest

from quinary.border import is_bug, what_it_says
from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError, WorkError
from quinary.plugins.blame import Blame, blamed
from quinary.plugins.registry import find_plugin, plugins
from quinary.plugins.sockets import PredictionTask

VERSION = importlib.metadata.version("quinary")


def raised_by(call):
    with pytest.raises(BaseException) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        AttributeError(), TypeError(), AssertionError(), NameError(), UnboundLocalError(), NotImplementedError(), KeyError(),
        IndexError(), ImportError(), RecursionError(),
    ],
)  # fmt: skip
def test_what_only_a_wrong_program_raises_is_a_bug(error):
    assert is_bug(error)


@pytest.mark.parametrize(
    "error",
    [
        InputError("x"), WorkError("x"), ValueError(), ZeroDivisionError(), OverflowError(), MemoryError(), OSError(),
        TimeoutError(), RuntimeError(), np.linalg.LinAlgError(), KeyboardInterrupt(),
    ],
)  # fmt: skip
def test_what_numbers_files_and_the_machine_do_is_none(error):
    assert not is_bug(error)


def test_an_error_raised_on_purpose_is_one_also_where_it_is_a_lookup_error():
    class NoSuchThingError(InputError, LookupError):
        """As one might write it."""

    assert not is_bug(NoSuchThingError("no such thing"))


def test_the_words_are_one_line():
    assert what_it_says(TypeError("a\n  b")) == "TypeError: a b"
    assert what_it_says(WorkError("the disk\nis full")) == "the disk is full"


def test_a_built_in_plugin_is_named_with_the_version_of_quinary():
    predictor = find_plugin("predictors", "rice")
    task = PredictionTask(CompositionMatrix(("Mo",), np.ones((1, 1))))
    error = raised_by(lambda: predictor.predict(None, object()))
    assert blamed(error) == Blame("quinary", VERSION, "predictors", "rice", predictor.version)
    assert str(blamed(error)) == f"predictor rice {predictor.version} (Quinary {VERSION})"
    assert predictor.predict(predictor.properties[0], task).values.shape == (1,)


def test_of_a_family_the_one_that_was_asked_is_named():
    family = [entry for entry in plugins("predictors").values() if type(entry).__module__.endswith(".ceramic_hardness")]
    assert len(family) > 1
    for plugin in family[:2]:
        assert blamed(raised_by(lambda asked=plugin: asked.predict(None, object()))).plugin == plugin.name


def test_a_plugin_from_elsewhere_is_named_with_its_package(oven):
    error = raised_by(lambda: oven.PLUGIN.validate(None, None))
    assert blamed(error) == Blame("quinary-oven", "0.3", "validators", "oven", "7")
    assert str(blamed(error)) == "validator oven 7 (package quinary-oven 0.3)"


def test_the_innermost_plugin_is_to_blame(oven):
    """A plug-in that calls another one wrongly is further out than what it called: who fails is named."""
    assert blamed(raised_by(oven.ask_rice)).plugin == "rice"
    assert blamed(raised_by(oven.misuse_quinary)).plugin == "oven"


def test_without_a_plugin_it_is_quinary():
    assert blamed(raised_by(lambda: CompositionMatrix(None, None).fractions.shape)) == Blame("quinary", VERSION)
    assert str(Blame("quinary", "1.2")) == "Quinary 1.2"


@pytest.mark.parametrize("module", ["quinary_oven", "quinary_ovens.deep"])
def test_a_plugin_that_cannot_be_loaded_is_named_by_its_entry(module, tmp_path, monkeypatch):
    folder = tmp_path.joinpath(*module.split("."))
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("import nothing_of_this_name\n")
    facts = tmp_path / "cold_oven-0.4.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: cold-oven\nVersion: 0.4\n")
    (facts / "entry_points.txt").write_text(f"[quinary.validators]\ncold = {module}:PLUGIN\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins.cache_clear()
    error = raised_by(lambda: plugins("validators"))
    plugins.cache_clear()
    assert is_bug(error)
    assert str(blamed(error)) == "validator cold (package cold-oven 0.4)"
